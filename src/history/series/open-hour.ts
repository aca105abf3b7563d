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

/** What series gained in one step: rows in their order, and the metrics of each. */
interface StepPoints {
  readonly rows: Uint32Array
  readonly values: Float64Array
}

/**
 * Series of one kind in one hour, in the finest tier of the kind. Points lie as they came, step by step: most series have something in few of them, and take nothing in
 * the others.
 */
export class HourTable {
  readonly kind: SeriesKind
  readonly stepMs: number
  readonly slots: number
  readonly metrics: readonly string[]
  private readonly rules: readonly RollUpRule[]
  private readonly rows = new Map<string, number>()
  /** Of each slot, as often as something came of it. */
  private readonly steps: StepPoints[][]

  constructor(kind: SeriesKind) {
    this.kind = kind
    this.stepMs = tierOf(SERIES_KINDS[kind].finest).stepMs
    this.slots = HOUR_MS / this.stepMs
    this.metrics = SERIES_KINDS[kind].metrics.map(({ name }) => name)
    this.rules = SERIES_KINDS[kind].metrics.map(({ rule }) => rule)
    this.steps = Array.from({ length: this.slots }, () => [])
  }

  get count(): number {
    return this.rows.size
  }
  /** At most: when all its series gain in every step. */
  get maxBytes(): number {
    return this.rows.size * this.rowBytes
  }
  private get rowBytes(): number {
    return this.slots * this.metrics.length * Float64Array.BYTES_PER_ELEMENT
  }

  /** `slot`: the step of the hour. Returns how many series found no room: there is room for `maxBytes`. */
  add(table: PointTable, slot: number, maxBytes: number): number {
    const wide = this.metrics.length
    const rowOf = Int32Array.from(namesOf(table), (name) => this.rowOf(name, maxBytes))
    const order = inOrder(rowOf)
    const rows = new Uint32Array(order.length)
    const values = new Float64Array(order.length * wide)
    let count = 0
    for (const i of order) {
      const from = i * wide
      if (count > 0 && rows[count - 1] === rowOf[i])
        // A name that came twice.
        for (let m = 0; m < wide; m++)
          values[(count - 1) * wide + m] = this.both(m, values[(count - 1) * wide + m]!, table.values[from + m]!)
      else {
        rows[count] = rowOf[i]!
        values.set(table.values.subarray(from, from + wide), count * wide)
        count++
      }
    }
    if (count > 0) this.steps[slot]!.push({ rows: rows.subarray(0, count), values: values.subarray(0, count * wide) })
    return rowOf.length - order.length
  }
  private both(metric: number, before: number, now: number): number {
    return combined(this.rules[metric]!, before, now)
  }
  private rowOf(name: string, maxBytes: number): number {
    let row = this.rows.get(name)
    if (row === undefined) {
      if (this.maxBytes + this.rowBytes > maxBytes) return -1
      row = this.rows.size
      this.rows.set(name, row)
    }
    return row
  }

  /** Steps of `stepMs`, a multiple of the table's. */
  find(name: string, stepMs: number): readonly Float64Array[] | undefined {
    const row = this.rows.get(name)
    return row === undefined ? undefined : this.columns(row, stepMs)
  }
  private columns(row: number, stepMs: number): Float64Array[] {
    const { rules, slots } = this
    const wide = rules.length
    const columns = rules.map(() => new Float64Array(slots).fill(Number.NaN))
    for (let slot = 0; slot < slots; slot++) {
      const parts = this.steps[slot]!
      for (let n = 0; n < parts.length; n++) {
        const { rows, values } = parts[n]!
        const at = placeOf(rows, row)
        if (at < 0) continue
        for (let m = 0; m < wide; m++) {
          const value = values[at * wide + m]!
          columns[m]![slot] = n === 0 ? value : this.both(m, columns[m]![slot]!, value)
        }
      }
    }
    return stepMs === this.stepMs ? columns : columns.map((column, m) => rolledUp(column, rules[m]!, stepMs / this.stepMs))
  }

  names(): string[] {
    return [...this.rows.keys()].sort()
  }
  /** In the order of their names. */
  *all(stepMs: number): Generator<StoredSeries> {
    for (const name of this.names()) yield { name, columns: this.columns(this.rows.get(name)!, stepMs) }
  }
}

const PLACES = 2 ** 24
/** Places of the rows that there are (-1: none), by their rows; mostly they come in that order. */
function inOrder(rows: Int32Array): number[] {
  const places: number[] = []
  let isSorted = true
  for (let i = 0, last = -1; i < rows.length; i++) {
    const row = rows[i]!
    if (row < 0) continue
    if (row < last) isSorted = false
    last = row
    places.push(i)
  }
  if (isSorted) return places
  // One number of both sorts without being asked how.
  return Array.from(Float64Array.from(places, (i) => rows[i]! * PLACES + i).sort(), (both) => both % PLACES)
}

/** Where the row stands among sorted ones; -1: it is not there. */
function placeOf(rows: Uint32Array, row: number): number {
  // Where every series has something the rows have no gaps.
  const guess = row - rows[0]!
  if (rows[guess] === row) return guess
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return rows[low] === row ? low : -1
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
      else refused += into.add(table, slot, maxBytes - this.maxBytes + into.maxBytes)
    }
    return refused
  }
  private get maxBytes(): number {
    let sum = 0
    for (const { maxBytes } of this.tables.values()) sum += maxBytes
    return sum
  }
}

/** The hour that points are of. */
export const hourOf = (endMs: number): number => Math.floor((endMs - 1) / HOUR_MS) * HOUR_MS
