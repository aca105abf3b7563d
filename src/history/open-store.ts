import { mkdirSync } from 'node:fs'
import type { FlowStore } from '../lib/history.ts'
import type { SeriesStore } from '../lib/series-points.ts'
import { ClickHouseStore } from './clickhouse/clickhouse-store.ts'
import { type IdListener, InterfaceIds } from './interface-ids.ts'
import type { HistoryConfig, StoreConfig } from './messages.ts'
import { ParquetStore } from './parquet-store.ts'
import { RrdSeriesStore } from './rrd/rrd-series-store.ts'
import { FileSeriesStore } from './series/file-series-store.ts'
import { SeriesStores } from './series/series-stores.ts'
import { SqliteStore } from './sqlite/sqlite-store.ts'

export interface Stores {
  readonly flows: FlowStore
  readonly series: SeriesStore | undefined
}

type Openers = { readonly [Kind in StoreConfig['kind']]: (config: Extract<StoreConfig, { kind: Kind }>, ids: InterfaceIds) => FlowStore }
const OPENERS: Openers = {
  clickhouse: (config) => new ClickHouseStore(config),
  parquet: (config, ids) => new ParquetStore({ ...config, ids }),
  sqlite: (config, ids) => new SqliteStore({ ...config, ids }),
}

/** Throws with one line that says what cannot be used. */
export function openStores({ flows, series, knownIds }: HistoryConfig, toldIds?: IdListener): Stores {
  mkdirSync(flows.folder, { recursive: true, mode: 0o700 })
  const ids = new InterfaceIds(flows.folder, knownIds, toldIds)
  const { kind, ...options } = series
  const files = kind === 'none' ? undefined : new FileSeriesStore({ ...options, ids })
  return {
    flows: OPENERS[flows.kind](flows as never, ids),
    series: kind === 'rrd' ? new SeriesStores([files!, new RrdSeriesStore({ ...options, ids })]) : files,
  }
}
