import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  combined,
  hostOfSeries,
  metricsOf,
  rolledUp,
  SERIES_KINDS,
  SERIES_TIERS,
  type SeriesKind,
  type SeriesPoints,
  type SeriesTier,
  tierOf,
} from '../../lib/series-points.ts'
import { Manifest, type StoredFile, syncFolder } from '../manifest.ts'
import { readStage, Stage } from '../stage.ts'
import { HOUR_MS, hourOf, OpenHour } from './open-hour.ts'
import { Segment, type SegmentHead, SegmentWriter, type StoredSeries } from './series-segment.ts'

const DAY_MS = 24 * HOUR_MS
/** Points of an hour may come so late. */
export const GRACE_MS = 120_000
const MAX_OPEN = 3
const MAX_HOUR_BYTES = 512 * 2 ** 20
/** Others get a turn after so many series. */
const TURN = 2048
const STAGES = 'stages'
const ENDING = '.series'

interface Staged {
  readonly hour: OpenHour
  stage: Stage<SeriesPoints> | undefined
  /** Names of all its stages: those of processes that died are read, and stay until the hour is in files. */
  readonly stages: string[]
}

/** What is shared by all interfaces. */
export interface ShelfHouse {
  /** An open segment, as long as there is memory for it. Throws as its constructor does. */
  segment(path: string): Segment
  forget(path: string): void
  fault(why: string): void
  lost(points: number): void
}

/** The series of one interface: the running hour in memory and in a stage, all before it in files of hours, then of days, then of months. */
export class SeriesShelf {
  private readonly folder: string
  private readonly house: ShelfHouse
  private readonly manifest: Manifest
  private readonly open = new Map<number, Staged>()
  /** Hours that are being written to files. */
  private readonly sealing = new Set<Staged>()
  private work: Promise<void> = Promise.resolve()
  /** What could not be merged is left as it is. */
  private readonly unmerged = new Set<string>()

  /** Throws as the functions of node:fs do. */
  constructor(folder: string, house: ShelfHouse) {
    this.folder = folder
    this.house = house
    mkdirSync(join(folder, STAGES), { recursive: true, mode: 0o700 })
    this.manifest = new Manifest(folder)
    if (this.manifest.damaged > 0) house.fault(`${join(folder, 'manifest.jsonl')}: ${this.manifest.damaged} lines are damaged`)
    this.clear()
    this.recover()
  }

  get files(): StoredFile[] {
    return this.manifest.files
  }
  get series(): number {
    let count = 0
    for (const { hour } of this.open.values()) for (const table of hour.tables.values()) count += table.count
    return count
  }

  /** Files that a process has left that died before they counted, or after. */
  private clear(): void {
    for (const { name } of SERIES_TIERS)
      for (const kind of Object.keys(SERIES_KINDS)) {
        const folder = join(this.folder, name, kind)
        if (!existsSync(folder)) continue
        for (const file of readdirSync(folder))
          if (!this.manifest.has(`${name}/${kind}/${file}`)) rmSync(join(folder, file), { force: true })
      }
  }
  private recover(): void {
    const sealed = new Set(this.manifest.files.flatMap(({ stage = '' }) => stage.split(' ')))
    for (const name of readdirSync(join(this.folder, STAGES)).sort()) {
      if (sealed.has(name)) this.dropStage(name)
      else this.replay(name)
    }
  }
  private replay(name: string): void {
    const path = join(this.folder, STAGES, name)
    const touched = new Set<Staged>()
    const cut = readStage<SeriesPoints>(path, (points) => touched.add(this.take(points)))
    if (cut > 0) this.house.fault(`${path}: its last ${cut} bytes are damaged`)
    if (touched.size === 0) this.dropStage(name)
    for (const staged of touched) staged.stages.push(name)
  }
  private dropStage(name: string): void {
    rmSync(join(this.folder, STAGES, name), { force: true })
  }

  /** Is safe from a death of the process when it returns. Throws as writeSync does. */
  write(points: SeriesPoints): void {
    const fromMs = hourOf(points.endMs)
    const staged = this.hour(fromMs)
    if (staged.stage === undefined) {
      const name = this.newStage(fromMs)
      staged.stage = new Stage(join(this.folder, STAGES, name))
      staged.stages.push(name)
    }
    staged.stage.append(points)
    this.take(points)
    if (this.open.size > MAX_OPEN) void this.seal(Math.min(...this.open.keys()))
  }
  private take(points: SeriesPoints): Staged {
    const staged = this.hour(hourOf(points.endMs))
    const refused = staged.hour.add(points, MAX_HOUR_BYTES)
    if (refused > 0) this.house.lost(refused)
    return staged
  }
  private hour(fromMs: number): Staged {
    let staged = this.open.get(fromMs)
    if (staged === undefined) {
      staged = { hour: new OpenHour(fromMs), stage: undefined, stages: [] }
      this.open.set(fromMs, staged)
    }
    return staged
  }
  private newStage(fromMs: number): string {
    for (let n = 1; ; n++) {
      const name = `${stamp(fromMs, HOUR_MS)}-${n}`
      if (!existsSync(join(this.folder, STAGES, name)) && !this.manifest.files.some(({ stage = '' }) => stage.split(' ').includes(name)))
        return name
    }
  }

  /** What has come is safe from a power cut, and hours that are over become files. Resolves when they are. */
  tick(nowMs: number): Promise<void> {
    for (const { stage } of this.open.values()) stage?.sync()
    for (const fromMs of this.open.keys()) if (fromMs + HOUR_MS + GRACE_MS <= nowMs) void this.seal(fromMs)
    return this.work
  }
  private seal(fromMs: number): Promise<void> {
    const staged = this.open.get(fromMs)!
    this.open.delete(fromMs)
    this.sealing.add(staged)
    this.work = this.work.then(() => this.writeHour(staged)).then(() => this.merge(fromMs))
    return this.work
  }

  private async writeHour(staged: Staged): Promise<void> {
    const { hour, stage, stages } = staged
    try {
      const add: StoredFile[] = []
      for (const [kind, table] of hour.tables)
        for (const tier of SERIES_TIERS) {
          if (tier.stepMs < table.stepMs) continue
          const head = { fromMs: hour.fromMs, stepMs: tier.stepMs, slots: HOUR_MS / tier.stepMs, metrics: table.metrics }
          add.push({ ...(await this.writeFile(tier.name, kind, head, HOUR_MS, table.all(tier.stepMs))), stage: stages.join(' ') })
        }
      this.manifest.change({ add })
      stage?.close()
      for (const name of stages) this.dropStage(name)
    } catch (error) {
      // The stage is read again at the next start.
      this.house.fault(`an hour of series stays in ${join(this.folder, STAGES, stages.join(' '))}: ${(error as Error).message}`)
    }
    this.sealing.delete(staged)
  }

  private async writeFile(
    tier: SeriesTier,
    kind: SeriesKind,
    head: SegmentHead,
    spanMs: number,
    series: Iterable<StoredSeries>,
  ): Promise<StoredFile> {
    const path = this.newPath(tier, kind, head.fromMs, spanMs)
    mkdirSync(dirname(join(this.folder, path)), { recursive: true, mode: 0o700 })
    const writer = new SegmentWriter(join(this.folder, path), head)
    try {
      let n = 0
      for (const one of series) {
        writer.add(one)
        if (++n % TURN === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      const bytes = writer.finish()
      syncFolder(dirname(join(this.folder, path)))
      return { path, rows: writer.count, bytes, fromMs: head.fromMs, toMs: head.fromMs + spanMs }
    } catch (error) {
      writer.abandon()
      throw error
    }
  }
  private newPath(tier: SeriesTier, kind: SeriesKind, fromMs: number, spanMs: number): string {
    for (let n = 1; ; n++) {
      const path = `${tier}/${kind}/${stamp(fromMs, spanMs)}-${n}${ENDING}`
      if (!this.manifest.has(path) && !existsSync(join(this.folder, path))) return path
    }
  }

  /** Hours of days that are over become days, days of months that are over months. */
  private async merge(nowMs: number): Promise<void> {
    for (const tier of ['five-minutes', 'hour'] as const)
      for (const kind of Object.keys(SERIES_KINDS) as SeriesKind[]) {
        await this.mergeAll(tier, kind, nowMs, HOUR_MS, dayOf)
        if (tier === 'hour') await this.mergeAll(tier, kind, nowMs, DAY_MS, monthOf)
      }
  }
  private async mergeAll(tier: SeriesTier, kind: SeriesKind, nowMs: number, spanMs: number, whole: (ms: number) => Span): Promise<void> {
    const parts = new Map<number, StoredFile[]>()
    for (const file of this.filesOf(tier, kind)) {
      const { fromMs, toMs } = whole(file.fromMs)
      if (file.toMs - file.fromMs > spanMs || toMs > nowMs || this.unmerged.has(file.path)) continue
      parts.set(fromMs, [...(parts.get(fromMs) ?? []), file])
    }
    for (const [fromMs, files] of parts) await this.mergeFiles(tier, kind, whole(fromMs), files)
  }
  private filesOf(tier: SeriesTier, kind: SeriesKind): StoredFile[] {
    const beginning = `${tier}/${kind}/`
    return this.manifest.files.filter(({ path }) => path.startsWith(beginning))
  }
  private async mergeFiles(tier: SeriesTier, kind: SeriesKind, { fromMs, toMs }: Span, files: readonly StoredFile[]): Promise<void> {
    try {
      const { stepMs } = tierOf(tier)
      const head = { fromMs, stepMs, slots: (toMs - fromMs) / stepMs, metrics: metricsOf(kind).map(({ name }) => name) }
      const segments = files.map(({ path }) => new Segment(join(this.folder, path)))
      const file = await this.writeFile(tier, kind, head, toMs - fromMs, merged(kind, head, segments))
      this.replace(files, [file])
    } catch (error) {
      for (const { path } of files) this.unmerged.add(path)
      this.house.fault(
        `${join(this.folder, tier, kind)}: series of ${stamp(fromMs, toMs - fromMs)} stay apart: ${(error as Error).message}`,
      )
    }
  }
  private replace(files: readonly StoredFile[], add: readonly StoredFile[]): void {
    this.manifest.change({ add, remove: files.map(({ path }) => path) })
    for (const { path } of files) {
      this.house.forget(join(this.folder, path))
      rmSync(join(this.folder, path), { force: true })
    }
  }

  /** Files that are too old go. */
  expire(nowMs: number): void {
    const old = this.files.filter((file) => file.toMs < nowMs - tierOf(tierOfFile(file)).keptMs)
    if (old.length > 0) this.replace(old, [])
  }
  remove(files: readonly StoredFile[]): void {
    this.replace(files, [])
  }

  /** Adds to `into` (a column a metric, slots of the tier from `fromMs` on) what there is of a series. */
  find(tier: SeriesTier, kind: SeriesKind, name: string, fromMs: number, into: readonly Float64Array[]): void {
    const { stepMs } = tierOf(tier)
    const toMs = fromMs + into[0]!.length * stepMs
    for (const file of this.filesOf(tier, kind)) {
      if (file.toMs <= fromMs || file.fromMs >= toMs) continue
      const path = join(this.folder, file.path)
      try {
        const segment = this.house.segment(path)
        const columns = segment.find(name)
        if (columns !== undefined) addInto(kind, segment.head, columns, fromMs, stepMs, into)
      } catch (error) {
        this.house.fault(`${path}: ${(error as Error).message}`)
      }
    }
    for (const { hour } of [...this.sealing, ...this.open.values()]) {
      const table = hour.tables.get(kind)
      const columns = table !== undefined && table.stepMs <= stepMs ? table.find(name, stepMs) : undefined
      if (columns !== undefined) addInto(kind, { fromMs: hour.fromMs, metrics: table!.metrics }, columns, fromMs, stepMs, into)
    }
  }

  /** Adds names that begin so: from each file the first `limit`. */
  names(kind: SeriesKind, prefix: string, limit: number, into: Set<string>): void {
    const take = (names: Iterable<string>) => {
      let n = 0
      for (const name of names) {
        if (name < prefix) continue
        if (!name.startsWith(prefix) || n++ >= limit) return
        into.add(name)
      }
    }
    for (const { path } of this.filesOf('hour', kind)) {
      try {
        take(nameOfEach(this.house.segment(join(this.folder, path)).all(prefix)))
      } catch (error) {
        this.house.fault(`${join(this.folder, path)}: ${(error as Error).message}`)
      }
    }
    for (const { hour } of [...this.sealing, ...this.open.values()]) take(hour.tables.get(kind)?.names() ?? [])
  }

  /** Removes series that are meant, by the hosts that they are of, and leaves nothing of them in any file. Says how many there were; with `isTrial` no more. */
  async deleteHosts(isMeant: (host: string) => boolean, isTrial: boolean, fault: (why: string) => void): Promise<number> {
    const found = new Set<string>()
    const isOf = (kind: SeriesKind, name: string) => {
      const host = hostOfSeries(kind, name)
      const isIn = host !== undefined && isMeant(host)
      if (isIn) found.add(`${kind} ${name}`)
      return isIn
    }
    if (isTrial)
      for (const { hour } of [...this.sealing, ...this.open.values()])
        for (const [kind, table] of hour.tables) for (const name of table.names()) isOf(kind, name)
    // What has come until now is in files then, and those alone are written anew.
    else for (const fromMs of [...this.open.keys()]) void this.seal(fromMs)
    const done = this.work.then(() => this.deleteFromFiles(isOf, isTrial, fault))
    this.work = done.catch(() => undefined)
    await done
    return found.size
  }
  private async deleteFromFiles(isOf: IsSeriesMeant, isTrial: boolean, fault: (why: string) => void): Promise<void> {
    for (const file of this.files) {
      const kind = kindOfFile(file)
      if (!HOST_SERIES.includes(kind) || !this.manifest.has(file.path)) continue
      try {
        const segment = new Segment(join(this.folder, file.path))
        if ((await this.has(segment, kind, isOf)) && !isTrial) await this.deleteFrom(file, segment, kind, isOf)
      } catch (error) {
        fault(`${join(this.folder, file.path)} may still have some: ${(error as Error).message}`)
      }
    }
    const open = new Set([...this.open.values()].flatMap(({ stages }) => stages))
    const left = isTrial ? [] : readdirSync(join(this.folder, STAGES)).filter((name) => !open.has(name))
    for (const name of left) fault(`${join(this.folder, STAGES, name)} may still have some: it could not be made a file`)
  }
  private async has(segment: Segment, kind: SeriesKind, isOf: IsSeriesMeant): Promise<boolean> {
    let has = false
    let n = 0
    for (const { name } of segment.all()) {
      if (isOf(kind, name)) has = true
      if (++n % TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return has
  }
  private async deleteFrom(file: StoredFile, segment: Segment, kind: SeriesKind, isOf: IsSeriesMeant): Promise<void> {
    const made = await this.writeFile(tierOfFile(file), kind, segment.head, file.toMs - file.fromMs, othersOf(segment, kind, isOf))
    // It may have become too old meanwhile.
    const isWanted = made.rows > 0 && this.manifest.has(file.path)
    this.replace([file], isWanted ? [{ ...made, ...(file.stage !== undefined && { stage: file.stage }) }] : [])
    if (!isWanted) rmSync(join(this.folder, made.path), { force: true })
  }

  async close(): Promise<void> {
    await this.work
    for (const { stage } of this.open.values()) {
      stage?.sync()
      stage?.close()
    }
    this.manifest.close()
  }
}

type IsSeriesMeant = (kind: SeriesKind, name: string) => boolean
/** Kinds of series that are of a host. */
const HOST_SERIES = (Object.keys(SERIES_KINDS) as SeriesKind[]).filter((kind) => hostOfSeries(kind, 'x') !== undefined)
function* othersOf(segment: Segment, kind: SeriesKind, isOf: IsSeriesMeant): Generator<StoredSeries> {
  for (const one of segment.all()) if (!isOf(kind, one.name)) yield one
}

const kindOfFile = ({ path }: StoredFile): SeriesKind => path.split('/')[1] as SeriesKind
export const tierOfFile = ({ path }: StoredFile): SeriesTier => path.slice(0, path.indexOf('/')) as SeriesTier

function* nameOfEach(series: Iterable<StoredSeries>): Generator<string> {
  for (const { name } of series) yield name
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}
function dayOf(ms: number): Span {
  const fromMs = Math.floor(ms / DAY_MS) * DAY_MS
  return { fromMs, toMs: fromMs + DAY_MS }
}
function monthOf(ms: number): Span {
  const date = new Date(ms)
  return { fromMs: Date.UTC(date.getUTCFullYear(), date.getUTCMonth()), toMs: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) }
}
/** As much of the time as says which span it is. */
const stamp = (fromMs: number, spanMs: number): string =>
  new Date(fromMs).toISOString().slice(0, spanMs <= HOUR_MS ? 13 : spanMs <= DAY_MS ? 10 : 7)

/** `columns` are of the metrics and of the time that `head` says. */
function addInto(
  kind: SeriesKind,
  head: Pick<SegmentHead, 'fromMs' | 'metrics'>,
  columns: readonly Float64Array[],
  fromMs: number,
  stepMs: number,
  into: readonly Float64Array[],
): void {
  const shift = (head.fromMs - fromMs) / stepMs
  for (const [m, { name, rule }] of metricsOf(kind).entries()) {
    const column = columns[head.metrics.indexOf(name)]
    const out = into[m]!
    if (column === undefined) continue
    const end = Math.min(column.length, out.length - shift)
    for (let i = Math.max(0, -shift); i < end; i++) out[i + shift] = combined(rule, out[i + shift]!, column[i]!)
  }
}

/** Series of several files in the order of their names, each once. */
function* merged(kind: SeriesKind, head: SegmentHead, segments: readonly Segment[]): Generator<StoredSeries> {
  const feeds = segments
    .map((segment) => ({ segment, feed: segment.all() }))
    .map(({ segment, feed }) => ({ segment, feed, next: feed.next() }))
  for (;;) {
    let name: string | undefined
    for (const { next } of feeds) if (!next.done && (name === undefined || next.value.name < name)) name = next.value.name
    if (name === undefined) return
    const columns = head.metrics.map(() => new Float64Array(head.slots).fill(Number.NaN))
    for (const one of feeds) {
      if (one.next.done || one.next.value.name !== name) continue
      addInto(kind, one.segment.head, one.next.value.columns, head.fromMs, head.stepMs, columns)
      one.next = one.feed.next()
    }
    yield { name, columns }
  }
}

/** Of a coarser step. */
export const coarser = (kind: SeriesKind, columns: readonly Float64Array[], per: number): Float64Array[] =>
  metricsOf(kind).map(({ rule }, m) => (per === 1 ? columns[m]! : rolledUp(columns[m]!, rule, per)))
