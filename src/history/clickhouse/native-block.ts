/**
 * A block of columns in ClickHouse's Native format, as its HTTP interface takes it: how many columns and rows, then of each column its name, its type and its values. Numbers are
 * little-endian. Texts go as LowCardinality: each once, and the number of its text for each row.
 */
import { bytesOf, plainInt64 } from '../parquet/encodings.ts'
import type { ColumnValues, TextValues } from '../parquet/parquet-writer.ts'
import type { AddressValues } from '../stored-flows.ts'

export interface NativeColumn {
  readonly name: string
  readonly type: NativeType
  readonly values: ColumnValues
}

type Encode = (values: ColumnValues, rows: number) => readonly Uint8Array[]
type Numbers = Extract<ColumnValues, { values: ArrayLike<number> }>
type Entries = Extract<ColumnValues, { ends: Uint32Array }>

const numbers =
  (encode: (values: Numbers['values'], rows: number) => ArrayBufferView): Encode =>
  (column, rows) => [bytesOf(encode((column as Numbers).values, rows))]

const ENCODERS = {
  'DateTime64(3)': numbers((values, rows) => plainInt64(values as Float64Array, rows)),
  Float32: numbers((values, rows) => (values as Float32Array).subarray(0, rows)),
  IPv6: (column, rows) => [addresses(column as AddressValues, rows)],
  'LowCardinality(String)': (column, rows) => [DICTIONARY_VERSION, ...dictionary(column as TextValues, rows)],
  'Map(LowCardinality(String), String)': (column, rows) => entries(column as Entries, rows),
  UInt8: numbers((values, rows) => new Uint8Array(values.subarray(0, rows))),
  UInt16: numbers((values, rows) => new Uint16Array(values.subarray(0, rows))),
  UInt32: numbers((values, rows) => new Uint32Array(values.subarray(0, rows))),
  UInt64: numbers((values, rows) => plainInt64(values as Float64Array, rows)),
} satisfies Readonly<Record<string, Encode>>
export type NativeType = keyof typeof ENCODERS

export function nativeBlock(rows: number, columns: readonly NativeColumn[]): Uint8Array {
  const parts: Uint8Array[] = [varints(columns.length, rows)]
  for (const { name, type, values } of columns) parts.push(texts([name, type]), ...ENCODERS[type](values, rows))
  return Buffer.concat(parts)
}

const word64 = (value: number) => bytesOf(Uint32Array.of(value, Math.floor(value / 2 ** 32)))
/** Of the dictionaries of LowCardinality: they may come with additional keys. */
const DICTIONARY_VERSION = word64(1)
/** The keys stand here, and no dictionary has come before. */
const OWN_KEYS = (1 << 9) | (1 << 10)
const WIDTHS = [Uint8Array, Uint16Array, Uint32Array] as const

/** Keys, then a number for each row. The first key is the empty text, which is also what the type has as its default. */
function dictionary({ ids, texts: keys }: TextValues, rows: number): Uint8Array[] {
  // Where there are no rows, nothing but the version is read.
  if (rows === 0) return []
  const width = keys.length <= 0x100 ? 0 : keys.length <= 0x1_0000 ? 1 : 2
  const wanted = ids.subarray(0, rows)
  const indices = width === 2 ? wanted : new WIDTHS[width]!(wanted)
  return [word64(OWN_KEYS | width), word64(keys.length), texts(keys), word64(rows), bytesOf(indices)]
}

function entries({ ends, keys, values }: Entries, rows: number): Uint8Array[] {
  const offsets = new Float64Array(ends.subarray(0, rows))
  const count = rows === 0 ? 0 : ends[rows - 1]!
  return [DICTIONARY_VERSION, plainInt64(offsets, rows), ...dictionary(keys, count), textOfEach(values, count)]
}
/** The text of each row, one behind the other. */
function textOfEach({ ids, texts: all }: TextValues, rows: number): Uint8Array {
  const { bytes, starts } = encoded(all)
  let length = 0
  for (let row = 0; row < rows; row++) length += starts[ids[row]! + 1]! - starts[ids[row]!]!
  const out = new Uint8Array(length)
  let to = 0
  for (let row = 0; row < rows; row++) {
    const id = ids[row]!
    for (let at = starts[id]!, end = starts[id + 1]!; at < end; ) out[to++] = bytes[at++]!
  }
  return out
}

/** Sixteen bytes each, in network order. */
function addresses({ ids, words }: AddressValues, rows: number): Uint8Array {
  const swapped = Int32Array.from(words, swap)
  const out = new Int32Array(4 * rows)
  for (let row = 0, to = 0; row < rows; row++, to += 4) {
    const id = ids[row]!
    if (id === 0) continue
    const from = 4 * (id - 1)
    out[to] = swapped[from]!
    out[to + 1] = swapped[from + 1]!
    out[to + 2] = swapped[from + 2]!
    out[to + 3] = swapped[from + 3]!
  }
  return bytesOf(out)
}
const swap = (word: number) => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

const MAX_VARINT_LEN = 5
const TEXTS_AT_ONCE = 1024
interface Encoded {
  readonly bytes: Uint8Array
  /** Where each begins, and the last ends. */
  readonly starts: Uint32Array
}
const texts = (all: readonly string[]): Uint8Array => encoded(all).bytes

/** Each behind its length in bytes. */
function encoded(all: readonly string[]): Encoded {
  let length = 0
  for (const text of all) length += MAX_VARINT_LEN + 3 * text.length
  const out = new Uint8Array(length)
  const starts = new Uint32Array(all.length + 1)
  let to = 0
  for (let from = 0; from < all.length; from += TEXTS_AT_ONCE) {
    const some = all.slice(from, from + TEXTS_AT_ONCE)
    const joined = some.join('')
    const bytes = Buffer.from(joined)
    // Of plain ASCII, which most of it is, lengths in bytes are known before.
    const isAscii = bytes.length === joined.length
    let at = 0
    for (let i = 0; i < some.length; i++) {
      const text = some[i]!
      // Otherwise each by itself: halves of a character that two texts end and begin with would become one.
      const own = isAscii ? bytes : Buffer.from(text)
      if (!isAscii) at = 0
      const size = isAscii ? text.length : own.length
      starts[from + i] = to
      to = putVarint(out, to, size)
      for (const end = at + size; at < end; ) out[to++] = own[at++]!
    }
  }
  starts[all.length] = to
  return { bytes: out.subarray(0, to), starts }
}

function varints(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(MAX_VARINT_LEN * values.length)
  return out.subarray(
    0,
    values.reduce((to, value) => putVarint(out, to, value), 0),
  )
}
/** Returns where the next byte goes. */
function putVarint(out: Uint8Array, at: number, value: number): number {
  let left = value
  let to = at
  for (; left >= 0x80; left >>>= 7) out[to++] = (left & 0x7f) | 0x80
  out[to++] = left
  return to
}
