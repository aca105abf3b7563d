/**
 * The tables in ClickHouse. Records lie by time first (five minutes), then by client, in a partition a day, which goes as a whole when it is too old. Two more tables hold sums of
 * hours, which materialised views fill as records come. In a cluster each of them is `…_local` on every server, and the plain name stands for all of them together.
 */
import type { ClickHouseAddress } from './clickhouse-address.ts'
import { CLICKHOUSE_COLUMNS } from './clickhouse-columns.ts'
import { named, quoted } from './clickhouse-dialect.ts'
import { COUNTERS, SUM_TABLES } from './hour-sums.ts'

export const FLOWS = 'flows'
export const LOCAL = '_local'
/** Of batches, by whose tokens what comes twice is told. */
const REMEMBERED_BATCHES = 10_000

export interface SchemaOptions extends Pick<ClickHouseAddress, 'cluster' | 'database' | 'hasKeeper'> {
  readonly days: number
}

interface TableDesign {
  readonly name: string
  /** Name and definition. */
  readonly columns: readonly (readonly [string, string])[]
  readonly indices?: readonly string[]
  readonly time: string
  readonly engine: readonly [name: string, ...args: string[]]
  readonly primaryKey: string
  readonly orderBy: string
  readonly comment: string
}

/** The tables; of sums the comment says from when on they hold all, in epoch milliseconds. */
function designs(sinceMs: number): TableDesign[] {
  const bucket = 'toStartOfFiveMinutes(lastSeen)'
  return [
    {
      name: FLOWS,
      columns: CLICKHOUSE_COLUMNS.map(({ name, kept, codec }) => [name, `${kept} CODEC(${codec})`]),
      indices: ['INDEX servers server TYPE bloom_filter(0.01) GRANULARITY 4'],
      time: 'lastSeen',
      engine: ['MergeTree'],
      primaryKey: `(${bucket}, client)`,
      orderBy: `(${bucket}, client, server, lastSeen)`,
      comment: 'Flow records of wiretop',
    },
    ...Object.values(SUM_TABLES).map(({ name, keys, order }) => ({
      name,
      columns: [...keys.map(({ name: key, type }) => [key, type] as const), ...COUNTERS.map((counter) => [counter, 'UInt64'] as const)],
      time: 'hour',
      engine: ['SummingMergeTree', `(${COUNTERS.join(', ')})`] as const,
      primaryKey: `(${order.join(', ')})`,
      orderBy: `(${[...order, ...keys.map((key) => key.name).filter((key) => !order.includes(key))].join(', ')})`,
      comment: `Sums of hours of wiretop, since ${sinceMs}`,
    })),
  ]
}

/** Statements that make what is missing, in order. `sinceMs`: sums hold all records from then on. */
export function createStatements(options: SchemaOptions, sinceMs: number): string[] {
  const { cluster } = options
  const local = cluster === undefined ? '' : LOCAL
  return [
    ...designs(sinceMs).map((design) => tableSql(design, options)),
    ...Object.values(SUM_TABLES).map(
      ({ name, view, from }) =>
        `CREATE MATERIALIZED VIEW IF NOT EXISTS ${named(view)}${onCluster(options)} TO ${named(name + local)} AS ${from(FLOWS + local)}`,
    ),
    ...(cluster === undefined ? [] : designs(sinceMs).map((design) => distributedSql(design, options, cluster))),
  ]
}

function tableSql(
  { name, columns, indices = [], time, engine, primaryKey, orderBy, comment }: TableDesign,
  options: SchemaOptions,
): string {
  const isReplicated = options.cluster !== undefined && options.hasKeeper
  const table = options.cluster === undefined ? name : name + LOCAL
  const [kind, ...args] = engine
  // {shard} and {replica} are the macros of each server.
  const replica = isReplicated ? [quoted(`/clickhouse/tables/{shard}/${options.database}/${table}`), quoted('{replica}')] : []
  const settings = {
    ttl_only_drop_parts: 1,
    [isReplicated ? 'replicated_deduplication_window' : 'non_replicated_deduplication_window']: REMEMBERED_BATCHES,
  }
  return [
    `CREATE TABLE IF NOT EXISTS ${named(table)}${onCluster(options)}`,
    `(${[...columns.map(([column, type]) => `${named(column)} ${type}`), ...indices].join(', ')})`,
    `ENGINE = ${isReplicated ? 'Replicated' : ''}${kind}(${[...replica, ...args].join(', ')})`,
    `PARTITION BY toDate(${time}) PRIMARY KEY ${primaryKey} ORDER BY ${orderBy}`,
    `TTL ${ttlSql(time, options.days)}`,
    `SETTINGS ${Object.entries(settings)
      .map(([key, value]) => `${key} = ${value}`)
      .join(', ')}`,
    `COMMENT ${quoted(comment)}`,
  ].join(' ')
}

/** A record always goes to the same server, so that a batch that is sent again is known there. */
const SHARD_BY = 'cityHash64(client, server, lastSeen)'
const distributedSql = ({ name, comment }: TableDesign, options: SchemaOptions, cluster: string): string =>
  `CREATE TABLE IF NOT EXISTS ${named(name)}${onCluster(options)} AS ${named(name + LOCAL)} ` +
  `ENGINE = Distributed(${[quoted(cluster), quoted(options.database), quoted(name + LOCAL), name === FLOWS ? SHARD_BY : 'rand()'].join(', ')}) ` +
  `COMMENT ${quoted(comment)}`

const onCluster = ({ cluster, hasKeeper }: SchemaOptions) => (cluster === undefined || !hasKeeper ? '' : ` ON CLUSTER ${named(cluster)}`)

/** A day goes when the last of its records is too old; sums stay until the end of their hour is. */
const ttlSql = (time: string, days: number) =>
  `${time === 'hour' ? 'hour + toIntervalHour(1)' : `toDateTime(${time})`} + toIntervalDay(${days})`

export const createDatabase = (options: SchemaOptions): string =>
  `CREATE DATABASE IF NOT EXISTS ${named(options.database)}${onCluster(options)}`

/** Columns of today that the table of an earlier version does not have. */
export function addStatements(options: SchemaOptions, there: ReadonlySet<string>): string[] {
  const missing = CLICKHOUSE_COLUMNS.filter(({ name }) => !there.has(name))
  if (missing.length === 0) return []
  const add = (table: string, hasCodec: boolean) =>
    `ALTER TABLE ${named(table)}${onCluster(options)} ` +
    missing
      .map(({ name, kept, codec }) => `ADD COLUMN IF NOT EXISTS ${named(name)} ${kept}${hasCodec ? ` CODEC(${codec})` : ''}`)
      .join(', ')
  return options.cluster === undefined ? [add(FLOWS, true)] : [add(FLOWS + LOCAL, true), add(FLOWS, false)]
}

/** Where flows are to be kept for another time than so far. `definition` is the table's own. */
export function ttlStatements(options: SchemaOptions, definition: string): string[] {
  if (new RegExp(`toIntervalDay\\(${options.days}\\)`).test(definition)) return []
  const local = options.cluster === undefined ? '' : LOCAL
  return designs(0).map(
    ({ name, time }) => `ALTER TABLE ${named(name + local)}${onCluster(options)} MODIFY TTL ${ttlSql(time, options.days)}`,
  )
}
