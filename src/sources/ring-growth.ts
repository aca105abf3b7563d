import { blocksOf, CaptureRing } from './capture-ring.ts'
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
}

/** How the socket finds its place among others once it is bound: until then it must see nothing, or packets would come twice. */
export type Join = (socket: PacketSocket) => void

/** A socket that receives, made in steps between which the caller may read other rings: each waits for the kernel, for some milliseconds. */
export function* startCapture(socket: PacketSocket, bytes: number, capture: Capture, join: Join): Generator<void, CaptureRing> {
  capture.prepare(socket)
  socket.attachFilter(REJECT_ALL)
  const ring = new CaptureRing(socket, blocksOf(bytes))
  let isStarted = false
  try {
    yield
    if (capture.promiscuous) socket.setPromiscuous(capture.ifIndex, true)
    socket.bind(capture.ifIndex)
    yield
    join(socket)
    if (capture.filter === undefined) socket.detachFilter()
    else socket.attachFilter(capture.filter)
    isStarted = true
    return ring
  } finally {
    if (!isStarted) ring.unmap()
  }
}

/**
 * A larger ring in place of a full one without losing a packet. Both sockets are in a fanout group that hands everything to one of its members
 * (PACKET_FANOUT_CBPF); the group is switched to the new one, the old ring is read to its end, and only then the new one is read, so packets stay in order.
 */
export class RingGrowth {
  readonly old: CaptureRing
  readonly socket: PacketSocket
  readonly bytes: number
  readonly #steps: Generator<void, CaptureRing>
  #successor: CaptureRing | undefined

  constructor(old: CaptureRing, socket: PacketSocket, bytes: number, capture: Capture, groupId: number) {
    this.old = old
    this.socket = socket
    this.bytes = bytes
    this.#steps = startCapture(socket, bytes, capture, () => {
      // After the group lost its first member everything goes to the one that is left, whatever the program says; a second one would change that.
      old.socket.routeTo(0)
      socket.joinSwitchedGroup(groupId, capture)
    })
  }

  /** The next step; the old ring may be read between. Returns the new ring once the old one is empty. */
  step(): CaptureRing | undefined {
    if (this.#successor !== undefined) return this.old.isDrained() ? this.#successor : undefined
    const step = this.#steps.next()
    if (step.done === true) {
      this.#successor = step.value
      this.old.socket.routeTo(1)
    }
    return undefined
  }

  /** Gives up, or ends with the old ring. */
  abandon(): void {
    if (this.#successor !== undefined) this.#successor.unmap()
    else this.#steps.return(undefined as never)
  }
}
