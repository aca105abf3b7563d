const WORD = 0x1_0000_0000
const encoder = new TextEncoder()

/** Writes numbers in network order one after the other. Whoever uses it knows that there is room. */
export class ByteWriter {
  readonly buf: Uint8Array<ArrayBuffer>
  private readonly view: DataView
  at = 0

  constructor(bytes: number) {
    this.buf = new Uint8Array(bytes)
    this.view = new DataView(this.buf.buffer)
  }

  u8(value: number): void {
    this.buf[this.at++] = value
  }
  u16(value: number): void {
    this.view.setUint16(this.at, value)
    this.at += 2
  }
  u32(value: number): void {
    this.view.setUint32(this.at, value)
    this.at += 4
  }
  /** A whole number from 0 to 2^53; what is not becomes 0. */
  u64(value: number): void {
    const whole = value >= 0 ? Math.round(value) : 0
    this.u32(Math.floor(whole / WORD))
    this.u32(whole % WORD)
  }
  /** 48 bits; what is below 0 becomes 0. */
  u48(value: number): void {
    const told = Math.max(0, value)
    this.u16(Math.floor(told / WORD))
    this.u32(told % WORD)
  }

  u16At(at: number, value: number): void {
    this.view.setUint16(at, value)
  }

  /** UTF-8 behind its length (RFC 7011 §7), cut to whole characters within `maxBytes`. */
  text(value: string | undefined, maxBytes: number): void {
    if (value === undefined || value === '') return this.u8(0)
    this.variable(maxBytes, () => {
      this.at += encoder.encodeInto(value, this.buf.subarray(this.at, this.at + maxBytes)).written
    })
  }

  /** What `write` writes, at most `maxBytes`, behind its length. */
  variable(maxBytes: number, write: () => void): void {
    const isLong = maxBytes > 254
    const lengthAt = this.at
    this.at += isLong ? 3 : 1
    const begin = this.at
    write()
    const length = this.at - begin
    if (isLong) {
      this.buf[lengthAt] = 255
      this.u16At(lengthAt + 1, length)
    } else this.buf[lengthAt] = length
  }
}
