import { type KeyValue, type ScanPage, type StateStats, StoreAway, type Write } from '../lib/key-value.ts'
import type { Backend } from './backend.ts'
import { WaitingWrites } from './waiting-writes.ts'

/** What waits while a store is away, at most. */
const MAX_WAITING_BYTES = 64 * 2 ** 20
const TEND_MS = 1000
/** Writes that are made up for in one transaction. */
const AT_ONCE = 1000
const POLL_MS = 5

interface Due {
  readonly batch: readonly Write[]
  resolve(): void
  reject(error: unknown): void
}

/** A store whose writes always find a place: in the backend, or, while that is away, among those that wait for it. One batch is written after the other. */
export class PatientStore implements KeyValue {
  private readonly backend: Backend
  private readonly waiting: WaitingWrites
  private readonly due: Due[] = []
  private isWriting = false
  private isAway = false
  private refused = 0
  private writeFault: string | undefined
  private readonly timer: NodeJS.Timeout

  constructor(backend: Backend, maxWaitingBytes = MAX_WAITING_BYTES) {
    this.backend = backend
    this.waiting = new WaitingWrites(maxWaitingBytes)
    this.timer = setInterval(() => void this.tend(), TEND_MS)
    this.timer.unref()
  }

  stats(): StateStats {
    const { kind, where, fault } = this.backend
    const faults = [fault, this.writeFault].filter((one, at, all): one is string => one !== undefined && all.indexOf(one) === at)
    return { kind, where, isAway: this.isAway, waiting: this.waiting.size, lost: this.waiting.lost + this.refused, faults }
  }

  get(key: string): Promise<string | undefined> {
    return this.backend.get(key)
  }
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.backend.getMany(keys)
  }
  hash(key: string): Promise<ReadonlyMap<string, string>> {
    return this.backend.hash(key)
  }
  hashGet(key: string, field: string): Promise<string | undefined> {
    return this.backend.hashGet(key, field)
  }
  list(key: string, limit: number): Promise<readonly string[]> {
    return this.backend.list(key, limit)
  }
  scan(prefix: string, limit: number, cursor?: string): Promise<ScanPage> {
    return this.backend.scan(prefix, limit, cursor)
  }

  /** Resolves when the batch is in the store, or waits for it: what waits is no longer one batch. */
  write(batch: readonly Write[]): Promise<void> {
    if (this.isAway) {
      this.waiting.add(batch)
      return Promise.resolve()
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.due.push({ batch, resolve, reject })
    void this.writeDue()
    return promise
  }

  private async writeDue(): Promise<void> {
    if (this.isWriting) return
    this.isWriting = true
    for (let one = this.due.shift(); one !== undefined; one = this.due.shift()) {
      try {
        await this.backend.write(one.batch)
        one.resolve()
      } catch (error) {
        if (error instanceof StoreAway) this.putOff([one, ...this.due.splice(0)], error)
        else one.reject(error)
      }
    }
    this.isWriting = false
  }

  private putOff(all: readonly Due[], { message }: StoreAway): void {
    this.isAway = true
    this.writeFault = message
    for (const { batch, resolve } of all) {
      this.waiting.add(batch)
      resolve()
    }
  }

  private async tend(): Promise<void> {
    this.backend.tend()
    if (this.isAway && !this.isWriting) await this.makeUp()
  }

  /** Writes what waits, until that is nothing, or the store is away again. */
  private async makeUp(): Promise<void> {
    this.isWriting = true
    try {
      while (this.waiting.size > 0) {
        const { writes, done } = this.waiting.first(AT_ONCE)
        await this.backend.write(writes).catch((error: unknown) => this.oneByOne(writes, error))
        done()
      }
      this.isAway = false
      this.writeFault = undefined
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error
      this.writeFault = error.message
    } finally {
      this.isWriting = false
    }
    void this.writeDue()
  }

  /** One of them is wrong, and the others need not suffer. */
  private async oneByOne(writes: readonly Write[], why: unknown): Promise<void> {
    if (why instanceof StoreAway) throw why
    for (const one of writes) {
      await this.backend.write([one]).catch((error: unknown) => {
        if (error instanceof StoreAway) throw error
        this.refused++
      })
    }
  }

  /** What waits is tried once more. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    while (this.isWriting) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    if (this.isAway) await this.makeUp()
    this.refused += this.waiting.size
    await this.backend.close()
  }
}
