import { join } from 'node:path'
import type { CollectorSocket } from '../../lib/collector-sockets.ts'
import type { NetworkEvent } from '../../lib/events.ts'
import type { CollectorStats } from '../../lib/exporters.ts'
import { FlowWriter } from '../../lib/flow-batch.ts'
import { SampleWriter } from '../../lib/sample-batch.ts'
import { newSourceStats, type Sink, type Source, type SourceStats } from '../../lib/source.ts'
import { aborted } from './aborted.ts'
import { ExporterFeed } from './exporter-feed.ts'
import { Exporters } from './exporters.ts'
import type { Receiver } from './receiver.ts'
import { endpointName, receiverKindOf } from './receiver-kinds.ts'

/** Records that are handed over at once, at most. */
const BATCH = 1024
const TICK_MS = 1000

export interface CollectorOptions {
  readonly name: string
  /** As `-i` says it; found good already. */
  readonly endpoint: string
  /** What this wiretop is called: records that have passed it are not counted again. */
  readonly instance: string
  /** Folder in which it keeps what it learns of exporters; undefined: nothing is kept. */
  readonly stateDir?: string | undefined
  /** Of the endpoint; undefined: it opens its own. */
  readonly socket?: CollectorSocket | undefined
}

/** Collects flow records and samples of exporters at one endpoint, until it is told to stop. */
export class Collector implements Source {
  readonly name: string
  readonly exporters = new Exporters()
  private readonly endpoint: string
  private readonly instance: string
  private readonly socket: CollectorSocket | undefined
  private readonly stateFile: string | undefined
  private readonly counted = newSourceStats()
  private receiver: Receiver | undefined
  private records = 0
  private sink: Sink | undefined
  private readonly flows = new FlowWriter(BATCH, (batch) => {
    this.records += batch.count
    const nowMs = Date.now()
    this.sink?.flows?.(batch, nowMs)
    for (const feed of this.feeds) feed.take(batch, nowMs)
  })
  private readonly samples = new SampleWriter(BATCH, (batch) => {
    this.records += batch.count
    const nowMs = Date.now()
    this.sink?.samples?.(batch, nowMs)
    for (const feed of this.feeds) feed.takeSamples(batch, nowMs)
  })
  private readonly feeds = new Set<ExporterFeed>()

  constructor({ name, endpoint, stateDir, instance, socket }: CollectorOptions) {
    this.name = name
    this.instance = instance
    this.socket = socket
    this.endpoint = endpoint
    this.stateFile =
      stateDir === undefined ? undefined : join(stateDir, `collector-${endpointName(endpoint).replace(/[^\w.-]+/g, '-')}.json`)
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    this.sink = sink
    const { exporters, flows, samples, counted } = this
    const receiver = await receiverKindOf(this.endpoint)!.open(
      this.endpoint,
      {
        exporters,
        flows,
        samples,
        instance: this.instance,
        event: (event) => this.event(event),
        stateFile: this.stateFile,
        socket: this.socket,
        samplingOf: () => undefined,
      },
      {
        received: (bytes) => {
          counted.packets++
          counted.bytesRead += bytes
        },
        handOn: () => {
          flows.flush()
          samples.flush()
        },
      },
    )
    this.receiver = receiver
    counted.link = 'up'
    const timer = setInterval(() => this.tick(), TICK_MS)
    await aborted(signal)
    clearInterval(timer)
    counted.dropped = receiver.dropped
    this.receiver = undefined
    await receiver.close()
  }

  /** The records of one exporter, for an interface of its own; undefined: there is no such exporter. */
  feed(name: string, number: number): ExporterFeed | undefined {
    const exporter = this.exporters.all[number]
    if (exporter === undefined) return undefined
    const feed = new ExporterFeed(name, exporter, () => this.feeds.delete(feed))
    this.feeds.add(feed)
    return feed
  }

  /** Flows that stand in the same line come first: the event finds them. */
  private event(event: NetworkEvent): void {
    this.flows.flush()
    this.sink?.event?.(event, Date.now())
  }

  private tick(): void {
    this.receiver?.tick(Date.now())
    // What waited for its template may have been given up or decoded.
    this.flows.flush()
    this.exporters.tick(1)
  }

  stats(): SourceStats {
    const { counted, receiver } = this
    if (receiver !== undefined) {
      counted.dropped = receiver.dropped
      counted.faults = [...(receiver.faults ?? [])].map(([line, times]) => (times === 1 ? line : `${line} (${times} times)`))
      counted.faultCount = counted.faults.length
    }
    counted.collector = this.collected()
    return counted
  }
  private collected(): CollectorStats {
    const { receiver, exporters } = this
    return {
      endpoint: this.endpoint,
      address: receiver?.address ?? '',
      bufferBytes: receiver?.bufferBytes ?? 0,
      datagrams: this.counted.packets,
      records: this.records,
      exporters: exporters.all.length,
      exportersRefused: exporters.refused,
      sendersRefused: receiver?.refused ?? 0,
    }
  }
}
