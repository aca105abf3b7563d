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
  WHOLE_KINDS,
} from '../lib/series-points.ts'
import { ApiError } from './errors.ts'

/** Series of one question, over all interfaces. */
const MAX_KEYS = 2000
/** Seasons that are read besides, so that something can be expected from the beginning. */
const SEASONS_BEFORE = 4

export interface SeriesAsk {
  readonly interface?: number | undefined
  readonly kind: SeriesKind
  /** Left out: the `top` by the first two metrics, of those whose names begin with `prefix`, and all others as one. */
  readonly names?: readonly string[]
  readonly prefix: string
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
    const named = WHOLE_KINDS.includes(kind) ? [''] : ask.names
    const keys = await this.keys(ask, named)
    const answer = await this.kept.read({ keys, fromMs, toMs, maxPoints: points }).catch(refused)
    const courses = coursesOf(answer, metrics)
    const [shown, rest] = named === undefined ? largest(courses, ask.top) : [courses, []]
    const bands = ask.expected ? await this.bands(keys, shown, answer, metrics, toMs) : undefined
    const length = shown[0]?.columns[0]?.length ?? 0
    return {
      kind,
      metrics,
      times: Array.from({ length }, (_, i) => answer.fromMs + i * answer.stepMs),
      stepMs: answer.stepMs,
      tier: answer.tier,
      series: shown.map(({ name, columns }, i): KeptCourse => ({ name, columns: columns.map(plain), ...bands?.[i] })),
      ...(rest.length > 0 && { other: together(rest, metrics).map(plain) }),
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

  private async keys({ interface: id, kind, prefix }: SeriesAsk, names: readonly string[] | undefined): Promise<SeriesKey[]> {
    const interfaces = this.keysOf(id)
    const wanted =
      names ?? (await this.names({ interface: id, kind, prefix, limit: Math.floor(MAX_KEYS / Math.max(1, interfaces.length)) }))
    if (wanted.length * interfaces.length > MAX_KEYS)
      throw new ApiError('bad-parameter', `at most ${MAX_KEYS} series at once: name fewer`, { field: 'name' })
    return wanted.flatMap((name) => interfaces.map((interfaceKey) => ({ interfaceKey, kind, name })))
  }

  /** What was to be expected of the first metric of each: learnt from what came before, too. */
  private async bands(keys: readonly SeriesKey[], shown: readonly Course[], answer: PointAnswer, metrics: readonly Metric[], toMs: number) {
    const seasonMs = seasonOf(answer.stepMs)
    if (seasonMs === undefined) return undefined
    const names = new Set(shown.map(({ name }) => name))
    const { stepMs } = answer
    // Further back there may be only coarser ones.
    const before = await this.kept
      .read({
        keys: keys.filter(({ name }) => names.has(name)),
        fromMs: answer.fromMs - SEASONS_BEFORE * seasonMs,
        toMs,
        stepMs,
        maxPoints: Number.MAX_SAFE_INTEGER,
      })
      .catch(refused)
    if (seasonMs % before.stepMs !== 0) return undefined
    const courses = new Map(coursesOf(before, metrics).map((course) => [course.name, course]))
    const share = metrics[0]!.rule === 'sum' ? stepMs / before.stepMs : 1
    return shown.map(({ name, columns }) => {
      const { low, high } = expectedBand(courses.get(name)!.columns[0]!, seasonMs / before.stepMs)
      const at = (i: number) => Math.floor((answer.fromMs + i * stepMs - before.fromMs) / before.stepMs)
      const edge = (column: Float64Array) => plain(Float64Array.from(columns[0]!, (_, i) => share * (column[at(i)] ?? Number.NaN)))
      return { expected: { low: edge(low), high: edge(high) } }
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
    else addTo(there, own, metrics)
  }
  return [...courses].map(([name, columns]) => ({ name, columns }))
}
function addTo(sum: readonly Float64Array[], columns: readonly Float64Array[], metrics: readonly Metric[]): void {
  for (const [m, { rule }] of metrics.entries())
    for (let i = 0; i < sum[m]!.length; i++) sum[m]![i] = combined(rule === 'average' ? 'sum' : rule, sum[m]![i]!, columns[m]![i]!)
}
function together([first, ...others]: readonly Course[], metrics: readonly Metric[]): Float64Array[] {
  const sum = first!.columns.map((column) => column.slice())
  for (const { columns } of others) addTo(sum, columns, metrics)
  return sum
}

/** Those with most, and the rest that has anything at all. */
function largest(courses: readonly Course[], top: number): [Course[], Course[]] {
  const sums = courses.map((course) => ({
    course,
    sum: course.columns
      .slice(0, 2)
      .reduce((sum, column) => sum + column.reduce((of, value) => of + (Number.isNaN(value) ? 0 : value), 0), 0),
  }))
  const sorted = sums
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum)
    .map(({ course }) => course)
  return [sorted.slice(0, top), sorted.slice(top)]
}

/** JSON has no NaN. */
const plain = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isNaN(value) ? null : value))

function refused(error: unknown): never {
  throw error instanceof HistoryFault ? new ApiError('bad-question', error.message) : error
}
