/** What is asked of flows as ClickHouse's SQL. */
import { flowFields } from '../../lib/fields.ts'
import {
  type Dimension,
  type FlowQuery,
  type FlowRange,
  type GroupQuery,
  HistoryFault,
  type Measure,
  type RecordQuery,
} from '../../lib/history.ts'
import { parseFilter } from '../../query/filter.ts'
import { filterSql, NoSuchColumn } from '../../query/sql.ts'
import { reachOf, type SpreadDialect, spreadSql } from '../spread.ts'
import {
  CLICKHOUSE_COLUMNS,
  CLICKHOUSE_FIELDS,
  CLICKHOUSE_FILTER_FIELDS,
  INSTANCE,
  INTERFACE_KEY,
  isAddress,
  millis,
} from './clickhouse-columns.ts'
import { addressText, clickHouseDialect, quoted } from './clickhouse-dialect.ts'
import { FLOWS } from './clickhouse-schema.ts'
import { SUMS, type SummedPlan } from './hour-sums.ts'

export interface SqlMoment {
  readonly nowMs: number
  /** Who asks: its interfaces are meant where one is named. */
  readonly instance: string
}

/** What DateTime64 can hold; 2286. */
const MAX_MS = 1e13
const time = (ms: number) => `fromUnixTimestamp64Milli(${Math.ceil(Math.min(Math.max(ms, 0), MAX_MS))}, 'UTC')`
const between = (fromMs: number, toMs: number) => `lastSeen >= ${time(fromMs)} AND lastSeen < ${time(toMs)}`

const ofInterface = ({ interfaceKey }: FlowRange, { instance }: SqlMoment) =>
  interfaceKey === undefined ? [] : [`${INSTANCE} = ${quoted(instance)}`, `${INTERFACE_KEY} = ${quoted(interfaceKey)}`]

/** Of records. Throws a HistoryFault. */
export function rangeCondition(range: FlowRange, moment: SqlMoment, times = between(range.fromMs, range.toMs)): string {
  const parsed = parseFilter(range.filter ?? '', flowFields, { now: moment.nowMs })
  if (!parsed.ok) throw new HistoryFault(parsed.error.message)
  try {
    const context = { fields: flowFields, columns: CLICKHOUSE_FILTER_FIELDS, dialect: clickHouseDialect, nowMs: moment.nowMs }
    return [times, ...ofInterface(range, moment), filterSql(parsed.filter, context)].join(' AND ')
  } catch (error) {
    throw error instanceof NoSuchColumn ? new HistoryFault(error.message) : error
  }
}

const isDistinct = (measure: Measure) => measure === 'clients' || measure === 'servers'

/** Without any record a sum is null where there is no group either. */
function measureSql(measure: Measure, isByHost: boolean, hasKeys: boolean): string {
  const value = valueSql(measure, isByHost)
  return isDistinct(measure) ? distinctSql(value) : sumSql(value, hasKeys)
}
function valueSql(measure: Measure, isByHost: boolean): string {
  if (measure === 'clients') return 'client'
  if (measure === 'servers') return 'server'
  const [client, server] = SUMS[measure]!
  return isByHost && client !== server ? `if(way = 0, ${client}, ${server})` : client
}
/** No address is none that is counted. */
const distinctSql = (value: string) => `uniqExactIf(${value}, ${value} <> toIPv6('::'))`
const sumSql = (value: string, hasKeys: boolean) => `toFloat64(sum${hasKeys ? '' : 'OrNull'}(${value}))`

const dimensionSql = (dimension: Dimension) => (dimension === 'host' ? 'if(way = 0, client, server)' : CLICKHOUSE_FIELDS[dimension]!)
const isAddressed = (dimension: Dimension) => dimension === 'host' || isAddress(dimension)

const kindOf = (measure: Measure) => {
  if (isDistinct(measure)) return { kind: 'whole', of: distinctSql } as const
  return { kind: measure === 'flows' ? 'begin' : 'flow' } as const
}
const CLICKHOUSE_SPREAD: SpreadDialect = {
  sum: sumSql,
  divided: (value, by) => `intDiv(${value}, ${by})`,
  each: (from, to) => `arrayJoin(arrayMap(n -> toInt64(n), range(toUInt64(${from}), toUInt64(${to} + 1))))`,
}
/** Of records that reach into a range. */
function reaching(query: FlowQuery): string {
  const { fromMs, toMs } = reachOf(query)
  return `${between(fromMs, toMs)} AND firstSeen < ${time(query.toMs)}`
}

/** `step`, `d0`…, `m0`… of records. */
function recordSums(query: GroupQuery, moment: SqlMoment, times?: string): string {
  const { by, measures, stepMs } = query
  const isByHost = by.includes('host')
  const keys = [
    ...(stepMs === undefined ? [] : [`intDiv(${millis('lastSeen')}, ${stepMs}) * ${stepMs} AS step`]),
    ...by.map((dimension, i) => `${dimensionSql(dimension)} AS d${i}`),
  ]
  const sums = measures.map((measure, i) => `${measureSql(measure, isByHost, keys.length > 0)} AS m${i}`)
  const ends = isByHost ? ' ARRAY JOIN [0, 1] AS way' : ''
  if (query.isSpread === true)
    return spreadSql({
      query,
      keys: by.map(dimensionSql),
      firstMs: millis('firstSeen'),
      lastMs: millis('lastSeen'),
      measures: measures.map((measure) => ({ ...kindOf(measure), value: valueSql(measure, isByHost) })),
      records: `${FLOWS}${ends} WHERE ${rangeCondition(query, moment, reaching(query))}`,
      dialect: CLICKHOUSE_SPREAD,
    })
  return `SELECT ${[...keys, ...sums].join(', ')} FROM ${FLOWS}${ends} WHERE ${rangeCondition(query, moment, times)}${groupBy(keys.length)}`
}
const groupBy = (keys: number) => (keys === 0 ? '' : ` GROUP BY ${Array.from({ length: keys }, (_, i) => i + 1).join(', ')}`)

/** The same of sums of hours. */
function hourSums(query: GroupQuery, moment: SqlMoment, plan: SummedPlan): string {
  const { stepMs } = query
  const keys = [
    ...(stepMs === undefined ? [] : [`intDiv(toInt64(toUnixTimestamp(hour)) * 1000, ${stepMs}) * ${stepMs} AS step`]),
    ...plan.dimensions.map((dimension, i) => `${dimension} AS d${i}`),
  ]
  const sums = plan.measures.map((measure, i) => `${sumSql(measure, keys.length > 0)} AS m${i}`)
  const where = [
    `hour >= toDateTime(${plan.fromMs / 1000}, 'UTC')`,
    `hour < toDateTime(${plan.toMs / 1000}, 'UTC')`,
    ...(plan.only === '' ? [] : [plan.only]),
    ...ofInterface(query, moment),
  ]
  return `SELECT ${[...keys, ...sums].join(', ')} FROM ${plan.table} WHERE ${where.join(' AND ')}${groupBy(keys.length)}`
}

/** Of hours as far as they are whole, and of the records before and behind them. */
function gatheredSql(query: GroupQuery, moment: SqlMoment, plan: SummedPlan | undefined): string {
  if (plan === undefined) return recordSums(query, moment)
  const { by, measures, stepMs, fromMs, toMs } = query
  const edges = [between(fromMs, plan.fromMs), between(plan.toMs, toMs)].map((edge) => `(${edge})`).join(' OR ')
  const isWhole = fromMs === plan.fromMs && toMs === plan.toMs
  if (isWhole) return hourSums(query, moment, plan)
  const keys = [...(stepMs === undefined ? [] : ['step']), ...by.map((_, i) => `d${i}`)]
  const sums = measures.map((_, i) => `sum${keys.length > 0 ? '' : 'OrNull'}(m${i}) AS m${i}`)
  const both = `${recordSums(query, moment, `(${edges})`)} UNION ALL ${hourSums(query, moment, plan)}`
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (${both})${groupBy(keys.length)}`
}

/** Columns of the answer: `time` of a series, groups, measures; then of groups alone how many there are, and the sums of all. */
export function groupSql(query: GroupQuery, moment: SqlMoment, plan?: SummedPlan): string {
  const { by, measures, stepMs, limit } = query
  const gathered = gatheredSql(query, moment, plan)
  const values = measures.map((_, i) => `m${i}`)
  const shown = by.map((dimension, i) => (isAddressed(dimension) ? addressText(`d${i}`) : `d${i}`))
  if (stepMs !== undefined) return seriesSql(query, gathered, shown)
  const totals = measures.map((measure, i) => (isDistinct(measure) || by.includes('host') ? 'NULL' : `sum(m${i}) OVER ()`))
  const order = ['m0 DESC', ...shown.map((_, i) => `${i + 1}`)].join(', ')
  return `SELECT ${[...shown, ...values, 'count() OVER ()', ...totals].join(', ')} FROM (${gathered}) ORDER BY ${order} LIMIT ${limit}`
}

function seriesSql({ by, measures, limit }: GroupQuery, gathered: string, shown: readonly string[]): string {
  const outer = measures.map((measure, i) => (isDistinct(measure) ? `max(m${i})` : `sum(m${i})`))
  if (by.length === 0) return `SELECT step, ${outer.join(', ')} FROM (${gathered}) GROUP BY step ORDER BY step`
  const names = by.map((_, i) => `d${i}`).join(', ')
  const order = ['sum(m0) DESC', ...shown].join(', ')
  const top = `SELECT ${names} FROM (${gathered}) GROUP BY ${names} ORDER BY ${order} LIMIT ${limit}`
  const keys = shown.map((text, i) => `if(isTop, toNullable(${text}), NULL) AS t${i}`)
  const all = `SELECT *, (${names}) IN (${top}) AS isTop FROM (${gathered})`
  const columns = ['step', ...keys, ...outer]
  const last = keys.map((_, i) => `t${i} NULLS LAST`)
  return `SELECT ${columns.join(', ')} FROM (${all})${groupBy(1 + keys.length)} ORDER BY ${['step', ...last].join(', ')}`
}

/** Columns of a record as they are asked for: times in epoch milliseconds. What absent values look like, clickhouse-cells.ts knows. */
const RECORD = CLICKHOUSE_COLUMNS.filter(({ name }) => name !== INSTANCE && name !== INTERFACE_KEY)
const columnsSql = RECORD.map(({ name, sent }) => (sent === 'DateTime64(3)' ? millis(name) : name)).join(', ')

function orderSql({ sort, descending }: Pick<RecordQuery, 'descending' | 'sort'>): string {
  const column = CLICKHOUSE_FIELDS[sort]
  if (column === undefined) throw new HistoryFault(`${sort} is not kept in history, so nothing can be sorted by it`)
  const way = descending ? 'DESC' : 'ASC'
  // By its column alone, the order in which parts lie can be used.
  const order = sort === 'lastSeen' || sort === 'firstSeen' ? sort : isAddress(sort) ? addressText(column) : column
  return `ORDER BY ${order} ${way}, firstSeen ${way}`
}

export function recordSql(query: RecordQuery, moment: SqlMoment): string {
  const where = rangeCondition(query, moment, query.isSpread === true ? reaching(query) : undefined)
  return `SELECT ${columnsSql} FROM ${FLOWS} WHERE ${where} ${orderSql(query)} LIMIT ${query.limit} OFFSET ${query.offset}`
}

/** Records of a range in the order of time, to be read again. */
export const replaySql = (range: FlowRange, moment: SqlMoment): string =>
  `SELECT ${columnsSql} FROM ${FLOWS} WHERE ${rangeCondition(range, moment)} ORDER BY lastSeen, firstSeen FORMAT JSONCompactEachRow`

/** How many records there are, by day. */
export const daysSql = (range: FlowRange, moment: SqlMoment): string =>
  `SELECT toUnixTimestamp(toStartOfDay(lastSeen)) * 1000 AS day, count() FROM ${FLOWS} WHERE ${rangeCondition(range, moment)} GROUP BY day ORDER BY day`
