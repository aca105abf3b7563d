import type { Series, SeriesQuery } from '../../lib/live.ts'
import type { Elsewhere } from '../../tables/set-aside.ts'
import { SERIES_COLUMNS, seriesOf } from '../series.ts'
import type { Crew } from './crew.ts'
import { join } from './keys.ts'
import type { Columns, SeriesPart } from './part.ts'
import type { NumberColumn } from './table.ts'

const SECOND_MS = 1000

export async function mergedSeries(crew: Crew, query: SeriesQuery): Promise<Series> {
  const parts = await crew.all('seriesPart', () => ({ of: query.of, seconds: query.seconds }))
  const merged = mergeSeries(parts)
  if (query.of !== 'hosts-and-flows') return seriesOf(merged, query)
  const [flows, hosts] = await Promise.all([crew.flowTimes(), crew.columns('hosts', ['firstSeen'])])
  const columns = merged.columns.map((column) =>
    column.name === 'flows' ? onceEach(column, merged, flows) : column.name === 'hosts' ? onceEach(column, merged, hosts) : column,
  )
  return seriesOf({ ...merged, columns }, query)
}

/** What was lost stays lost, whoever else has seen it. */
const LOSSES = SERIES_COLUMNS.losses.map(([name]) => name as string)
/** A clock that is further behind is none that others wait for: an input that has ended, or one of another time. */
const MAX_BEHIND_MS = 10_000

/** Of several interfaces: `elsewhere` says what share of each part others count; `hostShare` how many of the hosts are different ones. */
export function seriesOfInterfaces(
  parts: readonly SeriesPart[],
  elsewhere: readonly (Elsewhere | undefined)[],
  hostShare: number,
  query: SeriesQuery,
): Series {
  const scaled = parts.map((part, p) => {
    const share = 1 - (elsewhere[p]?.goneShare ?? 0)
    return scaledBy(part, (name) => (LOSSES.includes(name) ? 1 : name === 'hosts' ? hostShare : share))
  })
  return seriesOf(joinInterfaces(scaled, query.seconds), query)
}

export const scaledBy = (part: SeriesPart, shareOf: (name: string) => number): SeriesPart => ({
  ...part,
  columns: part.columns.map((column) => ({ ...column, values: column.values.map((value) => value * shareOf(column.name)) })),
})

/** Interfaces whose clocks may be far apart. */
export function joinInterfaces(parts: readonly SeriesPart[], seconds: number): SeriesPart {
  const nowMs = Math.max(...parts.map(({ lastMs }) => lastMs))
  const recent = parts.flatMap((part) => within(part, nowMs, seconds))
  return mergeSeries(recent.length > 0 ? recent : parts)
}

/** What a part knows of the last `seconds`; one that has ended before them has nothing to add. A part that stands still goes on with noughts. */
function within(part: SeriesPart, nowMs: number, seconds: number): SeriesPart[] {
  const behind = nowMs - part.lastMs
  if (behind <= MAX_BEHIND_MS) return [part]
  const silent = Math.ceil(behind / SECOND_MS)
  if (silent >= seconds) return []
  const kept = Math.min(part.seconds, seconds - silent)
  const from = part.seconds - kept
  const goOn = (values: Float32Array) => {
    const longer = new Float32Array(kept + silent)
    longer.set(values.subarray(from))
    return longer
  }
  return [
    {
      lastMs: part.lastMs + silent * SECOND_MS,
      seconds: kept + silent,
      columns: part.columns.map((column) => ({ ...column, values: goOn(column.values) })),
    },
  ]
}

/** Columns of one name are added second by second. A worker that is behind ends the series for all: its next second is not known yet. */
export function mergeSeries(all: readonly SeriesPart[]): SeriesPart {
  const parts = all.filter(({ seconds }) => seconds > 0)
  if (parts.length === 0) return { lastMs: 0, seconds: 0, columns: all[0]?.columns ?? [] }
  const lastMs = Math.min(...parts.map((p) => p.lastMs))
  const firstMs = Math.min(...parts.map((p) => p.lastMs - p.seconds * SECOND_MS))
  const seconds = Math.round((lastMs - firstMs) / SECOND_MS)
  const columns = new Map<string, { name: string; label: string; values: Float32Array }>()
  for (const part of parts) {
    const skip = Math.round((part.lastMs - part.seconds * SECOND_MS - firstMs) / SECOND_MS)
    for (const { name, label, values } of part.columns) {
      const sum = columns.get(name) ?? { name, label, values: new Float32Array(seconds) }
      columns.set(name, sum)
      for (let i = 0; i < values.length && i + skip < seconds; i++) sum.values[i + skip]! += values[i]!
    }
  }
  return { lastMs, seconds, columns: [...columns.values()] }
}

/**
 * A level counts a row once, from the time at which it was first seen; each worker has counted its own part. Exact for the rows that are there; of rows that have
 * left it is not known any more on how many workers they were.
 */
function onceEach(column: SeriesPart['columns'][number], { lastMs, seconds }: SeriesPart, parts: readonly Columns[]): typeof column {
  const joined = join(parts.map(({ keys }) => keys))
  const begun = new Float64Array(joined.count).fill(Number.NaN)
  const tooMany = new Float64Array(seconds)
  const late: number[] = []
  parts.forEach((part, p) => {
    const times = (part.columns['firstSeen'] as NumberColumn).values
    for (let i = 0; i < times.length; i++) {
      const row = joined.rowOf[p]![i]!
      const before = begun[row]!
      // The later one of two is the one too many.
      if (!Number.isNaN(before)) late.push(Math.max(before, times[i]!))
      begun[row] = Number.isNaN(before) ? times[i]! : Math.min(before, times[i]!)
    }
  })
  for (const ms of late) {
    // The first second that ends after it.
    const from = Math.max(0, Math.floor(seconds - 1 - (lastMs - ms) / SECOND_MS) + 1)
    if (from < seconds) tooMany[from]! += 1
  }
  for (let s = 1; s < seconds; s++) tooMany[s]! += tooMany[s - 1]!
  return { ...column, values: column.values.map((value, s) => value - tooMany[s]!) }
}
