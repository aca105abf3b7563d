import { MAX_STREAM } from './dissector.ts'

/** Gaps that may stand open at once before later segments are let go. */
const MAX_HELD = 8
/** Most that is kept is the rest of one message. */
const FIRST_BYTES = 512

/** One direction of a TCP connection, put in order as far as MAX_STREAM bytes from its beginning. */
export class Stream {
  private bytes: Uint8Array = new Uint8Array(FIRST_BYTES)
  /** Sequence number of the first byte. */
  private base = 0
  /** Bytes in order from the beginning; those before `from` have been consumed. */
  length = 0
  from = 0
  /** Starts and ends of parts beyond `length`, in pairs. */
  private held: number[] = []

  /** Begins (again) at this sequence number. */
  begin(base: number): void {
    this.base = base
    this.length = 0
    this.from = 0
    if (this.held.length > 0) this.held = []
  }

  get buffer(): Uint8Array {
    return this.bytes
  }
  /** No byte will ever be added. */
  get full(): boolean {
    return this.length >= MAX_STREAM
  }
  /** Sequence number of the byte at this place of the buffer. */
  seqAt(offset: number): number {
    return (this.base + offset) | 0
  }
  /** All that has come has been consumed: the next packet can do without. */
  get isDone(): boolean {
    return this.from === this.length && this.held.length === 0 && !this.full
  }
  /** Memory held, in bytes. */
  get size(): number {
    return this.bytes.length
  }

  /** Adds b[at .. end) that begins at sequence number `seq`. True when there are more bytes in order than before. */
  add(seq: number, b: Uint8Array, at: number, end: number): boolean {
    const start = (seq - this.base) | 0
    const stop = Math.min(start + (end - at), MAX_STREAM)
    if (stop <= this.length || start > MAX_STREAM) return false
    const first = Math.max(start, this.length)
    if (start > this.length && this.held.length >= 2 * MAX_HELD) return false
    this.reserve(stop)
    // Copied by hand below the size where a subarray and set() pay for themselves.
    if (stop - first < 64) for (let i = first; i < stop; i++) this.bytes[i] = b[at + i - start]!
    else this.bytes.set(b.subarray(at + first - start, at + stop - start), first)
    if (start > this.length) {
      this.held.push(start, stop)
      return false
    }
    this.length = stop
    if (this.held.length > 0) this.joinHeld()
    return true
  }

  private joinHeld(): void {
    for (let again = true; again; ) {
      again = false
      for (let i = 0; i < this.held.length; i += 2)
        if (this.held[i]! <= this.length) {
          this.length = Math.max(this.length, this.held[i + 1]!)
          this.held.splice(i, 2)
          again = true
          break
        }
    }
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return
    let wider = this.bytes.length
    while (wider < size) wider *= 2
    const bytes = new Uint8Array(Math.min(wider, MAX_STREAM))
    bytes.set(this.bytes)
    this.bytes = bytes
  }
}
