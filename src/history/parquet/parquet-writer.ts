/** Writes Parquet files (parquet-format 2.10), row group by row group: one page a column, packed by zstd, texts by their numbers in a dictionary. */
import { zstdCompressSync } from 'node:zlib'
import { bitWidth, bytesOf, hybridRun, plainInt64, plainTexts } from './encodings.ts'
import { ThriftWriter } from './thrift.ts'

export type ParquetType = 'bool' | 'float' | 'map' | 'text' | 'timeMs' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

export interface ParquetColumn {
  readonly name: string
  readonly type: ParquetType
  /** Some values are absent. Texts always may be. */
  readonly optional?: boolean
}

/** Values of a column of a row group. */
export type ColumnValues =
  /** `bool`: bytes of 0 and 1. Where `present` is given, values of absent rows are left out by the writer. */
  | { readonly values: Uint8Array | Int32Array | Float32Array | Float64Array; readonly present?: Uint8Array }
  /** Numbers of texts from 1 on; 0: absent. */
  | { readonly ids: Uint32Array; readonly texts: readonly string[] }
  /** Entries of all rows one after the other; row i has those from `ends[i - 1]` to `ends[i]`. */
  | { readonly ends: Uint32Array; readonly keys: TextValues; readonly values: TextValues }
export interface TextValues {
  readonly ids: Uint32Array
  readonly texts: readonly string[]
}

const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31)
const ZSTD_LEVEL = 100
const LEVEL = 1

const BOOLEAN = 0
const INT32 = 1
const INT64 = 2
const FLOAT = 4
const BYTE_ARRAY = 6
const PHYSICAL: Readonly<Record<Exclude<ParquetType, 'map'>, number>> = {
  bool: BOOLEAN,
  float: FLOAT,
  text: BYTE_ARRAY,
  timeMs: INT64,
  uint8: INT32,
  uint16: INT32,
  uint32: INT32,
  uint64: INT64,
}
const UTF8 = 0
const MAP = 1
const CONVERTED: Partial<Readonly<Record<ParquetType, number>>> = {
  text: UTF8,
  timeMs: 9,
  uint8: 11,
  uint16: 12,
  uint32: 13,
  uint64: 14,
  map: MAP,
}
const REQUIRED = 0
const OPTIONAL = 1
const REPEATED = 2
const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8
const ZSTD = 6
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2

interface Chunk {
  readonly path: readonly string[]
  readonly type: number
  readonly encodings: readonly number[]
  readonly values: number
  readonly rawBytes: number
  readonly packedBytes: number
  readonly dataAt: number
  readonly dictionaryAt: number
}
interface RowGroup {
  readonly rows: number
  readonly chunks: readonly Chunk[]
}

/** Hands bytes to `write` in the order of the file; nothing is read back. */
export class ParquetWriter {
  private readonly columns: readonly ParquetColumn[]
  private readonly write: (bytes: Uint8Array) => void
  private readonly groups: RowGroup[] = []
  private offset = 0

  constructor(columns: readonly ParquetColumn[], write: (bytes: Uint8Array) => void) {
    this.columns = columns
    this.write = write
    this.put(MAGIC)
  }

  get bytes(): number {
    return this.offset
  }

  /** `values` in the order of the columns. */
  rowGroup(rows: number, values: readonly ColumnValues[]): void {
    const chunks = this.columns.flatMap((column, i) => this.column(column, rows, values[i]!))
    this.groups.push({ rows, chunks })
  }

  /** The footer; `facts` are kept with it. */
  finish(facts: Readonly<Record<string, string>>): void {
    const footer = this.footer(facts)
    this.put(footer)
    this.put(bytesOf(Uint32Array.of(footer.length)))
    this.put(MAGIC)
  }

  private put(bytes: Uint8Array): void {
    this.write(bytes)
    this.offset += bytes.length
  }

  private column(column: ParquetColumn, rows: number, given: ColumnValues): Chunk[] {
    if ('ends' in given) return this.map(column.name, rows, given)
    if ('ids' in given) return [this.texts([column.name], rows, given, levels(given.ids, rows))]
    const { present } = given
    const type = PHYSICAL[column.type as Exclude<ParquetType, 'map'>]
    const plain = plainOf(present === undefined ? given.values : withoutAbsent(given.values, present, rows), type)
    const before = column.optional ? levels(present ?? ALL, rows) : []
    return [this.chunk([column.name], type, rows, undefined, PLAIN, [...before, plain])]
  }

  private texts(path: readonly string[], rows: number, { ids, texts }: TextValues, before: readonly Uint8Array[]): Chunk {
    const present = new Uint32Array(rows)
    let count = 0
    for (let i = 0; i < rows; i++) if (ids[i] !== 0) present[count++] = ids[i]! - 1
    const distinct = Math.max(0, texts.length - 1)
    const width = bitWidth(distinct)
    const dictionary = { count: distinct, bytes: plainTexts(texts, 1) }
    return this.chunk(path, BYTE_ARRAY, rows, dictionary, RLE_DICTIONARY, [
      ...before,
      Uint8Array.of(width),
      hybridRun(present, count, width),
    ])
  }

  /** Both leaves have the same levels: an entry goes on with its row, or there is none. */
  private map(name: string, rows: number, { ends, keys, values }: Extract<ColumnValues, { ends: Uint32Array }>): Chunk[] {
    const entries = rows === 0 ? 0 : ends[rows - 1]!
    const slots = entries + emptyRows(ends, rows)
    const [goesOn, isEntry] = [new Uint8Array(slots), new Uint8Array(slots)]
    let slot = 0
    for (let row = 0, from = 0; row < rows; from = ends[row]!, row++) {
      if (from === ends[row]) slot++
      for (let i = from; i < ends[row]!; i++, slot++) {
        isEntry[slot] = 1
        goesOn[slot] = i > from ? 1 : 0
      }
    }
    const before = [...prefixed(hybridRun(goesOn, slots, 1)), ...prefixed(hybridRun(isEntry, slots, 1))]
    const leaf = (part: string, { ids, texts }: TextValues) => {
      const width = bitWidth(texts.length - 1)
      const packed = hybridRun(
        ids.subarray(0, entries).map((id) => id - 1),
        entries,
        width,
      )
      const dictionary = { count: Math.max(0, texts.length - 1), bytes: plainTexts(texts, 1) }
      return this.chunk([name, 'key_value', part], BYTE_ARRAY, slots, dictionary, RLE_DICTIONARY, [...before, Uint8Array.of(width), packed])
    }
    return [leaf('key', keys), leaf('value', values)]
  }

  private chunk(
    path: readonly string[],
    type: number,
    values: number,
    dictionary: { readonly count: number; readonly bytes: Uint8Array } | undefined,
    encoding: number,
    parts: readonly Uint8Array[],
  ): Chunk {
    const from = this.offset
    let rawBytes = 0
    let dictionaryAt = -1
    if (dictionary !== undefined) {
      dictionaryAt = from
      rawBytes += this.page(DICTIONARY_PAGE, dictionary.bytes, (w) =>
        w.struct(7, () => {
          w.i32(1, dictionary.count)
          w.i32(2, PLAIN)
        }),
      )
    }
    const dataAt = this.offset
    rawBytes += this.page(DATA_PAGE, Buffer.concat(parts), (w) =>
      w.struct(5, () => {
        w.i32(1, values)
        w.i32(2, encoding)
        w.i32(3, RLE)
        w.i32(4, RLE)
      }),
    )
    const encodings = dictionary === undefined ? [PLAIN, RLE] : [PLAIN, RLE, RLE_DICTIONARY]
    return { path, type, encodings, values, rawBytes, packedBytes: this.offset - from, dataAt, dictionaryAt }
  }

  /** Bytes of header and page before packing. */
  private page(type: number, raw: Uint8Array, kind: (w: ThriftWriter) => void): number {
    const packed = zstdCompressSync(raw, { params: { [ZSTD_LEVEL]: LEVEL } })
    const w = new ThriftWriter()
    w.body(() => {
      w.i32(1, type)
      w.i32(2, raw.length)
      w.i32(3, packed.length)
      kind(w)
    })
    const header = w.done()
    this.put(header)
    this.put(packed)
    return header.length + raw.length
  }

  private footer(facts: Readonly<Record<string, string>>): Uint8Array {
    const w = new ThriftWriter()
    w.body(() => {
      w.i32(1, 2)
      w.structs(2, schemaOf(this.columns), (element) => writeElement(w, element))
      w.i64(
        3,
        this.groups.reduce((sum, { rows }) => sum + rows, 0),
      )
      w.structs(4, this.groups, (group) => writeGroup(w, group))
      w.structs(5, Object.entries(facts), ([key, value]) => {
        w.text(1, key)
        w.text(2, value)
      })
      w.text(6, 'wiretop')
    })
    return w.done()
  }
}

/** Level bytes of a page: their length, then the run. */
const prefixed = (run: Uint8Array): [Uint8Array, Uint8Array] => [bytesOf(Uint32Array.of(run.length)), run]

const ALL = new Uint8Array(0)
/** 1 where there is a value. */
function levels(present: ArrayLike<number>, rows: number): Uint8Array[] {
  const isThere = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) isThere[i] = present === ALL || present[i] !== 0 ? 1 : 0
  return prefixed(hybridRun(isThere, rows, 1))
}

function emptyRows(ends: Uint32Array, rows: number): number {
  let empty = 0
  for (let row = 0, from = 0; row < rows; from = ends[row]!, row++) if (ends[row] === from) empty++
  return empty
}

type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array
function withoutAbsent(values: Numbers, present: Uint8Array, rows: number): Numbers {
  const there = values.slice(0, rows)
  let count = 0
  for (let i = 0; i < rows; i++) if (present[i] !== 0) there[count++] = values[i]!
  return there.subarray(0, count)
}

function plainOf(values: Numbers, type: number): Uint8Array {
  if (values instanceof Float64Array) return plainInt64(values, values.length)
  if (type !== BOOLEAN) return bytesOf(values instanceof Uint8Array ? Int32Array.from(values) : values)
  const bits = new Uint8Array(Math.ceil(values.length / 8))
  for (let i = 0; i < values.length; i++) bits[i >> 3]! |= values[i]! << (i & 7)
  return bits
}

interface SchemaElement {
  readonly name: string
  readonly repetition?: number
  readonly type?: number
  readonly children?: number
  readonly converted?: number
}
function schemaOf(columns: readonly ParquetColumn[]): SchemaElement[] {
  return [
    { name: 'flows', children: columns.length },
    ...columns.flatMap(({ name, type, optional }): SchemaElement[] => {
      if (type === 'map')
        return [
          { name, repetition: REQUIRED, children: 1, converted: MAP },
          { name: 'key_value', repetition: REPEATED, children: 2 },
          { name: 'key', repetition: REQUIRED, type: BYTE_ARRAY, converted: UTF8 },
          { name: 'value', repetition: REQUIRED, type: BYTE_ARRAY, converted: UTF8 },
        ]
      const converted = CONVERTED[type]
      const repetition = optional || type === 'text' ? OPTIONAL : REQUIRED
      return [{ name, repetition, type: PHYSICAL[type], ...(converted !== undefined && { converted }) }]
    }),
  ]
}
function writeElement(w: ThriftWriter, { name, repetition, type, children, converted }: SchemaElement): void {
  if (type !== undefined) w.i32(1, type)
  if (repetition !== undefined) w.i32(3, repetition)
  w.text(4, name)
  if (children !== undefined) w.i32(5, children)
  if (converted !== undefined) w.i32(6, converted)
}

function writeGroup(w: ThriftWriter, { rows, chunks }: RowGroup): void {
  w.structs(1, chunks, (chunk) => {
    w.i64(2, chunk.dictionaryAt >= 0 ? chunk.dictionaryAt : chunk.dataAt)
    w.struct(3, () => {
      w.i32(1, chunk.type)
      w.i32s(2, chunk.encodings)
      w.texts(3, chunk.path)
      w.i32(4, ZSTD)
      w.i64(5, chunk.values)
      w.i64(6, chunk.rawBytes)
      w.i64(7, chunk.packedBytes)
      w.i64(9, chunk.dataAt)
      if (chunk.dictionaryAt >= 0) w.i64(11, chunk.dictionaryAt)
    })
  })
  w.i64(
    2,
    chunks.reduce((sum, { rawBytes }) => sum + rawBytes, 0),
  )
  w.i64(3, rows)
}
