import { Worker } from 'node:worker_threads'
import { buffersOfHosts, type HostKeeper, type KeptHosts } from '../lib/kept-hosts.ts'
import { type KeyValue, type ScanPage, type StateStats, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { Call, FromState, StateConfig, ToState } from './messages.ts'
import { bytesOf } from './waiting-writes.ts'

export interface StateThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly store: StateConfig
  /** How long it is left alone at first before it rests, ms. */
  readonly restAfterMs?: number
  /** The thread is gone without having been asked to go: one line. */
  died(why: string): void
}

/** Calls that wait for their answers, at most: the thread may be busy, but not for good. */
const MAX_WAITING = 10_000
/** Writes wait for the thread up to so many bytes, and hosts; what comes beyond that is lost, and counted. */
const MAX_WRITE_BYTES = 64 * 2 ** 20
const MAX_HOST_BYTES = 128 * 2 ** 20
/** A batch in whose hands the thread died so often is given up: it may be what it died of. */
const MAX_TRIES = 2
const CLOSE_WITHIN_MS = 6000
const YOUNG_MB = 4
/** A thread of SQLite that nobody has asked for so long ends, and is begun anew when somebody asks; each time it is left alone twice as long. */
const REST_AFTER_MS = 8000
const REST_AT_MOST_MS = 600_000
const LOOK_MS = 1000

/** How long it is waited before the thread is begun anew, the first time and at most; each time twice as long, until it has stayed for so long. */
const AGAIN_MS = 1000
const AGAIN_AT_MOST_MS = 60_000

interface Asked {
  resolve(answer: unknown): void
  reject(error: Error): void
}
interface Batch {
  readonly batch: readonly Write[]
  readonly bytes: number
  /** How often it has been sent. */
  tries: number
  resolve(): void
  reject(error: Error): void
}
interface Hosts {
  readonly place: string
  readonly hosts: KeptHosts
  readonly bytes: number
}

/**
 * Small state, as the main thread has it: where the store does its work is a thread of its own, which is there while it has something to do. When that dies it is begun anew: what was written and not yet acknowledged is written again, what comes
 * meanwhile waits, and hosts that it had taken and not kept are counted as lost.
 */
export class StateThread implements KeyValue, HostKeeper {
  private readonly options: StateThreadOptions
  private worker: Worker | undefined
  private told: StateStats
  private readonly begun = Promise.withResolvers<string | undefined>()
  private readonly over = Promise.withResolvers<void>()
  private readonly asked = new Map<number, Asked>()
  /** Sent and not yet answered, by number: in the order in which they were sent. */
  private readonly sentWrites = new Map<number, Batch>()
  private readonly sentHosts = new Map<number, { readonly count: number; readonly bytes: number }>()
  /** What waits for the thread to be there again. */
  private heldWrites: Batch[] = []
  private heldHosts: Hosts[] = []
  private heldAsks: ToState[] = []
  /** Its thread ends because nobody asks, has ended, or is begun anew because somebody does: what comes is held for the next. */
  private rest: 'no' | 'going' | 'resting' | 'waking' = 'no'
  private usedMs = 0
  private restAfterMs: number
  private readonly look: NodeJS.Timeout | undefined
  private writeBytes = 0
  private hostBytes = 0
  private nextId = 1
  private lost = 0
  private isOpen = false
  /** One batch is on its way, and the others wait for it. */
  private isCareful = false
  private isClosing = false
  private again: NodeJS.Timeout | undefined
  private againMs = AGAIN_MS
  private openedMs = 0
  /** Why nothing is kept now. */
  private away: string | undefined

  constructor(options: StateThreadOptions) {
    this.options = options
    this.told = { kind: options.store.kind, where: '', isAway: false, waiting: 0, lost: 0, faults: [] }
    this.restAfterMs = options.restAfterMs ?? REST_AFTER_MS
    this.begin()
    // Memory would be lost, and a server is watched.
    if (options.store.kind === 'sqlite') this.look = setInterval(() => this.restIfIdle(), Math.min(LOOK_MS, this.restAfterMs)).unref()
  }

  private restIfIdle(): void {
    const { told, asked, sentWrites, sentHosts, heldWrites } = this
    if (
      !this.isOpen ||
      this.isClosing ||
      told.isAway ||
      told.waiting + asked.size + sentWrites.size + sentHosts.size + heldWrites.length > 0
    )
      return
    if (performance.now() - this.usedMs < this.restAfterMs) return
    this.isOpen = false
    this.rest = 'going'
    this.worker?.postMessage({ close: true } satisfies ToState)
  }
  /** Its store is closed. What has come meanwhile wakes it at once. */
  private rested(): void {
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
    this.rest = 'resting'
    this.lost += this.told.lost
    this.told = { ...this.told, lost: 0 }
    this.restAfterMs = Math.min(2 * this.restAfterMs, REST_AT_MOST_MS)
    if (this.heldWrites.length + this.heldHosts.length + this.heldAsks.length > 0) this.wake()
    else if (this.isClosing) this.over.resolve()
  }
  private wake(): void {
    if (this.rest !== 'resting') return
    this.rest = 'waking'
    this.begin()
  }
  /** Its thread has ended, until somebody asks. */
  get isResting(): boolean {
    return this.rest === 'resting'
  }

  /** Resolves when the store is open; to why not, when it cannot be: one line. A server that is away is open. */
  get refusal(): Promise<string | undefined> {
    return this.begun.promise
  }

  private begin(): void {
    const { entry, store } = this.options
    const worker = new Worker(entry, { workerData: store, name: 'state', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.worker = worker
    worker.on('message', (message: FromState) => this.worker === worker && this.hear(message))
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
    for (const { reject } of this.asked.values()) reject(new StoreAway(`state is away: ${why}`))
    this.asked.clear()
    this.heldAsks = []
    this.rest = 'no'
    const lostBefore = this.lost
    this.takeBack(why)
    if (this.isClosing) return this.drop()
    // What waited there for a server is gone, and the next thread counts from nought.
    this.lost += this.told.lost + this.told.waiting
    const news = this.lost - lostBefore - this.told.lost
    this.told = { ...this.told, lost: 0, waiting: 0 }
    const wasOpen = this.isOpen
    this.isOpen = false
    if (wasOpen && performance.now() - this.openedMs > AGAIN_AT_MOST_MS) this.againMs = AGAIN_MS
    this.away = `state is away: ${why}; it is begun anew${news > 0 ? ` (${news} writes are lost)` : ''}`
    if (wasOpen) this.options.died(this.away)
    this.again = setTimeout(() => this.begin(), this.againMs)
    this.againMs = Math.min(2 * this.againMs, AGAIN_AT_MOST_MS)
  }

  /** Of what a dead thread had: batches are written again, as that does no harm; the buffers of hosts are gone with it. */
  private takeBack(why: string): void {
    const batches = [...this.sentWrites.values()]
    this.sentWrites.clear()
    for (const one of batches) if (this.isClosing || one.tries >= MAX_TRIES) this.giveUp(one, `state is away: ${why}`)
    this.heldWrites = [...batches.filter(({ tries }) => !this.isClosing && tries < MAX_TRIES), ...this.heldWrites]
    for (const { count, bytes } of this.sentHosts.values()) {
      this.lost += count
      this.hostBytes -= bytes
    }
    this.sentHosts.clear()
  }
  private giveUp({ batch, bytes, reject }: Batch, why: string): void {
    this.lost += batch.length
    this.writeBytes -= bytes
    reject(new StoreAway(why))
  }

  /** The store cannot be had: at the start that is said, and later it is tried again. */
  private refused(why: string): void {
    if (this.openedMs === 0) {
      this.isClosing = true
      this.away = `state is not kept: ${why}`
      this.begun.resolve(why)
      this.over.resolve()
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
    this.usedMs = this.openedMs
    this.away = undefined
    this.begun.resolve(undefined)
    this.deliver()
    for (const one of this.heldHosts.splice(0)) this.sendHosts(one)
    for (const message of this.heldAsks.splice(0)) this.post(message)
    this.rest = 'no'
    if (this.isClosing) this.sendLast()
  }
  /** In their order; those in whose hands a thread died one by one, so that it is known of which. */
  private deliver(): void {
    this.isCareful = false
    for (let one = this.heldWrites.shift(); one !== undefined; one = this.heldWrites.shift()) {
      this.isCareful = one.tries > 0
      this.sendBatch(one)
      if (this.isCareful) return
    }
  }
  /** Nothing of what waits will be kept. */
  private drop(): void {
    for (const one of this.heldWrites.splice(0)) this.giveUp(one, this.silence)
    for (const { hosts } of this.heldHosts.splice(0)) this.lost += hosts.count
  }

  stats(): StateStats {
    const { told, lost, away } = this
    const held = this.heldWrites.reduce((sum, { batch }) => sum + batch.length, 0)
    const counts = { lost: told.lost + lost, waiting: told.waiting + held }
    return { ...told, ...counts, ...(away !== undefined && { isAway: true, faults: [away, ...told.faults] }) }
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
  /** Resolves when it is in the store, or waits for it. Rejects with StoreAway, and counts what is lost, where too much waits for the thread. */
  write(batch: readonly Write[]): Promise<void> {
    const bytes = batch.reduce((sum, one) => sum + bytesOf(one), 0)
    const tooMuch = this.sentWrites.size >= MAX_WAITING || this.writeBytes + bytes > MAX_WRITE_BYTES
    if (this.isClosing || tooMuch) {
      this.lost += batch.length
      return Promise.reject(new StoreAway(this.isClosing ? this.silence : 'too much is written to the store of state at once'))
    }
    this.writeBytes += bytes
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const due: Batch = { batch, bytes, tries: 0, resolve, reject }
    if (this.isOpen && !this.isCareful) this.sendBatch(due)
    else {
      this.heldWrites.push(due)
      resolve()
      this.wake()
    }
    return promise
  }
  private sendBatch(due: Batch): void {
    const id = this.nextId++
    due.tries++
    this.sentWrites.set(id, due)
    this.post({ call: 'write', args: [due.batch], id })
  }

  save(place: string, hosts: KeptHosts): void {
    const bytes = buffersOfHosts(hosts).reduce((sum, { byteLength }) => sum + byteLength, 0)
    if (this.isClosing || this.hostBytes + bytes > MAX_HOST_BYTES) {
      this.lost += hosts.count
      return
    }
    this.hostBytes += bytes
    if (this.isOpen) this.sendHosts({ place, hosts, bytes })
    else {
      this.heldHosts.push({ place, hosts, bytes })
      this.wake()
    }
  }
  private sendHosts({ place, hosts, bytes }: Hosts): void {
    const id = this.nextId++
    this.sentHosts.set(id, { count: hosts.count, bytes })
    this.post({ save: hosts, place, id }, buffersOfHosts(hosts))
  }
  recall(place: string, wanted: Int32Array): Promise<KeptHosts | undefined> {
    return this.ask<KeptHosts>((id) => ({ recall: wanted, place, id })).catch(() => undefined)
  }

  private call<T>(call: Call): Promise<T> {
    return this.ask((id) => ({ ...call, id }))
  }
  private ask<T>(message: (id: number) => ToState): Promise<T> {
    if (this.isClosing || (!this.isOpen && this.rest === 'no')) return Promise.reject(new StoreAway(this.silence))
    if (this.asked.size >= MAX_WAITING) return Promise.reject(new StoreAway('too much is asked of the store of state at once'))
    const id = this.nextId++
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.asked.set(id, { resolve, reject })
    if (this.isOpen) this.post(message(id))
    else {
      this.heldAsks.push(message(id))
      this.wake()
    }
    return promise as Promise<T>
  }
  private get silence(): string {
    return this.away ?? 'state is closed'
  }

  /** What has been written is in the store when it resolves, or was counted as lost. */
  async close(): Promise<void> {
    clearTimeout(this.again)
    clearInterval(this.look)
    if (!this.isClosing) {
      this.isClosing = true
      // One that goes to rest or wakes is closed when it has what came meanwhile.
      if (this.isOpen) this.sendLast()
      else if (this.rest === 'no') {
        this.drop()
        if (this.worker === undefined) this.over.resolve()
        else this.post({ close: true })
      } else if (this.rest === 'resting') this.over.resolve()
    }
    const late = setTimeout(() => this.over.resolve(), CLOSE_WITHIN_MS)
    await this.over.promise
    clearTimeout(late)
    await this.worker?.terminate()
  }

  private sendLast(): void {
    for (const one of this.heldWrites.splice(0)) this.sendBatch(one)
    this.post({ close: true })
  }

  private post(message: ToState, transfer: ArrayBuffer[] = []): void {
    this.usedMs = performance.now()
    this.worker?.postMessage(message, transfer)
  }

  private hear(message: FromState): void {
    if ('saved' in message) {
      this.hostBytes -= this.sentHosts.get(message.saved)?.bytes ?? 0
      this.sentHosts.delete(message.saved)
    } else if ('stats' in message) this.told = message.stats
    else if ('open' in message) this.opened()
    else if ('refused' in message) this.refused(message.refused)
    else if ('closed' in message) this.closed()
    else this.answered(message)
  }

  private closed(): void {
    if (this.rest === 'going') this.rested()
    else this.over.resolve()
  }

  private answered(message: Extract<FromState, { readonly id: number }>): void {
    const batch = this.sentWrites.get(message.id)
    const asked = batch ?? this.asked.get(message.id)
    if (batch !== undefined) {
      this.sentWrites.delete(message.id)
      this.writeBytes -= batch.bytes
      if (!('answer' in message)) this.lost += batch.batch.length
      if (this.isCareful) this.deliver()
    } else this.asked.delete(message.id)
    if ('answer' in message) asked?.resolve(message.answer)
    else asked?.reject(message.name === 'WrongKind' ? new WrongKind(message.fault) : new StoreAway(message.fault))
  }
}
