import { Worker } from 'node:worker_threads'
import { buffersOfHosts, type HostKeeper, type KeptHosts } from '../lib/kept-hosts.ts'
import { type KeyValue, type ScanPage, type StateStats, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { Call, FromState, StateConfig, ToState } from './messages.ts'

export interface StateThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly store: StateConfig
  /** How long it is left alone at first before it rests. */
  readonly restAfterMs?: number
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
}

/** Calls that wait for their answers, at most: the thread may be busy, but not for good. */
const MAX_WAITING = 10_000
/** Hosts wait for the store up to so many bytes; what comes beyond that is lost, and counted. */
const MAX_HOST_BYTES = 128 * 2 ** 20
const CLOSE_WITHIN_MS = 6000
const YOUNG_MB = 4
/** A thread of SQLite that nobody has asked for so long ends, and is begun anew when somebody asks; each time it is left alone twice as long. */
const REST_AFTER_MS = 8000
const REST_AT_MOST_MS = 600_000
const LOOK_MS = 1000

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** Small state, as the main thread has it: where the store does its work is a thread of its own, which is there while it has something to do. */
export class StateThread implements KeyValue, HostKeeper {
  private readonly options: StateThreadOptions
  /** Undefined: it rests. */
  private worker: Worker | undefined
  /** What has come since it was told to rest. */
  private held: { readonly message: ToState; readonly transfer: ArrayBuffer[] }[] | undefined
  private usedMs = 0
  private restAfterMs: number
  private readonly look: NodeJS.Timeout | undefined
  private told: StateStats
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private lost = 0
  private hostBytes = 0
  private hasBeenOpen = false
  private isOpen = false
  private isClosing = false
  private gone: string | undefined

  constructor(options: StateThreadOptions) {
    const { store, restAfterMs = REST_AFTER_MS } = options
    this.options = options
    this.restAfterMs = restAfterMs
    this.told = { kind: store.kind, where: '', isAway: false, waiting: 0, lost: 0, faults: [] }
    this.begin()
    // Memory would be lost, and a server is watched.
    if (store.kind === 'sqlite') this.look = setInterval(() => this.restIfIdle(), Math.min(LOOK_MS, restAfterMs)).unref()
  }

  private begin(): void {
    const { entry, store, died } = this.options
    const worker = new Worker(entry, { workerData: store, name: 'state', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.worker = worker
    this.isOpen = false
    worker.on('message', (message: FromState) => this.worker === worker && this.hear(message))
    const gone = (why: string) => {
      if (this.worker !== worker) return
      this.begun.resolve(why)
      this.over.resolve()
      for (const { reject } of this.waiting.values()) reject(new StoreAway(`state is gone: ${why}`))
      this.waiting.clear()
      if (this.isClosing) return
      this.isClosing = true
      this.gone = `state is kept no more: ${why}`
      died(this.gone)
    }
    worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => gone(`its thread ended with status ${code}`))
  }

  private opened(): void {
    this.hasBeenOpen = true
    this.isOpen = true
    this.usedMs = performance.now()
    this.begun.resolve(undefined)
  }

  private restIfIdle(): void {
    const { told, waiting, hostBytes } = this
    if (this.worker === undefined || !this.isOpen || this.held !== undefined || this.isClosing) return
    if (told.isAway || told.waiting > 0 || waiting.size > 0 || hostBytes > 0) return
    if (performance.now() - this.usedMs < this.restAfterMs) return
    this.worker.postMessage({ close: true } satisfies ToState)
    this.held = []
  }
  /** Its store is closed. What has come meanwhile wakes it at once. */
  private rested(): void {
    const { worker, held = [] } = this
    this.worker = undefined
    this.held = undefined
    this.lost += this.told.lost
    this.told = { ...this.told, lost: 0 }
    this.restAfterMs = Math.min(2 * this.restAfterMs, REST_AT_MOST_MS)
    void worker?.terminate()
    if (held.every(({ message }) => 'close' in message)) {
      if (this.isClosing) this.over.resolve()
      return
    }
    for (const { message, transfer } of held) this.post(message, transfer)
  }
  /** At the start that is said and given up; later it is tried again with what is asked next. */
  private refused(why: string): void {
    this.begun.resolve(why)
    if (!this.hasBeenOpen) return
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
    this.told = { ...this.told, isAway: true, faults: [why] }
    for (const { reject } of this.waiting.values()) reject(new StoreAway(why))
    this.waiting.clear()
    this.hostBytes = 0
    this.over.resolve()
  }

  /** Resolves when the store is open; to why not, when it cannot be: one line. A server that is away is open. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
  }

  /** Its thread has ended, until somebody asks. */
  get isResting(): boolean {
    return this.worker === undefined && !this.isClosing
  }

  stats(): StateStats {
    const { told, lost, gone } = this
    return { ...told, lost: told.lost + lost, ...(gone !== undefined && { isAway: true, faults: [gone, ...told.faults] }) }
  }

  get(key: string): Promise<string | undefined> {
    return this.call({ call: 'get', args: [key] })
  }
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.call({ call: 'getMany', args: [keys] })
  }
  hash(key: string): Promise<ReadonlyMap<string, string>> {
    return this.call({ call: 'hash', args: [key] })
  }
  hashGet(key: string, field: string): Promise<string | undefined> {
    return this.call({ call: 'hashGet', args: [key, field] })
  }
  list(key: string, limit: number): Promise<readonly string[]> {
    return this.call({ call: 'list', args: [key, limit] })
  }
  scan(prefix: string, limit: number, cursor?: string): Promise<ScanPage> {
    return this.call({ call: 'scan', args: [prefix, limit, cursor] })
  }
  /** Rejects with StoreAway, and counts what is lost, where too much waits for the thread. */
  async write(batch: readonly Write[]): Promise<void> {
    try {
      await this.call<void>({ call: 'write', args: [batch] })
    } catch (error) {
      this.lost += batch.length
      throw error
    }
  }

  save(place: string, hosts: KeptHosts): void {
    const buffers = buffersOfHosts(hosts)
    const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
    if (this.isClosing || this.hostBytes + bytes > MAX_HOST_BYTES) {
      this.lost += hosts.count
      return
    }
    this.hostBytes += bytes
    this.post({ save: hosts, place, bytes }, buffers)
  }
  recall(place: string, wanted: Int32Array): Promise<KeptHosts | undefined> {
    return this.ask<KeptHosts>((id) => ({ recall: wanted, place, id })).catch(() => undefined)
  }

  private call<T>(call: Call): Promise<T> {
    return this.ask((id) => ({ ...call, id }))
  }
  private ask<T>(message: (id: number) => ToState): Promise<T> {
    if (this.isClosing) return Promise.reject(new StoreAway(this.gone ?? 'state is closed'))
    if (this.waiting.size >= MAX_WAITING) return Promise.reject(new StoreAway('too much is asked of the store of state at once'))
    const id = this.nextId++
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.waiting.set(id, { resolve, reject })
    this.post(message(id))
    return promise as Promise<T>
  }

  /** What has been written is in the store when it resolves, or was counted as lost. */
  async close(): Promise<void> {
    clearInterval(this.look)
    if (!this.isClosing) {
      this.isClosing = true
      if (this.worker === undefined) return
      this.post({ close: true })
    }
    const late = setTimeout(() => this.over.resolve(), CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    await this.worker?.terminate()
  }

  private post(message: ToState, transfer: ArrayBuffer[] = []): void {
    this.usedMs = performance.now()
    if (this.held !== undefined) {
      this.held.push({ message, transfer })
      return
    }
    if (this.worker === undefined) this.begin()
    this.worker!.postMessage(message, transfer)
  }

  private hear(message: FromState): void {
    if ('saved' in message) this.hostBytes -= message.saved
    else if ('stats' in message) this.told = message.stats
    else if ('open' in message) this.opened()
    else if ('refused' in message) this.refused(message.refused)
    else if ('closed' in message) {
      if (this.held === undefined) this.over.resolve()
      else this.rested()
    } else {
      const asked = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if ('answer' in message) asked?.resolve(message.answer)
      else asked?.reject(message.name === 'WrongKind' ? new WrongKind(message.fault) : new StoreAway(message.fault))
    }
  }
}
