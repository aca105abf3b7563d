/** What the main thread and the thread of history say to each other. */
import type {
  Deletion,
  FlowAnswer,
  FlowQuery,
  FlowRange,
  HistoryFile,
  HostDeletion,
  InterfaceRecords,
  Retention,
  SqlAnswer,
  StoreStats,
} from '../lib/history.ts'

/** Where flows are kept, as `--store` says it. */
export type StoreConfig = { readonly kind: 'parquet'; readonly folder: string; readonly maxBytes: number; readonly maxAgeMs: number }

export type Answers = Deletion | FlowAnswer | SqlAnswer | readonly HistoryFile[]

export type ToHistory =
  | { readonly write: InterfaceRecords; readonly bytes: number }
  | { readonly ask: FlowQuery; readonly id: number }
  | { readonly sql: string; readonly id: number }
  | { readonly files: FlowRange; readonly id: number }
  | { readonly deleteHost: HostDeletion; readonly id: number }
  | { readonly retain: Retention }
  | { readonly cancel: number }
  | { readonly close: true }

export type FromHistory =
  /** The store can be used; or cannot, and why. */
  | { readonly open: true }
  | { readonly refused: string }
  /** So many bytes of messages need not wait any more. */
  | { readonly written: number }
  | { readonly id: number; readonly answer: Answers }
  /** `isFault`: the question is at fault, not the store. */
  | { readonly id: number; readonly fault: string; readonly isFault: boolean }
  | { readonly stats: StoreStats }
  | { readonly closed: true }
