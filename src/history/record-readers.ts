/** Which reader knows the records of which kind of store. Loaded when one is needed. */
import type { RecordsPlace } from '../lib/history.ts'
import type { ReaderOptions, RecordReader } from './record-reader.ts'

/** By the kind of the place; each takes the places that its own store tells. */
const READERS: Readonly<Record<string, (options: ReaderOptions<never>) => Promise<RecordReader>>> = {
  clickhouse: async (options) => new (await import('./clickhouse/clickhouse-reader.ts')).ClickHouseReader(options),
  parquet: async (options) => new (await import('./parquet-reader.ts')).ParquetReader(options),
}

export async function openReader(options: ReaderOptions<RecordsPlace>): Promise<RecordReader> {
  const open = READERS[options.place.kind]
  if (open === undefined) throw new Error(`flows of a store of kind ${options.place.kind} cannot be read again`)
  return open(options as ReaderOptions<never>)
}
