import { blocksOf, CaptureRing } from './capture-ring.ts'
import type { MappingLedger } from './mapping-ledger.ts'
import { type PacketSocket, REJECT_ALL } from './packet-socket.ts'

/** What a ring's successor must have in common with it. */
export interface Capture {
  readonly ifIndex: number
  readonly promiscuous: boolean
  /** sock_filter instructions; undefined lets everything through. */
  readonly filter: Uint8Array | undefined
  readonly ignoreOutgoing: boolean
  /** What else is set before the ring is. */
  readonly prepare: (socket: PacketSocket) => void
  /** Where the mappings of rings are noted. */
  readonly ledger: MappingLedger | undefined
}

/** `join` gives the bound socket its place among others. Until then it sees nothing, or packets would come twice. */
export async function startCapture(
  socket: PacketSocket,
  bytes: number,
  capture: Capture,
  join: (socket: PacketSocket) => void | Promise<void>,
): Promise<CaptureRing> {
  capture.prepare(socket)
  socket.attachFilter(REJECT_ALL)
  const ring = await CaptureRing.open(socket, blocksOf(bytes), capture.ledger)
  try {
    if (capture.promiscuous) socket.setPromiscuous(capture.ifIndex, true)
    socket.bind(capture.ifIndex)
    const joined = join(socket)
    if (joined) await joined
    if (capture.filter === undefined) socket.detachFilter()
    else socket.attachFilter(capture.filter)
    return ring
  } catch (error) {
    ring.unmap()
    throw error
  }
}

/**
 * A larger ring in place of a full one without losing a packet. Both sockets are in a fanout group that hands everything to one of its members
 * (PACKET_FANOUT_CBPF). The group is switched to the new one, the old ring is read to its end, and only then the new one is read, so packets stay in order.
 * What waits for the kernel happens in the background: the old ring must be read all the while.
 */
export class RingGrowth {
  readonly old: CaptureRing
  readonly socket: PacketSocket
  readonly bytes: number
  /** Resolves when nothing happens in the background any more. */
  readonly settled: Promise<void>
  #successor: CaptureRing | undefined
  #failure: Error | undefined

  constructor(old: CaptureRing, socket: PacketSocket, bytes: number, capture: Capture, groupId: number) {
    this.old = old
    this.socket = socket
    this.bytes = bytes
    this.settled = this.#exchange(capture, groupId).catch((error: Error) => {
      this.#failure = error
    })
  }

  async #exchange(capture: Capture, groupId: number): Promise<void> {
    // The members are counted anew when the first leaves; before a second joins, the number of the one that is left must be said again.
    await this.old.socket.routeTo(0)
    const ring = await startCapture(this.socket, this.bytes, capture, (of) => {
      of.joinSwitchedGroup(groupId, capture)
    })
    try {
      await this.old.socket.routeTo(1)
      this.#successor = ring
    } catch (error) {
      ring.unmap()
      throw error
    }
  }

  /** Why it did not come to a larger ring. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** The new ring, once it gets the packets and the old one holds none any more. */
  get successor(): CaptureRing | undefined {
    return this.#successor !== undefined && this.old.isDrained() ? this.#successor : undefined
  }

  /** Ends with the old ring. */
  async abandon(): Promise<void> {
    await this.settled
    this.#successor?.unmap()
  }
}
