import type { NetworkEvent } from './events.ts'
import type { CollectorStats } from './exporters.ts'
import type { FlowBatch } from './flow-batch.ts'
import type { SampleBatch } from './sample-batch.ts'

/**
 * A source hands over packets in batches: typed arrays beside the bytes they lie in. So nothing is allocated per packet, a time stamp is never
 * boxed on its way through a call, and a kernel ring's block or a file's chunk is one batch without a copy.
 */
export class PacketBatch {
  /** The bytes of all packets of the batch. Belongs to the source; valid only until `packets` has returned, or the promise that it returned has resolved. */
  buf: Uint8Array = new Uint8Array(0)
  count = 0
  readonly start: Int32Array
  /** Captured bytes: the packet is buf[start .. start + capLen). */
  readonly capLen: Int32Array
  /** Bytes on the wire, at least capLen and at most MAX_WIRE_LEN. */
  readonly wireLen: Int32Array
  /** Epoch milliseconds with fractions; a double keeps microseconds until the year 2255. */
  readonly tsMs: Float64Array
  /** LINKTYPE_ value (tcpdump.org/linktypes.html) of each packet. */
  readonly linkType: Uint16Array

  constructor(capacity: number) {
    this.start = new Int32Array(capacity)
    this.capLen = new Int32Array(capacity)
    this.wireLen = new Int32Array(capacity)
    this.tsMs = new Float64Array(capacity)
    this.linkType = new Uint16Array(capacity)
  }

  get capacity(): number {
    return this.start.length
  }
}

/** The largest snap length that libpcap writes; a record that claims more is damage. */
export const MAX_WIRE_LEN = 262_144

/** Where a source puts what it reads. */
export interface Sink {
  /** Takes flow records that came at `nowMs`; done with them when it returns. A source of packets has none. */
  flows?(batch: FlowBatch, nowMs: number): void
  /** Takes what another program tells of the network. */
  event?(event: NetworkEvent, nowMs: number): void
  /** The same of samples of packets. */
  samples?(batch: SampleBatch, nowMs: number): void
  /** Takes a batch, whole. A promise means: wait for it before the next one (the sink gives other work a turn). */
  packets(batch: PacketBatch): void | Promise<void>
  /** A packet that somebody else takes bears this time (sources/shard.ts); it comes in order with the batches. */
  clock?(tsMs: number): void
}

export interface FileCounts {
  total: number
  loaded: number
  missing: number
  unreadable: number
}

/** How far a source has come, and what it met on the way. Read by whoever wants to show it; the source only counts. */
export interface SourceStats {
  /** Packets handed over. */
  packets: number
  /** Packets that the source or the kernel lost before they could be handed over. */
  dropped: number
  /** Packets that a packet filter left out; they are not among `packets`. */
  filteredOut: number
  /** How often the kernel had to stop because the ring was full. */
  freezes: number
  /** How old the oldest packet was when it was taken from the ring, the last time that one was. */
  lagMs: number
  /** Of a live interface; `gone` is for good. */
  link: LinkState | undefined
  /** Bytes of input read, and how many there are when that is known. */
  bytesRead: number
  bytesTotal: number | undefined
  /** What was wrong with the input and where, one line each, at most MAX_FAULTS of them; `faultCount` counts all. */
  faults: string[]
  faultCount: number
  /** The input ended before its last record did. */
  cutShort: boolean
  /** Of flows of the past, whose `packets` are records: the files that they lie in. */
  files?: FileCounts | undefined
  /** Of a collector, whose `packets` are datagrams. */
  collector?: CollectorStats | undefined
}

export const LINK_STATES = ['up', 'down', 'gone'] as const
export type LinkState = (typeof LINK_STATES)[number]

export const MAX_FAULTS = 100

export const newSourceStats = (): SourceStats => ({
  packets: 0,
  dropped: 0,
  filteredOut: 0,
  freezes: 0,
  lagMs: 0,
  link: undefined,
  bytesRead: 0,
  bytesTotal: undefined,
  faults: [],
  faultCount: 0,
  cutShort: false,
})

export interface Source {
  readonly name: string
  /** Runs until the input ends or `signal` aborts. Rejects with a SourceError only when it cannot start. */
  run(sink: Sink, signal: AbortSignal): Promise<void>
  stats(): SourceStats
}

/** The input cannot be used. `message` is one line: which input, why, what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}
