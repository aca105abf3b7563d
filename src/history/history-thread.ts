import { Worker } from 'node:worker_threads'
import { buffersOf, type PackedFlows } from '../lib/flow-batch.ts'
import {
  type AnswerFile,
  addTraces,
  type BegunFile,
  type Deletion,
  type FileFormat,
  type FlowAnswer,
  type FlowHistory,
  type FlowQuery,
  type FlowRange,
  HistoryFault,
  type HostDeletion,
  type HostTraces,
  type InterfaceRecords,
  NO_TRACES,
  type RecordsPlace,
  type Retention,
  type SqlAnswer,
  type StoreStats,
} from '../lib/history.ts'
import type { InterfacePoints, NamesQuery, PointAnswer, PointQuery, SeriesHistory, SeriesStats } from '../lib/series-points.ts'
import { buffersOfPoints } from '../lib/series-points.ts'
import { KeptRetention } from './kept-retention.ts'
import type { Answers, FromHistory, HistoryConfig, ToHistory } from './messages.ts'

export interface HistoryThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly config: HistoryConfig
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
  /** Deletes what is kept of hosts elsewhere: in small state, and in memory. Rejects with one line. */
  alsoDelete?(network: string, isTrial: boolean): Promise<Partial<HostTraces>>
  /** Numbers of all interfaces, whenever there is a new one. */
  numbered?(ids: ReadonlyMap<string, number>): void
}

/** Records wait for the store up to so many bytes; what comes beyond that is lost, and counted. */
const MAX_WAITING_BYTES = 256 * 2 ** 20
/** Roughly what names and fields of one record take, which are no columns. */
const EXTRAS_BYTES = 256
const CLOSE_WITHIN_MS = 10_000
/** What it makes is long-lived or gone at once. */
const YOUNG_MB = 4

/** How long it is waited before the thread is begun anew, the first time and at most; each time twice as long, until it has stayed for so long. */
const AGAIN_MS = 1000
const AGAIN_AT_MOST_MS = 60_000

interface Waiting {
  resolve(answer: Answers): void
  reject(error: Error): void
}
/** What is to be kept: flows, or points of series. */
interface Load {
  readonly kind: 'flows' | 'points'
  readonly count: number
  readonly bytes: number
}

interface Held {
  readonly id: number
  readonly load: Load
  readonly message: ToHistory
  readonly transfer: readonly ArrayBuffer[]
}

/** Where the stores of flows and series do their work. When their thread dies it is begun anew: what came meanwhile waits, and what it had taken and not kept is counted as lost. */
export class HistoryThread implements FlowHistory, SeriesHistory {
  private readonly options: HistoryThreadOptions
  private worker: Worker | undefined
  /** Of a store that lets go of what is too old or too much. */
  private readonly retention: KeptRetention | undefined
  /** The last one that was asked for. */
  private deletion: Deletion | undefined
  private told: StoreStats
  /** What threads that are gone had told. */
  private before = { records: 0, lost: 0 }
  private toldSeries: SeriesStats | undefined
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private readonly waiting = new Map<number, Waiting>()
  /** Sent and not yet kept, by number; and what waits for the thread to be there again. */
  private readonly sent = new Map<number, Load>()
  private readonly held: Held[] = []
  private readonly beginning = new Map<number, (file: BegunFile) => void>()
  private waitingBytes = 0
  private readonly lost = { flows: 0, points: 0 }
  private nextId = 1
  private isOpen = false
  private isClosing = false
  private againMs = AGAIN_MS
  private openedMs = 0
  private again: NodeJS.Timeout | undefined
  /** Why nothing is kept now. */
  private away: string | undefined

  constructor(options: HistoryThreadOptions) {
    this.options = options
    const { flows } = options.config
    this.retention = flows.kind === 'parquet' || flows.kind === 'sqlite' ? new KeptRetention(flows.folder, flows) : undefined
    this.told = { kind: flows.kind, records: 0, bytes: 0, files: 0, lost: 0, faults: [] }
    this.begin()
  }

  /** Resolves when the stores are open; to why not, when they cannot be: one line. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
  }

  private begin(): void {
    const { entry, config } = this.options
    const workerData: HistoryConfig = { ...config, flows: { ...config.flows, ...this.retention?.now } }
    const worker = new Worker(entry, { workerData, name: 'history', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.worker = worker
    worker.on('message', (message: FromHistory) => this.worker === worker && this.hear(message))
    const gone = (why: string) => {
      if (this.worker !== worker) return
      this.worker = undefined
      this.left(why)
    }
    worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => gone(`its thread ended with status ${code}`))
  }

  private left(why: string): void {
    this.begun.resolve(why)
    this.over.resolve()
    for (const { reject } of this.waiting.values()) reject(new Error(`history is gone: ${why}`))
    this.waiting.clear()
    for (const { kind, count, bytes } of this.sent.values()) {
      this.lost[kind] += count
      this.waitingBytes -= bytes
    }
    this.sent.clear()
    if (this.isClosing) return
    this.before = { records: this.before.records + this.told.records, lost: this.before.lost + this.told.lost }
    this.told = { ...this.told, records: 0, lost: 0 }
    const wasOpen = this.isOpen
    this.isOpen = false
    if (wasOpen && performance.now() - this.openedMs > AGAIN_AT_MOST_MS) this.againMs = AGAIN_MS
    this.away = `flows wait to be kept: ${why}; it is begun anew`
    if (wasOpen) this.options.died(this.away)
    this.again = setTimeout(() => this.begin(), this.againMs)
    this.againMs = Math.min(2 * this.againMs, AGAIN_AT_MOST_MS)
  }

  /** The stores cannot be had: at the start that is said, and later it is tried again. */
  private refused(why: string): void {
    this.begun.resolve(why)
    if (this.openedMs === 0) {
      this.isClosing = true
      this.over.resolve()
      this.away = `flows are not kept: ${why}`
      this.drop()
      return
    }
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
    this.left(why)
  }

  private opened(): void {
    this.isOpen = true
    this.openedMs = performance.now()
    this.away = undefined
    this.begun.resolve(undefined)
    for (const one of this.held.splice(0)) this.deliver(one)
  }

  /** Nothing of what waits will be kept. */
  private drop(): void {
    for (const { load } of this.held.splice(0)) this.lost[load.kind] += load.count
  }

  send(records: InterfaceRecords): void {
    const { count } = records.records
    this.keep({ kind: 'flows', count, bytes: sizeOf(records.records) }, (id) => ({ write: records, id }), buffersOf(records.records))
  }

  sendPoints(points: InterfacePoints): void {
    const { tables } = points.points
    const count = tables.reduce((sum, table) => sum + table.count, 0)
    const bytes = tables.reduce((sum, { names, values }) => sum + values.byteLength + 2 * names.length, 0)
    this.keep({ kind: 'points', count, bytes }, (id) => ({ points, id }), buffersOfPoints(points.points))
  }

  private keep(load: Load, message: (id: number) => ToHistory, transfer: readonly ArrayBuffer[]): void {
    if (this.isClosing || this.waitingBytes + load.bytes > MAX_WAITING_BYTES) {
      this.lost[load.kind] += load.count
      return
    }
    this.waitingBytes += load.bytes
    const id = this.nextId++
    const held = { id, load, message: message(id), transfer }
    if (this.isOpen) this.deliver(held)
    else this.held.push(held)
  }
  private deliver({ id, load, message, transfer }: Held): void {
    this.sent.set(id, load)
    this.post(message, transfer)
  }

  ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer> {
    return this.question((id) => ({ ask: query, id }), signal) as Promise<FlowAnswer>
  }
  sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    return this.question((id) => ({ sql: text, id }), signal) as Promise<SqlAnswer>
  }
  file(query: FlowQuery, format: FileFormat, signal: AbortSignal): Promise<AnswerFile> {
    const begun = Promise.withResolvers<BegunFile>()
    const done = this.question((id) => {
      this.beginning.set(id, begun.resolve)
      return { file: query, format, id }
    }, signal).then(() => undefined)
    done.catch(begun.reject)
    return begun.promise.then((file) => ({ ...file, done }))
  }
  place(range: FlowRange): Promise<RecordsPlace> {
    return this.question((id) => ({ place: range, id }), new AbortController().signal) as Promise<RecordsPlace>
  }
  read(query: PointQuery): Promise<PointAnswer> {
    return this.question((id) => ({ read: query, id }), new AbortController().signal) as Promise<PointAnswer>
  }
  names(query: NamesQuery): Promise<readonly string[]> {
    return this.question((id) => ({ names: query, id }), new AbortController().signal) as Promise<readonly string[]>
  }
  private question(message: (id: number) => ToHistory, signal: AbortSignal): Promise<Answers> {
    if (!this.isOpen) return Promise.reject(new Error(this.away ?? 'history is closed'))
    if (signal.aborted) return Promise.reject(signal.reason as Error)
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
    const id = this.nextId++
    const counts = { filesDone: 0, filesTotal: 0, records: 0, files: 0, traces: NO_TRACES, faults: [] }
    const begun: Deletion = { id, network, isTrial, isOver: false, ...counts }
    this.deletion = begun
    this.deleteAll({ id, network, isTrial }).then(
      (done) => {
        this.deletion = done
      },
      (error: Error) => {
        this.deletion = { ...(this.stats().deletion ?? begun), isOver: true, faults: [error.message] }
      },
    )
    return id
  }
  /** Who has them in memory forgets them first, so that nothing of them is written any more. */
  private async deleteAll(wanted: HostDeletion): Promise<Deletion> {
    const faults: string[] = []
    const elsewhere = await this.options.alsoDelete?.(wanted.network, wanted.isTrial).catch((error: Error) => {
      faults.push(`state may still have some: ${error.message}`)
      return undefined
    })
    const done = (await this.question((id) => ({ deleteHost: wanted, id }), new AbortController().signal)) as Deletion
    return { ...done, traces: addTraces(done.traces, elsewhere ?? {}), faults: [...faults, ...done.faults] }
  }

  retain(change: Partial<Retention>): void {
    const { retention } = this
    if (retention === undefined) throw new HistoryFault(`how much the store ${this.told.kind} keeps is said at the start: --history-days`)
    retention.change(change)
    this.post({ retain: retention.now })
  }

  stats(): StoreStats {
    const { told, lost, away, before } = this
    const counts = { records: before.records + told.records, lost: before.lost + told.lost + lost.flows }
    const faults = away === undefined ? told.faults : [away, ...told.faults]
    // The store tells how far it is; that it is over says its answer.
    const isUnderWay = this.deletion?.isOver === false && told.deletion?.id === this.deletion.id
    const deletion = isUnderWay ? { ...told.deletion!, isOver: false } : this.deletion
    return { ...told, ...counts, faults, ...(this.retention && { retention: this.retention.now }), ...(deletion && { deletion }) }
  }
  seriesStats(): SeriesStats | undefined {
    const { toldSeries, lost } = this
    return toldSeries && { ...toldSeries, lost: toldSeries.lost + lost.points }
  }

  /** What has come is safe when it resolves. */
  async close(): Promise<void> {
    clearTimeout(this.again)
    if (!this.isClosing) {
      this.isClosing = true
      this.drop()
      if (this.worker === undefined) this.over.resolve()
      else this.post({ close: true })
    }
    const late = setTimeout(() => this.over.resolve(), CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    this.isOpen = false
    await this.worker?.terminate()
  }

  private post(message: ToHistory, transfer: readonly ArrayBuffer[] = []): void {
    this.worker?.postMessage(message, transfer)
  }

  private hear(message: FromHistory): void {
    if ('written' in message) {
      this.waitingBytes -= this.sent.get(message.written)?.bytes ?? 0
      this.sent.delete(message.written)
    } else if ('stats' in message) {
      this.told = message.stats
      this.toldSeries = message.series
    } else if ('open' in message) this.opened()
    else if ('ids' in message) this.options.numbered?.(message.ids)
    else if ('refused' in message) this.refused(message.refused)
    else if ('closed' in message) this.over.resolve()
    else if ('begun' in message) this.beginning.get(message.id)?.(message.begun)
    else {
      const asked = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      this.beginning.delete(message.id)
      if ('answer' in message) asked?.resolve(message.answer)
      else asked?.reject(message.isFault ? new HistoryFault(message.fault) : new Error(message.fault))
    }
  }
}

const sizeOf = (records: PackedFlows): number =>
  buffersOf(records).reduce((sum, { byteLength }) => sum + byteLength, EXTRAS_BYTES * records.count)
