import {
  combined,
  namesOf,
  type PointTable,
  type RollUpRule,
  rolledUp,
  SERIES_KINDS,
  type SeriesKind,
  type SeriesPoints,
  tierOf,
} from '../../lib/series-points.ts'
import type { StoredSeries } from './series-segment.ts'

export const HOUR_MS = 3_600_000
const FIRST_ROWS = 64

/** Series of one kind in one hour, in the finest tier of the kind. */
export class HourTable {
  readonly kind: SeriesKind
  readonly stepMs: number
  readonly slots: number
  readonly metrics: readonly string[]
  private readonly rules: readonly RollUpRule[]
  private readonly rows = new Map<string, number>()
  /** Row by row, in each metric by metric, in each slot by slot. */
  private values: Float64Array
  private readonly wide: number

  constructor(kind: SeriesKind) {
    this.kind = kind
    this.stepMs = tierOf(SERIES_KINDS[kind].finest).stepMs
    this.slots = HOUR_MS / this.stepMs
    this.metrics = SERIES_KINDS[kind].metrics.map(({ name }) => name)
    this.rules = SERIES_KINDS[kind].metrics.map(({ rule }) => rule)
    this.wide = this.metrics.length * this.slots
    this.values = new Float64Array(FIRST_ROWS * this.wide).fill(Number.NaN)
  }

  get count(): number {
    return this.rows.size
  }
  get bytes(): number {
    return this.values.byteLength
  }

  /** `slot`: the step of the hour. Returns how many series found no room: there is room for `maxBytes`. */
  add(table: PointTable, slot: number, maxBytes: number): number {
    const { metrics, slots, rules } = this
    let refused = 0
    for (const [i, name] of namesOf(table).entries()) {
      const row = this.rowOf(name, maxBytes)
      if (row < 0) refused++
      else
        for (let m = 0; m < metrics.length; m++) {
          const at = row * this.wide + m * slots + slot
          this.values[at] = combined(rules[m]!, this.values[at]!, table.values[i * metrics.length + m]!)
        }
    }
    return refused
  }
  private rowOf(name: string, maxBytes: number): number {
    const there = this.rows.get(name)
    if (there !== undefined) return there
    const row = this.rows.size
    if ((row + 1) * this.wide > this.values.length) {
      if (2 * this.values.byteLength > maxBytes) return -1
      const wider = new Float64Array(2 * this.values.length)
      wider.set(this.values)
      wider.fill(Number.NaN, this.values.length)
      this.values = wider
    }
    this.rows.set(name, row)
    return row
  }

  /** Steps of `stepMs`, a multiple of the table's. */
  find(name: string, stepMs: number): readonly Float64Array[] | undefined {
    const row = this.rows.get(name)
    return row === undefined ? undefined : this.columns(row, stepMs)
  }
  private columns(row: number, stepMs: number): Float64Array[] {
    return this.rules.map((rule, m) => {
      const at = row * this.wide + m * this.slots
      const column = this.values.subarray(at, at + this.slots)
      return stepMs === this.stepMs ? column : rolledUp(column, rule, stepMs / this.stepMs)
    })
  }

  names(): string[] {
    return [...this.rows.keys()].sort()
  }
  /** In the order of their names. */
  *all(stepMs: number): Generator<StoredSeries> {
    for (const name of this.names()) yield { name, columns: this.columns(this.rows.get(name)!, stepMs) }
  }
}

/** All series of one interface in one hour. */
export class OpenHour {
  readonly fromMs: number
  readonly tables = new Map<SeriesKind, HourTable>()

  constructor(fromMs: number) {
    this.fromMs = fromMs
  }

  /** Returns how many points found no room: there is room for `maxBytes`. */
  add({ endMs, tables }: SeriesPoints, maxBytes: number): number {
    let refused = 0
    for (const table of tables) {
      let into = this.tables.get(table.kind)
      if (into === undefined) {
        into = new HourTable(table.kind)
        this.tables.set(table.kind, into)
      }
      const slot = Math.floor((endMs - table.stepMs - this.fromMs) / into.stepMs)
      if (table.stepMs !== into.stepMs || slot < 0 || slot >= into.slots) refused += table.count
      else refused += into.add(table, slot, maxBytes - this.bytes + into.bytes)
    }
    return refused
  }
  get bytes(): number {
    let sum = 0
    for (const { bytes } of this.tables.values()) sum += bytes
    return sum
  }
}

/** The hour that points are of. */
export const hourOf = (endMs: number): number => Math.floor((endMs - 1) / HOUR_MS) * HOUR_MS
