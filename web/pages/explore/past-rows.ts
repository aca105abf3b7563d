/** Rows of the table of groups: what passed, its rates, and what it was at another time. */
import type { Cell, Dimension, FlowAnswer } from '../../../src/lib/history.ts'
import type { Summary } from '../../charts/stack.ts'
import { formatCount, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { nameOf } from './past-names.ts'
import type { ShownMeasure } from './past-view.ts'

export interface GroupRow {
  readonly key: string
  /** Undefined: all others. */
  readonly values: readonly string[] | undefined
  readonly name: string
  readonly total: number
  readonly bytes: number
  readonly packets: number
  readonly flows: number
  /** Of the measure that is shown, a second. */
  readonly rates?: Summary
  /** The measure at the time that is compared with; undefined: not asked for, or not known. */
  readonly before?: number
}
export const OTHERS = 'other'

/** Rows of the answer, with all others behind them. The first measure is the one that is shown. */
export function rowsOf(answer: FlowAnswer, by: readonly Dimension[]): GroupRow[] {
  const measures = answer.columns.slice(by.length)
  const row = (key: string, values: readonly string[] | undefined, name: string, sums: readonly (Cell | null)[]): GroupRow => {
    const of = (measure: string) => Number(sums[measures.indexOf(measure)] ?? 0)
    return { key, values, name, total: Number(sums[0] ?? 0), bytes: of('bytes'), packets: of('packets'), flows: of('flows') }
  }
  const groups = answer.rows.map((cells) => {
    const values = cells.slice(0, by.length).map(String)
    return row(JSON.stringify(values), values, values.length === 0 ? t('past.all') : nameOf(by, values), cells.slice(by.length))
  })
  const hidden = (answer.groups ?? groups.length) - groups.length
  const { other } = answer
  if (hidden > 0 && other !== undefined && other[0] !== null) groups.push(row(OTHERS, undefined, t('past.others', { n: hidden }), other))
  return groups
}

/** What each row was then. A group that the answer does not have was nothing, or too small for it: then that is not known. */
export function withBefore(rows: readonly GroupRow[], then: FlowAnswer, fields: number): GroupRow[] {
  const sums = new Map(then.rows.map((cells) => [JSON.stringify(cells.slice(0, fields).map(String)), Number(cells[fields])]))
  const isWhole = (then.groups ?? 0) <= then.rows.length
  const beforeOf = (key: string) => sums.get(key) ?? (isWhole ? 0 : undefined)
  const shown = rows.filter(({ values }) => values !== undefined).map(({ key }) => beforeOf(key))
  const all = then.rows.length === 0 ? 0 : then.total?.[0]
  const others =
    typeof all === 'number' && !shown.includes(undefined) ? Math.max(0, all - shown.reduce<number>((sum, one) => sum + one!, 0)) : undefined
  return rows.map((row) => {
    const before = row.values === undefined ? others : beforeOf(row.key)
    return before === undefined ? row : { ...row, before }
  })
}

/** In percent up to ten times as much; beyond that a multiple says more. */
const MULTIPLE_FROM = 10
export function changeOf(before: number, now: number): string {
  if (before === 0) return now === 0 ? '' : t('past.new')
  const times = now / before
  if (times >= MULTIPLE_FROM) return t('past.times', { n: formatCount(Math.round(times)) })
  const text = formatPercent(Math.abs(times - 1))
  return `${times > 1 ? '+' : times < 1 ? '−' : '±'}${text}`
}

const BITS = 8
/** As a file has them: what is shown, by plain names and exact. `sum` is of all groups. */
export function plainRows(
  rows: readonly GroupRow[],
  by: readonly Dimension[],
  measure: ShownMeasure,
  sum: number,
): Record<string, unknown>[] {
  const [unit, factor] = measure === 'bytes' ? ['bps', BITS] : [`${measure}PerSecond`, 1]
  return rows.map(({ values, name, bytes, packets, flows, total, rates, before }) => ({
    ...(values === undefined ? { [by[0] ?? 'group']: name } : Object.fromEntries(by.map((one, i) => [one, values[i]]))),
    bytes,
    packets,
    flows,
    ...(sum > 0 && { share: total / sum }),
    ...(before !== undefined && { before, ...(before > 0 && { change: total / before - 1 }) }),
    ...(rates && Object.fromEntries((['min', 'mean', 'p95', 'max'] as const).map((of) => [`${unit}${capital(of)}`, rates[of] * factor]))),
  }))
}
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
