/**
 * Binary records as nDPI's serializer writes them ("TLV"), known from what the library of Debian (libndpi 4.2) wrote for values given to it: a version and a format, one byte
 * each and both 1, then entries. An entry begins with the type of its key in the upper half of a byte and that of its value in the lower; then come key and value, integers in
 * network order and as short as they can be, texts behind their length in two bytes, a float as the sender's machine has it (little endian). Some types stand alone: the end of
 * a record, and the beginning of a block or list behind its name, and its end.
 */

/** Called with what the bytes hold, in their order. */
export interface TlvVisitor {
  value(key: number | string, value: unknown): void
  /** A record is over. */
  record(): void
}
export type TlvFault = 'binary records cut short or damaged' | 'neither JSON nor binary records of version 1'

const VERSION = 1
const FORMAT = 1
const HEAD_LEN = 2
const END_OF_RECORD = 1
const FLOAT = 10
const TEXT = 11
const BLOCK = 12
const BLOCK_END = 13
const LIST = 14
const LIST_END = 15
/** Bytes of an integer by its type: unsigned ones, then signed ones. */
const INTEGER_LEN: readonly number[] = [0, 0, 1, 2, 4, 8, 1, 2, 4, 8]
const FIRST_SIGNED = 6
/** Blocks and lists in each other; deeper ones are damage. */
const MAX_DEPTH = 8
const TWO_32 = 2 ** 32

class Damaged extends Error {}

export const isTlv = (b: Uint8Array): boolean => b.length >= HEAD_LEN && b[0] === VERSION && b[1] === FORMAT

/** What stands before a fault has been told. */
export function readTlv(bytes: Uint8Array, visitor: TlvVisitor): TlvFault | undefined {
  if (!isTlv(bytes)) return 'neither JSON nor binary records of version 1'
  const reader = new Reader(bytes)
  try {
    reader.records(visitor)
    return undefined
  } catch (error) {
    if (error instanceof Damaged) return 'binary records cut short or damaged'
    throw error
  }
}

class Reader {
  private readonly b: Uint8Array
  private readonly view: DataView
  private readonly buffer: Buffer
  private at = HEAD_LEN

  constructor(b: Uint8Array) {
    this.b = b
    this.view = new DataView(b.buffer, b.byteOffset, b.byteLength)
    this.buffer = Buffer.from(b.buffer, b.byteOffset, b.byteLength)
  }

  records(visitor: TlvVisitor): void {
    let isOpen = false
    while (this.at < this.b.length) {
      const type = this.b[this.at++]!
      if (type === END_OF_RECORD) {
        if (isOpen) visitor.record()
        isOpen = false
        continue
      }
      this.entry(type, visitor, 0)
      isOpen = true
    }
    if (isOpen) visitor.record()
  }

  private entry(type: number, visitor: Pick<TlvVisitor, 'value'>, depth: number): void {
    if (type === BLOCK || type === LIST) {
      const name = this.text()
      visitor.value(name, this.inner(type, depth + 1))
    } else {
      const key = this.scalar(type >>> 4)
      visitor.value(key, this.scalar(type & 15))
    }
  }

  /** Of a list the values alone, of a block an object. */
  private inner(of: number, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Damaged()
    const entries: [string, unknown][] = []
    const collect = { value: (key: number | string, value: unknown) => void entries.push([String(key), value]) }
    for (;;) {
      const type = this.b[this.take(1)]!
      if (type === (of === BLOCK ? BLOCK_END : LIST_END)) break
      if (type !== END_OF_RECORD) this.entry(type, collect, depth)
    }
    return of === LIST ? entries.map(([, value]) => value) : Object.fromEntries(entries)
  }

  private scalar(type: number): number | string {
    if (type === TEXT) return this.text()
    if (type === FLOAT) return this.view.getFloat32(this.take(4), true)
    const length = INTEGER_LEN[type] ?? 0
    if (length === 0) throw new Damaged()
    const at = this.take(length)
    const isSigned = type >= FIRST_SIGNED
    if (length === 1) return isSigned ? this.view.getInt8(at) : this.b[at]!
    if (length === 2) return isSigned ? this.view.getInt16(at) : this.view.getUint16(at)
    if (length === 4) return isSigned ? this.view.getInt32(at) : this.view.getUint32(at)
    return (isSigned ? this.view.getInt32(at) : this.view.getUint32(at)) * TWO_32 + this.view.getUint32(at + 4)
  }
  private text(): string {
    const length = this.view.getUint16(this.take(2))
    const at = this.take(length)
    return this.buffer.toString('utf8', at, at + length)
  }
  private take(length: number): number {
    const { at } = this
    if (at + length > this.b.length) throw new Damaged()
    this.at += length
    return at
  }
}
