import type { FlowBatch } from './flow-batch.ts'

/** Where flow records are sent: another collector, a file, a message broker. */
export interface FlowExport {
  readonly name: string
  /** Takes records that the batch holds now; it may be reused after the call. */
  send(batch: FlowBatch, nowMs: number): void
  stats(): ExportStats
  /** Sends what waits, for at most `withinMs`. */
  close(withinMs: number): Promise<void>
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
