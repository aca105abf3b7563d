import type { Metric, SeriesKind, SeriesTier } from './series-points.ts'

/** Series of the past as they are shown, in columns. */
export interface KeptSeries {
  readonly kind: SeriesKind
  readonly metrics: readonly Metric[]
  /** Epoch ms at which each step begins. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly tier: SeriesTier
  readonly series: readonly KeptCourse[]
  /** All others together, where only the largest were asked for and there are more: a column a metric. */
  readonly other?: KeptCourse['columns']
  /** What could not be read, one line each. */
  readonly faults: readonly string[]
}
export interface KeptCourse {
  readonly name: string
  /** A column a metric, in their order; null: not known. */
  readonly columns: readonly (readonly (number | null)[])[]
  /** What was to be expected of the first metric, and how far from it; where that was asked for. */
  readonly expected?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] }
}
