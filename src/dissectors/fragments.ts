/**
 * Puts a handshake message in order that comes in pieces over several datagrams (QUIC, DTLS). Bounded: SLOTS flows at once, and the one that began first
 * loses. A flow holds a handle in its memo; a slot that went to another flow answers to the old handle no more.
 */
const SLOTS = 128
const SLOT_BYTES = 16_384
const GENERATIONS = 1 << 16

export class Fragments {
  readonly bytes = new Uint8Array(SLOT_BYTES)
  private readonly filled = new Uint8Array(SLOT_BYTES)
  private high = 0
  generation = 0
  inUse = false

  start(): void {
    this.filled.fill(0, 0, this.high)
    this.high = 0
    this.inUse = true
  }
  /** Adds the piece that lies at [from, to) of `b` and belongs at `offset`; what lies beyond the slot is dropped. */
  add(offset: number, b: Uint8Array, from: number, to: number): void {
    const n = Math.min(to - from, SLOT_BYTES - offset)
    if (n <= 0) return
    const bytes = this.bytes
    for (let i = 0; i < n; i++) bytes[offset + i] = b[from + i]!
    this.filled.fill(1, offset, offset + n)
    if (offset + n > this.high) this.high = offset + n
  }
  /** Bytes from the beginning without a hole. */
  get whole(): number {
    const hole = this.filled.indexOf(0)
    return hole < 0 ? SLOT_BYTES : Math.min(hole, this.high)
  }
}

export class FragmentPool<T extends Fragments = Fragments> {
  private readonly slots: T[] = []
  private next = 0
  private readonly make: () => T
  constructor(make: () => T) {
    this.make = make
  }

  /** A handle (never 0) on an empty slot: a free one, else the oldest. */
  open(): number {
    let i = this.slots.findIndex((slot) => !slot.inUse)
    if (i < 0 && this.slots.length < SLOTS) i = this.slots.push(this.make()) - 1
    if (i < 0) {
      i = this.next
      this.next = (this.next + 1) % SLOTS
    }
    const slot = this.slots[i]!
    slot.generation = (slot.generation + 1) % GENERATIONS
    slot.start()
    return slot.generation * SLOTS + i + 1
  }
  /** The slot of this handle, or undefined when another flow has taken it. */
  get(handle: number): T | undefined {
    if (handle <= 0) return undefined
    const slot = this.slots[(handle - 1) % SLOTS]
    return slot?.inUse && slot.generation === Math.floor((handle - 1) / SLOTS) ? slot : undefined
  }
  close(handle: number): void {
    const slot = this.get(handle)
    if (slot !== undefined) slot.inUse = false
  }
}
