/** Series laid upon each other, and what lies under a point of them. */
import type { Series } from '../../src/lib/live.ts'

export type Column = readonly number[]

/** Running sums: the first column as it is, each following one on top of those before it. */
export function stack(columns: readonly Column[]): number[][] {
  const out: number[][] = []
  for (const column of columns) {
    const below = out.at(-1)
    out.push(column.map((value, i) => (Number.isFinite(value) ? value : 0) + (below?.[i] ?? 0)))
  }
  return out
}

/** All columns added up. */
export const sumOf = (columns: readonly Column[]): readonly number[] => stack(columns).at(-1) ?? []

/** Which band of stacked columns holds this height at this index; undefined above all of them. */
export function bandAt(stacked: readonly Column[], index: number, height: number): number | undefined {
  if (height < 0) return undefined
  const found = stacked.findIndex((column) => height <= (column[index] ?? 0))
  return found === -1 ? undefined : found
}

/** One point makes no line: it gets a nought a second before it. */
export function drawable(times: readonly number[], columns: readonly Column[]): { times: readonly number[]; columns: readonly Column[] } {
  if (times.length !== 1) return { times, columns }
  return { times: [times[0]! - 1000, times[0]!], columns: columns.map((column) => [0, ...column]) }
}

/** Without what lies before the first packet: the server answers for the whole span that was asked. */
export function sinceFirst(series: Series, firstMs: number): Series {
  const step = series.times.length > 1 ? series.times[1]! - series.times[0]! : 1000
  const from = series.times.findIndex((ms) => ms + step > firstMs)
  if (from <= 0) return from === 0 ? series : { ...series, times: [], columns: series.columns.map((one) => ({ ...one, values: [] })) }
  return { times: series.times.slice(from), columns: series.columns.map((one) => ({ ...one, values: one.values.slice(from) })) }
}

const SPANS_S = [60, 300, 900, 1800, 3600] as const
/** How far back to ask, so that a short capture is drawn second by second; few different spans, so that a live one asks the same again. */
export const spanFor = (firstMs: number, nowMs: number): number =>
  SPANS_S.find((seconds) => (nowMs - firstMs) / 1000 + 2 <= seconds) ?? 3600

export interface Summary {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly p95: number
}
/** What is not known (NaN) is left out. */
export function summary(column: Column): Summary {
  const values = column.filter((value) => !Number.isNaN(value))
  if (values.length === 0) return { min: 0, max: 0, mean: 0, p95: 0 }
  const sorted = values.toSorted((a, b) => a - b)
  const sum = values.reduce((a, b) => a + b, 0)
  return {
    min: sorted[0]!,
    max: sorted.at(-1)!,
    mean: sum / values.length,
    p95: sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)]!,
  }
}
