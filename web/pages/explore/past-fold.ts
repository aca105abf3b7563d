/** Groups of several fields as what is drawn between them: each field keeps its greatest values, what is left of it is one value, "other". */
import type { FlowAnswer } from '../../../src/lib/history.ts'

/** Stands for the values of a field that are too small to be drawn. */
export const OTHER = null
export type FoldedValue = string | typeof OTHER

export interface Folded {
  /** Values of each field that are drawn, the greatest first; OTHER last, where there is any. */
  readonly fields: readonly { readonly values: readonly FoldedValue[]; readonly sums: ReadonlyMap<FoldedValue, number> }[]
  /** A value of each field, and what passed of them together. */
  readonly rows: readonly { readonly keys: readonly FoldedValue[]; readonly sum: number }[]
  readonly total: number
  /** Groups of which the answer does not tell, and whose sum is not known either. */
  readonly missing: number
}

type Answer = Pick<FlowAnswer, 'groups' | 'other' | 'rows'>

/** The first `fields` columns are values, the next one is what is added up. Of each field `keep` values stay at most. */
export function fold(answer: Answer, fields: number, keep: number): Folded {
  const all = answer.rows.map((row) => ({ keys: row.slice(0, fields).map(String) as FoldedValue[], sum: Number(row[fields] ?? 0) }))
  const left = (answer.groups ?? all.length) - all.length
  const rest = answer.other?.[0]
  if (left > 0 && typeof rest === 'number' && rest > 0) all.push({ keys: new Array<FoldedValue>(fields).fill(OTHER), sum: rest })
  const drawn = all.filter(({ sum }) => sum > 0)
  const kept = Array.from({ length: fields }, (_, i) => greatest(drawn, i, keep))
  const merged = new Map<string, { keys: FoldedValue[]; sum: number }>()
  for (const { keys, sum } of drawn) {
    const folded = keys.map((key, i) => (kept[i]!.has(key) ? key : OTHER))
    const name = JSON.stringify(folded)
    const row = merged.get(name) ?? { keys: folded, sum: 0 }
    row.sum += sum
    merged.set(name, row)
  }
  const rows = [...merged.values()].sort((a, b) => b.sum - a.sum)
  return {
    rows,
    fields: kept.map((_, i) => {
      const sums = sumsBy(rows, i)
      return { sums, values: [...sums.keys()].sort((a, b) => Number(a === OTHER) - Number(b === OTHER) || sums.get(b)! - sums.get(a)!) }
    }),
    total: rows.reduce((sum, row) => sum + row.sum, 0),
    missing: left > 0 && typeof rest !== 'number' ? left : 0,
  }
}

type Row = Folded['rows'][number]
function sumsBy(rows: readonly Row[], field: number): Map<FoldedValue, number> {
  const sums = new Map<FoldedValue, number>()
  for (const { keys, sum } of rows) sums.set(keys[field]!, (sums.get(keys[field]!) ?? 0) + sum)
  return sums
}
function greatest(rows: readonly Row[], field: number, keep: number): ReadonlySet<FoldedValue> {
  const sums = sumsBy(rows, field)
  sums.delete(OTHER)
  return new Set(
    [...sums]
      .sort((a, b) => b[1] - a[1] || (a[0]! < b[0]! ? -1 : 1))
      .slice(0, keep)
      .map(([key]) => key),
  )
}

/** What passed between the values of two fields that stand beside each other. */
export function pairs({ rows }: Folded, field: number): { from: FoldedValue; to: FoldedValue; sum: number }[] {
  const found = new Map<string, { from: FoldedValue; to: FoldedValue; sum: number }>()
  for (const { keys, sum } of rows) {
    const [from, to] = [keys[field]!, keys[field + 1]!]
    const name = JSON.stringify([from, to])
    const pair = found.get(name) ?? { from, to, sum: 0 }
    pair.sum += sum
    found.set(name, pair)
  }
  return [...found.values()]
}
