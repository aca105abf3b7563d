import { setTimeout as sleep } from 'node:timers/promises'
import { PacketBatch, type Sink, type Source, type SourceStats } from '../lib/source.ts'

/** A longer silence in a capture is shortened to this; a clock that once read 1970 must not stop the replay for decades. */
export const MAX_GAP_MS = 3_600_000
/** Packets of several queues come slightly out of order; a clock that was set back goes further than this. */
const REORDER_MS = 1_000
/** Timers are no finer. */
const MIN_SLEEP_MS = 1

export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

const systemClock: Clock = {
  now: () => performance.now(),
  // Being woken by the signal is not an error here.
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

/** A source whose packets come as far apart as their time stamps are, the first one at once. */
export class Paced implements Source {
  readonly name: string
  readonly #source: Source
  readonly #clock: Clock

  constructor(source: Source, clock: Clock = systemClock) {
    this.name = source.name
    this.#source = source
    this.#clock = clock
  }

  run(sink: Sink, signal: AbortSignal): Promise<void> {
    return this.#source.run(new PacingSink(sink, this.#clock, signal), signal)
  }

  stats(): SourceStats {
    return this.#source.stats()
  }
}

class PacingSink implements Sink {
  readonly #sink: Sink
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #part = new PacketBatch(0)
  /** When the packet of #lastTsMs was due. */
  #dueMs: number | undefined
  #lastTsMs = 0

  constructor(sink: Sink, clock: Clock, signal: AbortSignal) {
    this.#sink = sink
    this.#clock = clock
    this.#signal = signal
  }

  async packets(batch: PacketBatch): Promise<void> {
    let from = 0
    while (from < batch.count && !this.#signal.aborted) {
      const waitMs = this.#due(batch.tsMs[from]!) - this.#clock.now()
      if (waitMs > 0) await this.#clock.sleep(Math.max(MIN_SLEEP_MS, waitMs), this.#signal)
      if (this.#signal.aborted) return
      const to = this.#dueBy(batch, from + 1, this.#clock.now())
      const turn = this.#sink.packets(this.#slice(batch, from, to))
      if (turn) await turn
      from = to
    }
  }

  /** The first packet from `at` on that is not due yet. */
  #dueBy(batch: PacketBatch, at: number, nowMs: number): number {
    let to = at
    while (to < batch.count && this.#peek(batch.tsMs[to]!) <= nowMs) this.#due(batch.tsMs[to++]!)
    return to
  }

  #peek(tsMs: number): number {
    if (this.#dueMs === undefined) return this.#clock.now()
    return this.#dueMs + Math.min(Math.max(tsMs - this.#lastTsMs, 0), MAX_GAP_MS)
  }

  #due(tsMs: number): number {
    this.#dueMs = this.#peek(tsMs)
    if (tsMs > this.#lastTsMs || tsMs < this.#lastTsMs - REORDER_MS) this.#lastTsMs = tsMs
    return this.#dueMs
  }

  #slice(batch: PacketBatch, from: number, to: number): PacketBatch {
    if (this.#part.capacity < batch.capacity) this.#part = new PacketBatch(batch.capacity)
    const part = this.#part
    part.buf = batch.buf
    part.count = to - from
    part.start.set(batch.start.subarray(from, to))
    part.capLen.set(batch.capLen.subarray(from, to))
    part.wireLen.set(batch.wireLen.subarray(from, to))
    part.tsMs.set(batch.tsMs.subarray(from, to))
    part.linkType.set(batch.linkType.subarray(from, to))
    return part
  }
}
