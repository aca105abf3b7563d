import { metricsOf, type PointTable, type SeriesKind, seriesName } from '../lib/series-points.ts'

const FIRST_ROWS = 64

/** What counters were when they were last told, row by row. */
export class ToldCounters {
  private readonly wide: number
  private told: Float64Array

  /** `wide`: counters of a row. */
  constructor(wide: number) {
    this.wide = wide
    this.told = new Float64Array(FIRST_ROWS * wide)
  }

  /** There is a place for `rows` of them. */
  reach(rows: number): void {
    if (rows * this.wide <= this.told.length) return
    const wider = new Float64Array(Math.max(rows * this.wide, 2 * this.told.length))
    wider.set(this.told)
    this.told = wider
  }

  /** How much counter `i` has grown since it was last asked. One that has fallen, as of a flow that got another name, has to grow back first. */
  gain(row: number, i: number, now: number): number {
    const at = row * this.wide + i
    const before = this.told[at]!
    if (now <= before) return 0
    this.told[at] = now
    return now - before
  }

  /** The row is somebody else's from now on. */
  forget(row: number): void {
    this.told.fill(0, row * this.wide, (row + 1) * this.wide)
  }
}

/** Points of one kind of series as they are made: a row a series that has gained. */
export class PointRows {
  readonly kind: SeriesKind
  private readonly wide: number
  private names: string[] = []
  private values: Float64Array

  constructor(kind: SeriesKind) {
    this.kind = kind
    this.wide = metricsOf(kind).length
    this.values = new Float64Array(FIRST_ROWS * this.wide)
  }

  /** In the order of the kind's metrics. */
  add(name: string, ...values: readonly number[]): void {
    const at = this.names.length * this.wide
    if (at === this.values.length) {
      const wider = new Float64Array(2 * at)
      wider.set(this.values)
      this.values = wider
    }
    this.values.set(values, at)
    this.names.push(seriesName(name))
  }

  /** What has been added, of so long a time; undefined when it is nothing. Begins anew. */
  take(stepMs: number): PointTable | undefined {
    const { kind, names, wide } = this
    if (names.length === 0) return undefined
    const values = this.values.slice(0, names.length * wide)
    this.names = []
    return { kind, stepMs, names: names.join('\n'), count: names.length, values }
  }
}
