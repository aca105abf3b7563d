import type { FlowBatch } from '../lib/flow-batch.ts'
import type { OpenChannel } from './channel.ts'
import { QueuedExport, type QueueOptions } from './queued-export.ts'
import { recordJson } from './record-json.ts'

/** Lines are written together up to about so many characters. */
const CHUNK = 64 * 1024

/** One JSON object a line, by the words of the glossary: to a file, over TCP, or to standard output. */
export class JsonLinesExport extends QueuedExport<Uint8Array> {
  constructor(name: string, open: OpenChannel<Uint8Array>, options: QueueOptions = {}) {
    super(name, open, options)
  }

  send(batch: FlowBatch): void {
    let lines = ''
    let records = 0
    for (let i = 0; i < batch.count; i++) {
      lines += `${recordJson(batch, i)}\n`
      records++
      if (lines.length < CHUNK) continue
      this.push(lines, records)
      lines = ''
      records = 0
    }
    if (records > 0) this.push(lines, records)
  }

  private push(lines: string, records: number): void {
    const bytes = Buffer.from(lines)
    this.queue.push(bytes, bytes.length, records)
  }
}
