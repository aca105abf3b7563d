/** What stores that speak SQL share: how rows of a question become its answer. */
import type { Cell, FlowAnswer, GroupQuery } from '../lib/history.ts'

/** Behind the groups and measures of each row stand how many groups there are, and the sums of all; they are put where they belong. */
export function grouped(
  { by, measures, stepMs }: GroupQuery,
  rows: readonly (readonly Cell[])[],
): Pick<FlowAnswer, 'columns' | 'groups' | 'other' | 'rows' | 'total'> {
  if (stepMs !== undefined) return { columns: ['time', ...by, ...measures], rows }
  const width = by.length + measures.length
  const shown = rows.map((row) => row.slice(0, width))
  const totals = measures.map((_, i) => (rows[0]?.[width + 1 + i] ?? null) as number | null)
  const other = totals.map((total, i) => (total === null ? null : total - shown.reduce((sum, row) => sum + Number(row[by.length + i]), 0)))
  return { columns: [...by, ...measures], rows: shown, groups: Number(rows[0]?.[width] ?? 0), total: totals, other }
}
