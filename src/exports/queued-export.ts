import type { FlowBatch } from '../lib/flow-batch.ts'
import type { ExportStats, FlowExport } from '../lib/flow-export.ts'
import type { OpenChannel } from './channel.ts'
import { SendQueue } from './send-queue.ts'

export interface QueueOptions {
  /** What may wait while the peer is slow or away, in bytes. */
  readonly queueBytes?: number | undefined
  readonly firstRetryMs?: number | undefined
}

/** An export whose records wait in a queue of its own. */
export abstract class QueuedExport<T> implements FlowExport {
  readonly name: string
  protected readonly queue: SendQueue<T>

  constructor(name: string, open: OpenChannel<T>, { queueBytes, firstRetryMs }: QueueOptions) {
    this.name = name
    this.queue = new SendQueue(open, { name, maxBytes: queueBytes, firstRetryMs })
  }

  abstract send(batch: FlowBatch, nowMs: number): void

  stats(): ExportStats {
    return this.queue.stats()
  }
  close(withinMs: number): Promise<void> {
    return this.queue.close(withinMs)
  }
}
