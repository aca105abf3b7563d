import type { FlowBatch } from '../lib/flow-batch.ts'
import type { ExportStats, FlowExport } from '../lib/flow-export.ts'
import type { OpenChannel } from './channel.ts'
import { SendQueue } from './send-queue.ts'

export interface QueueOptions {
  /** What may wait while the peer is slow or away, in bytes. */
  readonly queueBytes?: number | undefined
  readonly firstRetryMs?: number | undefined
}

/** Texts are written together up to about so many characters. */
const CHUNK = 64 * 1024

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

/** One whose records are texts in a stream, one after the other. */
export abstract class TextExport extends QueuedExport<Uint8Array> {
  /** Queues the texts of so many records, several together. */
  protected sendTexts(count: number, textOf: (i: number) => string): void {
    let texts = ''
    let records = 0
    for (let i = 0; i < count; i++) {
      texts += textOf(i)
      records++
      if (texts.length < CHUNK && i < count - 1) continue
      const bytes = Buffer.from(texts)
      this.queue.push(bytes, bytes.length, records)
      texts = ''
      records = 0
    }
  }
}
