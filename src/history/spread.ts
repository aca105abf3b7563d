/**
 * Sums in which each record counts by the part of its time that lies in the range, and in each step: what it moved is taken to have moved evenly from its first to its last
 * millisecond. Each record is cut once, into what lies in its first step, in its last one and in each between; those are added up by the steps that records begin and end
 * in, and only the sums are laid out over all steps. As SQL that both DuckDB and ClickHouse speak, but for what `SpreadDialect` says.
 */
import type { FlowRange, GroupQuery } from '../lib/history.ts'

/** Records that began in a range and end as much later are looked at: flows that last are told of as often. */
const REACH_MS = 600_000

/** Of which time records are read. */
export const reachOf = <R extends FlowRange & { readonly isSpread?: boolean }>(query: R): R =>
  query.isSpread === true ? { ...query, toMs: query.toMs + REACH_MS } : query

export interface SpreadDialect {
  sum(value: string, hasKeys: boolean): string
  /** Whole part of a whole number over another. */
  divided(value: string, by: number): string
  /** Makes a row of each whole number from one to another. */
  each(from: string, to: string): string
}

/** How one measure is had of a record. */
export type SpreadMeasure =
  /** What a record says of all its time. */
  | { readonly kind: 'flow'; readonly value: string }
  /** What happened when it began. */
  | { readonly kind: 'begin'; readonly value: string }
  /** Over the records themselves, given the column of its value; where there are no steps. */
  | { readonly kind: 'whole'; readonly value: string; of(column: string): string }

export interface SpreadParts {
  readonly query: GroupQuery
  /** Groups, and epoch milliseconds of a record's ends. */
  readonly keys: readonly string[]
  readonly firstMs: string
  readonly lastMs: string
  readonly measures: readonly SpreadMeasure[]
  /** Stands behind FROM: records that reach into the range. */
  readonly records: string
  readonly dialect: SpreadDialect
}

const double = (value: string) => `CAST(${value} AS DOUBLE)`
const NOUGHT = double('0')
/** Fractions below are of no record. */
const DIGITS = 3

/** Columns `step` (where there are steps), `d0`…, `m0`…. */
export function spreadSql({ query, keys, firstMs, lastMs, measures, records, dialect }: SpreadParts): string {
  const [fromMs, toMs] = [Math.ceil(query.fromMs), Math.ceil(query.toMs)]
  const groups = keys.map((_, i) => `d${i}`)
  const values = measures.map(({ value }, i) => `${value} AS v${i}`)
  const told = [...keys.map((key, i) => `${key} AS d${i}`), ...values, `${firstMs} AS f`, `${lastMs} AS l`]
  const cut =
    `SELECT *, greatest(least(f, l), ${fromMs}) AS a, least(l, ${toMs - 1}) AS z, greatest(l - f, 0) + 1 AS lasted ` +
    `FROM (SELECT ${told.join(', ')} FROM ${records})`
  const { stepMs } = query
  const rounded = (sum: string, i: number) => `round(${sum}, ${DIGITS}) AS m${i}`
  const begun = (value: string) => `CASE WHEN f >= ${fromMs} THEN ${double(value)} ELSE ${NOUGHT} END`
  if (stepMs === undefined) {
    const sums = measures.map((measure, i) => {
      if (measure.kind === 'whole') return `${measure.of(`v${i}`)} AS m${i}`
      const part = measure.kind === 'begin' ? begun(`v${i}`) : `${double(`v${i}`)} * (${double('z - a + 1')} / lasted)`
      return rounded(dialect.sum(part, groups.length > 0), i)
    })
    return `SELECT ${[...groups, ...sums].join(', ')} FROM (${cut})${groupBy(groups.length)}`
  }
  const steps = `SELECT *, ${dialect.divided('a', stepMs)} AS b0, ${dialect.divided('z', stepMs)} AS b1 FROM (${cut})`
  const parts = measures.flatMap(({ kind }, i) => {
    const rate = `${double(`v${i}`)} / lasted`
    const [first, last, each] =
      kind === 'begin'
        ? [begun(`v${i}`), NOUGHT, NOUGHT]
        : [
            `${rate} * (least(z, (b0 + 1) * ${stepMs} - 1) - a + 1)`,
            `CASE WHEN b1 > b0 THEN ${rate} * (z - b1 * ${stepMs} + 1) ELSE ${NOUGHT} END`,
            `${rate} * ${stepMs}`,
          ]
    return [`sum(${first}) AS first${i}`, `sum(${last}) AS last${i}`, `sum(${each}) AS each${i}`]
  })
  const gathered = `SELECT ${[...groups, 'b0', 'b1', ...parts].join(', ')} FROM (${steps})${groupBy(groups.length + 2)}`
  const laidOut = `SELECT *, ${dialect.each('b0', 'b1')} AS b FROM (${gathered})`
  const sums = measures.map((_, i) => rounded(`sum(CASE WHEN b = b0 THEN first${i} WHEN b = b1 THEN last${i} ELSE each${i} END)`, i))
  return `SELECT ${[`b * ${stepMs} AS step`, ...groups, ...sums].join(', ')} FROM (${laidOut})${groupBy(groups.length + 1)}`
}
const groupBy = (count: number) => (count === 0 ? '' : ` GROUP BY ${Array.from({ length: count }, (_, i) => i + 1).join(', ')}`)
