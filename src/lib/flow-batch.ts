/**
 * Flow records on their way in (from exporters) and out (to other collectors), column by column: what most records have lies in typed arrays, so nothing is
 * allocated a record; what few have is beside them. `src` is who sent what `bytes[2 * i]` counts; of a record of both directions (RFC 5103) `bytes[2 * i + 1]` counts the way back.
 */
export class FlowBatch {
  count = 0
  /** Number of the exporter in its source's list; where the flow was captured here, 0. */
  readonly exporter: Uint16Array
  /** FLOW_RECORD_ bits. */
  readonly flags: Uint16Array
  /** 4 or 6. */
  readonly ipVersion: Uint8Array
  readonly proto: Uint8Array
  /** Innermost VLAN id; 0: none. */
  readonly vlan: Uint16Array
  /** Four words each, in network order, signed; IPv4 is ::ffff:a.b.c.d (0, 0, 0xffff, a). */
  readonly src: Int32Array
  readonly dst: Int32Array
  readonly srcPort: Uint16Array
  readonly dstPort: Uint16Array
  /** Two a record: from src to dst, and back. Scaled by `sampling` already. Layer-3 bytes where the exporter does not count frames. */
  readonly bytes: Float64Array
  readonly packets: Float64Array
  /** What the exporter counted before scaling is bytes / sampling; 1: every packet was counted. */
  readonly sampling: Uint32Array
  /** Epoch milliseconds. */
  readonly firstMs: Float64Array
  readonly lastMs: Float64Array
  /** Two a record: TCP flag bits seen, each way. */
  readonly tcpFlags: Uint8Array
  /** Type of service or traffic class, from src to dst. */
  readonly tos: Uint8Array
  /** ICMP type << 8 | code. */
  readonly icmp: Uint16Array
  /** Interfaces of the exporter (SNMP ifIndex) by which it came in and went out; 0: not told. */
  readonly inIf: Uint32Array
  readonly outIf: Uint32Array
  /** Autonomous systems and prefix lengths as the exporter tells them; 0: not told. */
  readonly srcAs: Uint32Array
  readonly dstAs: Uint32Array
  readonly srcMask: Uint8Array
  readonly dstMask: Uint8Array
  /** Four words each, as `src`; all 0: not told. */
  readonly nextHop: Int32Array
  /** 48 bits as a number; -1: not told. */
  readonly srcMac: Float64Array
  readonly dstMac: Float64Array
  /** Two a record, microseconds: handshake time from here to src and back, and to dst; 0: not seen. */
  readonly latencyUs: Uint32Array
  /** Two a record: country of src and of dst, two letters as one number (names/address-owners.ts); 0: not known. */
  readonly country: Uint16Array
  /** Sum of the scores of its risks. */
  readonly score: Uint16Array
  /** What few records have; undefined in most. */
  readonly extras: (FlowExtras | undefined)[]

  constructor(capacity: number) {
    this.exporter = new Uint16Array(capacity)
    this.flags = new Uint16Array(capacity)
    this.ipVersion = new Uint8Array(capacity)
    this.proto = new Uint8Array(capacity)
    this.vlan = new Uint16Array(capacity)
    this.src = new Int32Array(4 * capacity)
    this.dst = new Int32Array(4 * capacity)
    this.srcPort = new Uint16Array(capacity)
    this.dstPort = new Uint16Array(capacity)
    this.bytes = new Float64Array(2 * capacity)
    this.packets = new Float64Array(2 * capacity)
    this.sampling = new Uint32Array(capacity)
    this.firstMs = new Float64Array(capacity)
    this.lastMs = new Float64Array(capacity)
    this.tcpFlags = new Uint8Array(2 * capacity)
    this.tos = new Uint8Array(capacity)
    this.icmp = new Uint16Array(capacity)
    this.inIf = new Uint32Array(capacity)
    this.outIf = new Uint32Array(capacity)
    this.srcAs = new Uint32Array(capacity)
    this.dstAs = new Uint32Array(capacity)
    this.srcMask = new Uint8Array(capacity)
    this.dstMask = new Uint8Array(capacity)
    this.nextHop = new Int32Array(4 * capacity)
    this.srcMac = new Float64Array(capacity)
    this.dstMac = new Float64Array(capacity)
    this.latencyUs = new Uint32Array(2 * capacity)
    this.country = new Uint16Array(2 * capacity)
    this.score = new Uint16Array(capacity)
    this.extras = new Array<FlowExtras | undefined>(capacity).fill(undefined)
  }

  get capacity(): number {
    return this.flags.length
  }
  get isFull(): boolean {
    return this.count === this.flags.length
  }

  /** Makes the next record, with nothing told yet, and returns its number. Not when full. */
  begin(exporter: number): number {
    const i = this.count++
    this.exporter[i] = exporter
    this.flags[i] = 0
    this.ipVersion[i] = 4
    this.proto[i] = 0
    this.vlan[i] = 0
    this.srcPort[i] = 0
    this.dstPort[i] = 0
    this.sampling[i] = 1
    this.firstMs[i] = 0
    this.lastMs[i] = 0
    this.tos[i] = 0
    this.icmp[i] = 0
    this.inIf[i] = 0
    this.outIf[i] = 0
    this.srcAs[i] = 0
    this.dstAs[i] = 0
    this.srcMask[i] = 0
    this.dstMask[i] = 0
    this.srcMac[i] = -1
    this.dstMac[i] = -1
    this.score[i] = 0
    this.extras[i] = undefined
    const two = 2 * i
    this.latencyUs[two] = this.latencyUs[two + 1] = 0
    this.country[two] = this.country[two + 1] = 0
    this.bytes[two] = this.bytes[two + 1] = 0
    this.packets[two] = this.packets[two + 1] = 0
    this.tcpFlags[two] = this.tcpFlags[two + 1] = 0
    const four = 4 * i
    this.src[four] = this.src[four + 1] = this.src[four + 2] = this.src[four + 3] = 0
    this.dst[four] = this.dst[four + 1] = this.dst[four + 2] = this.dst[four + 3] = 0
    this.nextHop[four] = this.nextHop[four + 1] = this.nextHop[four + 2] = this.nextHop[four + 3] = 0
    return i
  }
}

/** All columns of one record; what is written over is the record `at`. */
export function copyRecord(from: FlowBatch, i: number, to: FlowBatch, at: number): void {
  to.exporter[at] = from.exporter[i]!
  to.flags[at] = from.flags[i]!
  to.ipVersion[at] = from.ipVersion[i]!
  to.proto[at] = from.proto[i]!
  to.vlan[at] = from.vlan[i]!
  to.srcPort[at] = from.srcPort[i]!
  to.dstPort[at] = from.dstPort[i]!
  to.sampling[at] = from.sampling[i]!
  to.firstMs[at] = from.firstMs[i]!
  to.lastMs[at] = from.lastMs[i]!
  to.tos[at] = from.tos[i]!
  to.icmp[at] = from.icmp[i]!
  to.inIf[at] = from.inIf[i]!
  to.outIf[at] = from.outIf[i]!
  to.srcAs[at] = from.srcAs[i]!
  to.dstAs[at] = from.dstAs[i]!
  to.srcMask[at] = from.srcMask[i]!
  to.dstMask[at] = from.dstMask[i]!
  to.srcMac[at] = from.srcMac[i]!
  to.dstMac[at] = from.dstMac[i]!
  to.score[at] = from.score[i]!
  to.extras[at] = from.extras[i]
  for (let way = 0; way < 2; way++) {
    to.latencyUs[2 * at + way] = from.latencyUs[2 * i + way]!
    to.country[2 * at + way] = from.country[2 * i + way]!
    to.bytes[2 * at + way] = from.bytes[2 * i + way]!
    to.packets[2 * at + way] = from.packets[2 * i + way]!
    to.tcpFlags[2 * at + way] = from.tcpFlags[2 * i + way]!
  }
  for (let word = 0; word < 4; word++) {
    to.src[4 * at + word] = from.src[4 * i + word]!
    to.dst[4 * at + word] = from.dst[4 * i + word]!
    to.nextHop[4 * at + word] = from.nextHop[4 * i + word]!
  }
}

/** The records of a batch as a message: columns as long as there are records. */
export type PackedFlows = Readonly<Record<string, unknown>> & { readonly count: number }

/** Copies what the batch holds, so that it can be sent to another thread. */
export function packFlows(batch: FlowBatch): PackedFlows {
  const { count, capacity } = batch
  const packed: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(batch))
    if (typeof column === 'object') packed[name] = column.slice(0, (column.length / capacity) * count)
  return { ...packed, count }
}
/** Buffers that go with the message instead of being copied once more. */
export const buffersOf = (packed: PackedFlows): ArrayBuffer[] =>
  Object.values(packed).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []))

export const unpackFlows = (packed: PackedFlows): FlowBatch => Object.assign(Object.create(FlowBatch.prototype) as FlowBatch, packed)

/** Where decoders put the records that they read: batches go on when they are full, and when somebody says `flush`. */
export class FlowWriter {
  /** Only the record that was begun last may be written. */
  readonly batch: FlowBatch
  private readonly take: (batch: FlowBatch) => void

  /** `take` has done with the batch when it returns. */
  constructor(capacity: number, take: (batch: FlowBatch) => void) {
    this.batch = new FlowBatch(capacity)
    this.take = take
  }

  /** Begins the next record and returns its number in `batch`. */
  begin(exporter: number): number {
    if (this.batch.isFull) this.flush()
    return this.batch.begin(exporter)
  }

  flush(): void {
    if (this.batch.count === 0) return
    this.take(this.batch)
    this.batch.count = 0
  }
}

/** The flow is over: this is its last record. Otherwise there may be more of it. */
export const FLOW_RECORD_ENDED = 1
/** Seen where it left the exporter (flowDirection 1); otherwise where it came in, or not told. */
export const FLOW_RECORD_EGRESS = 2
/** Both directions stand in this record. */
export const FLOW_RECORD_BIFLOW = 4
/** The client is dst: the exporter knows who opened the flow (biflowDirection, or a wiretop). */
export const FLOW_RECORD_CLIENT_IS_DST = 8
/** The client is src, known for sure. */
export const FLOW_RECORD_CLIENT_IS_SRC = 16
/** Bytes count frames, not layer 3. */
export const FLOW_RECORD_FRAME_BYTES = 32
/** A flow that lasts was told of before: this record goes on with it. */
export const FLOW_RECORD_GOES_ON = 64

/** What few records have. Text comes from the wire: hostile, cut, but not escaped. */
export interface FlowExtras {
  /** Application as the exporter names it: Master.App where it is a name of ours. */
  app?: string
  /** Number of the application in the exporter's table, or of nDPI; only where there is no name. */
  appId?: number
  category?: string
  serverName?: string
  /** The telling detail: URL, query. */
  info?: string
  /** Other information elements by name, as 'dns.query' or 'postNATSourceIPv4Address'. */
  fields?: Record<string, string | number>
  /** What is wrong with the flow, or may be. */
  risks?: readonly string[]
  /** Process at an end, told by a probe that runs there. */
  srcProcess?: FlowProcess
  dstProcess?: FlowProcess
  /** Name or address of the exporter that told of it, where records go on to others. */
  exporter?: string
  /** Where wiretops feed each other: instances that the record has passed, the first being where it was seen. */
  path?: readonly string[]
}

export interface FlowProcess {
  name?: string
  pid?: number
  user?: string
  container?: string
  fatherName?: string
  fatherPid?: number
  /** Bytes. */
  memory?: number
  peakMemory?: number
  /** Per cent. */
  cpu?: number
  ioWait?: number
  pageFaults?: number
}
