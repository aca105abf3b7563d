/** Series laid upon each other, and what lies under a point of them. */
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

export interface Summary {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly p95: number
}
export function summary(values: Column): Summary {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, p95: 0 }
  const sorted = values.toSorted((a, b) => a - b)
  const sum = values.reduce((a, b) => a + b, 0)
  return { min: sorted[0]!, max: sorted.at(-1)!, mean: sum / values.length, p95: sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)]! }
}
