/** What the main thread and the thread of history say to each other. */
import type {
  BegunFile,
  Deletion,
  FileFormat,
  FlowAnswer,
  FlowQuery,
  FlowRange,
  HostDeletion,
  InterfaceRecords,
  RecordsPlace,
  Retention,
  SqlAnswer,
  StoreStats,
} from '../lib/history.ts'
import type { InterfacePoints, NamesQuery, PointAnswer, PointQuery, SeriesKeeping, SeriesStats } from '../lib/series-points.ts'
import type { ClickHouseStoreOptions } from './clickhouse/clickhouse-store.ts'

/** Where flows are kept, as `--store` says it. */
export type StoreConfig = ClickHouseConfig | FilesConfig<'parquet'> | FilesConfig<'sqlite'>
interface FilesConfig<Kind extends 'parquet' | 'sqlite'> {
  readonly kind: Kind
  readonly folder: string
  readonly maxBytes: number
  readonly maxAgeMs: number
}
type ClickHouseConfig = { readonly kind: 'clickhouse' } & ClickHouseStoreOptions

export interface SeriesConfig {
  readonly kind: SeriesKeeping
  /** The data folder. */
  readonly folder: string
  /** Of the files of each kind. */
  readonly maxBytes: number
}
export interface HistoryConfig {
  /** Numbers of interfaces that are known from elsewhere. */
  readonly knownIds?: ReadonlyMap<string, number>
  readonly flows: StoreConfig
  readonly series: SeriesConfig
}

export type Answers = Deletion | FlowAnswer | SqlAnswer | RecordsPlace | PointAnswer | readonly string[]

export type ToHistory =
  | { readonly write: InterfaceRecords; readonly id: number }
  | { readonly ask: FlowQuery; readonly id: number }
  | { readonly sql: string; readonly id: number }
  | { readonly place: FlowRange; readonly id: number }
  | { readonly points: InterfacePoints; readonly id: number }
  | { readonly read: PointQuery; readonly id: number }
  | { readonly names: NamesQuery; readonly id: number }
  /** What is told first is where the file grows; the answer comes when it is whole, and says nothing. */
  | { readonly file: FlowQuery; readonly format: FileFormat; readonly id: number }
  | { readonly deleteHost: HostDeletion; readonly id: number }
  | { readonly retain: Retention }
  | { readonly cancel: number }
  | { readonly close: true }

export type FromHistory =
  /** The store can be used; or cannot, and why. */
  | { readonly open: true }
  | { readonly refused: string }
  /** Numbers of all interfaces: there is a new one. */
  | { readonly ids: ReadonlyMap<string, number> }
  /** What had this number is kept, or counted as lost. */
  | { readonly written: number }
  | { readonly id: number; readonly answer: Answers }
  | { readonly id: number; readonly begun: BegunFile }
  /** `isFault`: the question is at fault, not the store. */
  | { readonly id: number; readonly fault: string; readonly isFault: boolean }
  | { readonly stats: StoreStats; readonly series: SeriesStats | undefined }
  | { readonly closed: true }
