/** Numbers in as many bytes as they need: seven bits each, the last without the eighth (LEB128). */

const MORE = 128
const LENGTH_LEN = 4

export class ByteWriter {
  private bytes = new Uint8Array(1 << 16)
  private view = new DataView(this.bytes.buffer)
  private at = 0

  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const wider = new Uint8Array(Math.max(2 * this.bytes.length, this.at + more))
    wider.set(this.bytes)
    this.bytes = wider
    this.view = new DataView(wider.buffer)
  }
  byte(value: number): void {
    this.room(1)
    this.bytes[this.at++] = value
  }
  /** A whole number up to 2^53 - 1. */
  count(value: number): void {
    this.room(8)
    let rest = value
    while (rest >= MORE) {
      this.bytes[this.at++] = (rest % MORE) | MORE
      rest = Math.floor(rest / MORE)
    }
    this.bytes[this.at++] = rest
  }
  /** Zigzag; up to 2^52 - 1 either way. */
  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value)
  }
  double(value: number): void {
    this.room(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }
  text(value: string): void {
    const bytes = Buffer.from(value)
    this.count(bytes.length)
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }
  /** What follows is preceded by its length. */
  beginLength(): number {
    this.room(LENGTH_LEN)
    this.at += LENGTH_LEN
    return this.at
  }
  endLength(from: number): void {
    this.view.setUint32(from - LENGTH_LEN, this.at - from, true)
  }
  /** All so far; it is empty then. */
  take(): Uint8Array {
    const all = this.bytes.slice(0, this.at)
    this.at = 0
    return all
  }
}

/** Throws a RangeError past the end. */
export class ByteReader {
  private readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  get left(): number {
    return this.bytes.length - this.at
  }
  byte(): number {
    return this.bytes.readUInt8(this.at++)
  }
  count(): number {
    let value = 0
    for (let scale = 1; ; scale *= MORE) {
      const byte = this.byte()
      value += (byte % MORE) * scale
      if (byte < MORE) return value
    }
  }
  signed(): number {
    const value = this.count()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  double(): number {
    const value = this.bytes.readDoubleLE(this.at)
    this.at += 8
    return value
  }
  text(): string {
    const length = this.count()
    const text = this.bytes.toString('utf8', this.at, this.at + length)
    this.at += length
    return text
  }
  length(): number {
    const length = this.bytes.readUInt32LE(this.at)
    this.at += LENGTH_LEN
    return length
  }
}
