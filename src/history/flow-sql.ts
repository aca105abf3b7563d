/** What is asked of flows as DuckDB's SQL over their files. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { flowFields } from '../lib/fields.ts'
import {
  type Dimension,
  type FileFormat,
  type FlowRange,
  type GroupQuery,
  HistoryFault,
  type Measure,
  type RecordQuery,
} from '../lib/history.ts'
import { parseFilter } from '../query/filter.ts'
import type { Filter } from '../query/grammar.ts'
import { filterSql, NoSuchColumn } from '../query/sql.ts'
import { byEnd } from './by-end.ts'
import { named, quoted } from './duck.ts'
import { DUCK_COLUMNS, DUCK_FILTER_COLUMNS } from './duck-columns.ts'
import { duckDialect } from './duck-dialect.ts'
import { summedSql } from './flow-sums.ts'
import type { ParquetColumn, ParquetType } from './parquet/parquet-writer.ts'
import { reachOf, type SpreadDialect, spreadSql } from './spread.ts'
import { PARQUET_COLUMNS } from './stored-flows.ts'

/** Seconds that a relative time in a filter counts back from. */
export interface SqlMoment {
  readonly nowMs: number
}

/** Of a record at one of its ends, `way` 0 or 1: what that end sent is what the client sent, or the server. */
const SENT: Partial<Readonly<Record<Measure, readonly [string, string]>>> = {
  bytesC2s: ['"bytesC2s"', '"bytesS2c"'],
  bytesS2c: ['"bytesS2c"', '"bytesC2s"'],
  packetsC2s: ['"packetsC2s"', '"packetsS2c"'],
  packetsS2c: ['"packetsS2c"', '"packetsC2s"'],
}
const isDistinct = (measure: Measure) => measure === 'clients' || measure === 'servers'

function measureSql(measure: Measure, isByHost: boolean): string {
  const value = valueSql(measure, isByHost)
  return isDistinct(measure) ? distinctSql(value) : `sum(${value})::DOUBLE`
}
function valueSql(measure: Measure, isByHost: boolean): string {
  if (measure === 'clients') return '"client"'
  if (measure === 'servers') return '"server"'
  const ways = isByHost ? SENT[measure] : undefined
  return ways === undefined ? (DUCK_COLUMNS[measure] ?? named(measure)) : `CASE way WHEN 0 THEN ${ways[0]} ELSE ${ways[1]} END`
}
const distinctSql = (value: string) => `count(DISTINCT ${value})`
const DUCK_SPREAD: SpreadDialect = {
  sum: (value) => `sum(${value})`,
  divided: (value, by) => `(${value} // ${by})`,
  each: (from, to) => `unnest(range(${from}, ${to} + 1))`,
}

const dimensionSql = (dimension: Dimension) =>
  dimension === 'host' ? `CASE way WHEN 0 THEN ${DUCK_COLUMNS['client']} ELSE ${DUCK_COLUMNS['server']} END` : DUCK_COLUMNS[dimension]!

const TYPES: Readonly<Record<ParquetType, string>> = {
  bool: 'BOOLEAN',
  float: 'FLOAT',
  map: 'MAP(VARCHAR, VARCHAR)',
  text: 'VARCHAR',
  timeMs: 'TIMESTAMP',
  uint8: 'UTINYINT',
  uint16: 'USMALLINT',
  uint32: 'UINTEGER',
  uint64: 'UBIGINT',
}
/** Files of records, and the columns of today that none of them has: an earlier version wrote them. */
export interface RecordFiles {
  readonly paths: readonly string[]
  readonly missing: ReadonlySet<string>
}
/** What is read for a question. */
export interface FileSet {
  /** All their records are of the range that is asked for: their times, the largest columns of all, need not be read to know it. */
  readonly within: RecordFiles
  readonly across: RecordFiles
  /** Sums that stand for other files, where they answer what is asked. */
  readonly sums: readonly string[]
}

const read = (paths: readonly string[], more = '') => `read_parquet([${paths.map(quoted).join(', ')}], union_by_name = true${more})`

/** Looks which columns the files have. Rejects where one cannot be read. */
export async function recordFiles(connection: DuckDBConnection, paths: readonly string[]): Promise<RecordFiles> {
  if (paths.length === 0) return NO_FILES
  const reader = await connection.runAndReadAll(`SELECT * FROM ${read(paths)} LIMIT 0`)
  const there = new Set(reader.columnNames())
  return { paths, missing: new Set(PARQUET_COLUMNS.map(({ name }) => name).filter((name) => !there.has(name))) }
}
const NO_FILES: RecordFiles = { paths: [], missing: new Set(PARQUET_COLUMNS.map(({ name }) => name)) }
export const fileSet = (across: RecordFiles, within = NO_FILES, sums: readonly string[] = []): FileSet => ({ within, across, sums })

const absent = ({ name, type }: ParquetColumn) => `NULL::${TYPES[type]} AS ${named(name)}`

/** Records of the files, with every column that there is today. With `places` also the file and the row of each. */
export function filesSql({ paths, missing }: RecordFiles, places = false): string {
  if (paths.length === 0) return `(SELECT ${PARQUET_COLUMNS.map(absent).join(', ')} WHERE false)`
  const added = PARQUET_COLUMNS.filter(({ name }) => missing.has(name)).map(absent)
  return `(SELECT ${['*', ...added].join(', ')} FROM ${read(paths, places ? ', filename = true, file_row_number = true' : '')})`
}

/** Records of the files with the columns of today alone, in their order and of their types: what sets of files can be compared by. */
export const plainSql = (files: RecordFiles, where = 'true'): string => `SELECT ${PLAIN} FROM ${filesSql(files)} WHERE ${where}`
const PLAIN = PARQUET_COLUMNS.map(({ name, type }) => `${named(name)}::${TYPES[type]} AS ${named(name)}`).join(', ')

/** Records of the range that the filter lets through, as plainSql gives them. Throws a HistoryFault that says why not. */
export const plainRangeSql = (range: FlowRange, files: FileSet, nowMs: number): string =>
  `SELECT ${PLAIN} FROM (${rangeSql(range, files, nowMs)})`

const JOINED = ' UNION ALL BY NAME '
/** Records of the range that the filter lets through. */
function rangeSql(query: FlowRange & { readonly isSpread?: boolean }, files: FileSet, nowMs: number, places = false): string {
  const { fromMs, toMs, filter = '' } = reachOf(query)
  const parsed = parseFilter(filter, flowFields, { now: nowMs })
  if (!parsed.ok) throw new HistoryFault(parsed.error.message)
  const time = (ms: number) => `make_timestamp(${Math.round(ms * 1000)})`
  const begun = query.isSpread === true ? [`"firstSeen" < ${time(query.toMs)}`] : []
  const times = [`"lastSeen" >= ${time(fromMs)}`, `"lastSeen" < ${time(toMs)}`]
  const { within, across } = files
  const sets = [
    ...(within.paths.length > 0 ? [{ from: filesSql(within, places), ofSet: begun }] : []),
    ...(across.paths.length > 0 || within.paths.length === 0 ? [{ from: filesSql(across, places), ofSet: [...times, ...begun] }] : []),
  ]
  const select = (...conditions: string[]) =>
    sets.map(({ from, ofSet }) => `SELECT * FROM ${from} WHERE ${[...ofSet, ...conditions].join(' AND ')}`).join(JOINED)
  try {
    const where = (filter: Filter) => filterSql(filter, { fields: flowFields, columns: DUCK_FILTER_COLUMNS, dialect: duckDialect, nowMs })
    const apart = byEnd(parsed.filter, flowFields)
    if (apart === undefined) return select(where(parsed.filter))
    const { addresses, ends, rest } = apart
    const is = (end: string) => `${named(end)} IN (${addresses.map(quoted).join(', ')})`
    // A flow of the host with itself is one.
    const parts = ends.map((end, i) => select(is(end), ...ends.slice(0, i).map((before) => `(${is(before)}) IS NOT TRUE`), where(rest)))
    return parts.join(JOINED)
  } catch (error) {
    throw error instanceof NoSuchColumn ? new HistoryFault(error.message) : error
  }
}

const kindOf = (measure: Measure) => {
  if (isDistinct(measure)) return { kind: 'whole', of: distinctSql } as const
  return { kind: measure === 'flows' ? 'begin' : 'flow' } as const
}
/** Sums by group and step, of records and of what is summed already: columns `step`, `d0`…, `m0`…. */
function gatheredSql(query: GroupQuery, files: FileSet, nowMs: number): string {
  const { by, measures, stepMs } = query
  const isByHost = by.includes('host')
  const ends = isByHost ? ', (VALUES (0), (1)) AS ends(way)' : ''
  if (query.isSpread === true)
    return spreadSql({
      query,
      keys: by.map(dimensionSql),
      firstMs: 'epoch_ms("firstSeen")',
      lastMs: 'epoch_ms("lastSeen")',
      measures: measures.map((measure) => ({ ...kindOf(measure), value: valueSql(measure, isByHost) })),
      records: `(${rangeSql(query, files, nowMs)})${ends}`,
      dialect: DUCK_SPREAD,
    })
  const groups = by.map((dimension, i) => `${dimensionSql(dimension)} AS d${i}`)
  const sums = measures.map((measure, i) => `${measureSql(measure, isByHost)} AS m${i}`)
  const step = stepMs === undefined ? [] : [`(epoch_ms("lastSeen") // ${stepMs}) * ${stepMs} AS step`]
  const grouped = by.length + step.length > 0 ? ' GROUP BY ALL' : ''
  const records = `SELECT ${[...step, ...groups, ...sums].join(', ')} FROM (${rangeSql(query, files, nowMs)})${ends}${grouped}`
  if (files.sums.length === 0) return records
  const hasRecords = files.within.paths.length + files.across.paths.length > 0
  const both = !hasRecords ? summedSql(query, files.sums) : `${records} UNION ALL ${summedSql(query, files.sums)}`
  const keys = [...(stepMs === undefined ? [] : ['step']), ...by.map((_, i) => `d${i}`)]
  return `SELECT ${[...keys, ...measures.map((_, i) => `sum(m${i}) AS m${i}`)].join(', ')} FROM (${both})${grouped}`
}

/** Columns of the answer: `time` of a series, groups `d0`…, measures `m0`…; then of groups alone how many there are, and the sums of all. */
export function groupSql(query: GroupQuery, files: FileSet, { nowMs }: SqlMoment): string {
  const { by, measures, stepMs, limit } = query
  const isByHost = by.includes('host')
  const gathered = gatheredSql(query, files, nowMs)
  const names = by.map((_, i) => `d${i}`)
  if (stepMs === undefined) {
    const totals = measures.map((measure, i) => (isDistinct(measure) || isByHost ? 'NULL' : `(SELECT sum(m${i}) FROM g)`))
    return (
      `WITH g AS MATERIALIZED (${gathered}) SELECT *, (SELECT count(*) FROM g), ${totals.join(', ')} ` +
      `FROM g ORDER BY ${['m0 DESC', ...names].join(', ')} LIMIT ${limit}`
    )
  }
  const outer = measures.map((measure, i) => `${isDistinct(measure) ? 'max' : 'sum'}(m${i}) AS m${i}`)
  if (by.length === 0) return `WITH g AS (${gathered}) SELECT step, ${outer.join(', ')} FROM g GROUP BY ALL ORDER BY step`
  const same = names.map((name) => `g.${name} = top.${name}`).join(' AND ')
  return (
    `WITH g AS MATERIALIZED (${gathered}), ` +
    `top AS MATERIALIZED (SELECT ${names.join(', ')}, sum(m0) AS v FROM g GROUP BY ALL ORDER BY ${['v DESC', ...names].join(', ')} LIMIT ${limit}) ` +
    `SELECT step, ${names.map((name) => `top.${name} AS ${name}`).join(', ')}, ${outer.join(', ')} ` +
    `FROM g LEFT JOIN top ON ${same} GROUP BY ALL ORDER BY step, ${names.map((name) => `${name} NULLS LAST`).join(', ')}`
  )
}

/** All that is stored of a record, in this order. */
export const RECORD_COLUMNS: readonly string[] = PARQUET_COLUMNS.map(({ name }) => name)

const columnsSql = PARQUET_COLUMNS.map(({ name, type }) =>
  type === 'timeMs' ? `epoch_ms(${named(name)}) AS ${named(name)}` : named(name),
).join(', ')

function orderSql({ sort, descending }: Pick<RecordQuery, 'descending' | 'sort'>): string {
  const order = DUCK_COLUMNS[sort]
  if (order === undefined) throw new HistoryFault(`${sort} is not kept in history, so nothing can be sorted by it`)
  const way = descending ? 'DESC' : 'ASC'
  return `ORDER BY ${order} ${way}, "firstSeen" ${way}`
}

/** All records of the range, whole. */
export const recordSql = (query: RecordQuery, files: FileSet, { nowMs }: SqlMoment): string =>
  `SELECT ${columnsSql} FROM (${rangeSql(query, files, nowMs)}) ${orderSql(query)}`

/** How many records there are. */
export const countSql = (query: RecordQuery, files: FileSet, { nowMs }: SqlMoment): string =>
  `SELECT count(*) FROM (${rangeSql(query, files, nowMs)})`

/** What a spreadsheet takes for a formula becomes text; what has several lines is one. */
const csvText = (column: string) =>
  `CASE WHEN substr(${column}, 1, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) THEN '''' || ${column} ELSE replace(${column}, chr(10), '; ') END`
const csvTime = (column: string) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`

function fileColumn({ name, type }: Pick<ParquetColumn, 'name' | 'type'>, column: string, format: FileFormat): string {
  if (format === 'parquet') return `${column} AS ${named(name)}`
  if (type === 'timeMs') return `${format === 'csv' ? csvTime(column) : `epoch_ms(${column})`} AS ${named(name)}`
  // Of 32 bits; as 64 they would get digits that nobody measured.
  if (type === 'float') return `round(${column}::DOUBLE, 3) AS ${named(name)}`
  if (format === 'csv' && type === 'text') return `${csvText(column)} AS ${named(name)}`
  if (format === 'csv' && type === 'map') return `to_json(${column})::VARCHAR AS ${named(name)}`
  return `${column} AS ${named(name)}`
}
/** Records for a file; in order only where that is asked for. */
export function recordFileSql(query: RecordQuery, files: FileSet, { nowMs }: SqlMoment, format: FileFormat, isSorted: boolean): string {
  const columns = PARQUET_COLUMNS.map((column) => fileColumn(column, named(column.name), format)).join(', ')
  const order = isSorted ? orderSql(query) : ''
  return `SELECT ${columns} FROM (SELECT * FROM (${rangeSql(query, files, nowMs)}) ${order} LIMIT ${query.limit})`
}
/** Groups for a file; of a course of time the first column is when a step begins. */
export function groupFileSql(query: GroupQuery, files: FileSet, moment: SqlMoment, format: FileFormat): string {
  const { by, measures, stepMs } = query
  const time = stepMs === undefined ? [] : [fileColumn({ name: 'time', type: 'timeMs' }, 'make_timestamp(step * 1000)', format)]
  const groups = by.map((name, i) => fileColumn({ name, type: typeOf(name) }, `d${i}`, format))
  const sums = measures.map((name, i) => `m${i}::BIGINT AS ${named(name)}`)
  return `SELECT ${[...time, ...groups, ...sums].join(', ')} FROM (${groupSql(query, files, moment)})`
}
const typeOf = (dimension: Dimension): ParquetType => PARQUET_COLUMNS.find(({ name }) => name === dimension)?.type ?? 'text'

/** Where the wanted records lie: the file and the row of each. Only what they are chosen and sorted by is read for that. */
export const placeSql = (query: RecordQuery, files: FileSet, { nowMs }: SqlMoment): string =>
  `SELECT filename, file_row_number FROM (${rangeSql(query, files, nowMs, true)}) ${orderSql(query)} LIMIT ${query.limit} OFFSET ${query.offset}`

/** The records at these places. */
export function placedSql(query: RecordQuery, places: readonly (readonly [path: string, row: number])[]): string {
  const rows = new Map<string, number[]>()
  for (const [path, row] of places) rows.set(path, [...(rows.get(path) ?? []), row])
  const parts = [...rows].map(
    ([path, numbers]) => `SELECT * FROM ${read([path], ', file_row_number = true')} WHERE file_row_number IN (${numbers.join(', ')})`,
  )
  // Columns that none of the files has are there all the same.
  const all = [`SELECT * FROM ${filesSql(NO_FILES)}`, ...parts].join(JOINED)
  return `SELECT ${columnsSql} FROM (${all}) ${orderSql(query)}`
}
