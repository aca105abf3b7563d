/** What the main thread and the thread of exports say to each other. */
import type { PackedFlows } from '../lib/flow-batch.ts'
import type { ExportInfo } from '../lib/flow-export.ts'
import type { ExportOptions } from './open-export.ts'

export interface ExportConfig {
  readonly endpoints: readonly string[]
  readonly options: ExportOptions
}

export type ToExports = { readonly records: PackedFlows } | { readonly close: number }
export type FromExports =
  /** All are open, or one says nothing that could be opened: why, in one line. */
  { readonly open: true } | { readonly refused: string } | { readonly infos: readonly ExportInfo[] } | { readonly closed: true }
