import { PacketBatch, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { allRefused, statsOfParts } from './sequence.ts'

const BATCH_CAPACITY = 4096
const FIRST_REGION_BYTES = 262_144

/** Several sources as one, ordered by time stamp. Each is believed to be in order itself; where it is not, its own order is kept. */
export class Merged implements Source {
  readonly name: string
  readonly #parts: readonly Source[]
  readonly #refused: SourceError[] = []

  constructor(name: string, parts: readonly Source[]) {
    this.name = name
    this.#parts = parts
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const both = AbortSignal.any([signal, stop.signal])
    const lanes = this.#parts.map((part) => new Lane(part))
    const runs = lanes.map((lane) => lane.run(both))
    try {
      await new Merge(lanes, sink).run(signal)
    } finally {
      stop.abort()
      for (const lane of lanes) lane.release()
      await Promise.all(runs)
    }
    this.#judge(lanes)
  }

  #judge(lanes: readonly Lane[]): void {
    for (const { failure } of lanes) {
      if (failure === undefined) continue
      if (!(failure instanceof SourceError)) throw failure
      this.#refused.push(failure)
    }
    if (this.#refused.length > 0 && this.#refused.length === lanes.length) throw allRefused(this.#refused)
  }

  stats(): SourceStats {
    return statsOfParts(this.#parts, this.#refused)
  }
}

/** One source with the batch that it waits to be rid of. */
class Lane implements Sink {
  batch: PacketBatch | undefined
  /** The next packet of the batch. */
  cursor = 0
  /** What to add to `start` for the place of its bytes in the joint buffer. */
  shift = 0
  failure: unknown
  #ended = false
  readonly #source: Source
  #handOver: () => void = () => {}
  #free: () => void = () => {}

  constructor(source: Source) {
    this.#source = source
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#source.run(this, signal)
    } catch (error) {
      this.failure = error
    }
    this.#ended = true
    this.#handOver()
  }

  /** The batch stays valid until it is released, because the promise holds the source back. */
  packets(batch: PacketBatch): Promise<void> {
    this.batch = batch
    this.cursor = 0
    this.#handOver()
    return new Promise((resolve) => {
      this.#free = resolve
    })
  }

  /** Resolves when there is a batch or will be none. */
  ready(): Promise<void> | undefined {
    if (this.#ended || this.batch !== undefined) return undefined
    return new Promise((resolve) => {
      this.#handOver = resolve
    })
  }

  get head(): number {
    return this.batch!.tsMs[this.cursor]!
  }

  get exhausted(): boolean {
    return this.batch !== undefined && this.cursor === this.batch.count
  }

  release(): void {
    this.batch = undefined
    this.#free()
  }
}

/** The bytes of all lanes lie in one buffer, a region each, so that packets of several make one batch; a region is copied once a batch. */
class Merge {
  readonly #lanes: readonly Lane[]
  readonly #sink: Sink
  readonly #out = new PacketBatch(BATCH_CAPACITY)
  #regionBytes = FIRST_REGION_BYTES

  constructor(lanes: readonly Lane[], sink: Sink) {
    this.#lanes = lanes
    this.#sink = sink
    this.#out.buf = new Uint8Array(lanes.length * FIRST_REGION_BYTES)
  }

  async run(signal: AbortSignal): Promise<void> {
    const fresh = new Set(this.#lanes)
    for (;;) {
      for (const lane of fresh) await lane.ready()
      if (signal.aborted) return
      this.#place(fresh)
      const active = this.#lanes.filter((lane) => lane.batch !== undefined)
      if (active.length === 0) return
      this.#take(active)
      const turn = this.#sink.packets(this.#out)
      if (turn) await turn
      fresh.clear()
      for (const lane of active) if (lane.exhausted) fresh.add(lane)
      for (const lane of fresh) lane.release()
    }
  }

  #place(fresh: ReadonlySet<Lane>): void {
    const longest = Math.max(...[...fresh].map((lane) => spanOf(lane.batch).bytes))
    const grown = longest > this.#regionBytes
    if (grown) {
      while (this.#regionBytes < longest) this.#regionBytes *= 2
      this.#out.buf = new Uint8Array(this.#lanes.length * this.#regionBytes)
    }
    this.#lanes.forEach((lane, i) => {
      if (lane.batch === undefined || !(grown || fresh.has(lane))) return
      const { from, bytes } = spanOf(lane.batch)
      this.#out.buf.set(lane.batch.buf.subarray(from, from + bytes), i * this.#regionBytes)
      lane.shift = i * this.#regionBytes - from
    })
  }

  /** Until a lane has no more or the batch is full. */
  #take(active: readonly Lane[]): void {
    const out = this.#out
    out.count = 0
    for (;;) {
      let first = active[0]!
      let untilMs = Number.POSITIVE_INFINITY
      for (let i = 1; i < active.length; i++) {
        const lane = active[i]!
        if (lane.head < first.head) {
          untilMs = first.head
          first = lane
        } else if (lane.head < untilMs) untilMs = lane.head
      }
      copyRun(first, untilMs, out)
      if (first.exhausted || out.count === out.capacity) return
    }
  }
}

/** Packets of the lane that come no later than the next one of any other. At least one of them. */
function copyRun(lane: Lane, untilMs: number, out: PacketBatch): void {
  const batch = lane.batch!
  let from = lane.cursor
  let to = out.count
  do {
    out.start[to] = batch.start[from]! + lane.shift
    out.capLen[to] = batch.capLen[from]!
    out.wireLen[to] = batch.wireLen[from]!
    out.tsMs[to] = batch.tsMs[from]!
    out.linkType[to] = batch.linkType[from]!
    from++
    to++
  } while (from < batch.count && to < out.capacity && batch.tsMs[from]! <= untilMs)
  lane.cursor = from
  out.count = to
}

function spanOf(batch: PacketBatch | undefined): { from: number; bytes: number } {
  if (batch === undefined) return { from: 0, bytes: 0 }
  let from = Number.POSITIVE_INFINITY
  let end = 0
  for (let i = 0; i < batch.count; i++) {
    from = Math.min(from, batch.start[i]!)
    end = Math.max(end, batch.start[i]! + batch.capLen[i]!)
  }
  return { from, bytes: end - from }
}
