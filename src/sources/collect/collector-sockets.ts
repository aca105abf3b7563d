import { lookup } from 'node:dns/promises'
import type { CollectorSockets, OwnSocket } from '../../lib/collector-sockets.ts'
import { hasLibc, libc } from '../native/libc.ts'
import { endpointName, receiverKindOf } from './receiver-kinds.ts'
import { deafen, droppedBy, hear, openUdp } from './udp-socket.ts'

/** UDP sockets of collectors, opened while root's rights are there: for ports below 1024 and for buffers larger than others get. */
export class OpenedSockets implements CollectorSockets {
  private readonly opened = new Map<string, number>()

  /** Opens the socket of an endpoint. Where it cannot be opened, or needs none, the worker says so. */
  async open(endpoint: string): Promise<void> {
    const name = endpointName(endpoint)
    const place = receiverKindOf(endpoint)?.udpPlace(endpoint)
    if (place === undefined || !hasLibc() || this.opened.has(name)) return
    try {
      const { address, family } = await lookup(place.host)
      this.opened.set(name, openUdp(address, place.port, family === 6, { isDeaf: true }))
    } catch {
      // Taken, not of this machine, or not permitted: the worker tries once more, and tells.
    }
  }

  take(endpoint: string): OwnSocket | undefined {
    const name = endpointName(endpoint)
    const fd = this.opened.get(name)
    if (fd === undefined) return undefined
    this.opened.delete(name)
    return {
      hear: () => {
        hear(fd)
        return { fd, droppedBefore: droppedBy(fd) }
      },
      deafen: () => deafen(fd),
      close: () => void libc().close(fd),
    }
  }

  /** Those that nobody has taken. */
  close(): void {
    for (const fd of this.opened.values()) libc().close(fd)
    this.opened.clear()
  }
}
