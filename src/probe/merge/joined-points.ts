import { namesOf, type PointTable, type SeriesPoints } from '../../lib/series-points.ts'

/** Workers tell of a minute within this time of each other. */
const LATE_MS = 5000
const SECOND_MS = 1000

interface Open {
  readonly parts: SeriesPoints[]
  readonly late: NodeJS.Timeout
}

/** Points of the workers of one interface, as if one had seen all: each sees its share of the packets, so that everything adds up. */
export class JoinedPoints {
  private readonly give: (points: SeriesPoints) => void
  private readonly open = new Map<string, Open>()

  constructor(give: (points: SeriesPoints) => void) {
    this.give = give
  }

  /** `workers`: how many tell. */
  take(points: SeriesPoints, workers: number): void {
    if (workers <= 1) return this.give(points)
    // What hosts did with applications comes by itself, every five minutes.
    const key = `${points.endMs} ${points.tables[0]?.kind === 'host-app'}`
    let there = this.open.get(key)
    if (there === undefined) {
      there = { parts: [], late: setTimeout(() => this.close(key), LATE_MS) }
      there.late.unref()
      this.open.set(key, there)
    }
    there.parts.push(points)
    if (there.parts.length >= workers) this.close(key)
  }

  /** Nobody tells more. */
  flush(): void {
    for (const key of [...this.open.keys()]) this.close(key)
  }

  private close(key: string): void {
    const there = this.open.get(key)
    if (there === undefined) return
    clearTimeout(there.late)
    this.open.delete(key)
    this.give(joined(there.parts))
  }
}

/** Of one stretch of time. */
export function joined(parts: readonly SeriesPoints[]): SeriesPoints {
  const kinds = new Set(parts.flatMap(({ tables }) => tables.map(({ kind }) => kind)))
  const tables = [...kinds].map((kind) => joinedTable(parts.flatMap((part) => part.tables.filter((table) => table.kind === kind))))
  const endMs = Math.max(...parts.map(({ seconds }) => seconds.endMs))
  const column = (name: 'bytes' | 'packets') =>
    added(parts.map(({ seconds }) => ({ values: seconds[name], late: Math.round((endMs - seconds.endMs) / SECOND_MS) })))
  return { endMs: parts[0]!.endMs, tables, seconds: { endMs, bytes: column('bytes'), packets: column('packets') } }
}

function joinedTable(tables: readonly PointTable[]): PointTable {
  const [first] = tables as [PointTable]
  const rows = new Map<string, Float64Array>()
  for (const table of tables) {
    const wide = table.values.length / table.count
    for (const [i, name] of namesOf(table).entries()) {
      const values = table.values.subarray(i * wide, (i + 1) * wide)
      const there = rows.get(name)
      if (there === undefined) rows.set(name, values.slice())
      else for (let m = 0; m < wide; m++) there[m]! += values[m]!
    }
  }
  const wide = first.values.length / first.count
  const values = new Float64Array(rows.size * wide)
  let at = 0
  for (const row of rows.values()) {
    values.set(row, at)
    at += wide
  }
  return { kind: first.kind, stepMs: first.stepMs, names: [...rows.keys()].join('\n'), count: rows.size, values }
}

/** Columns of seconds; each ends `late` of them before the last. */
function added(columns: readonly { readonly values: Float64Array; readonly late: number }[]): Float64Array {
  const sum = new Float64Array(Math.max(...columns.map(({ values, late }) => values.length + late)))
  for (const { values, late } of columns) for (let i = 1; i <= values.length; i++) sum[sum.length - late - i]! += values[values.length - i]!
  return sum
}
