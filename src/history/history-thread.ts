import { Worker } from 'node:worker_threads'
import { buffersOf, type PackedFlows } from '../lib/flow-batch.ts'
import {
  type Deletion,
  type FlowAnswer,
  type FlowHistory,
  type FlowQuery,
  type FlowRange,
  HistoryFault,
  type HistoryFile,
  type InterfaceRecords,
  type Retention,
  type SqlAnswer,
  type StoreStats,
} from '../lib/history.ts'
import { KeptRetention } from './kept-retention.ts'
import type { Answers, FromHistory, StoreConfig, ToHistory } from './messages.ts'

export interface HistoryThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly store: StoreConfig
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
}

/** Records wait for the store up to so many bytes; what comes beyond that is lost, and counted. */
const MAX_WAITING_BYTES = 256 * 2 ** 20
/** Roughly what names and fields of one record take, which are no columns. */
const EXTRAS_BYTES = 256
const CLOSE_WITHIN_MS = 10_000
/** What it makes is long-lived or gone at once. */
const YOUNG_MB = 4

interface Waiting {
  resolve(answer: Answers): void
  reject(error: Error): void
}

/** Where the store of flows does its work. */
export class HistoryThread implements FlowHistory {
  private readonly worker: Worker
  private readonly kind: string
  private readonly retention: KeptRetention
  /** The last one that was asked for. */
  private deletion: Deletion | undefined
  private told: StoreStats
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private readonly waiting = new Map<number, Waiting>()
  private waitingBytes = 0
  private lost = 0
  private nextId = 1
  private isClosing = false
  private gone: string | undefined

  constructor({ entry, store, died }: HistoryThreadOptions) {
    this.kind = store.kind
    this.retention = new KeptRetention(store.folder, store)
    this.told = { kind: store.kind, records: 0, bytes: 0, files: 0, lost: 0, faults: [] }
    this.worker = new Worker(entry, {
      workerData: { ...store, ...this.retention.now },
      name: 'history',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.worker.on('message', (message: FromHistory) => this.hear(message))
    const gone = (why: string) => {
      this.begun.resolve(why)
      this.over.resolve()
      for (const { reject } of this.waiting.values()) reject(new Error(`history is gone: ${why}`))
      this.waiting.clear()
      if (this.isClosing) return
      this.isClosing = true
      this.gone = `flows are kept no more: ${why}`
      died(this.gone)
    }
    this.worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)))
    this.worker.on('exit', (code) => gone(`its thread ended with status ${code}`))
  }

  /** Resolves when the store is open; to why not, when it cannot be: one line. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
  }

  send(records: InterfaceRecords): void {
    const bytes = sizeOf(records.records)
    if (this.isClosing || this.waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.lost += records.records.count
      return
    }
    this.waitingBytes += bytes
    this.post({ write: records, bytes }, buffersOf(records.records))
  }

  ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer> {
    return this.question((id) => ({ ask: query, id }), signal) as Promise<FlowAnswer>
  }
  sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    return this.question((id) => ({ sql: text, id }), signal) as Promise<SqlAnswer>
  }
  files(range: FlowRange): Promise<readonly HistoryFile[]> {
    return this.question((id) => ({ files: range, id }), new AbortController().signal) as Promise<readonly HistoryFile[]>
  }
  private question(message: (id: number) => ToHistory, signal: AbortSignal): Promise<Answers> {
    if (this.isClosing) return Promise.reject(new Error(this.gone ?? 'history is closed'))
    const id = this.nextId++
    const { promise, resolve, reject } = Promise.withResolvers<Answers>()
    const cancel = () => this.post({ cancel: id })
    signal.addEventListener('abort', cancel, { once: true })
    this.waiting.set(id, { resolve, reject })
    this.post(message(id))
    return promise.finally(() => signal.removeEventListener('abort', cancel))
  }

  deleteHost(network: string, isTrial: boolean): number | undefined {
    if (this.deletion?.isOver === false) return undefined
    const id = this.nextId
    const begun: Deletion = { id, network, isTrial, isOver: false, filesDone: 0, filesTotal: 0, records: 0, files: 0, faults: [] }
    this.deletion = begun
    this.question((asked) => ({ deleteHost: { id, network, isTrial }, id: asked }), new AbortController().signal).then(
      (done) => {
        this.deletion = done as Deletion
      },
      (error: Error) => {
        this.deletion = { ...(this.stats().deletion ?? begun), isOver: true, faults: [error.message] }
      },
    )
    return id
  }

  retain(change: Partial<Retention>): void {
    this.retention.change(change)
    this.post({ retain: this.retention.now })
  }

  stats(): StoreStats {
    const { told, lost, gone } = this
    const faults = gone === undefined ? told.faults : [gone, ...told.faults]
    // The store tells how far it is; that it is over says its answer.
    const deletion = this.deletion?.isOver === false && told.deletion?.id === this.deletion.id ? told.deletion : this.deletion
    return { ...told, kind: this.kind, lost: told.lost + lost, faults, retention: this.retention.now, ...(deletion && { deletion }) }
  }

  /** What has come is safe when it resolves. */
  async close(): Promise<void> {
    if (!this.isClosing) {
      this.isClosing = true
      this.post({ close: true })
    }
    const late = setTimeout(() => this.over.resolve(), CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    await this.worker.terminate()
  }

  private post(message: ToHistory, transfer: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer)
  }

  private hear(message: FromHistory): void {
    if ('written' in message) this.waitingBytes -= message.written
    else if ('stats' in message) this.told = message.stats
    else if ('open' in message) this.begun.resolve(undefined)
    else if ('refused' in message) this.begun.resolve(message.refused)
    else if ('closed' in message) this.over.resolve()
    else {
      const asked = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if ('answer' in message) asked?.resolve(message.answer)
      else asked?.reject(message.isFault ? new HistoryFault(message.fault) : new Error(message.fault))
    }
  }
}

const sizeOf = (records: PackedFlows): number =>
  buffersOf(records).reduce((sum, { byteLength }) => sum + byteLength, EXTRAS_BYTES * records.count)
