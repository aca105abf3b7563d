import { copyRecord, FlowBatch } from '../../lib/flow-batch.ts'
import type { SampleBatch } from '../../lib/sample-batch.ts'
import { newSourceStats, type Sink, type Source, type SourceStats } from '../../lib/source.ts'
import { aborted } from './aborted.ts'
import type { Exporter } from './exporters.ts'

/** Records of one exporter alone, for an interface of its own; its collector hands them over. */
export class ExporterFeed implements Source {
  readonly name: string
  private readonly exporter: Exporter
  private readonly counted = newSourceStats()
  private readonly leave: (feed: ExporterFeed) => void
  private own: FlowBatch | undefined
  private sink: Sink | undefined

  constructor(name: string, exporter: Exporter, leave: (feed: ExporterFeed) => void) {
    this.name = name
    this.exporter = exporter
    this.leave = leave
  }

  get number(): number {
    return this.exporter.number
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    this.sink = sink
    this.counted.link = 'up'
    await aborted(signal)
    this.sink = undefined
    this.leave(this)
  }

  /** Takes of a batch what is its exporter's. */
  take(batch: FlowBatch, nowMs: number): void {
    const { sink, number } = this
    if (sink?.flows === undefined) return
    let own = 0
    for (let i = 0; i < batch.count; i++) if (batch.exporter[i] === number) own++
    if (own === batch.count) sink.flows(batch, nowMs)
    else if (own > 0) sink.flows(this.ownOf(batch), nowMs)
  }
  private ownOf(batch: FlowBatch): FlowBatch {
    if (this.own === undefined || this.own.capacity < batch.count) this.own = new FlowBatch(batch.capacity)
    const { own, number } = this
    own.count = 0
    for (let i = 0; i < batch.count; i++) if (batch.exporter[i] === number) copyRecord(batch, i, own, own.begin(number))
    return own
  }

  /** Samples of a batch are of one datagram. */
  takeSamples(batch: SampleBatch, nowMs: number): void {
    if (batch.exporter[0] === this.number) this.sink?.samples?.(batch, nowMs)
  }

  stats(): SourceStats {
    const { counted, exporter } = this
    counted.packets = exporter.datagrams
    counted.bytesRead = exporter.bytesReceived
    return counted
  }
}
