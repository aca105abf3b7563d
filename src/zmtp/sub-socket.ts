import type { ZmtpEndpoint } from './endpoint.ts'
import type { PeerEvents, ZmtpPeer } from './peer.ts'
import { type ZmtpOptions, ZmtpSocket } from './socket.ts'

export interface SubOptions extends ZmtpOptions {
  /** Beginnings of messages that are wanted; one that is empty wants all. */
  readonly prefixes: readonly string[]
  /** `from` is the endpoint it is connected to, or the address of who connected to us. */
  message(parts: readonly Uint8Array[], from: string): void
}

const SUBSCRIBE = 1

/** Hears all publishers at its endpoints. */
export class SubSocket extends ZmtpSocket {
  private readonly sub: SubOptions

  constructor(endpoints: readonly ZmtpEndpoint[], options: SubOptions) {
    super('SUB', endpoints, options)
    this.sub = options
  }

  protected eventsOf(from: string): Omit<PeerEvents, 'gone'> {
    return {
      ready: (peer) => this.subscribe(peer),
      message: (parts) => this.sub.message(parts, from),
    }
  }

  /** RFC 37: a command; before 3.1 a message that begins with 1. */
  private subscribe(peer: ZmtpPeer): void {
    for (const prefix of this.sub.prefixes) {
      const bytes = Buffer.from(prefix)
      if (peer.minor > 0) peer.sendCommand('SUBSCRIBE', bytes)
      else peer.send([Buffer.concat([Uint8Array.of(SUBSCRIBE), bytes])])
    }
  }
}
