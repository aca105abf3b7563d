import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { type Block, type Consolidation, headLength, isAberrant, type RrdLayout, readLayout, WORD } from './rrd-layout.ts'
import { RrdState } from './rrd-state.ts'
import { type RrdRows, updateRrd } from './rrd-update.ts'

/** A file cannot be worked with: one line that says why. */
export class RrdFault extends Error {
  override readonly name = 'RrdFault'
}

/** Layouts that have been read, by the bytes of their heads: most files have one of a few. */
const known = new Map<string, RrdLayout>()
let latest: RrdLayout | undefined
const MAX_KNOWN = 1000
const NOTHING = new Uint8Array(new Float64Array(8192).fill(Number.NaN).buffer)

/** A value a second in the time up to startS + (i + 1) × stepS, for each source. */
export interface RrdFetched {
  readonly startS: number
  readonly stepS: number
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
}

/** One RRD file, open. Nobody else writes it meanwhile. */
export class RrdFile implements RrdRows {
  readonly path: string
  readonly state: RrdState
  private readonly fd: number
  private readonly row: Float64Array
  private readonly rowBytes: Uint8Array
  /** Blocks that are worked on, once they were read; those that have changed are written before the state. */
  private readonly blocks = new Map<Block, { readonly values: Float64Array; isChanged: boolean }>()

  private constructor(path: string, fd: number, state: RrdState) {
    this.path = path
    this.fd = fd
    this.state = state
    this.row = new Float64Array(state.layout.sources.length)
    this.rowBytes = new Uint8Array(this.row.buffer)
  }

  /** Throws an RrdFault, or as openSync does. */
  static open(path: string, mode: 'r' | 'r+' = 'r+'): RrdFile {
    const fd = openSync(path, mode)
    try {
      return new RrdFile(path, fd, readState(fd, path))
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  /** Makes a file that knows nothing yet: written aside and renamed, so that it is whole or not there. Throws as writeSync does. */
  static create(path: string, layout: RrdLayout, startS: number): void {
    const state = RrdState.begin(layout, startS)
    const aside = `${path}.new`
    const fd = openSync(aside, 'w', 0o644)
    try {
      writeAll(fd, layout.head, 0)
      writeAll(fd, state.bytes, layout.head.length)
      for (let at = layout.headerBytes; at < layout.fileBytes; at += NOTHING.length)
        writeAll(fd, NOTHING.subarray(0, Math.min(NOTHING.length, layout.fileBytes - at)), at)
    } finally {
      closeSync(fd)
    }
    renameSync(aside, path)
  }

  /** `updateRrd` of this file. Throws as writeSync does. */
  update(timeS: number, values: ArrayLike<number>): boolean {
    return updateRrd(this.state, timeS, values, this)
  }
  /** What updates since the last time have made counts from then on: one write, so that it is in the file as a whole or not at all. */
  flush(): void {
    for (const [{ at }, block] of this.blocks) {
      if (block.isChanged) writeAll(this.fd, bytesOf(block.values), at)
      block.isChanged = false
    }
    writeAll(this.fd, this.state.bytes, this.state.layout.head.length)
  }
  close(): void {
    closeSync(this.fd)
  }

  write(archive: number, row: number, of: number): void {
    const { state, row: values } = this
    for (let source = 0; source < values.length; source++) values[source] = state.numbers[state.cdp(archive, source) + of]!
    const { at, block } = state.layout.archives[archive]!
    const place = at + this.rowBytes.length * row
    if (block === undefined) writeAll(this.fd, this.rowBytes, place)
    else this.change(block, (place - block.at) / WORD)
  }
  private change(block: Block, word: number): void {
    const there = this.read(block)
    for (let source = 0; source < this.row.length; source++) {
      if (Object.is(there.values[word + source], this.row[source])) continue
      there.values[word + source] = this.row[source]!
      there.isChanged = true
    }
  }
  ofSeason(archive: number, row: number, source: number): number {
    const { at, block } = this.state.layout.archives[archive]!
    return this.read(block!).values[(at - block!.at) / WORD + row * this.row.length + source]!
  }
  private read(block: Block) {
    let there = this.blocks.get(block)
    if (there === undefined) {
      there = { values: new Float64Array(block.words), isChanged: false }
      readSync(this.fd, there.values, 0, there.values.byteLength, block.at)
      this.blocks.set(block, there)
    }
    return there
  }

  /** What `rrdtool fetch` finds from `fromS` on and until `toS`; undefined: there is no such archive. */
  fetch(cf: Consolidation, fromS: number, toS: number, resolutionS = 1): RrdFetched | undefined {
    const archive = this.bestArchive(cf, fromS, toS, resolutionS)
    if (archive < 0) return undefined
    const { layout, lastS } = this.state
    const { steps, rows, at } = layout.archives[archive]!
    const stepS = steps * layout.stepS
    const startS = fromS - (fromS % stepS)
    const count = (toS + stepS - (toS % stepS) - startS) / stepS
    const newestS = lastS - (lastS % stepS)
    const wide = this.row.length
    const all = new Float64Array(wide * rows)
    readSync(this.fd, all, 0, all.byteLength, at)
    const columns = layout.sources.map(() => new Float64Array(count).fill(Number.NaN))
    for (let i = 0; i < count; i++) {
      const back = (newestS - startS) / stepS - (i + 1)
      if (back < 0 || back >= rows) continue
      const row = (this.state.currentRow(archive) - back + rows) % rows
      for (let source = 0; source < wide; source++) columns[source]![i] = all[row * wide + source]!
    }
    return { startS, stepS, names: layout.sources.map(({ name }) => name), columns }
  }

  /** Of those that reach back far enough the one nearest to the resolution; else the one that reaches furthest. */
  private bestArchive(cf: Consolidation, fromS: number, toS: number, resolutionS: number): number {
    const { layout, lastS } = this.state
    let [full, fullOff, part, partMatch, partOff] = [-1, 0, -1, 0, 0]
    for (const [a, archive] of layout.archives.entries()) {
      // A single step is its own average, least, greatest and last.
      if (archive.cf !== cf && !(archive.steps === 1 && !isAberrant(cf) && !isAberrant(archive.cf))) continue
      const stepS = archive.steps * layout.stepS
      const beginS = lastS - (lastS % stepS) - stepS * archive.rows
      const off = Math.abs(resolutionS - stepS)
      const match = toS - Math.max(fromS, beginS)
      if (beginS <= fromS) {
        if (full < 0 || off < fullOff) [full, fullOff] = [a, off]
      } else if (part < 0 || match > partMatch || (match === partMatch && off < partOff)) [part, partMatch, partOff] = [a, match, off]
    }
    return full >= 0 ? full : part
  }
}

/** How files begin: most heads are within, with their states. */
const BEGINNING = new Uint8Array(4096)

function readState(fd: number, path: string): RrdState {
  const fault = (why: string) => new RrdFault(`${path}: ${why}`)
  const first = BEGINNING.subarray(0, readSync(fd, BEGINNING, 0, BEGINNING.length, 0))
  const length = headLength(first)
  if (typeof length === 'string') throw fault(length)
  const head = first.length >= length ? first.subarray(0, length) : readAt(fd, length, 0)
  if (head.length < length) throw fault('it is cut short')
  const layout = layoutFor(head)
  if (typeof layout === 'string') throw fault(layout)
  const { size } = fstatSync(fd)
  if (size !== layout.fileBytes) throw fault(`it has ${size} bytes where ${layout.fileBytes} would be right`)
  const isRead = first.length >= layout.headerBytes
  const state = new RrdState(layout, isRead ? first.slice(length, layout.headerBytes) : readAt(fd, layout.stateBytes, length))
  if (layout.archives.some(({ rows }, a) => state.currentRow(a) >= rows)) throw fault('its state is damaged')
  return state
}

function layoutFor(head: Uint8Array): RrdLayout | string {
  if (latest !== undefined && Buffer.compare(latest.head, head) === 0) return latest
  const key = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  const there = known.get(key)
  if (there !== undefined) return (latest = there)
  const layout = readLayout(head.slice())
  if (typeof layout !== 'string' && known.size < MAX_KNOWN) known.set(key, layout)
  return layout
}

const bytesOf = (values: Float64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** Fewer where the file ends before. */
function readAt(fd: number, length: number, at: number): Uint8Array {
  const bytes = new Uint8Array(length)
  return bytes.subarray(0, readSync(fd, bytes, 0, length, at))
}
function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}
