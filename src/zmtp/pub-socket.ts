import { latin1 } from './commands.ts'
import type { ZmtpEndpoint } from './endpoint.ts'
import { messageBytes } from './frames.ts'
import type { PeerEvents, ZmtpPeer } from './peer.ts'
import { type ZmtpOptions, ZmtpSocket } from './socket.ts'

export interface PubOptions extends ZmtpOptions {
  /** What may wait for one subscriber, in bytes. */
  readonly queueBytes?: number | undefined
}

export const DEFAULT_QUEUE_BYTES = 16 * 1024 * 1024
const MAX_PREFIXES = 1024
const MAX_PREFIX = 256

const UNSUBSCRIBE = 0
const SUBSCRIBE = 1

/** What one subscriber wants, and what it has lost. */
class Subscriber {
  /** Prefixes as Latin-1, and how often each was asked for. */
  readonly prefixes = new Map<string, number>()
  private bytes: readonly Uint8Array[] = []

  /** False: it wants too much. */
  add(data: Uint8Array): boolean {
    if (data.length > MAX_PREFIX) return false
    const prefix = latin1(data, 0, data.length)
    const times = this.prefixes.get(prefix)
    if (times === undefined && this.prefixes.size === MAX_PREFIXES) return false
    this.prefixes.set(prefix, (times ?? 0) + 1)
    this.renew()
    return true
  }

  remove(data: Uint8Array): void {
    const prefix = latin1(data, 0, data.length)
    const times = this.prefixes.get(prefix)
    if (times === undefined) return
    if (times === 1) this.prefixes.delete(prefix)
    else this.prefixes.set(prefix, times - 1)
    this.renew()
  }
  private renew(): void {
    this.bytes = [...this.prefixes.keys()].map((prefix) => Buffer.from(prefix, 'latin1'))
  }

  wants(first: Uint8Array): boolean {
    return this.bytes.some((prefix) => beginsWith(first, prefix))
  }
}

function beginsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (prefix.length > bytes.length) return false
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false
  return true
}

/** Tells all subscribers. Each has a queue of its own: one that is slow loses its own messages, and nobody waits. */
export class PubSocket extends ZmtpSocket {
  /** Messages written for subscribers, their bytes, and records for which a subscriber had no room. */
  sent = 0
  bytes = 0
  dropped = 0
  private readonly queueBytes: number
  private readonly subscribers = new Map<ZmtpPeer, Subscriber>()

  constructor(endpoints: readonly ZmtpEndpoint[], options: PubOptions = {}) {
    super('PUB', endpoints, options)
    this.queueBytes = options.queueBytes ?? DEFAULT_QUEUE_BYTES
  }

  /** How many will get it. `parts` may be changed after the call; `records` is what is lost when there is no room. */
  send(parts: readonly Uint8Array[], records = 1): number {
    let plain: Uint8Array | undefined
    let receivers = 0
    for (const [peer, subscriber] of this.subscribers) {
      if (!subscriber.wants(parts[0]!)) continue
      if (peer.waiting > this.queueBytes) {
        this.dropped += records
        continue
      }
      // Bytes that are no secret are the same for all.
      const bytes = peer.mechanism.name === 'NULL' ? (plain ??= messageBytes(parts)) : peer.mechanism.message(parts)
      peer.socket.write(bytes)
      this.sent++
      this.bytes += bytes.length
      receivers++
    }
    return receivers
  }

  /** Bytes that wait for subscribers, of all together. */
  get waiting(): number {
    let bytes = 0
    for (const peer of this.subscribers.keys()) bytes += peer.waiting
    return bytes
  }

  /** Subscribers that want messages beginning so. */
  hasSubscriber(first: Uint8Array): boolean {
    for (const subscriber of this.subscribers.values()) if (subscriber.wants(first)) return true
    return false
  }

  /** Waits until everything has been taken, for at most so long. */
  async drained(withinMs: number): Promise<void> {
    const end = Date.now() + withinMs
    while (this.waiting > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  protected eventsOf(): Omit<PeerEvents, 'gone'> {
    let peer: ZmtpPeer | undefined
    const change = (isWanted: boolean, prefix: Uint8Array): void => {
      const subscriber = this.subscribers.get(peer!)!
      if (!isWanted) subscriber.remove(prefix)
      else if (!subscriber.add(prefix)) peer!.end('subscribes to too much')
    }
    return {
      ready: (ready) => {
        peer = ready
        this.subscribers.set(ready, new Subscriber())
      },
      message: ([first]) => {
        if (first![0] === SUBSCRIBE || first![0] === UNSUBSCRIBE) change(first![0] === SUBSCRIBE, first!.subarray(1))
      },
      command: (name, data) => {
        if (name === 'SUBSCRIBE' || name === 'CANCEL') change(name === 'SUBSCRIBE', data)
      },
    }
  }

  protected override gone(peer: ZmtpPeer): void {
    this.subscribers.delete(peer)
  }
}
