import { FLOW_DECIDED } from '../dissectors/recognised-flow.ts'
import {
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  type FlowBatch,
  type FlowExtras,
} from '../lib/flow-batch.ts'
import { Packet, PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP, TCP_ACK, TCP_SYN } from '../wire/packet.ts'
import type { Gain } from './booking.ts'
import { letGo } from './expiry.ts'
import { FlowOrigins } from './flow-origins.ts'
import type { LiveTables } from './live-tables.ts'
import { BY_PORT } from './naming.ts'
import { MAX_SPREAD_S } from './rate-spread.ts'
import { Repeats, whoOf } from './repeats.ts'
import { FLOW_COLLECTED, FLOW_ENDED } from './tcp-analysis.ts'

const MAC_BYTES = 6
/** Above this fill the oldest flows that are over make room. */
const CROWDED = 0.9
const FIRST_ENDED = 1024
/** Flows that are told as over and get a row, a second: more than anybody looks at, and a tenth of a core. */
const MAX_OVER_ROWS = 10_000
/** What exporters wait before they tell of a flow that goes on is between these; a record that lasted less than this part of it is the last one. */
const MIN_TIMEOUT_MS = 10_000
const MAX_TIMEOUT_MS = 1_800_000
const TIMED_OUT = 0.9
const NO_PAIR = [0, 0] as const

/** Elements without a column that are kept of a flow. */
const MAX_FIELDS = 64

const firstOf = (fields: Readonly<Record<string, string | number>>): Readonly<Record<string, string | number>> =>
  Object.fromEntries(Object.entries(fields).slice(0, MAX_FIELDS))

/** Undefined where the exporter does not know. */
const clientIsDst = (flags: number): boolean | undefined =>
  (flags & (FLOW_RECORD_CLIENT_IS_SRC | FLOW_RECORD_CLIENT_IS_DST)) === 0 ? undefined : (flags & FLOW_RECORD_CLIENT_IS_DST) !== 0

/**
 * The path of a flow record into the tables: found or made its row, counted at once for hosts and roll-ups. What has ended stays in its row as long as there
 * is room, so that it can be seen; the oldest of those goes first.
 */
export class Collected {
  private readonly t: LiveTables
  readonly origins: FlowOrigins
  readonly told: Repeats
  /** Records and samples that told again what another exporter had told, and what they would have added. */
  repeats = 0
  repeatedBytes = 0
  records = 0

  private readonly key = new Packet()
  private readonly gain: Gain = { bytes: 0, bytesBack: 0, packets: 0, packetsBack: 0 }
  private readonly macs = new Uint8Array(2 * MAC_BYTES)
  /** Rows and serials of flows that are over, oldest first: a ring. */
  private ended = new Uint32Array(2 * FIRST_ENDED)
  private endedFrom = 0
  private endedCount = 0
  /** The longest time that each exporter lets pass between two records of a flow, as far as was seen. */
  private timeouts = new Float64Array(16)
  /** Every so many-th flow that is told as over has a row. */
  private stride = 1
  private overSinceRow = 0
  private overThisTick = 0
  private rowsThisTick = 0
  private tickNo = 0
  /** Other elements that few flows have, by row. */
  private readonly fieldsOf = new Map<number, Readonly<Record<string, string | number>>>()
  private readonly pathOf = new Map<number, readonly string[]>()

  constructor(tables: LiveTables) {
    this.t = tables
    this.origins = new FlowOrigins(tables.flows)
    this.told = new Repeats(tables, this.origins)
    this.key.buf = this.macs
    this.key.end = this.macs.length
  }

  /** Takes the records of a batch, which came at `nowMs`. */
  take(batch: FlowBatch, nowMs: number): void {
    this.t.passClock(nowMs)
    this.setStride()
    for (let i = 0; i < batch.count; i++) this.record(batch, i, nowMs)
  }

  private record(batch: FlowBatch, i: number, nowMs: number): void {
    const { t, gain } = this
    const { flows } = t
    this.records++
    const exporter = batch.exporter[i]!
    gain.bytes = batch.bytes[2 * i]!
    gain.bytesBack = batch.bytes[2 * i + 1]!
    gain.packets = batch.packets[2 * i]!
    gain.packetsBack = batch.packets[2 * i + 1]!
    const firstMs = Math.min(batch.firstMs[i]!, nowMs)
    const lastMs = Math.min(Math.max(firstMs, batch.lastMs[i]!), nowMs)
    this.keyOf(batch, i)
    const found = flows.find(this.key)
    const isEgress = (batch.flags[i]! & FLOW_RECORD_EGRESS) !== 0
    if (this.told.has(this.key, found, exporter, isEgress, nowMs, this.timeouts[exporter] ?? 0))
      return this.noteRepeat(found, gain.bytes + gain.bytesBack)
    // It may tell a name alone, of a flow that is known.
    if (found < 0 && gain.packets + gain.packetsBack + gain.bytes + gain.bytesBack === 0) return
    const seconds = Math.min(MAX_SPREAD_S, Math.max(1, Math.ceil((lastMs - firstMs) / 1000)))
    t.packets += gain.packets + gain.packetsBack
    t.bytes += gain.bytes + gain.bytesBack
    t.wireBytes += gain.bytes + gain.bytesBack
    const isOver = this.isOver(batch.flags[i]!, exporter, lastMs - firstMs)
    const at = found >= 0 ? this.known(found) : !isOver || this.wantsRow() ? this.made(batch, i) : -1
    if (at < 0) {
      for (const records of t.records) records.rowless(batch, i)
      return t.flowWithoutRow(this.key, clientIsDst(batch.flags[i]!), this.appOf(batch.extras[i]), gain, seconds)
    }
    const row = at >> 1
    const direction = (at & 1) as 0 | 1
    const r = flows.rows.go(row)
    if (firstMs < r.firstSeenMs) r.firstSeenMs = firstMs
    if (lastMs > r.lastSeenMs || r.bytes(0) + r.bytes(1) === 0) r.lastSeenMs = lastMs
    this.tell(row, direction, batch, i)
    r.go(row)
    if (direction === 0) t.booking.gained(row, gain.bytes, gain.bytesBack, gain.packets, gain.packetsBack, nowMs, seconds)
    else t.booking.gained(row, gain.bytesBack, gain.bytes, gain.packetsBack, gain.packets, nowMs, seconds)
    this.stay(row, exporter, isOver, nowMs)
    t.booking.judge(row)
    // It may stay to be seen; what it was is told now.
    if (isOver) for (const records of t.records) records.over(row)
  }

  /** What would have added `bytes` was counted already; `found`: what `flows.find` said of its flow. */
  noteRepeat(found: number, bytes: number): void {
    this.repeats++
    this.repeatedBytes += bytes
    if (found < 0) return
    this.known(found)
    this.origins.repeats[found >> 1]! += 1
  }

  /** A row that packets or records have made. */
  known(found: number): number {
    const { rows } = this.t.flows
    if ((rows.flags & FLOW_COLLECTED) === 0) this.origins.begin(found >> 1)
    rows.flags |= FLOW_COLLECTED
    return found
  }
  private made(batch: FlowBatch, i: number): number {
    this.makeRoomIfCrowded()
    const found = this.t.newFlow(this.key, clientIsDst(batch.flags[i]!))
    if (found >= 0) this.begin(found >> 1, batch, i)
    else {
      this.t.packetsWithoutFlow += this.gain.packets + this.gain.packetsBack
      this.t.bytesWithoutFlow += this.gain.bytes + this.gain.bytesBack
    }
    return found
  }

  private setStride(): void {
    const { tickNo } = this.t.booking
    if (tickNo === this.tickNo) return
    this.tickNo = tickNo
    this.stride = Math.max(1, Math.ceil(this.overThisTick / MAX_OVER_ROWS))
    this.overThisTick = 0
    this.rowsThisTick = 0
  }
  /** When more flows are told as over than can be shown, every so many-th has a row. */
  private wantsRow(): boolean {
    this.overThisTick++
    if (++this.overSinceRow < this.stride || this.rowsThisTick === MAX_OVER_ROWS) return false
    this.overSinceRow = 0
    this.rowsThisTick++
    return true
  }

  /** The exporter says so, or what it told lasted less than it waits before it tells of a flow that goes on. */
  private isOver(flags: number, exporter: number, lastedMs: number): boolean {
    if (exporter >= this.timeouts.length) this.widenTimeouts(exporter)
    // Where rows stay, each flow has one.
    if (this.t.options.idle === undefined) return false
    if ((flags & FLOW_RECORD_ENDED) !== 0) return true
    const longest = this.timeouts[exporter]!
    if (lastedMs > longest) this.timeouts[exporter] = Math.min(MAX_TIMEOUT_MS, lastedMs)
    return longest >= MIN_TIMEOUT_MS && lastedMs < TIMED_OUT * longest
  }

  private appOf(extras: FlowExtras | undefined): number {
    const { catalogue } = this.t.options
    if (!this.t.recognise) return 0
    const [master, app] = extras?.app === undefined ? NO_PAIR : catalogue.pairNamed(extras.app)
    const { proto, srcPort, dstPort } = this.key
    return (((master || catalogue.guessByPort(proto, srcPort, dstPort)) << 16) | app) >>> 0
  }

  /** The record's key as that of a packet from src to dst. */
  private keyOf(batch: FlowBatch, i: number): void {
    const { key } = this
    const { src, dst } = batch
    const four = 4 * i
    key.ipVersion = batch.ipVersion[i]!
    key.proto = batch.proto[i]!
    key.vlan = batch.vlan[i]!
    key.src0 = src[four]!
    key.src1 = src[four + 1]!
    key.src2 = src[four + 2]!
    key.src3 = src[four + 3]!
    key.dst0 = dst[four]!
    key.dst1 = dst[four + 1]!
    key.dst2 = dst[four + 2]!
    key.dst3 = dst[four + 3]!
    const hasPorts = key.proto === PROTO_TCP || key.proto === PROTO_UDP || key.proto === PROTO_SCTP
    key.srcPort = hasPorts ? batch.srcPort[i]! : 0
    key.dstPort = hasPorts ? batch.dstPort[i]! : 0
    // A SYN without an ACK was sent by the client; with one, either may have been.
    const tcpFlags = batch.tcpFlags[2 * i]!
    key.tcpFlags = (tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN ? TCP_SYN : 0
    key.srcMacAt = this.mac(batch.srcMac[i]!, 0)
    key.dstMacAt = this.mac(batch.dstMac[i]!, MAC_BYTES)
  }
  private mac(address: number, at: number): number {
    if (address < 0) return -1
    const high = Math.floor(address / 0x1_0000_0000)
    const low = address >>> 0
    this.macs[at] = high >>> 8
    this.macs[at + 1] = high
    this.macs[at + 2] = low >>> 24
    this.macs[at + 3] = low >>> 16
    this.macs[at + 4] = low >>> 8
    this.macs[at + 5] = low
    return at
  }

  /** What is told of a flow once: what it is called. */
  private begin(row: number, batch: FlowBatch, i: number): void {
    const { t } = this
    const r = t.flows.rows.go(row)
    r.flags |= FLOW_COLLECTED
    this.origins.begin(row)
    this.fieldsOf.delete(row)
    this.pathOf.delete(row)
    const proto = (r.meta >>> 8) & 255
    if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) r.setNextSeq(0, batch.icmp[i]!)
    if (!t.recognise) return
    const extras = batch.extras[i]
    r.flags |= FLOW_DECIDED
    if (extras === undefined) t.naming.gaveUp()
    else {
      t.naming.told(extras)
      t.naming.names?.told(extras)
    }
  }

  /** What the record says beside its counters. */
  private tell(row: number, direction: 0 | 1, batch: FlowBatch, i: number): void {
    const { origins, t } = this
    const r = t.flows.rows.go(row)
    for (let back = 0; back < 2; back++) {
      const tcpFlags = batch.tcpFlags[2 * i + back]!
      if (tcpFlags === 0) continue
      const end = (back === 0 ? direction : 1 - direction) as 0 | 1
      r.setTcpFlags(end, r.tcpFlags(end) | tcpFlags)
      t.tcp.flagsSeen(r, tcpFlags, end)
    }
    const who = whoOf(batch.exporter[i]!, (batch.flags[i]! & FLOW_RECORD_EGRESS) !== 0)
    origins.tell(row, direction, batch, i, who, batch.tos[i]!, batch.sampling[i]!)
    const extras = batch.extras[i]
    if (extras === undefined) return
    this.tellMore(row, direction, extras)
    if (extras.app !== undefined) this.rename(row, extras, extras.app)
  }
  /** What is told of a flow later says more than what only its port had said. */
  private rename(row: number, extras: FlowExtras, app: string): void {
    const { t } = this
    const isGuess = t.recognise && t.flows.rows.go(row).confidence <= BY_PORT
    if (isGuess && t.options.catalogue.pairNamed(app)[0] !== 0) t.naming.told(extras)
  }
  tellMore(row: number, direction: 0 | 1, { fields, srcProcess, dstProcess, path }: FlowExtras): void {
    if (path !== undefined && path.length > 0) this.pathOf.set(row, path)
    if (fields !== undefined) this.fieldsOf.set(row, firstOf({ ...this.fieldsOf.get(row), ...fields }))
    const { programs } = this.t
    if (srcProcess !== undefined) programs.told(row, direction, srcProcess)
    if (dstProcess !== undefined) programs.told(row, (1 - direction) as 0 | 1, dstProcess)
  }
  /** Elements that were told of the flow and have no column. */
  fields(row: number): Readonly<Record<string, string | number>> | undefined {
    return this.fieldsOf.get(row)
  }

  /** The wiretop that saw the flow, where several feed each other. */
  site(row: number): string | undefined {
    return this.pathOf.get(row)?.[0]
  }
  /** Wiretops that the flow's records have passed. */
  path(row: number): readonly string[] | undefined {
    return this.pathOf.get(row)
  }

  /** How long the flow stays without another record: as long as its exporter may take for the next. */
  private stay(row: number, exporter: number, isOver: boolean, nowMs: number): void {
    const { t } = this
    const { idle } = t.options
    const r = t.flows.rows.go(row)
    if (isOver && (r.flags & FLOW_ENDED) === 0) {
      r.flags |= FLOW_ENDED
      this.noteEnded(row, r.serial)
    }
    if (idle !== undefined) t.flows.expireAt[row] = Math.ceil((nowMs + idle.flowMs + (isOver ? 0 : this.timeouts[exporter]!)) / 1000)
  }
  private widenTimeouts(exporter: number): void {
    const wider = new Float64Array(Math.max(exporter + 1, 2 * this.timeouts.length))
    wider.set(this.timeouts)
    this.timeouts = wider
  }

  private noteEnded(row: number, serial: number): void {
    if (this.endedCount === this.ended.length / 2) this.tidyEnded()
    const at = 2 * ((this.endedFrom + this.endedCount++) % (this.ended.length / 2))
    this.ended[at] = row
    this.ended[at + 1] = serial
  }
  /** Forgets those that have left meanwhile: no more stay than there are rows, with room for as many again. */
  private tidyEnded(): void {
    const size = this.ended.length / 2
    const kept: number[] = []
    for (let n = 0; n < this.endedCount; n++) {
      const at = 2 * ((this.endedFrom + n) % size)
      if (this.isEnded(this.ended[at]!, this.ended[at + 1]!)) kept.push(this.ended[at]!, this.ended[at + 1]!)
    }
    if (kept.length > size) this.ended = new Uint32Array(4 * size)
    this.ended.set(kept)
    this.endedFrom = 0
    this.endedCount = kept.length / 2
  }
  /** The row may have another flow by now, or none. */
  private isEnded(row: number, serial: number): boolean {
    const r = this.t.flows.rows.go(row)
    return r.serial === serial && (r.flags & FLOW_ENDED) !== 0
  }

  /** Before a flow is made. */
  makeRoomIfCrowded(): void {
    const { flows } = this.t
    if (flows.rows.live > flows.limit * CROWDED) this.makeRoom()
  }
  /** The flow that has been over for longest goes. */
  private makeRoom(): void {
    const size = this.ended.length / 2
    while (this.endedCount > 0) {
      const row = this.ended[2 * this.endedFrom]!
      const serial = this.ended[2 * this.endedFrom + 1]!
      this.endedFrom = (this.endedFrom + 1) % size
      this.endedCount--
      if (!this.isEnded(row, serial)) continue
      letGo(this.t, row)
      return
    }
  }

  /** The flow's row is about to be freed. */
  forget(row: number): void {
    if (this.fieldsOf.size > 0) this.fieldsOf.delete(row)
    if (this.pathOf.size > 0) this.pathOf.delete(row)
  }

  /** Bytes of its columns and lists. */
  get bytesInUse(): number {
    return this.origins.bytesInUse + this.ended.byteLength + this.timeouts.byteLength
  }
}
