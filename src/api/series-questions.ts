import { expectedBand, seasonOf } from '../lib/expected-band.ts'
import { HistoryFault } from '../lib/history.ts'
import type { KeptCourse, KeptSeries } from '../lib/kept-series.ts'
import { ALL_INTERFACES, type Live } from '../lib/live.ts'
import {
  combined,
  type Metric,
  metricsOf,
  type PointAnswer,
  type SeriesHistory,
  type SeriesKey,
  type SeriesKind,
  type SeriesStats,
} from '../lib/series-points.ts'
import { ApiError } from './errors.ts'

/** Series of one question, over all interfaces. */
const MAX_KEYS = 2000
/** Seasons that are read besides, so that something can be expected from the beginning. */
const SEASONS_BEFORE = 4

export interface SeriesAsk {
  readonly interface?: number | undefined
  readonly kind: SeriesKind
  /** Left out: the `top` by the first two metrics. */
  readonly names?: readonly string[]
  readonly top: number
  readonly fromMs: number
  readonly toMs: number
  readonly points: number
  readonly expected: boolean
}
/** A series over all interfaces that were asked for. */
interface Course {
  readonly name: string
  readonly columns: readonly Float64Array[]
}

/** Brings questions of routes to the store of series. */
export class SeriesQuestions {
  private readonly history: SeriesHistory | undefined
  private readonly live: Live

  constructor(history: SeriesHistory | undefined, live: Live) {
    this.history = history
    this.live = live
  }

  stats(): SeriesStats | undefined {
    return this.history?.seriesStats()
  }

  async names(ask: { interface?: number | undefined; kind: SeriesKind; prefix: string; limit: number }): Promise<string[]> {
    const { kind, prefix, limit } = ask
    const found = await Promise.all(
      this.keysOf(ask.interface).map((interfaceKey) => this.kept.names({ interfaceKey, kind, prefix, limit }).catch(refused)),
    )
    return [...new Set(found.flat())].sort().slice(0, limit)
  }

  async read(ask: SeriesAsk): Promise<KeptSeries> {
    const { kind, fromMs, toMs, points } = ask
    if (fromMs >= toMs) throw new ApiError('bad-parameter', 'from must be before to', { field: 'from' })
    const metrics = metricsOf(kind)
    const keys = await this.keys(ask)
    const answer = await this.kept.read({ keys, fromMs, toMs, maxPoints: points }).catch(refused)
    const courses = coursesOf(answer, metrics)
    const shown = ask.names === undefined ? largest(courses, ask.top) : courses
    const bands = ask.expected ? await this.bands(keys, shown, answer, metrics, toMs) : undefined
    const length = shown[0]?.columns[0]?.length ?? 0
    return {
      kind,
      metrics,
      times: Array.from({ length }, (_, i) => answer.fromMs + i * answer.stepMs),
      stepMs: answer.stepMs,
      tier: answer.tier,
      series: shown.map(({ name, columns }, i): KeptCourse => ({ name, columns: columns.map(plain), ...bands?.[i] })),
      faults: answer.faults,
    }
  }

  private get kept(): SeriesHistory {
    if (this.history === undefined)
      throw new ApiError(
        'no-history',
        'no series are kept: start without --store none and --timeseries none, with an interface or a collector',
      )
    return this.history
  }

  private async keys({ interface: id, kind, names }: SeriesAsk): Promise<SeriesKey[]> {
    const interfaces = this.keysOf(id)
    const wanted =
      names ?? (await this.names({ interface: id, kind, prefix: '', limit: Math.floor(MAX_KEYS / Math.max(1, interfaces.length)) }))
    if (wanted.length * interfaces.length > MAX_KEYS)
      throw new ApiError('bad-parameter', `at most ${MAX_KEYS} series at once: name fewer`, { field: 'name' })
    return wanted.flatMap((name) => interfaces.map((interfaceKey) => ({ interfaceKey, kind, name })))
  }

  /** What was to be expected of the first metric of each: learnt from what came before, too. */
  private async bands(keys: readonly SeriesKey[], shown: readonly Course[], answer: PointAnswer, metrics: readonly Metric[], toMs: number) {
    const season = seasonOf(answer.stepMs)
    if (season === undefined) return undefined
    const names = new Set(shown.map(({ name }) => name))
    const before = await this.kept
      .read({
        keys: keys.filter(({ name }) => names.has(name)),
        fromMs: answer.fromMs - SEASONS_BEFORE * season * answer.stepMs,
        toMs,
        stepMs: answer.stepMs,
        maxPoints: Number.MAX_SAFE_INTEGER,
      })
      .catch(refused)
    // Further back there may be only coarser ones.
    if (before.stepMs !== answer.stepMs) return undefined
    const courses = new Map(coursesOf(before, metrics).map((course) => [course.name, course]))
    return shown.map(({ name, columns }) => {
      const { low, high } = expectedBand(courses.get(name)!.columns[0]!, season)
      const last = (column: Float64Array) => plain(column.slice(-columns[0]!.length))
      return { expected: { low: last(low), high: last(high) } }
    })
  }

  /** Of all that keep something, when none is named. */
  private keysOf(id: number | undefined): string[] {
    if (id === undefined || id === ALL_INTERFACES) return [...new Set(this.live.interfaces().map(({ key }) => key))]
    const key = this.live.get(id)?.key
    if (key === undefined) throw new ApiError('not-found', `there is no interface ${id}`, { field: 'interface' })
    return [key]
  }
}

/** One course a name, whatever interface it was of. */
function coursesOf({ series }: PointAnswer, metrics: readonly Metric[]): Course[] {
  const courses = new Map<string, Float64Array[]>()
  for (const { key, columns } of series) {
    const own = metrics.map(({ name }) => columns[name]!)
    const there = courses.get(key.name)
    if (there === undefined) courses.set(key.name, own)
    else
      for (const [m, { rule }] of metrics.entries())
        for (let i = 0; i < own[m]!.length; i++) there[m]![i] = combined(rule === 'average' ? 'sum' : rule, there[m]![i]!, own[m]![i]!)
  }
  return [...courses].map(([name, columns]) => ({ name, columns }))
}

function largest(courses: readonly Course[], top: number): Course[] {
  const sums = courses.map((course) => ({
    course,
    sum: course.columns
      .slice(0, 2)
      .reduce((sum, column) => sum + column.reduce((of, value) => of + (Number.isNaN(value) ? 0 : value), 0), 0),
  }))
  return sums
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum)
    .slice(0, top)
    .map(({ course }) => course)
}

/** JSON has no NaN. */
const plain = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isNaN(value) ? null : value))

function refused(error: unknown): never {
  throw error instanceof HistoryFault ? new ApiError('bad-question', error.message) : error
}
