import { FLOW_DECIDED, FLOW_MID_STREAM, FLOW_MORE } from '../dissectors/recognised-flow.ts'
import type { FlowExtras } from '../lib/flow-batch.ts'
import { SIZE_CLASSES } from '../lib/live.ts'
import { SAMPLE_EGRESS, type SampleBatch } from '../lib/sample-batch.ts'
import { KIND_ARP, KIND_IP, KIND_NON_IP, Packet, PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import type { Collected } from './collected.ts'
import { type LiveTables, sizeClass } from './live-tables.ts'
import { whoOf } from './repeats.ts'
import { FLOW_CLIENT_IS_B, FLOW_DIRTY, FLOW_SAMPLED, STATE_CLOSED, tcpState } from './tcp-analysis.ts'

/** What the pending counters of a row hold (layouts.ts), and how many size classes there are each way. */
const MAX_PENDING_BYTES = 0xffff_ffff
const MAX_PENDING_PACKETS = 0xffff
const SIZES = SIZE_CLASSES.length + 1

/**
 * The path of a sampled packet into the tables: decoded as any packet, and counted exactly as many times as it stands for. What needs every packet, as the analysis
 * of TCP, is left out; recognition sees single packets, and until one of them tells more a flow has the name of its port.
 *
 * A packet that several switches sample counts once where the flow had samples of one of them within the last minute; flows of which a switch has seldom more than one sample
 * count at each.
 */
export class Sampled {
  private readonly t: LiveTables
  private readonly collected: Collected
  private readonly packet = new Packet()
  /** Samples that came. */
  samples = 0
  /** What was last told beside the columns, by row: most often the same again. */
  private readonly extrasOf = new Map<number, FlowExtras>()

  constructor(tables: LiveTables, collected: Collected) {
    this.t = tables
    this.collected = collected
  }

  /** Takes the samples of a batch, which came at `nowMs`. */
  take(batch: SampleBatch, nowMs: number): void {
    const { t } = this
    t.passClock(nowMs)
    t.decoder.nowMs = t.nowMs
    for (let i = 0; i < batch.count; i++) this.sample(batch, i, nowMs)
  }

  private sample(batch: SampleBatch, i: number, nowMs: number): void {
    const { t, packet: p } = this
    this.samples++
    const at = batch.start[i]!
    const length = batch.wireLen[i]!
    const weight = batch.weight[i]!
    t.decoder.decode(batch.buf, at, at + batch.capLen[i]!, length, batch.linkType[i]!, p)
    if (p.malformed !== 0) t.malformedPackets++
    if (p.vlan === 0) p.vlan = batch.vlan[i]!
    const isEgress = (batch.flags[i]! & SAMPLE_EGRESS) !== 0
    const bytes = length * weight
    const found = p.kind === KIND_IP ? t.flows.find(p) : -1
    if (this.isRepeat(p, found, batch.exporter[i]!, isEgress, nowMs)) return this.collected.noteRepeat(found, bytes)
    this.count(length, batch.capLen[i]!, weight)
    if (p.kind === KIND_NON_IP || p.kind === KIND_ARP) return t.frameWithoutIp(p, bytes, weight)
    if (p.kind !== KIND_IP) return
    const gained = found >= 0 ? this.collected.known(found) : this.made(p)
    if (gained < 0) return t.withoutFlow(p, bytes, weight)
    this.gain(gained >> 1, (gained & 1) as 0 | 1, batch, i, nowMs)
  }

  /** Frames without IP have no flow that somebody could be counting. */
  private isRepeat(p: Packet, found: number, exporter: number, isEgress: boolean, nowMs: number): boolean {
    if (p.kind !== KIND_IP) return isEgress && this.t.repeatRule === 'ingress'
    return this.collected.told.has(p, found, exporter, isEgress, nowMs, 0)
  }

  private count(length: number, captured: number, weight: number): void {
    const { t } = this
    const bytes = length * weight
    const size = sizeClass(length)
    t.packets += weight
    t.bytes += bytes
    t.wireBytes += bytes
    t.capturedBytes += captured
    t.sizePackets[size]! += weight
    t.sizeBytes[size]! += bytes
  }

  private made(p: Packet): number {
    const { t } = this
    this.collected.makeRoomIfCrowded()
    const found = t.newFlow(p)
    if (found < 0) return -1
    const r = t.flows.rows
    this.collected.known(found)
    if (p.proto === PROTO_TCP) r.flags |= FLOW_MID_STREAM
    // Few flows have another sample: what the port says stands until a payload says more.
    if (t.recognise && (r.flags & FLOW_DECIDED) === 0) t.naming.gaveUp()
    return found
  }

  private gain(row: number, direction: 0 | 1, batch: SampleBatch, i: number, nowMs: number): void {
    const { t, packet: p } = this
    const r = t.flows.rows.go(row)
    const weight = batch.weight[i]!
    const length = batch.wireLen[i]!
    if (weight > 1) r.flags |= FLOW_SAMPLED
    if (nowMs > r.lastSeenMs) r.lastSeenMs = nowMs
    if (p.proto === PROTO_TCP && p.l4At >= 0 && p.fragmentOffset === 0 && p.tcpFlags !== 0) {
      r.setTcpFlags(direction, r.tcpFlags(direction) | p.tcpFlags)
      t.tcp.flagsSeen(r, p.tcpFlags, direction)
    }
    const isEgress = (batch.flags[i]! & SAMPLE_EGRESS) !== 0
    this.collected.origins.tell(row, direction, batch, i, whoOf(batch.exporter[i]!, isEgress), p.dscp << 2, weight)
    if (t.recognise) this.recognise(row, direction, nowMs)
    const extras = batch.extras[i]
    if (extras !== undefined) this.tell(row, direction, extras)
    r.go(row)
    t.touched(row)
    const bytes = length * weight
    if (r.pendingBytes(direction) + bytes > MAX_PENDING_BYTES || r.pendingPackets(direction) + weight > MAX_PENDING_PACKETS) {
      t.booking.flow(row)
      // It stays in the list of those touched.
      r.go(row).flags |= FLOW_DIRTY
    }
    if (bytes > MAX_PENDING_BYTES || weight > MAX_PENDING_PACKETS) return this.book(row, direction, length, weight, nowMs)
    r.setPendingBytes(direction, r.pendingBytes(direction) + bytes)
    r.setPendingPackets(direction, r.pendingPackets(direction) + weight)
    const size = sizeClass(length) + direction * SIZES
    r.setPendingSizes(size, r.pendingSizes(size) + weight)
  }
  /** What the pending counters of a row cannot hold is booked by itself. */
  private book(row: number, direction: 0 | 1, length: number, weight: number, nowMs: number): void {
    const { booking, flows } = this.t
    const bytes = length * weight
    if (direction === 0) booking.gained(row, bytes, 0, weight, 0, nowMs, 1)
    else booking.gained(row, 0, bytes, 0, weight, nowMs, 1)
    const r = flows.rows.go(row)
    booking.sizesOf(r.host(direction), r.host((1 - direction) as 0 | 1), sizeClass(length), weight)
  }

  private recognise(row: number, direction: 0 | 1, nowMs: number): void {
    const { t, packet: p } = this
    const r = t.flows.rows.go(row)
    if (p.payloadEnd > p.payloadAt && (r.flags & (FLOW_DECIDED | FLOW_MORE)) !== FLOW_DECIDED && p.fragmentOffset === 0) {
      t.naming.begin(p, direction, nowMs)
      t.recogniser.sample(r, p, direction, (direction === 1) === ((r.flags & FLOW_CLIENT_IS_B) !== 0))
    }
    if (r.recognition >= 0 && p.proto === PROTO_TCP && tcpState(r.flags) >= STATE_CLOSED) t.recogniser.end(r)
  }

  /** What the exporter tells beside columns. */
  private tell(row: number, direction: 0 | 1, extras: FlowExtras): void {
    const { t, extrasOf } = this
    if (extrasOf.get(row) === extras) return
    extrasOf.set(row, extras)
    this.collected.tellMore(row, direction, extras)
    const r = t.flows.rows.go(row)
    const proto = (r.meta >>> 8) & 255
    if (!t.recognise || (proto !== PROTO_TCP && proto !== PROTO_UDP)) return
    if (extras.serverName !== undefined && t.naming.details.serverName(row) === '') t.naming.serverName(extras.serverName)
    if (extras.info !== undefined && t.naming.details.info(row) === '') t.naming.info(extras.info, '')
  }

  /** The flow's row is about to be freed. */
  forget(row: number): void {
    if (this.extrasOf.size > 0) this.extrasOf.delete(row)
  }
}
