import type { FlowBatch } from '../lib/flow-batch.ts'
import type { OpenChannel } from './channel.ts'
import { type QueueOptions, TextExport } from './queued-export.ts'
import { recordJson } from './record-json.ts'

/** One JSON object a line, by the words of the glossary: to a file, over TCP, or to standard output. */
export class JsonLinesExport extends TextExport {
  constructor(name: string, open: OpenChannel<Uint8Array>, options: QueueOptions = {}) {
    super(name, open, options)
  }

  send(batch: FlowBatch): void {
    this.sendTexts(batch.count, (i) => `${recordJson(batch, i)}\n`)
  }
}
