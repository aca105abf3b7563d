import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HistoryFault } from '../../lib/history.ts'
import {
  chooseTier,
  type DeletedSeries,
  type InterfacePoints,
  metricsOf,
  type NamesQuery,
  type PointAnswer,
  type PointQuery,
  SERIES_TIERS,
  type SeriesKey,
  type SeriesKind,
  type SeriesStats,
  type SeriesStore,
  type SeriesTier,
  tierOf,
} from '../../lib/series-points.ts'
import type { InterfaceIds } from '../interface-ids.ts'
import { LeapGuard } from '../leap-guard.ts'
import { Segment } from './series-segment.ts'
import { coarser, SeriesShelf, tierOfFile } from './series-shelf.ts'

export interface FileSeriesOptions {
  /** Of data: each interface has a folder in it, named by its number. */
  readonly folder: string
  /** Shared with whoever else keeps something of interfaces. */
  readonly ids: InterfaceIds
  /** Of all files; the oldest of the finest tier make room. */
  readonly maxBytes: number
  readonly now?: () => number
  /** A clock that never leaps, ms; left out: that of the process, or `now` where that is given. */
  readonly steady?: () => number
}

const SERIES = 'series'
const TICK_MS = 1000
const CACHE_BYTES = 64 * 2 ** 20
const MAX_FAULTS = 8
/** Values of one answer, before they are rolled up. */
const MAX_VALUES = 5_000_000

/** Series in files of our own: see series-segment.ts. */
export class FileSeriesStore implements SeriesStore {
  readonly kind = 'files'
  private readonly options: FileSeriesOptions
  private readonly now: () => number
  private readonly guard: LeapGuard
  private readonly shelves = new Map<string, SeriesShelf>()
  private readonly segments = new Map<string, Segment>()
  private segmentBytes = 0
  private faults: string[] = []
  private lost = 0
  private readonly timer: NodeJS.Timeout
  private work: Promise<void> = Promise.resolve()

  /** Throws as the functions of node:fs do. */
  constructor(options: FileSeriesOptions) {
    this.options = options
    this.now = options.now ?? Date.now
    this.guard = new LeapGuard(options.steady ?? options.now)
    for (const [key, id] of options.ids.all) if (existsSync(join(options.folder, String(id), SERIES))) this.shelf(key)
    this.timer = setInterval(() => void this.tick(), TICK_MS)
    this.timer.unref()
  }

  private shelf(interfaceKey: string): SeriesShelf {
    let shelf = this.shelves.get(interfaceKey)
    if (shelf === undefined) {
      shelf = new SeriesShelf(join(this.options.folder, String(this.options.ids.idOf(interfaceKey)), SERIES), {
        segment: (path) => this.segment(path),
        forget: (path) => this.forget(path),
        fault: (why) => this.fault(why),
        lost: (points) => {
          this.lost += points
        },
      })
      this.shelves.set(interfaceKey, shelf)
    }
    return shelf
  }

  async write({ interfaceKey, points }: InterfacePoints): Promise<void> {
    try {
      this.shelf(interfaceKey).write(points)
    } catch (error) {
      this.lost += points.tables.reduce((sum, { count }) => sum + count, 0)
      this.fault(`series are not kept: ${(error as Error).message}`)
      throw error
    }
  }

  /** Hours that are over become files, and what is too old or too much goes. Called by itself every second. */
  tick(): Promise<void> {
    const nowMs = this.now()
    const isSettled = this.guard.isSettled(nowMs)
    this.work = this.work.then(async () => {
      for (const shelf of this.shelves.values()) {
        await shelf.tick(nowMs)
        if (isSettled) shelf.expire(nowMs)
      }
      this.makeRoom()
    })
    return this.work.catch((error: Error) => this.fault(error.message))
  }
  private makeRoom(): void {
    const all = [...this.shelves.values()].flatMap((shelf) => shelf.files.map((file) => ({ shelf, file, tier: tierOfFile(file) })))
    let over = all.reduce((sum, { file }) => sum + file.bytes, 0) - this.options.maxBytes
    if (over <= 0) return
    const fineness = (tier: SeriesTier) => SERIES_TIERS.findIndex(({ name }) => name === tier)
    all.sort((a, b) => fineness(a.tier) - fineness(b.tier) || a.file.fromMs - b.file.fromMs)
    for (const { shelf, file } of all) {
      if (over <= 0) return
      shelf.remove([file])
      over -= file.bytes
    }
  }

  async read(query: PointQuery): Promise<PointAnswer> {
    const { tier, stepMs } = chooseTier(query, this.now())
    const fine = tierOf(tier).stepMs
    const fromMs = Math.floor(query.fromMs / stepMs) * stepMs
    const slots = Math.max(0, Math.ceil((query.toMs - fromMs) / stepMs)) * (stepMs / fine)
    if (!(slots * query.keys.length <= MAX_VALUES)) throw new HistoryFault('that is too much of too many series at once: ask for less')
    const before = this.faults
    this.faults = []
    const watched = new Map<string, Float64Array>()
    const series = query.keys.map((key) => ({ key, columns: this.columns(key, tier, fromMs, slots, stepMs / fine, watched) }))
    const { faults } = this
    this.faults = [...before, ...faults].slice(-MAX_FAULTS)
    return { fromMs, stepMs, tier, series, faults }
  }

  private columns(
    { interfaceKey, kind, name }: SeriesKey,
    tier: SeriesTier,
    fromMs: number,
    slots: number,
    per: number,
    watched: Map<string, Float64Array>,
  ): Record<string, Float64Array> {
    const columns = this.found(interfaceKey, kind, name, tier, fromMs, slots)
    if (kind !== 'interface') {
      let known = watched.get(interfaceKey)
      if (known === undefined) {
        known = this.found(interfaceKey, 'interface', '', tier, fromMs, slots)[0]!
        watched.set(interfaceKey, known)
      }
      // Whoever was silent while the interface was watched had no traffic.
      for (const [m, { rule }] of metricsOf(kind).entries())
        if (rule === 'sum')
          for (let i = 0; i < slots; i++) if (Number.isNaN(columns[m]![i]!) && !Number.isNaN(known[i]!)) columns[m]![i] = 0
    }
    return Object.fromEntries(coarser(kind, columns, per).map((column, m) => [metricsOf(kind)[m]!.name, column]))
  }
  private found(interfaceKey: string, kind: SeriesKind, name: string, tier: SeriesTier, fromMs: number, slots: number): Float64Array[] {
    const columns = metricsOf(kind).map(() => new Float64Array(slots).fill(Number.NaN))
    this.shelves.get(interfaceKey)?.find(tier, kind, name, fromMs, columns)
    return columns
  }

  async names({ interfaceKey, kind, prefix, limit }: NamesQuery): Promise<readonly string[]> {
    const names = new Set<string>()
    this.shelves.get(interfaceKey)?.names(kind, prefix, limit, names)
    return [...names].sort().slice(0, limit)
  }

  async deleteHosts(isMeant: (host: string) => boolean, isTrial: boolean, fault: (why: string) => void): Promise<DeletedSeries> {
    let series = 0
    for (const shelf of this.shelves.values()) series += await shelf.deleteHosts(isMeant, isTrial, fault)
    return { series, rrdFiles: 0 }
  }

  stats(): SeriesStats {
    const files = [...this.shelves.values()].flatMap((shelf) => shelf.files)
    return {
      kind: this.kind,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      files: files.length,
      series: [...this.shelves.values()].reduce((sum, { series }) => sum + series, 0),
      lost: this.lost,
      faults: this.faults,
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.work
    for (const shelf of this.shelves.values()) await shelf.close()
  }

  /** Indexes of the files that were asked last. */
  private segment(path: string): Segment {
    let segment = this.segments.get(path)
    if (segment === undefined) {
      segment = new Segment(path)
      this.segmentBytes += segment.bytes
    } else this.segments.delete(path)
    this.segments.set(path, segment)
    for (const oldest of this.segments.keys()) {
      if (this.segmentBytes <= CACHE_BYTES || oldest === path) break
      this.forget(oldest)
    }
    return segment
  }
  private forget(path: string): void {
    this.segmentBytes -= this.segments.get(path)?.bytes ?? 0
    this.segments.delete(path)
  }
  private fault(why: string): void {
    if (this.faults.at(-1) !== why) this.faults = [...this.faults, why].slice(-MAX_FAULTS)
  }
}
