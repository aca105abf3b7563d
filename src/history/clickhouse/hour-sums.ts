/** Sums of hours: what has few values together in one table, ends of flows in another. */
import type { Dimension, GroupQuery, Measure } from '../../lib/history.ts'
import { INSTANCE, INTERFACE_KEY } from './clickhouse-columns.ts'

export const HOUR_MS = 3_600_000

export const COUNTERS = ['bytesC2s', 'bytesS2c', 'packetsC2s', 'packetsS2c', 'flows'] as const
const SWAPPED = ['bytesS2c', 'bytesC2s', 'packetsS2c', 'packetsC2s', 'flows'] as const

const TEXT = 'LowCardinality(String)'
interface Key {
  readonly name: string
  readonly type: string
}
const texts = (...names: readonly string[]): Key[] => names.map((name) => ({ name, type: TEXT }))

export interface SumTable {
  readonly name: string
  readonly view: string
  readonly keys: readonly Key[]
  /** By which a question finds its stretch. */
  readonly order: readonly string[]
  /** What the view does with each block of records. */
  from(records: string): string
  /** What it can be grouped by: each an expression over its columns. */
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>
}

const HOUR: Key = { name: 'hour', type: "DateTime('UTC')" }
const WRITER = texts(INSTANCE, INTERFACE_KEY, 'interface')
const KINDS: readonly Key[] = [
  ...texts('app', 'category', 'proto', 'exporter', 'site', 'clientCountry', 'serverCountry'),
  { name: 'vlan', type: 'UInt16' },
  { name: 'inInterface', type: 'UInt32' },
  { name: 'outInterface', type: 'UInt32' },
]
const hour = "toStartOfHour(toDateTime(lastSeen, 'UTC')) AS hour"
const same = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]))

export const SUM_TABLES = {
  kinds: {
    name: 'flows_hours',
    view: 'flows_to_hours',
    keys: [HOUR, ...WRITER, ...KINDS],
    order: ['hour', 'app'],
    from: (records) => {
      const keys = [...WRITER, ...KINDS].map(({ name }) => name)
      return `SELECT ${[hour, ...keys, ...COUNTERS.map((name) => `sum(${records}.${name}) AS ${name}`)].join(', ')} FROM ${records} GROUP BY ${['hour', ...keys].join(', ')}`
    },
    dimensions: same('interface', ...KINDS.map(({ name }) => name)),
  },
  /** Each record twice, `way` 0 for its client and 1 for its server; C2s is what the end has sent. */
  ends: {
    name: 'flows_hours_ends',
    view: 'flows_to_hours_ends',
    keys: [HOUR, { name: 'way', type: 'UInt8' }, { name: 'address', type: 'IPv6' }, { name: 'as', type: 'UInt32' }, ...WRITER],
    order: ['hour', 'way', 'address'],
    from: (records) => {
      const sums = COUNTERS.map((name, i) => `sum(if(way = 0, ${records}.${name}, ${records}.${SWAPPED[i]!})) AS ${name}`)
      const keys = WRITER.map(({ name }) => name)
      return (
        `SELECT ${[hour, 'way', 'if(way = 0, client, server) AS address', 'if(way = 0, clientAs, serverAs) AS as', ...keys, ...sums].join(', ')} ` +
        `FROM ${records} ARRAY JOIN CAST([0, 1], 'Array(UInt8)') AS way GROUP BY ${['hour', 'way', 'address', 'as', ...keys].join(', ')}`
      )
    },
    dimensions: { host: 'address', client: 'address', server: 'address', clientAs: 'as', serverAs: 'as', interface: 'interface' },
  },
} satisfies Readonly<Record<string, SumTable>>

/** Measures that add up, of what the client sent and what the server sent. */
export const SUMS: Partial<Readonly<Record<Measure, readonly [client: string, server: string]>>> = {
  bytes: ['bytesC2s + bytesS2c', 'bytesC2s + bytesS2c'],
  bytesC2s: ['bytesC2s', 'bytesS2c'],
  bytesS2c: ['bytesS2c', 'bytesC2s'],
  packets: ['packetsC2s + packetsS2c', 'packetsC2s + packetsS2c'],
  packetsC2s: ['packetsC2s', 'packetsS2c'],
  packetsS2c: ['packetsS2c', 'packetsC2s'],
  flows: ['flows', 'flows'],
}

/** Which sums answer a question, and how. */
export interface SummedPlan {
  readonly table: string
  readonly dimensions: readonly string[]
  readonly measures: readonly string[]
  /** Of its rows; '' for all. */
  readonly only: string
  /** Whole hours of the range. */
  readonly fromMs: number
  readonly toMs: number
}

const SIDES: readonly (readonly [Dimension[], number | undefined])[] = [
  [['client', 'clientAs', 'interface'], 0],
  [['server', 'serverAs', 'interface'], 1],
  [['host', 'interface'], undefined],
]

/** Undefined: the records have to be read. `sinceMs`: sums hold all records from then on. */
export function summedPlan(query: GroupQuery, sinceMs: number): SummedPlan | undefined {
  const { by, measures, stepMs, filter = '', isSpread = false, ...range } = query
  const fromMs = Math.ceil(Math.max(range.fromMs, sinceMs) / HOUR_MS) * HOUR_MS
  const toMs = Math.floor(range.toMs / HOUR_MS) * HOUR_MS
  if (isSpread || fromMs >= toMs || filter.trim() !== '' || (stepMs ?? HOUR_MS) % HOUR_MS !== 0) return undefined
  if (measures.some((measure) => SUMS[measure] === undefined)) return undefined
  const plan = (table: SumTable, way: number | undefined): SummedPlan => ({
    table: table.name,
    dimensions: by.map((dimension) => table.dimensions[dimension]!),
    // Of a server's row what the client sent is what came to it.
    measures: measures.map((measure) => SUMS[measure]![way ?? 0]!),
    only: way === undefined ? '' : `way = ${way}`,
    fromMs,
    toMs,
  })
  const { kinds, ends } = SUM_TABLES
  if (by.every((dimension) => dimension in kinds.dimensions)) return plan(kinds, undefined)
  const side = SIDES.find(([dimensions]) => by.every((dimension) => dimensions.includes(dimension)))
  return side && plan(ends, side[1])
}
