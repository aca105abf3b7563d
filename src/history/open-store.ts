import { mkdirSync } from 'node:fs'
import type { FlowStore } from '../lib/history.ts'
import type { SeriesStore } from '../lib/series-points.ts'
import { InterfaceIds } from './interface-ids.ts'
import type { HistoryConfig } from './messages.ts'
import { ParquetStore } from './parquet-store.ts'
import { RrdSeriesStore } from './rrd/rrd-series-store.ts'
import { FileSeriesStore } from './series/file-series-store.ts'
import { SeriesStores } from './series/series-stores.ts'
import { SqliteStore } from './sqlite/sqlite-store.ts'

export interface Stores {
  readonly flows: FlowStore
  readonly series: SeriesStore | undefined
}

/** Throws with one line that says what cannot be used. */
export function openStores({ flows, series }: HistoryConfig): Stores {
  mkdirSync(flows.folder, { recursive: true, mode: 0o700 })
  const ids = new InterfaceIds(flows.folder)
  const { kind, ...options } = series
  const files = kind === 'none' ? undefined : new FileSeriesStore({ ...options, ids })
  return {
    flows: flows.kind === 'sqlite' ? new SqliteStore({ ...flows, ids }) : new ParquetStore({ ...flows, ids }),
    series: kind === 'rrd' ? new SeriesStores([files!, new RrdSeriesStore({ ...options, ids })]) : files,
  }
}
