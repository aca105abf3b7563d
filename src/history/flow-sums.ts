/** Sums of a file of flows by each thing that is asked for most, beside it: what has no filter is answered of them, and reads a hundredth. */
import type { Dimension, GroupQuery, Measure } from '../lib/history.ts'
import { quoted } from './duck.ts'
import { DUCK_COLUMNS } from './duck-columns.ts'
import { PARQUET_COLUMNS } from './stored-flows.ts'

const HOUR_MS = 3_600_000
const FIVE_MS = 300_000
/** What has few values is summed by five minutes, the rest by the hour. Without a dimension (''): all together. */
const SUMMED: Readonly<Partial<Record<Dimension | '', number>>> = {
  '': FIVE_MS,
  app: FIVE_MS,
  category: FIVE_MS,
  clientCountry: FIVE_MS,
  exporter: FIVE_MS,
  inInterface: FIVE_MS,
  interface: FIVE_MS,
  outInterface: FIVE_MS,
  proto: FIVE_MS,
  serverCountry: FIVE_MS,
  site: FIVE_MS,
  vlan: FIVE_MS,
  client: HOUR_MS,
  clientAs: HOUR_MS,
  clientProgram: HOUR_MS,
  clientUser: HOUR_MS,
  host: HOUR_MS,
  server: HOUR_MS,
  serverAs: HOUR_MS,
  serverName: HOUR_MS,
  serverPort: HOUR_MS,
}
/** Measures that add up. */
const SUMS: Partial<Readonly<Record<Measure, string>>> = {
  bytes: '"bytesC2s" + "bytesS2c"',
  bytesC2s: '"bytesC2s"',
  bytesS2c: '"bytesS2c"',
  packets: '"packetsC2s" + "packetsS2c"',
  packetsC2s: '"packetsC2s"',
  packetsS2c: '"packetsS2c"',
  flows: '"flows"',
}
const COUNTERS = ['bytesC2s', 'bytesS2c', 'packetsC2s', 'packetsS2c', 'flows'] as const
const SWAPPED = ['bytesS2c', 'bytesC2s', 'packetsS2c', 'packetsC2s', 'flows'] as const

/** As a file's line in the manifest has it. */
export interface StoredSums {
  readonly path: string
  readonly rows: number
  readonly bytes: number
}

/** Writes the sums of a file of records, or of several. They are in the order of the dimensions, so that a question reads one stretch. */
export function sumSql(records: string | readonly string[], into: string): string {
  const from = `read_parquet([${[records].flat().map(quoted).join(', ')}], union_by_name = true)`
  const parts = Object.entries(SUMMED).flatMap(([dimension, stepMs]) =>
    dimension === 'host'
      ? [
          partSql(dimension, DUCK_COLUMNS['client']!, stepMs, COUNTERS, from),
          partSql(dimension, DUCK_COLUMNS['server']!, stepMs, SWAPPED, from),
        ]
      : [partSql(dimension, dimension === '' ? "''" : DUCK_COLUMNS[dimension]!, stepMs, COUNTERS, from)],
  )
  return `COPY (${parts.join(' UNION ALL ')}) TO ${quoted(into)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)`
}
/** `from`: what stands behind FROM. */
function partSql(dimension: string, key: string, stepMs: number, counters: readonly string[], from: string): string {
  const sums = COUNTERS.map((name, i) => `sum("${counters[i]}")::UBIGINT AS "${name}"`)
  return (
    `SELECT ${quoted(dimension)} AS dimension, (epoch_ms("lastSeen") // ${stepMs}) * ${stepMs} AS "time", (${key})::VARCHAR AS "key", ${sums.join(', ')} ` +
    `FROM ${from} GROUP BY ALL`
  )
}

/** Whether sums answer this, for files that lie in its range as a whole. */
export function isSummed({ by, measures, stepMs, filter = '', isSpread = false }: GroupQuery): boolean {
  const every = by.length > 1 ? undefined : SUMMED[by[0] ?? '']
  return (
    every !== undefined &&
    !isSpread &&
    filter.trim() === '' &&
    measures.every((measure) => SUMS[measure] !== undefined) &&
    (stepMs === undefined || stepMs % every === 0)
  )
}

const TYPES: Readonly<Record<string, string>> = { uint8: 'UTINYINT', uint16: 'USMALLINT', uint32: 'UINTEGER', uint64: 'UBIGINT' }

/** Of files of sums: as what the records would give, with columns `step`, `d0`, `m0`…, before they are added up. */
export function summedSql({ by, measures, stepMs }: GroupQuery, paths: readonly string[]): string {
  const dimension: Dimension | '' = by[0] ?? ''
  const type = PARQUET_COLUMNS.find(({ name }) => name === dimension)?.type ?? 'text'
  const step = stepMs === undefined ? [] : [`("time" // ${stepMs}) * ${stepMs} AS step`]
  const key = dimension === '' ? [] : [`"key"::${TYPES[type] ?? 'VARCHAR'} AS d0`]
  const sums = measures.map((measure, i) => `sum(${SUMS[measure]})::DOUBLE AS m${i}`)
  const grouped = step.length + key.length > 0 ? ' GROUP BY ALL' : ''
  return (
    `SELECT ${[...step, ...key, ...sums].join(', ')} FROM read_parquet([${paths.map(quoted).join(', ')}]) ` +
    `WHERE dimension = ${quoted(dimension)}${grouped}`
  )
}
