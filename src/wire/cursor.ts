import { wireText } from './text.ts'

/**
 * Reads bytes of variable shape. The first fault sticks: from then on reads give 0, `left` is 0, and `bad` is true, so that loops end and the
 * caller looks once. Never throws, never reads outside [start, end). Reused: a dissector must not keep it.
 */
export class Cursor {
  private b: Uint8Array = new Uint8Array(0)
  private start = 0
  private at = 0
  private end = 0
  bad = false

  reset(b: Uint8Array, start: number, end: number): this {
    this.b = b
    this.start = start
    this.at = start
    this.end = end
    this.bad = false
    return this
  }

  /** Bytes not yet read, within the innermost `enter`. */
  get left(): number {
    return this.bad ? 0 : this.end - this.at
  }
  /** Bytes read since `reset`. */
  get pos(): number {
    return this.at - this.start
  }
  /** The bytes below the cursor and where it stands in them, for code that reads by offset (hashes, decryption). */
  get bytes(): Uint8Array {
    return this.b
  }
  get offset(): number {
    return this.at
  }
  get endOffset(): number {
    return this.bad ? this.at : this.end
  }

  // Written so that NaN, which a wrong sum may give, is a fault too.
  private take(n: number): number {
    const at = this.at
    if (this.bad || !(n >= 0 && n <= this.end - at)) {
      this.bad = true
      return -1
    }
    this.at = at + n
    return at
  }

  u8(): number {
    const at = this.take(1)
    return at < 0 ? 0 : this.b[at]!
  }
  u16(): number {
    const at = this.take(2)
    return at < 0 ? 0 : (this.b[at]! << 8) | this.b[at + 1]!
  }
  u24(): number {
    const at = this.take(3)
    return at < 0 ? 0 : (this.b[at]! << 16) | (this.b[at + 1]! << 8) | this.b[at + 2]!
  }
  u32(): number {
    const at = this.take(4)
    return at < 0 ? 0 : ((this.b[at]! << 24) | (this.b[at + 1]! << 16) | (this.b[at + 2]! << 8) | this.b[at + 3]!) >>> 0
  }
  /** Exact up to 2^53. */
  u64(): number {
    const high = this.u32()
    return high * 4_294_967_296 + this.u32()
  }
  u16le(): number {
    const at = this.take(2)
    return at < 0 ? 0 : this.b[at]! | (this.b[at + 1]! << 8)
  }
  u32le(): number {
    const at = this.take(4)
    return at < 0 ? 0 : (this.b[at]! | (this.b[at + 1]! << 8) | (this.b[at + 2]! << 16) | (this.b[at + 3]! << 24)) >>> 0
  }
  u64le(): number {
    const low = this.u32le()
    return this.u32le() * 4_294_967_296 + low
  }

  skip(n: number): this {
    this.take(n)
    return this
  }
  /** Goes to `pos` (as `pos` counts), forwards or back, within the innermost `enter`'s end. */
  seek(pos: number): this {
    if (this.bad || !(pos >= 0 && this.start + pos <= this.end)) this.bad = true
    else this.at = this.start + pos
    return this
  }

  /** The byte `ahead` of the cursor, or -1 past the end; not a fault. */
  peek(ahead = 0): number {
    const at = this.at + ahead
    return this.bad || at >= this.end || at < this.start ? -1 : this.b[at]!
  }
  peek16(ahead = 0): number {
    const at = this.at + ahead
    return this.bad || at + 2 > this.end || at < this.start ? -1 : (this.b[at]! << 8) | this.b[at + 1]!
  }
  peek32(ahead = 0): number {
    const at = this.at + ahead
    if (this.bad || at + 4 > this.end || at < this.start) return -1
    return ((this.b[at]! << 24) | (this.b[at + 1]! << 16) | (this.b[at + 2]! << 8) | this.b[at + 3]!) >>> 0
  }

  /** Narrows the cursor to the next `n` bytes (a fault when there are fewer); give what it returns to `leave`. */
  enter(n: number): number {
    const outer = this.end
    if (this.bad || !(n >= 0 && n <= this.end - this.at)) this.bad = true
    else this.end = this.at + n
    return outer
  }
  /** Goes to the end of the part entered and widens again. */
  leave(outer: number): void {
    if (!this.bad) this.at = this.end
    this.end = outer
  }

  /** Whether the next bytes are these ASCII characters; moves nothing. */
  startsWith(ascii: string, ahead = 0): boolean {
    const at = this.at + ahead
    if (this.bad || at < this.start || ascii.length > this.end - at) return false
    for (let i = 0; i < ascii.length; i++) if (this.b[at + i] !== ascii.charCodeAt(i)) return false
    return true
  }
  /** The same without regard to case; `lower` is given in lower case. */
  startsWithFold(lower: string, ahead = 0): boolean {
    const at = this.at + ahead
    if (this.bad || at < this.start || lower.length > this.end - at) return false
    for (let i = 0; i < lower.length; i++) {
      const c = this.b[at + i]!
      if ((c >= 0x41 && c <= 0x5a ? c | 0x20 : c) !== lower.charCodeAt(i)) return false
    }
    return true
  }
  /** Distance from the cursor to the first such byte within `max` bytes, or -1; moves nothing. */
  indexOf(byte: number, max = 65_535): number {
    const { b, at } = this
    const stop = Math.min(this.endOffset, at + max)
    for (let i = at; i < stop; i++) if (b[i] === byte) return i - at
    return -1
  }
  /** Distance from the cursor to the first place of these ASCII characters within `max` bytes, or -1; moves nothing. */
  find(ascii: string, max = 65_535): number {
    const { b, at } = this
    const stop = Math.min(this.endOffset, at + max) - ascii.length
    const first = ascii.charCodeAt(0)
    for (let i = at; i <= stop; i++) if (b[i] === first && this.startsWith(ascii, i - at)) return i - at
    return -1
  }
  /** Length of the line at the cursor without its CR LF or LF, or -1 when no line feed lies within `max` bytes; moves nothing. */
  lineLength(max = 8_192): number {
    const lf = this.indexOf(0x0a, max)
    return lf > 0 && this.b[this.at + lf - 1] === 0x0d ? lf - 1 : lf
  }
  /** Moves behind the line feed that ends the line at the cursor; to the end when there is none. */
  skipLine(max = 8_192): this {
    const lf = this.indexOf(0x0a, max)
    return this.skip(lf < 0 ? this.left : lf + 1)
  }
  skipSpaces(): this {
    while (this.peek() === 0x20 || this.peek() === 0x09) this.at++
    return this
  }

  /** The next `n` bytes as visible text (text.ts), cut at 255 characters; moves over all of them. */
  text(n: number): string {
    const at = this.take(n)
    return at < 0 ? '' : wireText(this.b, at, at + n)
  }
  hex(n: number): string {
    const at = this.take(n)
    let s = ''
    for (let i = 0; at >= 0 && i < n; i++) s += HEX[this.b[at + i]!]
    return s
  }
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
