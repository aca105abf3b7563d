/** What a record is in ClickHouse: the columns of stored flows, and who wrote it. Absent values are '', 0 or the address ::, as in the live tables. */
import type { SqlColumns } from '../../query/sql.ts'
import { NUMBERED_TEXTS } from '../duck-columns.ts'
import type { ParquetType } from '../parquet/parquet-writer.ts'
import { PARQUET_COLUMNS, STORED_COLUMNS } from '../stored-flows.ts'
import type { NativeType } from './native-block.ts'

export interface ClickHouseColumn {
  readonly name: string
  /** As blocks bring it. */
  readonly sent: NativeType
  /** As the table keeps it. */
  readonly kept: string
  readonly codec: string
  /** 0, '' or :: is told as absent. */
  readonly isOptional: boolean
}

const SENT: Readonly<Record<Exclude<ParquetType, 'bool'>, NativeType>> = {
  float: 'Float32',
  map: 'Map(LowCardinality(String), String)',
  text: 'LowCardinality(String)',
  timeMs: 'DateTime64(3)',
  uint8: 'UInt8',
  uint16: 'UInt16',
  uint32: 'UInt32',
  uint64: 'UInt64',
}
const addresses = new Set(STORED_COLUMNS.filter((column) => 'address' in column).map(({ name }) => name))
/** Too many different texts for a dictionary of each part. */
const MANY_TEXTS = new Set(['info', 'serverName'])

export const isAddress = (name: string): boolean => addresses.has(name)

/** Who wrote the record (-N), and what its interface reads, as -i names it. */
export const INSTANCE = 'instance'
export const INTERFACE_KEY = 'interfaceKey'

/** In the order of PARQUET_COLUMNS, and then the two of the writer. */
export const CLICKHOUSE_COLUMNS: readonly ClickHouseColumn[] = [
  ...PARQUET_COLUMNS.map(({ name, type, optional }) => {
    const sent = isAddress(name) ? 'IPv6' : SENT[type as Exclude<ParquetType, 'bool'>]
    const kept = MANY_TEXTS.has(name) ? 'String' : type === 'timeMs' ? "DateTime64(3, 'UTC')" : sent
    return {
      name,
      sent,
      kept,
      codec: type === 'timeMs' ? 'DoubleDelta, ZSTD(1)' : 'ZSTD(1)',
      isOptional: type === 'text' || optional === true,
    }
  }),
  ...[INSTANCE, INTERFACE_KEY].map((name) => ({
    name,
    sent: 'LowCardinality(String)' as const,
    kept: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    isOptional: false,
  })),
]

const TIMES = ['firstSeen', 'lastSeen']
export const millis = (column: string): string => `toUnixTimestamp64Milli(${column})`

/** What the words of the glossary are in the table. */
export const CLICKHOUSE_FIELDS: SqlColumns = {
  ...Object.fromEntries(
    CLICKHOUSE_COLUMNS.filter(({ sent }) => !sent.startsWith('Map(')).map(({ name }) => [name, TIMES.includes(name) ? millis(name) : name]),
  ),
  [INSTANCE]: undefined,
  [INTERFACE_KEY]: undefined,
  bytes: '(bytesC2s + bytesS2c)',
  packets: '(packetsC2s + packetsS2c)',
  duration: `(${millis('lastSeen')} - ${millis('firstSeen')})`,
}

/** The same where they stand in a filter: interfaces of exporters are texts there, and latencies the decimal numbers that they were (ms, whole microseconds). */
export const CLICKHOUSE_FILTER_FIELDS: SqlColumns = {
  ...CLICKHOUSE_FIELDS,
  ...Object.fromEntries(
    CLICKHOUSE_COLUMNS.filter(({ sent }) => sent === 'Float32').map(({ name }) => [name, `round(toFloat64(${name}), 3)`]),
  ),
  ...Object.fromEntries(NUMBERED_TEXTS.map((name) => [name, `if(${name} = 0, '', toString(${name}))`])),
}
