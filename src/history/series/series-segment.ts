/**
 * A file of series: of one kind and one stretch of time, in the order of their names. Blocks of some series each are compressed, and an index at the end says with which name each begins. So one
 * series costs one short read however many there are, and files of shorter stretches are merged in one pass.
 *
 *     blocks … | index (zstd) | u32 length of the index, u32 its CRC-32, "WTS1"
 *
 * A series in a block: its name, a bit a slot that says which are known, and by metric the values of those: whole numbers in as many bytes as they need (LEB128, zigzag), else doubles.
 */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader, ByteWriter } from './bytes.ts'

const MAGIC = 0x31535457
const TRAILER_LEN = 12
const SERIES_A_BLOCK = 32
const MAX_INDEX = 256 * 2 ** 20
const ZSTD_LEVEL = 100
const FAST = { params: { [ZSTD_LEVEL]: 1 } }
const FLUSH_BYTES = 1 << 20

export interface SegmentHead {
  readonly fromMs: number
  readonly stepMs: number
  readonly slots: number
  readonly metrics: readonly string[]
}
/** A column a metric. */
export interface StoredSeries {
  readonly name: string
  readonly columns: readonly Float64Array[]
}

interface Index extends SegmentHead {
  /** Names of the blocks' first series, one after the other, and where each ends. */
  readonly names: string
  readonly nameEnds: Uint32Array
  readonly blockAt: Float64Array
  readonly blockCrc: Uint32Array
}

/** Writes a file aside, which `finish` puts in its place. Throws as the functions of node:fs do; `abandon` then. */
export class SegmentWriter {
  private readonly path: string
  private readonly head: SegmentHead
  private readonly fd: number
  private readonly block = new ByteWriter()
  private inBlock = 0
  private pending: Uint8Array[] = []
  private pendingBytes = 0
  private written = 0
  private at = 0
  private readonly firstNames: string[] = []
  private readonly blockAt: number[] = []
  private readonly blockCrc: number[] = []
  count = 0

  constructor(path: string, head: SegmentHead) {
    this.path = path
    this.head = head
    this.fd = openSync(`${path}.new`, 'w', 0o600)
  }

  /** In the order of their names, each once. */
  add({ name, columns }: StoredSeries): void {
    if (this.inBlock === 0) this.firstNames.push(name)
    putSeries(this.block, name, columns, this.head.slots)
    this.count++
    if (++this.inBlock === SERIES_A_BLOCK) this.endBlock()
  }
  private endBlock(): void {
    if (this.inBlock === 0) return
    const body = zstdCompressSync(this.block.take(), FAST)
    this.blockAt.push(this.at)
    this.blockCrc.push(crc32(body))
    this.put(body)
    this.inBlock = 0
  }
  private put(bytes: Uint8Array): void {
    this.pending.push(bytes)
    this.pendingBytes += bytes.length
    this.at += bytes.length
    if (this.pendingBytes >= FLUSH_BYTES) this.flush()
  }
  private flush(): void {
    const bytes = Buffer.concat(this.pending)
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, bytes.length - done, this.written + done)
    this.written += bytes.length
    this.pending = []
    this.pendingBytes = 0
  }

  /** It is there, and safe from a power cut but for its folder, when this returns. Returns its length. */
  finish(): number {
    this.endBlock()
    this.blockAt.push(this.at)
    let end = 0
    const nameEnds = Uint32Array.from(this.firstNames, (name) => (end += name.length))
    const index: Index = {
      ...this.head,
      names: this.firstNames.join(''),
      nameEnds,
      blockAt: Float64Array.from(this.blockAt),
      blockCrc: Uint32Array.from(this.blockCrc),
    }
    const body = zstdCompressSync(serialize(index), FAST)
    const trailer = Buffer.alloc(TRAILER_LEN)
    trailer.writeUInt32LE(body.length, 0)
    trailer.writeUInt32LE(crc32(body), 4)
    trailer.writeUInt32LE(MAGIC, 8)
    this.put(body)
    this.put(trailer)
    this.flush()
    fsyncSync(this.fd)
    closeSync(this.fd)
    renameSync(`${this.path}.new`, this.path)
    return this.written
  }
  abandon(): void {
    closeSync(this.fd)
  }
}

/** Throws with one line that says what is wrong with it. */
export class Segment {
  readonly path: string
  readonly head: SegmentHead
  private readonly index: Index
  /** Of memory that it takes. */
  readonly bytes: number

  constructor(path: string) {
    this.path = path
    const fd = openSync(path, 'r')
    try {
      const { size } = fstatSync(fd)
      const trailer = read(fd, Math.max(0, size - TRAILER_LEN), TRAILER_LEN)
      const length = trailer.readUInt32LE(0)
      if (trailer.readUInt32LE(8) !== MAGIC || length > Math.min(size - TRAILER_LEN, MAX_INDEX))
        throw new Error('no file of series, or cut short')
      const body = read(fd, size - TRAILER_LEN - length, length)
      if (crc32(body) !== trailer.readUInt32LE(4)) throw new Error('its index is damaged')
      const raw = zstdDecompressSync(body)
      this.index = deserialize(raw) as Index
      this.bytes = raw.length
    } finally {
      closeSync(fd)
    }
    const { fromMs, stepMs, slots, metrics } = this.index
    this.head = { fromMs, stepMs, slots, metrics }
  }

  private get blocks(): number {
    return this.index.blockCrc.length
  }
  private firstName(block: number): string {
    const { names, nameEnds } = this.index
    return names.slice(block === 0 ? 0 : nameEnds[block - 1]!, nameEnds[block]!)
  }
  /** The block in which the name is, if it is there; -1: it comes before all. */
  private blockOf(name: string): number {
    let [low, high] = [0, this.blocks]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.firstName(middle) <= name) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  find(name: string): readonly Float64Array[] | undefined {
    const block = this.blockOf(name)
    if (block < 0) return undefined
    const fd = openSync(this.path, 'r')
    try {
      const reader = this.open(fd, block)
      while (reader.left > 0) {
        const length = reader.length()
        const end = reader.at + length
        if (reader.text() === name) return getColumns(reader, this.head)
        reader.at = end
      }
      return undefined
    } finally {
      closeSync(fd)
    }
  }

  /** All series whose names are not before `from`, in their order. */
  *all(from = ''): Generator<StoredSeries> {
    const fd = openSync(this.path, 'r')
    try {
      for (let block = Math.max(0, this.blockOf(from)); block < this.blocks; block++) {
        const reader = this.open(fd, block)
        while (reader.left > 0) {
          const length = reader.length()
          const end = reader.at + length
          const name = reader.text()
          if (name >= from) yield { name, columns: getColumns(reader, this.head) }
          reader.at = end
        }
      }
    } finally {
      closeSync(fd)
    }
  }

  private open(fd: number, block: number): ByteReader {
    const { blockAt, blockCrc } = this.index
    const body = read(fd, blockAt[block]!, blockAt[block + 1]! - blockAt[block]!)
    if (crc32(body) !== blockCrc[block]) throw new Error('it is damaged')
    return new ByteReader(zstdDecompressSync(body))
  }
}

function read(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const got = readSync(fd, bytes, done, length - done, at + done)
    if (got === 0) throw new Error('it is cut short')
    done += got
  }
  return bytes
}

const WHOLE = 0
const DOUBLES = 1

function putSeries(out: ByteWriter, name: string, columns: readonly Float64Array[], slots: number): void {
  const at = out.beginLength()
  out.text(name)
  const isKnown = (slot: number) => columns.some((column) => !Number.isNaN(column[slot]!))
  for (let slot = 0; slot < slots; slot += 8) {
    let bits = 0
    for (let bit = 0; bit < 8 && slot + bit < slots; bit++) if (isKnown(slot + bit)) bits |= 1 << bit
    out.byte(bits)
  }
  for (const column of columns) {
    let form = WHOLE
    for (let slot = 0; slot < slots; slot++) if (isKnown(slot) && !Number.isSafeInteger(2 * column[slot]!)) form = DOUBLES
    out.byte(form)
    for (let slot = 0; slot < slots; slot++) {
      if (!isKnown(slot)) continue
      if (form === WHOLE) out.signed(column[slot]!)
      else out.double(column[slot]!)
    }
  }
  out.endLength(at)
}

function getColumns(reader: ByteReader, { slots, metrics }: SegmentHead): Float64Array[] {
  const known: number[] = []
  for (let slot = 0; slot < slots; slot += 8) {
    const bits = reader.byte()
    for (let bit = 0; bit < 8; bit++) if ((bits & (1 << bit)) !== 0) known.push(slot + bit)
  }
  return metrics.map(() => {
    const column = new Float64Array(slots).fill(Number.NaN)
    const form = reader.byte()
    for (const slot of known) column[slot] = form === WHOLE ? reader.signed() : reader.double()
    return column
  })
}
