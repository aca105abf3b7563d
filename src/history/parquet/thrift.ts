/** Thrift's compact protocol, as far as Parquet's page headers and footers need it (thrift-compact-protocol.md). */

const I32 = 5
const I64 = 6
const BINARY = 8
const LIST = 9
const STRUCT = 12
const SHORT_LIST = 15

const utf8 = new TextEncoder()

/** Fields of a struct are written in the order of their ids; `struct` and `list` nest. */
export class ThriftWriter {
  private bytes = new Uint8Array(1024)
  private at = 0
  private lastId = 0

  done(): Uint8Array {
    return this.bytes.slice(0, this.at)
  }

  i32(id: number, value: number): void {
    this.field(id, I32)
    this.zigZag(value)
  }
  /** Exact up to 2^53. */
  i64(id: number, value: number): void {
    this.field(id, I64)
    this.zigZag(value)
  }
  text(id: number, value: string): void {
    this.binary(id, utf8.encode(value))
  }
  binary(id: number, value: Uint8Array): void {
    this.field(id, BINARY)
    this.blob(value)
  }
  struct(id: number, body: () => void): void {
    this.field(id, STRUCT)
    this.body(body)
  }
  structs<T>(id: number, items: readonly T[], body: (item: T) => void): void {
    this.list(id, STRUCT, items.length)
    for (const item of items) this.body(() => body(item))
  }
  i32s(id: number, values: readonly number[]): void {
    this.list(id, I32, values.length)
    for (const value of values) this.zigZag(value)
  }
  texts(id: number, values: readonly string[]): void {
    this.list(id, BINARY, values.length)
    for (const value of values) this.blob(utf8.encode(value))
  }

  /** The outermost struct. */
  body(body: () => void): void {
    const outer = this.lastId
    this.lastId = 0
    body()
    this.byte(0)
    this.lastId = outer
  }

  private field(id: number, type: number): void {
    const step = id - this.lastId
    if (step > 0 && step <= 15) this.byte((step << 4) | type)
    else {
      this.byte(type)
      this.zigZag(id)
    }
    this.lastId = id
  }
  private list(id: number, type: number, length: number): void {
    this.field(id, LIST)
    if (length < SHORT_LIST) this.byte((length << 4) | type)
    else {
      this.byte((SHORT_LIST << 4) | type)
      this.varint(length)
    }
  }
  private blob(value: Uint8Array): void {
    this.varint(value.length)
    this.reserve(value.length)
    this.bytes.set(value, this.at)
    this.at += value.length
  }
  private zigZag(value: number): void {
    this.varint(value >= 0 ? 2 * value : -2 * value - 1)
  }
  private varint(value: number): void {
    let left = value
    while (left >= 128) {
      this.byte((left % 128) | 128)
      left = Math.floor(left / 128)
    }
    this.byte(left)
  }
  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }
  private reserve(length: number): void {
    if (this.at + length <= this.bytes.length) return
    const wider = new Uint8Array(Math.max(2 * this.bytes.length, this.at + length))
    wider.set(this.bytes)
    this.bytes = wider
  }
}
