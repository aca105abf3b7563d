import { Worker } from 'node:worker_threads'
import { buffersOfHosts, type HostKeeper, type KeptHosts } from '../lib/kept-hosts.ts'
import { type KeyValue, type ScanPage, type StateStats, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { Call, FromState, StateConfig, ToState } from './messages.ts'

export interface StateThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly store: StateConfig
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
}

/** Calls that wait for their answers, at most: the thread may be busy, but not for good. */
const MAX_WAITING = 10_000
/** Hosts wait for the store up to so many bytes; what comes beyond that is lost, and counted. */
const MAX_HOST_BYTES = 128 * 2 ** 20
const CLOSE_WITHIN_MS = 6000
const YOUNG_MB = 4

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** Small state, as the main thread has it: where the store does its work is a thread of its own. */
export class StateThread implements KeyValue, HostKeeper {
  private readonly worker: Worker
  private told: StateStats
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private lost = 0
  private hostBytes = 0
  private isClosing = false
  private gone: string | undefined

  constructor({ entry, store, died }: StateThreadOptions) {
    this.told = { kind: store.kind, where: '', isAway: false, waiting: 0, lost: 0, faults: [] }
    this.worker = new Worker(entry, { workerData: store, name: 'state', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.worker.on('message', (message: FromState) => this.hear(message))
    const gone = (why: string) => {
      this.begun.resolve(why)
      this.over.resolve()
      for (const { reject } of this.waiting.values()) reject(new StoreAway(`state is gone: ${why}`))
      this.waiting.clear()
      if (this.isClosing) return
      this.isClosing = true
      this.gone = `state is kept no more: ${why}`
      died(this.gone)
    }
    this.worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)))
    this.worker.on('exit', (code) => gone(`its thread ended with status ${code}`))
  }

  /** Resolves when the store is open; to why not, when it cannot be: one line. A server that is away is open. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
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
    if (!this.isClosing) {
      this.isClosing = true
      this.post({ close: true })
    }
    const late = setTimeout(() => this.over.resolve(), CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    await this.worker.terminate()
  }

  private post(message: ToState, transfer: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer)
  }

  private hear(message: FromState): void {
    if ('saved' in message) this.hostBytes -= message.saved
    else if ('stats' in message) this.told = message.stats
    else if ('open' in message) this.begun.resolve(undefined)
    else if ('refused' in message) this.begun.resolve(message.refused)
    else if ('closed' in message) this.over.resolve()
    else {
      const asked = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if ('answer' in message) asked?.resolve(message.answer)
      else asked?.reject(message.name === 'WrongKind' ? new WrongKind(message.fault) : new StoreAway(message.fault))
    }
  }
}
