import { Worker } from 'node:worker_threads'
import { buffersOf, type PackedFlows } from '../lib/flow-batch.ts'
import type { ExportInfo, FlowExports } from '../lib/flow-export.ts'
import type { ExportConfig, FromExports, ToExports } from './messages.ts'

export interface ExportThreadOptions extends ExportConfig {
  /** The worker's entry file. */
  readonly entry: URL
  readonly everySeconds: number
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
}

/** What waits is sent for so long when the program ends. */
const CLOSE_WITHIN_MS = 3000

/** Where exports do their work, so that neither the console nor a capture waits for it. */
export class ExportThread implements FlowExports {
  readonly everySeconds: number
  private readonly worker: Worker
  private told: readonly ExportInfo[] = []
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private isClosing = false

  constructor({ entry, everySeconds, died, ...config }: ExportThreadOptions) {
    this.everySeconds = everySeconds
    this.worker = new Worker(entry, { workerData: config satisfies ExportConfig, name: 'exports' })
    this.worker.on('message', (message: FromExports) => this.hear(message))
    const gone = (why: string) => {
      this.begun.resolve(why)
      this.over.resolve()
      if (!this.isClosing) died(`flows are sent no more: ${why}`)
      this.isClosing = true
    }
    this.worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)))
    this.worker.on('exit', (code) => gone(`its thread ended with status ${code}`))
  }

  /** Resolves when all are open; to why not, when one cannot be: one line. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
  }

  send(records: PackedFlows): void {
    if (this.isClosing) return
    this.post({ records }, buffersOf(records))
  }
  infos(): readonly ExportInfo[] {
    return this.told
  }

  /** Sends what waits, for a few seconds at most. */
  async close(): Promise<void> {
    if (!this.isClosing) {
      this.isClosing = true
      this.post({ close: CLOSE_WITHIN_MS })
    }
    const late = setTimeout(() => this.over.resolve(), 2 * CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    await this.worker.terminate()
  }

  private post(message: ToExports, transfer: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer)
  }
  private hear(message: FromExports): void {
    if ('infos' in message) this.told = message.infos
    else if ('refused' in message) this.begun.resolve(message.refused)
    else if ('open' in message) this.begun.resolve(undefined)
    else this.over.resolve()
  }
}
