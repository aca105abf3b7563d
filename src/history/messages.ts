/** What the main thread and the thread of history say to each other. */
import type {
  BegunFile,
  FileFormat,
  FlowAnswer,
  FlowQuery,
  FlowRange,
  HistoryFile,
  InterfaceRecords,
  SqlAnswer,
  StoreStats,
} from '../lib/history.ts'

/** Where flows are kept, as `--store` says it. */
export type StoreConfig = { readonly kind: 'parquet'; readonly folder: string; readonly maxBytes: number; readonly maxAgeMs: number }

export type Answers = FlowAnswer | SqlAnswer | readonly HistoryFile[]

export type ToHistory =
  | { readonly write: InterfaceRecords; readonly bytes: number }
  | { readonly ask: FlowQuery; readonly id: number }
  | { readonly sql: string; readonly id: number }
  | { readonly files: FlowRange; readonly id: number }
  /** What is told first is where the file grows; the answer comes when it is whole, and says nothing. */
  | { readonly file: FlowQuery; readonly format: FileFormat; readonly id: number }
  | { readonly cancel: number }
  | { readonly close: true }

export type FromHistory =
  /** The store can be used; or cannot, and why. */
  | { readonly open: true }
  | { readonly refused: string }
  /** So many bytes of messages need not wait any more. */
  | { readonly written: number }
  | { readonly id: number; readonly answer: Answers }
  | { readonly id: number; readonly begun: BegunFile }
  /** `isFault`: the question is at fault, not the store. */
  | { readonly id: number; readonly fault: string; readonly isFault: boolean }
  | { readonly stats: StoreStats }
  | { readonly closed: true }
