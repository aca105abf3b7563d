import type { FlowBatch, PackedFlows } from './flow-batch.ts'

/** Where flow records are sent: another collector, a file, a message broker. */
export interface FlowExport {
  readonly name: string
  /** Takes records that the batch holds now; it may be reused after the call. */
  send(batch: FlowBatch, nowMs: number): void
  stats(): ExportStats
  /** Sends what waits, for at most `withinMs`. */
  close(withinMs: number): Promise<void>
}

/** How an export fares, as the console and the API show it. */
export interface ExportInfo extends ExportStats {
  /** As `-I` names it. */
  readonly endpoint: string
}

/** Where the records of all interfaces go. */
export interface FlowExports {
  /** Seconds between two records of a flow that lasts. */
  readonly everySeconds: number
  /** The message belongs to the exports from then on. */
  send(records: PackedFlows): void
  infos(): readonly ExportInfo[]
}

export interface ExportStats {
  records: number
  bytes: number
  dropped: number
  waiting: number
  peers: number
  faults: readonly string[]
  faultCount: number
}
