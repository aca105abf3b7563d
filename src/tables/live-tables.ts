import type { Dissector } from '../dissectors/dissector.ts'
import { FLOW_DECIDED, FLOW_MID_STREAM, FLOW_MORE } from '../dissectors/recognised-flow.ts'
import { Recogniser } from '../dissectors/recogniser.ts'
import type { NetworkEvent } from '../lib/events.ts'
import type { AsSource, ExporterRow, RepeatRule } from '../lib/exporters.ts'
import type { FlowBatch } from '../lib/flow-batch.ts'
import { SIZE_CLASSES } from '../lib/live.ts'
import type { SampleBatch } from '../lib/sample-batch.ts'
import { MAX_WIRE_LEN, type PacketBatch } from '../lib/source.ts'
import type { AddressOwners } from '../names/address-owners.ts'
import type { Catalogue } from '../names/catalogue.ts'
import type { GivenNames } from '../names/given-names.ts'
import { HostNames } from '../names/host-names.ts'
import { RiskLists } from '../risks/risk-lists.ts'
import { isMulticast, type LocalNetworks } from '../wire/address-class.ts'
import { Decoder } from '../wire/decode.ts'
import {
  KIND_ARP,
  KIND_IP,
  KIND_NONE,
  Packet,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_SCTP,
  PROTO_TCP,
  PROTO_UDP,
  TCP_ACK,
  TCP_SYN,
} from '../wire/packet.ts'
import { Booking, type Gain } from './booking.ts'
import { Collected } from './collected.ts'
import { Expiry, type IdleTimes } from './expiry.ts'
import { FlowPrograms } from './flow-programs.ts'
import type { FlowRecords } from './flow-records.ts'
import { FlowRisks } from './flow-risks.ts'
import { FlowTable } from './flow-table.ts'
import type { HostKeeping } from './host-keeping.ts'
import { HostLabels } from './host-labels.ts'
import type { HostResolving } from './host-resolving.ts'
import { HostSystems } from './host-systems.ts'
import { HOST_LIVE, HOST_LOCAL, HOST_MULTICAST, HostTable } from './host-table.ts'
import { MacTable, NonIpTable } from './mac-table.ts'
import type { MinutePoints } from './minute-points.ts'
import { BY_PAYLOAD, Naming } from './naming.ts'
import { NetworkEvents } from './network-events.ts'
import { Observation, type ObserveOptions } from './observation.ts'
import {
  FLOW_ROW_FLAGS,
  FLOW_ROW_LAST_SEEN_MS,
  FLOW_ROW_PENDING_BYTES,
  FLOW_ROW_PENDING_PACKETS,
  FLOW_ROW_PENDING_SIZES,
} from './rows.gen.ts'
import { Sampled } from './sampled.ts'
import { TallyTable } from './tally-table.ts'
import {
  FLOW_CLIENT_IS_B,
  FLOW_DIRTY,
  FLOW_LIVE,
  SEGMENT_OUT_OF_ORDER,
  SEGMENT_RETRANSMITTED,
  SEGMENT_ZERO_WINDOW,
  STATE_CLOSED,
  TcpAnalysis,
  tcpState,
} from './tcp-analysis.ts'
import { WatchedHosts } from './watched-hosts.ts'

export interface TableOptions {
  readonly catalogue: Catalogue
  readonly dissectors: readonly Dissector[]
  readonly local: LocalNetworks
  /** Drawn at random at each start. */
  readonly seed: number
  /** Undefined: as many as memory holds. */
  readonly flowLimit?: number
  readonly hostLimit?: number
  /** Undefined: rows stay (a capture file). */
  readonly idle?: IdleTimes
  /** Bytes that count: as long as the frames were on the wire, or as much as was captured of them. */
  readonly count: 'wire' | 'captured'
  /** False: headers and tables alone. */
  readonly recognise?: boolean
  /** What is noted of hosts over the day; left out: nothing. */
  readonly observe?: ObserveOptions
  /** Bytes of payload that flows may hold together until they are recognised. */
  readonly maxStreamBytes?: number
  /** Lists of what is known to be bad; left out: those that ship. */
  readonly riskLists?: RiskLists
  /** What users call hosts; nothing unless given. */
  readonly givenNames?: GivenNames
  /** Answers of DNS that pass name no host. */
  readonly ignoresDns?: boolean
  /** Maker of the network card with this address (48 bits as a number). */
  readonly vendorOf?: (mac: number) => string | undefined
}

/** A flow that has gained so much since it was last booked is booked at once: the pending counters of its row hold no more. */
const MAX_PENDING_BYTES = 0xffff_ffff - MAX_WIRE_LEN
const MAX_PENDING_PACKETS = 0xffff - 1
const TICK_MS = 1000
/** A jump of the packets' clock by more than this is one tick and a counted gap. */
const MAX_TICK_GAP_MS = 60_000
/** Flows that have gained are booked at once when there are so many: a few milliseconds. Fewer wait for the tick or a question. */
const MANY_DIRTY = 4096
/** Packet length → index of its class in SIZE_CLASSES; the last class is open. */
const SIZE_CLASS = Uint8Array.from({ length: SIZE_CLASSES.at(-1)! + 1 }, (_, n) => SIZE_CLASSES.findIndex((bound) => n <= bound))
const LAST_CLASS = SIZE_CLASSES.length
export const sizeClass = (length: number): number => (length < SIZE_CLASS.length ? SIZE_CLASS[length]! : LAST_CLASS)

/**
 * All live tables of one interface, and the path of a packet through them: one flow row is touched a packet. What flows gained is added to
 * hosts, applications and all else by Booking, at ticks; so ask `settle` before reading. Not for two threads.
 */
export class LiveTables {
  readonly options: TableOptions
  readonly flows: FlowTable
  readonly programs: FlowPrograms
  readonly hosts: HostTable
  readonly systems: HostSystems
  readonly macs: MacTable
  readonly nonIp: NonIpTable
  readonly decoder: Decoder
  readonly tallies: TallyTable
  readonly naming: Naming
  readonly risks: FlowRisks
  readonly recogniser: Recogniser
  readonly booking: Booking
  readonly observation: Observation | undefined
  readonly hostNames: HostNames
  readonly hostLabels = new HostLabels(this)
  readonly tcp = new TcpAnalysis()
  private readonly packet = new Packet()
  readonly recognise: boolean
  private readonly wire: boolean

  /** The packets' clock: of the packet now, of the latest one, and of the end of the running tick. Epoch ms. */
  private readonly clock = new Float64Array(1)
  nowMs = 0
  firstSeenMs = 0
  private tickEndMs = Number.POSITIVE_INFINITY
  private begun = false
  clockGaps = 0
  clockSteps = 0

  packets = 0
  bytes = 0
  capturedBytes = 0
  wireBytes = 0
  nonIpPackets = 0
  nonIpBytes = 0
  malformedPackets = 0
  packetsWithoutFlow = 0
  bytesWithoutFlow = 0
  hostsRefused = 0
  flowsTotal = 0
  retransmissions = 0
  outOfOrder = 0
  lost = 0
  zeroWindow = 0
  localHosts = 0
  private local: LocalNetworks
  readonly sizePackets = new Float64Array(LAST_CLASS + 1)
  readonly sizeBytes = new Float64Array(LAST_CLASS + 1)

  /** Row of each packet of the batch that `take` was last given; -1: it has no flow. */
  rowOf = new Int32Array(0)
  /** How many packets the source has lost so far: asked for as each second ends, wherever that is noticed. */
  countDropped: () => number = () => 0
  /** Called before a tick within a batch, at which rows may leave: the flows of the packets before `upTo` are still there. */
  beforeTick: ((batch: PacketBatch, upTo: number) => void) | undefined

  /** What exporters tell; undefined until one does. */
  collected: Collected | undefined
  /** What other programs tell; undefined until one does. */
  events: NetworkEvents | undefined
  /** Who makes records of what the flows gain. */
  records: readonly FlowRecords[] = []
  /** Who hands out hosts that leave; undefined: they are forgotten. */
  keeping: HostKeeping | undefined
  /** Who asks for names of new hosts; undefined: nobody does. */
  resolving: HostResolving | undefined
  /** Who makes points of series; undefined: nobody keeps them. */
  points: MinutePoints | undefined
  /** Whom somebody looks at, second by second. */
  readonly watched: WatchedHosts
  /** Who tells; by the number that records bear. */
  exporters: readonly ExporterRow[] = []
  /** What they tell by samples of packets. */
  samples: Sampled | undefined
  /** How flows count that exporters tell several times. */
  repeatRule: RepeatRule = 'first'

  private dirty = new Int32Array(1 << 14)
  private dirtyCount = 0
  /** Undefined: rows stay. */
  private readonly expiry: Expiry | undefined

  constructor(options: TableOptions) {
    this.options = options
    this.local = options.local
    this.recognise = options.recognise !== false
    this.wire = options.count === 'wire'
    this.flows = new FlowTable(options.flowLimit, options.seed)
    this.programs = new FlowPrograms(this.flows)
    this.hosts = new HostTable(options.hostLimit, options.seed ^ 0x5bd1e995)
    this.systems = new HostSystems(this.hosts)
    this.macs = new MacTable(options.seed)
    this.nonIp = new NonIpTable(options.seed)
    this.decoder = new Decoder(options.seed)
    this.tallies = new TallyTable(this.hosts, options.seed)
    // Live, the clock also goes by the wall: a packet that was waiting in the ring is older, and each worker's have others waiting. In a capture packets may
    // be late, and order is that of the file.
    this.hostNames = new HostNames(options.idle === undefined ? () => this.nowMs : () => this.packetMs, undefined, options.givenNames)
    this.hostNames.ignoresDns = options.ignoresDns ?? false
    this.naming = new Naming(options.dissectors, options.catalogue, this.flows.rows, this.tallies, this.hostNames, this.systems)
    this.recogniser = new Recogniser(options.dissectors, this.naming, options.maxStreamBytes)
    this.booking = new Booking(this)
    this.watched = new WatchedHosts(this)
    this.observation = options.observe && new Observation(this, options.observe)
    this.naming.names = this.observation?.names
    this.naming.named = (row) => this.bookFlow(row)
    this.expiry = options.idle && new Expiry(this, options.idle)
    this.risks = new FlowRisks(this, options.riskLists ?? new RiskLists())
    this.naming.raiser = (risk, evidence) => {
      this.risks.raise(risk, evidence)
    }
  }

  /** Who owns addresses; undefined until that is loaded. */
  owners: AddressOwners | undefined
  /** Whose word on autonomous systems counts where a collected flow has two. */
  asSource: AsSource = 'exporter'

  /** Takes what another program tells of the network. */
  event(event: NetworkEvent, nowMs: number): void {
    this.passClock(nowMs)
    this.events ??= new NetworkEvents(this)
    this.events.take(event)
  }

  /** Takes flow records of exporters, which came at `nowMs`. */
  collect(batch: FlowBatch, nowMs: number): void {
    this.collected ??= new Collected(this)
    this.collected.take(batch, nowMs)
  }

  /** Takes sampled packets of exporters, which came at `nowMs`. */
  sampled(batch: SampleBatch, nowMs: number): void {
    this.collected ??= new Collected(this)
    this.samples ??= new Sampled(this, this.collected)
    this.samples.take(batch, nowMs)
  }

  take(batch: PacketBatch): void {
    const { buf, start, capLen, wireLen, tsMs, linkType, count } = batch
    const { decoder, packet: p, wire, clock } = this
    if (this.rowOf.length < count) this.rowOf = new Int32Array(batch.capacity)
    const { rowOf } = this
    decoder.nowMs = this.nowMs
    for (let i = 0; i < count; i++) {
      const at = start[i]!
      const captured = capLen[i]!
      const onWire = wireLen[i]!
      const ts = tsMs[i]!
      clock[0] = ts
      if (ts >= this.tickEndMs || !this.begun) {
        this.beforeTick?.(batch, i)
        this.passTick()
      } else if (this.nowMs - ts > TICK_MS) this.clockSteps++
      if (ts > this.nowMs) this.nowMs = ts
      decoder.decode(buf, at, at + captured, onWire, linkType[i]!, p)
      const length = wire ? onWire : captured
      const size = sizeClass(length)
      this.packets++
      this.bytes += length
      this.capturedBytes += captured
      this.wireBytes += onWire
      this.sizePackets[size]! += 1
      this.sizeBytes[size]! += length
      if (p.malformed !== 0) this.malformedPackets++
      rowOf[i] = p.kind === KIND_IP ? this.ip(p, length, size) : -1
      if (p.kind !== KIND_IP && p.kind !== KIND_NONE) this.frameWithoutIp(p, length, 1)
    }
  }

  /** Time of the packet now, or of the latest one; `nowMs` may be further. */
  get packetMs(): number {
    return this.clock[0]!
  }

  /** The second of the epoch that runs. */
  get tickSecond(): number {
    return Math.floor((this.begun ? this.tickEndMs : this.packetMs + TICK_MS) / TICK_MS) - 1
  }

  /** A packet of which only the time counts here: another worker takes it. */
  passClock(ms: number): void {
    this.clock[0] = ms
    if (ms >= this.tickEndMs || !this.begun) this.passTick()
    if (ms > this.nowMs) this.nowMs = ms
  }

  /** Returns the row of the packet's flow, -1 when it got none. */
  private ip(p: Packet, length: number, size: number): number {
    const { flows } = this
    const rows = flows.rows
    let found = flows.find(p)
    if (found < 0) {
      found = this.newFlow(p)
      if (found < 0) {
        this.withoutFlow(p, length, 1)
        return -1
      }
    }
    const row = found >> 1
    const direction = (found & 1) as 0 | 1
    const now = this.clock[0]!
    const { u32, u16 } = rows
    const at = rows.at
    if ((u32[at + FLOW_ROW_FLAGS]! & FLOW_DIRTY) === 0) {
      u32[at + FLOW_ROW_FLAGS]! |= FLOW_DIRTY
      this.noteDirty(row)
    }
    const bytes = (u32[at + FLOW_ROW_PENDING_BYTES + direction]! += length)
    const packets = (u16[(at << 1) + FLOW_ROW_PENDING_PACKETS + direction]! += 1)
    u16[(at << 1) + FLOW_ROW_PENDING_SIZES + size + direction * (LAST_CLASS + 1)]! += 1
    if (bytes > MAX_PENDING_BYTES || packets > MAX_PENDING_PACKETS) {
      this.booking.flow(row)
      rows.flags |= FLOW_DIRTY
    }
    let expectedSeq = 0
    if (p.proto === PROTO_TCP && p.l4At >= 0 && p.fragmentOffset === 0) {
      expectedSeq = this.tcp.expectedSeq(rows, p, direction)
      const seen = this.tcp.segment(rows, p, direction, now)
      if (seen !== 0) this.countSegment(seen, direction)
    }
    const lastSeen = (at >> 1) + FLOW_ROW_LAST_SEEN_MS
    if (now > rows.f64[lastSeen]!) rows.f64[lastSeen] = now
    if (
      this.recognise &&
      p.payloadEnd > p.payloadAt &&
      (rows.flags & (FLOW_DECIDED | FLOW_MORE)) !== FLOW_DECIDED &&
      p.fragmentOffset === 0
    ) {
      this.naming.begin(p, direction, now)
      this.recogniser.payload(rows, p, direction, (direction === 1) === ((rows.flags & FLOW_CLIENT_IS_B) !== 0), expectedSeq)
    }
    // What was kept of a connection that is over is not needed any longer.
    if (rows.recognition >= 0 && p.proto === PROTO_TCP && tcpState(rows.flags) >= STATE_CLOSED) this.recogniser.end(rows)
    return row
  }

  /** The flow on which the rows stand has gained, and is to be booked. */
  touched(row: number): void {
    const { rows } = this.flows
    if ((rows.flags & FLOW_DIRTY) !== 0) return
    rows.flags |= FLOW_DIRTY
    this.noteDirty(row)
  }
  private noteDirty(row: number): void {
    if (this.dirtyCount === this.dirty.length) {
      const wider = new Int32Array(this.dirty.length * 2)
      wider.set(this.dirty)
      this.dirty = wider
    }
    this.dirty[this.dirtyCount++] = row
  }

  private countSegment(seen: number, direction: 0 | 1): void {
    const host = this.flows.rows.host(direction)
    const hosts = this.hosts.rows
    if (host >= 0) hosts.go(host)
    const lost = this.tcp.lostNow
    this.lost += lost
    if (host >= 0 && lost !== 0) hosts.lost = Math.max(0, hosts.lost + lost)
    if (seen & SEGMENT_RETRANSMITTED) {
      this.retransmissions++
      if (host >= 0) hosts.retransmissions += 1
    }
    if (seen & SEGMENT_OUT_OF_ORDER) {
      this.outOfOrder++
      if (host >= 0) hosts.outOfOrder += 1
    }
    if (seen & SEGMENT_ZERO_WINDOW) {
      this.zeroWindow++
      if (host >= 0) hosts.zeroWindow += 1
    }
  }

  /** Makes the flow of a packet that `flows.find` did not find. Returns row * 2, or -1 when there is no row for it: see `withoutFlow`. */
  newFlow(p: Packet, clientIsB = this.clientIsReceiver(p)): number {
    const now = this.clock[0]!
    const row = this.flows.insert(p)
    if (row < 0) return -1
    const from = this.hostOf(p.src0, p.src1, p.src2, p.src3, p.vlan, p.buf, p.srcMacAt)
    const to = this.hostOf(p.dst0, p.dst1, p.dst2, p.dst3, p.vlan, p.buf, p.dstMacAt)
    this.flowsTotal++
    const { rows } = this.flows
    rows.firstSeenMs = now
    rows.lastSeenMs = now
    rows.tunnel = p.tunnel
    rows.setHost(0, from)
    rows.setHost(1, to)
    rows.setHostApp(0, -1)
    rows.setHostApp(1, -1)
    rows.setMac(0, p.srcMacAt < 0 ? -1 : this.macs.upsert(p.buf, p.srcMacAt, now))
    rows.setMac(1, p.dstMacAt < 0 ? -1 : this.macs.upsert(p.buf, p.dstMacAt, now))
    if (clientIsB) rows.flags |= FLOW_CLIENT_IS_B
    if (p.proto === PROTO_TCP) {
      if ((p.tcpFlags & TCP_SYN) === 0) rows.flags |= FLOW_MID_STREAM
      else if ((p.tcpFlags & TCP_ACK) === 0 && from >= 0 && p.l4At >= 0 && p.fragmentOffset === 0) this.systems.syn(from, p)
    }
    // Where others keep sequence numbers: type and code of an ICMP flow's first packet.
    if ((p.proto === PROTO_ICMP || p.proto === PROTO_ICMPV6) && p.payloadEnd - p.l4At >= 2 && p.l4At >= 0 && p.fragmentOffset === 0)
      rows.setNextSeq(0, (p.buf[p.l4At]! << 8) | p.buf[p.l4At + 1]!)
    this.countFlowOfHost(from, !clientIsB)
    this.countFlowOfHost(to, clientIsB)
    this.nameNewFlow(p, now)
    this.programs.isNew(row)
    return row * 2
  }

  /** Between two batches: what would keep packets and questions waiting if it were all done at the tick. Rows may leave. */
  goOn(): void {
    const { expiry } = this
    if (expiry === undefined) return
    if (this.dirtyCount >= MANY_DIRTY) this.settle()
    expiry.goOn()
  }

  /** Packets whose flow has no row count for their hosts and their application all the same. */
  withoutFlow(p: Packet, bytes: number, packets: number): void {
    const from = this.hostOf(p.src0, p.src1, p.src2, p.src3, p.vlan, p.buf, p.srcMacAt)
    const to = this.hostOf(p.dst0, p.dst1, p.dst2, p.dst3, p.vlan, p.buf, p.dstMacAt)
    this.packetsWithoutFlow += packets
    this.bytesWithoutFlow += bytes
    this.booking.withoutFlow(p, from, to, this.clientIsReceiver(p), bytes, packets, this.clock[0]!)
  }

  /** A flow that is over, told whole, and gets no row. */
  flowWithoutRow(p: Packet, clientIsB: boolean | undefined, app: number, gain: Gain, seconds: number): void {
    const from = this.hostOf(p.src0, p.src1, p.src2, p.src3, p.vlan, p.buf, p.srcMacAt)
    const to = this.hostOf(p.dst0, p.dst1, p.dst2, p.dst3, p.vlan, p.buf, p.dstMacAt)
    this.flowsTotal++
    this.booking.rowless(p, from, to, clientIsB ?? this.clientIsReceiver(p), app, gain, this.clock[0]!, seconds)
  }

  private countFlowOfHost(host: number, isClient: boolean): void {
    if (host < 0) return
    const hosts = this.hosts.rows.go(host)
    hosts.activeFlows += 1
    if (isClient) hosts.flowsAsClient += 1
    else hosts.flowsAsServer += 1
  }

  /** What names a flow before its payload is seen: its IP protocol, or that another flow announced it. */
  private nameNewFlow(p: Packet, now: number): void {
    const { rows } = this.flows
    if (!this.recognise) return
    if (p.proto === PROTO_TCP || p.proto === PROTO_UDP) {
      const app = this.naming.expected(p, now)
      if (app !== 0) this.naming.nameAnnounced(app)
      this.naming.byCustomNames()
      return
    }
    const index = this.recogniser.ofIpProtocol(p.proto)
    rows.flags |= FLOW_DECIDED
    if (index < 0) {
      this.naming.gaveUp()
      this.naming.byCustomNames()
      return
    }
    const d = this.recogniser.dissectors[index]!
    rows.dissector = index + 1
    rows.master = this.options.catalogue.idOf(d.name)
    rows.confidence = BY_PAYLOAD
    if (d.extract !== undefined) rows.flags |= FLOW_MORE
    this.naming.byCustomNames()
  }

  /** By SYN; else the first sender is the client, unless the ports say otherwise. */
  private clientIsReceiver(p: Packet): boolean {
    if (p.proto === PROTO_TCP && (p.tcpFlags & TCP_SYN) !== 0) return (p.tcpFlags & TCP_ACK) !== 0
    if (p.proto !== PROTO_TCP && p.proto !== PROTO_UDP && p.proto !== PROTO_SCTP) return false
    if (p.srcPort === p.dstPort) return false
    const { catalogue } = this.options
    const sourceServes = catalogue.isServerPort(p.proto, p.srcPort)
    const destinationServes = catalogue.isServerPort(p.proto, p.dstPort)
    if (sourceServes !== destinationServes) return sourceServes
    return p.srcPort < 1024 && p.dstPort >= 1024
  }

  /** Row of the host, made when new; -1 when there is no room, which is counted. */
  private hostOf(w0: number, w1: number, w2: number, w3: number, vlan: number, buf: Uint8Array, macAt: number): number {
    const { hosts } = this
    const row = hosts.upsert(w0, w1, w2, w3, vlan)
    if (row < 0) {
      this.hostsRefused++
      return -1
    }
    const now = this.clock[0]!
    const { rows } = hosts
    if (hosts.isNew) {
      rows.firstSeenMs = now
      rows.lastSeenMs = now
      if (this.local.contains(w0, w1, w2, w3)) {
        rows.flags |= HOST_LOCAL
        this.localHosts++
      }
      if (isMulticast(w0, w1, w2, w3)) rows.flags |= HOST_MULTICAST
      this.keeping?.hostComes(row)
      this.resolving?.hostComes(row)
    }
    if (macAt >= 0 && rows.mac < 0) this.tieToMac(row, buf, macAt, now)
    return row
  }

  private tieToMac(host: number, buf: Uint8Array, macAt: number, now: number): void {
    const mac = this.macs.upsert(buf, macAt, now)
    this.hosts.rows.mac = mac
    if (mac < 0) return
    const macs = this.macs.rows.go(mac)
    macs.hosts += 1
    macs.host = host
  }

  /** ARP belongs to the hosts that it names; what else carries no IP to the one host of its MAC, when it is one. */
  frameWithoutIp(p: Packet, bytes: number, packets: number): void {
    const now = this.clock[0]!
    this.nonIpPackets += packets
    this.nonIpBytes += bytes
    if (p.srcMacAt < 0 || p.dstMacAt < 0) return
    this.nonIp.count(p.buf, p.srcMacAt, p.dstMacAt, p.etherType, bytes, packets, now)
    const isArp = p.kind === KIND_ARP
    const source = this.macs.upsert(p.buf, p.srcMacAt, now)
    const destination = this.macs.upsert(p.buf, p.dstMacAt, now)
    if (source >= 0) this.countMac(source, 0, bytes, packets, isArp)
    if (destination >= 0) this.countMac(destination, 1, bytes, packets, isArp)
    // Whoever probes for an address (RFC 5227) has none yet.
    const from = isArp && p.src3 !== 0 ? this.hostOf(p.src0, p.src1, p.src2, p.src3, p.vlan, p.buf, p.srcMacAt) : this.onlyHostOf(source)
    const to = this.onlyHostOf(destination)
    if (from >= 0) this.booking.frameOfHost(from, 0, bytes, packets, now)
    if (to >= 0 && to !== from) this.booking.frameOfHost(to, 1, bytes, packets, now)
  }

  private onlyHostOf(mac: number): number {
    if (mac < 0) return -1
    const macs = this.macs.rows.go(mac)
    return macs.hosts === 1 ? macs.host : -1
  }

  private countMac(row: number, rcvd: 0 | 1, bytes: number, packets: number, isArp: boolean): void {
    const macs = this.macs.rows.go(row)
    macs.nonIpPackets += packets
    if (isArp) macs.arpPackets += packets
    if (rcvd === 0) macs.nonIpBytesSent += bytes
    else macs.nonIpBytesRcvd += bytes
    this.booking.bytesOfMac(row, rcvd, bytes, packets, this.clock[0]!)
  }

  /** Books what flows have gained, so that all tables agree. */
  settle(): void {
    const { dirty, booking, dirtyCount } = this
    this.dirtyCount = 0
    for (let i = 0; i < dirtyCount; i++) booking.flow(dirty[i]!)
  }

  get localNetworks(): LocalNetworks {
    return this.local
  }
  isLocal(w0: number, w1: number, w2: number, w3: number): boolean {
    return this.local.contains(w0, w1, w2, w3)
  }

  /** Other networks are local from now on: hosts that are known already follow, what has been counted stays. */
  setLocal(local: LocalNetworks): void {
    this.settle()
    this.local = local
    const { rows } = this.hosts
    for (let row = 0; row < rows.used; row++) {
      const r = rows.go(row)
      if ((r.flags & HOST_LIVE) === 0) continue
      const isLocal = local.contains(r.a0, r.a1, r.a2, r.a3)
      if (isLocal === ((r.flags & HOST_LOCAL) !== 0)) continue
      r.flags ^= HOST_LOCAL
      this.localHosts += isLocal ? 1 : -1
    }
  }

  /** The catalogue has other rules of users from now on. */
  customNamesChanged(): void {
    this.settle()
    const { rows } = this.flows
    for (let row = 0; row < rows.used; row++) {
      if ((rows.go(row).flags & FLOW_LIVE) === 0 || !this.recognise) continue
      this.naming.byNewCustomNames((rows.flags & FLOW_DECIDED) !== 0)
      if (((rows.master << 16) | rows.app) >>> 0 !== rows.booked) this.booking.flow(row)
    }
  }

  /** Books what one flow has gained, so that its row can be read. */
  settleFlow(row: number): void {
    if ((this.flows.rows.go(row).flags & FLOW_DIRTY) !== 0) this.bookFlow(row)
  }
  private bookFlow(row: number): void {
    const { rows } = this.flows
    const dirty = rows.go(row).flags & FLOW_DIRTY
    this.booking.flow(row)
    // It stays in the list of those touched.
    rows.go(row).flags |= dirty
  }

  get dropped(): number {
    return this.countDropped()
  }

  /** The packet's time lies beyond the running tick (or is the first of all). */
  private passTick(): void {
    const ts = this.clock[0]!
    if (this.begun) this.tickTo(ts)
    else this.begin(ts)
  }

  /** Time passes from now on, also when no packet does: a live interface is begun with its capture, all else with its first packet. */
  begin(ms: number): void {
    if (this.begun) return
    this.begun = true
    this.firstSeenMs = ms
    this.nowMs = ms
    this.tickEndMs = (Math.floor(ms / TICK_MS) + 1) * TICK_MS
    this.points?.begin(ms)
  }

  /** Brings the clock to `ms`: ends every tick that is over by then. A live interface calls it at least once a second, a silent one too. */
  tickTo(ms: number): void {
    if (ms < this.tickEndMs || !this.begun) return
    this.settle()
    const seconds = Math.floor((ms - this.tickEndMs) / TICK_MS) + 1
    if (seconds * TICK_MS > MAX_TICK_GAP_MS) this.clockGaps++
    this.booking.endTick(seconds, this.tickEndMs)
    this.watched.tick(seconds, this.tickEndMs)
    this.tickEndMs += seconds * TICK_MS
    this.points?.tick(this.tickEndMs - TICK_MS)
    this.nowMs = Math.max(this.nowMs, this.tickEndMs - TICK_MS)
    this.decoder.nowMs = this.nowMs
    this.risks.tick()
    this.observation?.tick()
    this.expiry?.tick()
    this.keeping?.tick()
    this.resolving?.tick()
    for (const records of this.records) records.tick()
  }

  /** The input has ended: flows that nobody has named yet get the name that their port suggests, and what has not come of any is missing. */
  finish(): void {
    this.settle()
    const { rows } = this.flows
    for (let row = 0; row < rows.used; row++) {
      rows.go(row)
      if ((rows.flags & FLOW_LIVE) === 0 || !this.recognise) continue
      if ((rows.flags & FLOW_DECIDED) === 0) {
        this.recogniser.end(rows)
        if (rows.master !== 0) this.booking.flow(row)
      }
      this.risks.over(row)
    }
    this.recordAll()
    this.keeping?.finish()
  }

  /** What flows have gained since their last records is told: nothing more will come of them. */
  recordAll(): void {
    const { rows } = this.flows
    for (const records of this.records) {
      for (let row = 0; row < rows.used; row++) if ((rows.go(row).flags & FLOW_LIVE) !== 0) records.over(row)
      records.tick()
    }
  }
}
