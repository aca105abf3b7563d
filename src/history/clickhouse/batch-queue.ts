/** Batches on their way to the server, in order: a few in memory while it answers, on disk while it does not. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Batch, Spill } from './spill.ts'

/** The server will never take this batch. */
export class RefusedBatch extends Error {
  override readonly name = 'RefusedBatch'
}

export interface BatchQueueOptions {
  readonly spill: Spill
  /** Resolves when the server has it for good. Rejects with a RefusedBatch, or with anything else: it is tried again. */
  send(batch: Batch, signal: AbortSignal): Promise<void>
  readonly now?: () => number
  readonly maxPauseMs?: number
}

/** In memory; what comes faster than the server takes it goes to the disk. */
const MAX_PENDING_BYTES = 64 * 2 ** 20
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 10_000

interface Pending {
  readonly batch: Batch
  readonly done: PromiseWithResolvers<void>
}

export class BatchQueue {
  /** Records that are neither sent nor waiting any more. */
  private lostHere = 0
  private readonly options: BatchQueueOptions
  /** All of them are older than what lies on disk. */
  private readonly pending: Pending[] = []
  private readonly stop = new AbortController()
  private woken = Promise.withResolvers<void>()
  private readonly ended: Promise<void>
  private awaySince: number | undefined
  private awayWhy = ''
  private refused: string | undefined
  private tries = 0

  constructor(options: BatchQueueOptions) {
    this.options = options
    this.ended = this.run()
  }

  /** Since when the server has not taken anything, and why. */
  get away(): { readonly sinceMs: number; readonly why: string } | undefined {
    return this.awaySince === undefined ? undefined : { sinceMs: this.awaySince, why: this.awayWhy }
  }
  get lost(): number {
    return this.lostHere + this.options.spill.lost
  }
  get behind(): { readonly records: number; readonly bytes: number; readonly sinceMs: number | undefined } {
    const { spill } = this.options
    return {
      records: spill.rows + this.pending.reduce((sum, { batch }) => sum + batch.rows, 0),
      bytes: spill.bytes + this.pendingBytes,
      sinceMs: this.pending[0]?.batch.madeMs ?? spill.sinceMs,
    }
  }
  get faults(): string[] {
    return [this.refused, this.options.spill.fault].filter((fault) => fault !== undefined)
  }
  private get pendingBytes(): number {
    return this.pending.reduce((sum, { batch }) => sum + batch.body.length, 0)
  }

  /** Resolves when the server has it, or the disk; rejects when neither does, and it is counted as lost. */
  put(batch: Batch): Promise<void> {
    const one: Pending = { batch, done: Promise.withResolvers<void>() }
    const isNext = this.awaySince === undefined && this.options.spill.isEmpty && !this.stop.signal.aborted
    if (isNext && this.pendingBytes < MAX_PENDING_BYTES) this.pending.push(one)
    else this.layAside(one)
    this.woken.resolve()
    return one.done.promise
  }
  private layAside({ batch, done }: Pending): void {
    if (this.options.spill.append(batch)) return done.resolve()
    this.lostHere += batch.rows
    done.reject(new Error(this.options.spill.fault))
  }

  private async run(): Promise<void> {
    const { signal } = this.stop
    while (!signal.aborted) {
      const batch = this.pending[0]?.batch ?? this.options.spill.peek()
      if (batch === undefined) {
        this.woken = Promise.withResolvers<void>()
        await this.woken.promise
        continue
      }
      await this.attempt(batch, signal)
    }
  }
  private async attempt(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await this.options.send(batch, signal)
      this.awaySince = undefined
      this.tries = 0
      this.gone()?.resolve()
    } catch (error) {
      if (error instanceof RefusedBatch) return this.refuse(batch, error)
      if (!signal.aborted) await this.wait((error as Error).message, signal)
    }
  }
  private gone(): PromiseWithResolvers<void> | undefined {
    const first = this.pending.shift()
    if (first === undefined) this.options.spill.shift()
    return first?.done
  }
  private refuse(batch: Batch, error: RefusedBatch): void {
    this.lostHere += batch.rows
    this.refused = `${batch.rows} records are lost: ${error.message}`
    this.gone()?.reject(error)
  }

  private async wait(why: string, signal: AbortSignal): Promise<void> {
    this.awaySince ??= (this.options.now ?? Date.now)()
    this.awayWhy = why
    this.allToDisk()
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** this.tries++, this.options.maxPauseMs ?? MAX_PAUSE_MS)
    await pause(ms, undefined, { signal }).catch(() => undefined)
  }
  /** In order: only where nothing younger lies there. */
  private allToDisk(): void {
    if (this.options.spill.isEmpty) for (const one of this.pending.splice(0)) this.layAside(one)
  }

  /** What the server takes within the time is sent; the rest waits on disk for the next start. */
  async close(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs
    while (this.awaySince === undefined && this.behind.records > 0 && performance.now() < until) await pause(20)
    this.stop.abort()
    this.woken.resolve()
    await this.ended
    for (const one of this.pending.splice(0)) this.layAside(one)
    this.options.spill.close()
  }
}
