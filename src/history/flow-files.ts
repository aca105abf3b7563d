/** The files of one interface's flows: records are staged, gathered into a file every five minutes, and files merged by the hour and the day. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FlowBatch, type PackedFlows, unpackFlows } from '../lib/flow-batch.ts'
import { type Duck, quoted } from './duck.ts'
import { type StoredSums, sumSql } from './flow-sums.ts'
import { Manifest, pathsOf, type StoredFile, syncFolder } from './manifest.ts'
import { ParquetWriter } from './parquet/parquet-writer.ts'
import { readStage, Stage } from './stage.ts'
import { FlowRowGroup, GROUP_ROWS, PARQUET_COLUMNS } from './stored-flows.ts'

const MINUTE_MS = 60_000
export const PART_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** So many records end a part before its time: its stage is read as a whole when the process had died. */
/** What is gathered lies in memory; hours get larger groups when they are merged. */
const GATHERED_ROWS = 16_384
const MAX_PART_ROWS = 1_000_000
/** What comes late still finds the hour open. */
const HOUR_IS_OVER_MS = 5 * MINUTE_MS
/** Hours that hold more together stay apart: nothing would be won. */
const MAX_DAY_ROWS = 10_000_000

const STAGE_FOLDER = 'stage'
const ASIDE = '.part'
const EXTENSION = '.parquet'

interface Part {
  readonly beganMs: number
  readonly stagePath: string
  /** Where its records are staged; of one that an earlier process had left nothing more comes. */
  readonly stage?: Stage
  readonly aside: string
  readonly fd: number
  readonly writer: ParquetWriter
  rows: number
  fromMs: number
  toMs: number
  /** Why not all of it could be written: it is made anew of its stage. */
  broken: Error | undefined
}

/** A file as whoever asks reads it, or several that have sums together. */
export interface ReadFile {
  readonly paths: readonly string[]
  readonly rows: number
  /** All its records are of the range. */
  readonly isWithin: boolean
  readonly sums?: StoredSums
}

export class FlowFiles {
  readonly folder: string
  private readonly name: () => string
  private readonly makeRoom: () => boolean
  private readonly manifest: Manifest
  private group: FlowRowGroup | undefined
  private part: Part | undefined
  private serial = 0
  /** Stages whose records are in no file yet, for want of room. */
  private readonly waiting: string[] = []
  private triedMs = 0
  private isMerging = false
  /** Merges that failed, and when: they are tried again an hour later. */
  private readonly failed = new Map<string, number>()
  private readers = 0
  private readonly unlinked: string[] = []
  readonly faults: string[] = []

  /** `name`: what the interface is called now. `makeRoom` lets go of what is oldest, of all interfaces; false: there is nothing. Takes up what was left when the process ended. Throws as the functions of node:fs do. */
  constructor(folder: string, name: () => string, makeRoom: () => boolean) {
    this.folder = folder
    this.name = name
    this.makeRoom = makeRoom
    mkdirSync(join(folder, STAGE_FOLDER), { recursive: true, mode: 0o700 })
    this.manifest = new Manifest(folder)
    if (this.manifest.damaged > 0) this.faults.push(`${folder}: ${this.manifest.damaged} lines of the manifest are damaged`)
    this.forgetMissing()
    this.takeUpAll()
  }

  /** Files that somebody else has removed, or that were being removed when the process died. */
  private forgetMissing(): void {
    const missing = this.files.filter(({ path }) => !existsSync(join(this.folder, path)))
    if (missing.length === 0) return
    this.fault(`${this.folder}: ${missing.length} files are not there any more, as ${missing[0]!.path}`)
    this.manifest.change({ remove: missing.map(({ path }) => path) })
  }

  get files(): readonly StoredFile[] {
    return this.manifest.files
  }
  /** Times of records that are in no file yet; undefined: there are none. */
  get openRange(): { readonly fromMs: number; readonly toMs: number } | undefined {
    const { part, group } = this
    if (part === undefined) return undefined
    const fromMs = Math.min(part.fromMs, group?.fromMs ?? part.fromMs)
    return fromMs === Number.POSITIVE_INFINITY ? undefined : { fromMs, toMs: Math.max(part.toMs, group?.toMs ?? part.toMs) }
  }

  /** Records are staged when it returns. Throws as writeSync does; then nothing was taken. */
  add(records: PackedFlows, nowMs: number): void {
    const part = (this.part ??= this.begin(nowMs))
    part.stage!.append(records)
    this.gather(part, records)
    if (part.rows >= MAX_PART_ROWS) this.seal()
  }

  /** Once a second: what came is made safe, and a part whose five minutes of the clock are over becomes a file. */
  tick(nowMs: number): void {
    const { part } = this
    if (part === undefined) {
      // It may be large, and what was in the way last time may still be.
      if (this.waiting.length > 0 && Math.abs(nowMs - this.triedMs) >= MINUTE_MS) {
        this.triedMs = nowMs
        this.takeUp(this.waiting[0]!)
      }
      return
    }
    part.stage!.sync()
    if (Math.floor(nowMs / PART_MS) !== Math.floor(part.beganMs / PART_MS)) this.seal()
  }

  /** What is gathered becomes a file that counts. */
  seal(): void {
    const { part } = this
    if (part === undefined) return
    this.part = undefined
    part.stage!.close()
    if (part.rows + (this.group?.rows ?? 0) === 0) return this.drop(part)
    const error = this.finish(part)
    if (error === undefined) return
    this.waiting.push(part.stagePath)
    if (isFull(error)) this.takeUp(part.stagePath)
    else this.fault(`${part.stagePath}: ${error.message}; its records wait there`)
  }

  private begin(nowMs: number): Part {
    const stage = new Stage(join(this.folder, STAGE_FOLDER, `${nowMs}-${process.pid}-${this.serial++}.stage`))
    try {
      return { ...this.blank(nowMs, stage.path), stage }
    } catch (error) {
      stage.close()
      rmSync(stage.path, { force: true })
      throw error
    }
  }
  private blank(beganMs: number, stagePath: string): Part {
    const aside = `${stagePath}${ASIDE}`
    const fd = openSync(aside, 'w', 0o600)
    let writer: ParquetWriter
    try {
      writer = new ParquetWriter(PARQUET_COLUMNS, (bytes) => writeAll(fd, bytes))
    } catch (error) {
      closeQuietly(fd)
      rmSync(aside, { force: true })
      throw error
    }
    return {
      beganMs,
      stagePath,
      aside,
      fd,
      writer,
      rows: 0,
      fromMs: Number.POSITIVE_INFINITY,
      toMs: Number.NEGATIVE_INFINITY,
      broken: undefined,
    }
  }

  private gather(part: Part, records: PackedFlows): void {
    const group = (this.group ??= new FlowRowGroup(GATHERED_ROWS))
    const batch = unpackFlows(records)
    for (let i = 0; i < batch.count; ) {
      if (group.isFull) this.writeGroup(part)
      i += group.add(batch, i, this.name())
    }
  }

  private writeGroup(part: Part): void {
    const { group } = this
    if (group === undefined || group.rows === 0) return
    part.rows += group.rows
    part.fromMs = Math.min(part.fromMs, group.fromMs)
    part.toMs = Math.max(part.toMs, group.toMs)
    try {
      if (part.broken === undefined) part.writer.rowGroup(group.rows, group.columns())
    } catch (error) {
      part.broken = error as Error
    }
    group.clear()
  }

  /** Why it could not be done now: the records are in its stage. Undefined: it was. */
  private finish(part: Part): Error | undefined {
    try {
      this.writeGroup(part)
      if (part.broken !== undefined) throw part.broken
      part.writer.finish({})
      fsyncSync(part.fd)
      this.count(part)
      return undefined
    } catch (error) {
      rmSync(part.aside, { force: true })
      return error as Error
    } finally {
      closeQuietly(part.fd)
    }
  }

  private count({ beganMs, aside, rows, fromMs, toMs, stagePath, writer }: Part): void {
    const path = this.freePath(partPath(beganMs))
    const whole = join(this.folder, path)
    mkdirSync(dirname(whole), { recursive: true, mode: 0o700 })
    renameSync(aside, whole)
    syncFolder(dirname(whole))
    this.manifest.change({ add: [{ path, rows, bytes: writer.bytes, fromMs, toMs, stage: basename(stagePath) }] })
    rmSync(stagePath, { force: true })
  }

  private drop(part: Part): void {
    closeQuietly(part.fd)
    rmSync(part.aside, { force: true })
    rmSync(part.stagePath, { force: true })
  }

  /** What an earlier process had staged, and what it had not yet removed. */
  private takeUpAll(): void {
    const counted = new Set(this.manifest.files.map(({ stage }) => stage))
    for (const name of readdirSync(join(this.folder, STAGE_FOLDER)).sort()) {
      const path = join(this.folder, STAGE_FOLDER, name)
      if (name.endsWith(ASIDE) || counted.has(name)) rmSync(path, { force: true })
      else this.waiting.push(path)
    }
    for (const path of this.manifest.gone) rmSync(join(this.folder, path), { force: true })
    this.manifest.gone.clear()
    for (const path of [...this.waiting]) this.takeUp(path)
  }
  /** Makes a file of a stage that waits; where there is no room the oldest files make some. */
  private takeUp(path: string): void {
    let error = this.fileOf(path)
    while (error !== undefined && isFull(error) && this.makeRoom()) error = this.fileOf(path)
    if (error === undefined) this.waiting.splice(this.waiting.indexOf(path), 1)
    else this.fault(`${path}: ${error.message}; its records wait there`)
  }
  /** Why not; undefined: it is made, and the stage is gone. */
  private fileOf(stagePath: string): Error | undefined {
    let part: Part | undefined
    try {
      part = this.blank(beganOf(stagePath), stagePath)
      const into = part
      // An earlier version may have staged fewer columns.
      const cut = readStage(stagePath, (records) => this.gather(into, { ...new FlowBatch(records.count), ...records }))
      if (cut > 0) this.fault(`${stagePath}: its last ${cut} bytes are cut short or damaged`)
    } catch (error) {
      this.group?.clear()
      if (part !== undefined) {
        closeQuietly(part.fd)
        rmSync(part.aside, { force: true })
      }
      return error as Error
    }
    if (part.rows + (this.group?.rows ?? 0) > 0) return this.finish(part)
    this.drop(part)
    return undefined
  }

  private freePath(path: string): string {
    for (let n = 0; ; n++) {
      const free = n === 0 ? path : `${path.slice(0, -EXTENSION.length)}.${n}${EXTENSION}`
      if (!this.manifest.has(free) && !existsSync(join(this.folder, free))) return free
    }
  }

  /** Files of one hour, or of one day, that can be made one: the oldest first. */
  private mergeable(nowMs: number): { into: string; files: StoredFile[] } | undefined {
    const groups = new Map<string, StoredFile[]>()
    for (const file of this.files) {
      const into = mergedPath(file.path, nowMs)
      if (into !== undefined && Math.abs(nowMs - (this.failed.get(into) ?? 0)) >= HOUR_MS)
        groups.set(into, [...(groups.get(into) ?? []), file])
    }
    for (const [into, files] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const rows = files.reduce((sum, file) => sum + file.rows, 0)
      if (DAY_PATH.test(into) ? files.length > 1 && rows <= MAX_DAY_ROWS : files.length > 0) return { into, files }
    }
    return undefined
  }

  /** Makes one file of the oldest hour or day that is over, or finds that it cannot be done now. False: there is none. */
  async merge(duck: Duck, nowMs: number, signal?: AbortSignal): Promise<boolean> {
    const found = this.isMerging ? undefined : this.mergeable(nowMs)
    if (found === undefined) return false
    this.isMerging = true
    const aside = this.newAside()
    try {
      const { files } = found
      await duck.use(signal, (connection) =>
        connection.run(
          mergeSql(
            files.map(({ path }) => join(this.folder, path)),
            aside,
          ),
        ),
      )
      const rows = await this.sumUp(duck, aside, signal)
      this.replace(files, found.into, aside, rows)
      return true
    } catch (error) {
      this.dropAside(aside)
      if (signal?.aborted) throw error
      // A damaged file among them keeps the others apart, and nothing else.
      this.failed.set(found.into, nowMs)
      this.fault(`${join(this.folder, found.into)} cannot be made: ${(error as Error).message.split('\n')[0]}`)
      return true
    } finally {
      this.isMerging = false
    }
  }

  /** A path where a file can be written before it counts. What is left there goes when the folder is opened again. */
  newAside(): string {
    return join(this.folder, STAGE_FOLDER, `made-${process.pid}-${this.serial++}${ASIDE}`)
  }
  /** It did not come to count, or lies elsewhere now. */
  dropAside(aside: string): void {
    for (const path of [aside, sumsAside(aside)]) rmSync(path, { force: true })
  }

  /** Sums of a file that lies aside, beside it; returns how many rows they have. */
  async sumUp(duck: Duck, aside: string, signal: AbortSignal | undefined): Promise<number> {
    return duck.use(signal, async (connection) => {
      await connection.run(sumSql(aside, sumsAside(aside)))
      const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet(${quoted(sumsAside(aside))})`)
      return counted.getRows()[0]![0] as number
    })
  }

  /**
   * What was written aside, with its sums where there are such, counts from now on in the place of `files`; their numbers together are its own unless given.
   * Returns where it is.
   */
  replace(
    files: readonly StoredFile[],
    into: string,
    aside: string,
    sumRows: number | undefined,
    { rows, fromMs, toMs }: FileNumbers = together(files),
  ): string {
    const path = this.freePath(into)
    mkdirSync(dirname(join(this.folder, path)), { recursive: true, mode: 0o700 })
    const sumPath = `${path.slice(0, -EXTENSION.length)}${SUMS}`
    const sums = sumRows === undefined ? undefined : { path: sumPath, rows: sumRows, bytes: this.putInPlace(sumsAside(aside), sumPath) }
    const bytes = this.putInPlace(aside, path)
    syncFolder(dirname(join(this.folder, path)))
    const made: StoredFile = { path, rows, bytes, fromMs, toMs, ...(sums && { sums }) }
    this.manifest.change({ add: [made], remove: files.map((file) => file.path) })
    this.unlink(files)
    return path
  }

  /** A file that lies there counts from now on, or counts as what it is. */
  adopt(file: StoredFile): void {
    this.manifest.change({ add: [file] })
  }
  /** A file counts no more, and stays where it is or has gone already. */
  forget(path: string): void {
    this.manifest.change({ remove: [path] })
    this.manifest.gone.delete(path)
  }

  /** What lies aside is whole, and gets its name; returns its bytes. */
  private putInPlace(aside: string, path: string): number {
    const fd = openSync(aside, 'r+')
    fsyncSync(fd)
    closeSync(fd)
    renameSync(aside, join(this.folder, path))
    return statSync(join(this.folder, path)).size
  }

  /** Lets go of the file with the oldest records. False: there is none. */
  removeOldest(): boolean {
    const oldest = this.files.reduce<StoredFile | undefined>((a, b) => (a === undefined || b.toMs < a.toMs ? b : a), undefined)
    if (oldest === undefined) return false
    this.remove(oldest)
    return true
  }
  remove(file: StoredFile): void {
    // A disk that is full has no room for the line either, until the file is gone.
    if (this.readers === 0) for (const path of pathsOf(file)) rmSync(join(this.folder, path), { force: true })
    this.manifest.change({ remove: [file.path] })
    this.unlink([file])
  }

  /** Files of the range, the oldest first. Who asked reads them elsewhere: for a while they stay, also when others take their place. */
  between(fromMs: number, toMs: number): { readonly path: string; readonly bytes: number }[] {
    this.readers++
    setTimeout(() => this.release(), READ_WITHIN_MS).unref()
    return this.files
      .filter((file) => file.toMs >= fromMs && file.fromMs < toMs)
      .sort((a, b) => a.fromMs - b.fromMs)
      .map(({ path, bytes }) => ({ path: join(this.folder, path), bytes }))
  }

  /** While somebody reads, files that count no more stay until all have done. */
  async reading<T>(work: (files: ReadFile[]) => Promise<T>, fromMs: number, toMs: number): Promise<T> {
    this.readers++
    try {
      const files = this.files.filter((file) => file.toMs >= fromMs && file.fromMs < toMs)
      return await work(
        files.map(({ path, rows, sums, ...times }) => ({
          paths: [join(this.folder, path)],
          rows,
          isWithin: times.fromMs >= fromMs && times.toMs < toMs,
          ...(sums && { sums: { ...sums, path: join(this.folder, sums.path) } }),
        })),
      )
    } finally {
      this.release()
    }
  }
  private release(): void {
    if (--this.readers === 0) this.unlink([])
  }
  private unlink(files: readonly StoredFile[]): void {
    this.unlinked.push(...files.flatMap(pathsOf))
    if (this.readers > 0) return
    for (const path of this.unlinked.splice(0)) {
      rmSync(join(this.folder, path), { force: true })
      this.manifest.gone.delete(path)
    }
  }

  private fault(text: string): void {
    if (!this.faults.includes(text) && this.faults.length < MAX_FAULTS) this.faults.push(text)
  }

  close(): void {
    this.seal()
    this.manifest.close()
  }
}
const MAX_FAULTS = 20
/** Of a file of sums; whoever reads all Parquet files of a folder is to have records alone. */
const SUMS = '.sums'
const sumsAside = (aside: string): string => `${aside.slice(0, -ASIDE.length)}${SUMS}${ASIDE}`
const READ_WITHIN_MS = 15 * MINUTE_MS

export const isFull = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC'

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // The disk may refuse even that; the number is free all the same.
  }
}

/** When a stage was begun, by its name. */
const beganOf = (stagePath: string): number => Number.parseInt(basename(stagePath), 10) || Date.now()

const two = (n: number) => String(n).padStart(2, '0')
/** YYYY/MM/DD/HH-MM.parquet, UTC. */
function partPath(ms: number): string {
  const at = new Date(Math.floor(ms / PART_MS) * PART_MS)
  const day = `${at.getUTCFullYear()}/${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}`
  return `${day}/${two(at.getUTCHours())}-${two(at.getUTCMinutes())}${EXTENSION}`
}

const PART_PATH = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)-(\d\d)(?:\.\d+)?\.parquet$/
const HOUR_PATH = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)(?:\.\d+)?\.parquet$/
const DAY_PATH = /^\d{4}\/\d\d\/\d\d\.parquet$/
/** The file that this one goes into when its time is over; undefined: it stays as it is. */
function mergedPath(path: string, nowMs: number): string | undefined {
  const part = PART_PATH.exec(path)
  if (part !== null) {
    const [, year, month, day, hour] = part
    const begins = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour))
    return nowMs >= begins + HOUR_MS + HOUR_IS_OVER_MS ? `${year}/${month}/${day}/${hour}${EXTENSION}` : undefined
  }
  const [, year, month, day] = HOUR_PATH.exec(path) ?? []
  if (year === undefined) return undefined
  const begins = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return nowMs >= begins + DAY_MS + HOUR_MS ? `${year}/${month}/${day}${EXTENSION}` : undefined
}

const mergeSql = (paths: readonly string[], into: string) =>
  packSql(`SELECT * FROM read_parquet([${paths.map(quoted).join(', ')}], union_by_name = true)`, into)

/** Writes records as a file of the store. Rows of a host lie together, so that a look at one reads little, and equal values pack well. */
export const packSql = (select: string, into: string): string =>
  `COPY (${select} ORDER BY server, client, firstSeen) ` +
  `TO ${quoted(into)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2, ROW_GROUP_SIZE ${GROUP_ROWS})`

export type FileNumbers = Pick<StoredFile, 'fromMs' | 'rows' | 'toMs'>
const together = (files: readonly StoredFile[]): FileNumbers => ({
  rows: files.reduce((sum, { rows }) => sum + rows, 0),
  fromMs: Math.min(...files.map(({ fromMs }) => fromMs)),
  toMs: Math.max(...files.map(({ toMs }) => toMs)),
})
