import type { FlowExtras } from './flow-batch.ts'
import { MAX_WIRE_LEN, PacketBatch } from './source.ts'

/**
 * Sampled packets (sFlow, PSAMP): the beginnings of packets as in any batch, and beside each how many packets it stands for and what its exporter tells of it.
 * `wireLen` is the frame as captures count it, without its check sequence; `capLen` may be as short as the exporter cuts.
 */
export class SampleBatch extends PacketBatch {
  /** Packets that this one stands for, at least 1. */
  readonly weight: Float64Array
  /** Number of the exporter in its source's list. */
  readonly exporter: Uint16Array
  /** SAMPLE_ bits. */
  readonly flags: Uint8Array
  /** VLAN that the exporter tells, for packets whose header bears none; 0: not told. */
  readonly vlan: Uint16Array
  /** Interfaces of the exporter (SNMP ifIndex) by which it came in and went out; 0: not told. */
  readonly inIf: Uint32Array
  readonly outIf: Uint32Array
  /** Autonomous systems and prefix lengths as the exporter tells them; 0: not told. */
  readonly srcAs: Uint32Array
  readonly dstAs: Uint32Array
  readonly srcMask: Uint8Array
  readonly dstMask: Uint8Array
  /** Four words each, in network order, signed; IPv4 is ::ffff:a.b.c.d; all 0: not told. */
  readonly nextHop: Int32Array
  /** What few samples have. The same object may stand for many: not to be changed. */
  readonly extras: (FlowExtras | undefined)[]

  constructor(capacity: number) {
    super(capacity)
    this.weight = new Float64Array(capacity)
    this.exporter = new Uint16Array(capacity)
    this.flags = new Uint8Array(capacity)
    this.vlan = new Uint16Array(capacity)
    this.inIf = new Uint32Array(capacity)
    this.outIf = new Uint32Array(capacity)
    this.srcAs = new Uint32Array(capacity)
    this.dstAs = new Uint32Array(capacity)
    this.srcMask = new Uint8Array(capacity)
    this.dstMask = new Uint8Array(capacity)
    this.nextHop = new Int32Array(4 * capacity)
    this.extras = new Array<FlowExtras | undefined>(capacity).fill(undefined)
  }
}

/** Taken where it left the exporter; otherwise where it came in, or not told. */
export const SAMPLE_EGRESS = 1

/** More of a header is not kept: agents send 128 bytes, and no recognition of one packet needs more than a whole frame. */
const MAX_HEADER = 2048
/** What headers of a full batch take, as agents send them; a batch of longer ones goes on before it is full. */
const USUAL_HEADER = 256

/** Where decoders put sampled packets: headers are copied; batches go on when they are full, and when somebody says `flush`. */
export class SampleWriter {
  /** Only the sample that was begun last may be written. */
  readonly batch: SampleBatch
  private readonly take: (batch: SampleBatch) => void
  private used = 0

  /** `take` has done with the batch when it returns. */
  constructor(capacity: number, take: (batch: SampleBatch) => void) {
    this.batch = new SampleBatch(capacity)
    this.batch.buf = new Uint8Array(Math.max(MAX_HEADER, capacity * USUAL_HEADER))
    this.take = take
  }

  /**
   * Begins the next sample, whose header is b[at .. at + length), with nothing else told yet, and returns its number in `batch`. `wireLen`: bytes of its frame,
   * brought between what was captured and MAX_WIRE_LEN.
   */
  begin(exporter: number, b: Uint8Array, at: number, length: number, wireLen: number, linkType: number, nowMs: number): number {
    const { batch } = this
    const kept = Math.min(length, MAX_HEADER)
    if (batch.count === batch.capacity || this.used + kept > batch.buf.length) this.flush()
    const i = batch.count++
    const to = this.used
    this.used += kept
    batch.buf.set(b.subarray(at, at + kept), to)
    batch.start[i] = to
    batch.capLen[i] = kept
    batch.wireLen[i] = Math.min(MAX_WIRE_LEN, Math.max(length, wireLen))
    batch.tsMs[i] = nowMs
    batch.linkType[i] = linkType
    batch.weight[i] = 1
    batch.exporter[i] = exporter
    batch.flags[i] = 0
    batch.vlan[i] = 0
    batch.inIf[i] = 0
    batch.outIf[i] = 0
    batch.srcAs[i] = 0
    batch.dstAs[i] = 0
    batch.srcMask[i] = 0
    batch.dstMask[i] = 0
    const four = 4 * i
    batch.nextHop[four] = batch.nextHop[four + 1] = batch.nextHop[four + 2] = batch.nextHop[four + 3] = 0
    batch.extras[i] = undefined
    return i
  }

  flush(): void {
    if (this.batch.count === 0) return
    this.take(this.batch)
    this.batch.count = 0
    this.used = 0
  }
}
