import { type Packet, PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import { expirySecond } from './expiry.ts'
import { HOST_LOCAL } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import { turnPacketTick, turnTick } from './rate.ts'
import { RateSpread } from './rate-spread.ts'
import { RollUp } from './roll-up.ts'
import { FLOW_ROW_PENDING_SIZES, type HostRow } from './rows.gen.ts'
import { SeriesRing } from './series.ts'
import { FLOW_CLIENT_IS_B, FLOW_COLLECTED, FLOW_DIRTY } from './tcp-analysis.ts'

const SIZES = 10
if (FLOW_ROW_PENDING_SIZES % 2 !== 0 || SIZES % 2 !== 0) throw new Error('size classes must lie in pairs')
/** Master × application pairs; more than there are names that ever stand together. */
const MAX_APPS = 4096
const MAX_PORTS = 16_384
const L4_TCP = 0
const L4_UDP = 1
const L4_ICMP = 2
const L4_OTHER = 3

/** Place of a protocol in the bytes and packets of a host by protocol. */
export const l4Class = (proto: number) =>
  proto === PROTO_TCP ? L4_TCP : proto === PROTO_UDP ? L4_UDP : proto === PROTO_ICMP || proto === PROTO_ICMPV6 ? L4_ICMP : L4_OTHER

/** Key of a server's port in the roll-up, or -1 where there are no ports. */
const portKey = (proto: number, port: number): number => (port === 0 ? -1 : (proto << 16) | port)

/** Columns of the interface's series that are not applications. */
export type TrafficColumn =
  | 'sent'
  | 'rcvd'
  | 'other'
  | 'packets'
  | 'flows'
  | 'hosts'
  | 'retransmissions'
  | 'outOfOrder'
  | 'lost'
  | 'zeroWindow'
  | 'dropped'
  | 'packetsWithoutFlow'
  | 'hostsRefused'
  | 'clockSteps'

/** Counters of the tables that only grow, but for `lost`, which falls when a segment comes late. What each gained in a second is its column's value. */
const COUNTERS = [
  'packets',
  'retransmissions',
  'outOfOrder',
  'lost',
  'zeroWindow',
  'dropped',
  'packetsWithoutFlow',
  'hostsRefused',
  'clockSteps',
] as const satisfies readonly TrafficColumn[]
type Counter = (typeof COUNTERS)[number]
const noneYet = (): Record<Counter, number> => Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>

/** What one flow gained, from the source of its key and back. */
export interface Gain {
  bytes: number
  bytesBack: number
  packets: number
  packetsBack: number
}

/** Adds to all roll-ups what flows have gained since it was last asked, and keeps the series of seconds. */
export class Booking {
  private readonly t: LiveTables
  readonly apps = new RollUp(MAX_APPS)
  readonly l4 = new RollUp(257, 256)
  readonly ports = new RollUp(MAX_PORTS, 1 << 24)
  readonly vlans = new RollUp(4097, 1 << 12)
  readonly series = new SeriesRing(['flows', 'hosts'])
  private readonly spread = new RateSpread()
  /** Number of the running tick; the first is 2, so that 0 in a row is never just before it. */
  tickNo = 2

  bytesSent = 0
  bytesRcvd = 0
  private atTick = { bytes: 0, sent: 0, rcvd: 0 }
  private readonly countedAtTick = noneYet()
  /** Of the latest whole tick, a second. */
  bps = 0
  bpsBefore = 0
  bpsSent = 0
  bpsRcvd = 0
  pps = 0

  constructor(tables: LiveTables) {
    this.t = tables
  }

  /** Books one flow. */
  flow(row: number): void {
    const { flows, options } = this.t
    const r = flows.rows.go(row)
    r.flags &= ~FLOW_DIRTY
    const bytesAb = r.pendingBytes(0)
    const bytesBa = r.pendingBytes(1)
    const packetsAb = r.pendingPackets(0)
    const packetsBa = r.pendingPackets(1)
    this.gained(row, bytesAb, bytesBa, packetsAb, packetsBa, r.lastSeenMs, 1)
    r.go(row)
    r.setPendingBytes(0, 0)
    r.setPendingBytes(1, 0)
    r.setPendingPackets(0, 0)
    r.setPendingPackets(1, 0)
    this.sizes(r.host(0), r.host(1))
    if (options.idle !== undefined) {
      const at = expirySecond(r, options.idle)
      // An exporter that tells of it too may take longer for its next record.
      flows.expireAt[row] = (r.flags & FLOW_COLLECTED) === 0 ? at : Math.max(at, flows.expireAt[row]!)
    }
    this.judge(row)
  }

  /** What a flow gained, a→b and b→a, by `nowMs`, within the last `seconds`: rates are those of that time. Its row is to be on it. */
  gained(row: number, bytesAb: number, bytesBa: number, packetsAb: number, packetsBa: number, nowMs: number, seconds: number): void {
    const { flows, hosts } = this.t
    const r = flows.rows
    const share = 1 / seconds
    this.share = share
    const key = ((r.master << 16) | r.app) >>> 0
    this.isNew = r.appRow < 0
    if (this.isNew) this.firstBooking(key)
    else if (key !== r.booked) this.rename(key)

    turnTick(r, this.tickNo)
    r.setTickBits(0, r.tickBits(0) + bytesAb * 8 * share)
    r.setTickBits(1, r.tickBits(1) + bytesBa * 8 * share)
    r.setBytes(0, r.bytes(0) + bytesAb)
    r.setBytes(1, r.bytes(1) + bytesBa)
    r.setPackets(0, r.packets(0) + packetsAb)
    r.setPackets(1, r.packets(1) + packetsBa)
    this.rollUps(bytesAb, bytesBa, packetsAb, packetsBa, nowMs)
    this.t.programs.book(row, bytesAb, bytesBa, packetsAb, packetsBa, nowMs, this.tickNo)

    const a = r.host(0)
    const b = r.host(1)
    const aIsLocal = a >= 0 && (hosts.rows.go(a).flags & HOST_LOCAL) !== 0
    const bIsLocal = b >= 0 && (hosts.rows.go(b).flags & HOST_LOCAL) !== 0
    if (aIsLocal !== bIsLocal) {
      const sent = aIsLocal ? bytesAb : bytesBa
      const rcvd = aIsLocal ? bytesBa : bytesAb
      this.crossed(sent, rcvd, seconds)
    }
    if (seconds > 1) this.spreadOut(r.appRow, bytesAb + bytesBa, packetsAb + packetsBa, seconds)
    const l4 = l4Class((r.meta >>> 8) & 255)
    if (a >= 0) this.host(a, l4, r.hostApp(0), bytesAb, bytesBa, packetsAb, packetsBa, nowMs)
    if (b >= 0) this.host(b, l4, r.hostApp(1), bytesBa, bytesAb, packetsBa, packetsAb, nowMs)
    this.mac(r.mac(0), bytesAb, bytesBa, packetsAb, packetsBa, nowMs)
    this.mac(r.mac(1), bytesBa, bytesAb, packetsBa, packetsAb, nowMs)
    this.share = 1
  }
  /** How much of what is gained now belongs to the running tick's rate, and whether the flow was booked for the first time. */
  private share = 1
  private isNew = false

  /** Bytes that local hosts sent to others, or received from them. */
  private crossed(sent: number, rcvd: number, seconds: number): void {
    this.bytesSent += sent
    this.bytesRcvd += rcvd
    if (seconds === 1) return
    this.spread.sent.add(sent * 8, seconds)
    this.spread.rcvd.add(rcvd * 8, seconds)
  }
  private spreadOut(app: number, bytes: number, packets: number, seconds: number): void {
    this.spread.all.add(bytes * 8, seconds)
    this.spread.packets.add(packets, seconds)
    this.spread.app(app).add(bytes * 8, seconds)
  }

  /**
   * A flow that is over and has no row, with what it was: hosts and all roll-ups count it as if it had one. `app`: master << 16 | app; bytes and packets from the
   * packet's source, and back.
   */
  rowless(p: Packet, from: number, to: number, clientIsReceiver: boolean, app: number, gain: Gain, now: number, seconds: number): void {
    const { hosts, macs } = this.t
    const { bytes, bytesBack, packets, packetsBack } = gain
    this.share = 1 / seconds
    const port = portKey(p.proto, clientIsReceiver ? p.srcPort : p.dstPort)
    const appRow = this.apps.upsert(app)
    this.apps.flows[appRow]! += 1
    this.l4.flows[this.l4.upsert(p.proto)]! += 1
    this.vlans.flows[this.vlans.upsert(p.vlan)]! += 1
    if (port >= 0) this.ports.flows[this.ports.upsert(port)]! += 1
    this.t.observation?.flowWithoutRow(p, from, to, clientIsReceiver)
    if (clientIsReceiver) this.addUp(appRow, p.proto, p.vlan, port, bytesBack, bytes, packetsBack, packets, now)
    else this.addUp(appRow, p.proto, p.vlan, port, bytes, bytesBack, packets, packetsBack, now)
    const l4 = l4Class(p.proto)
    const fromLocal = from >= 0 && (hosts.rows.go(from).flags & HOST_LOCAL) !== 0
    const toLocal = to >= 0 && (hosts.rows.go(to).flags & HOST_LOCAL) !== 0
    if (fromLocal !== toLocal) this.crossed(fromLocal ? bytes : bytesBack, fromLocal ? bytesBack : bytes, seconds)
    if (seconds > 1) this.spreadOut(appRow, bytes + bytesBack, packets + packetsBack, seconds)
    for (let end = 0; end < 2; end++) {
      const host = end === 0 ? from : to
      if (host < 0) continue
      const ofApp = app === 0 ? -1 : hosts.upsertApp(host, app)
      if (ofApp >= 0) hosts.apps.flows += 1
      if (end === 0) this.host(host, l4, ofApp, bytes, bytesBack, packets, packetsBack, now)
      else this.host(host, l4, ofApp, bytesBack, bytes, packetsBack, packets, now)
      if ((end === 1) === clientIsReceiver) hosts.rows.flowsAsClient += 1
      else hosts.rows.flowsAsServer += 1
    }
    if (p.srcMacAt >= 0) this.mac(macs.upsert(p.buf, p.srcMacAt, now), bytes, bytesBack, packets, packetsBack, now)
    if (p.dstMacAt >= 0) this.mac(macs.upsert(p.buf, p.dstMacAt, now), bytesBack, bytes, packetsBack, packets, now)
    this.share = 1
  }

  /** Asks for the risks of a flow that has gained. */
  judge(row: number): void {
    if (!this.t.recognise) return
    if (this.isNew) this.t.risks.isNew(row)
    this.t.risks.booked(row)
  }

  /** The flow on which the rows stand is booked for the first time. */
  private firstBooking(key: number): void {
    const r = this.t.flows.rows
    r.booked = key
    r.appRow = this.apps.upsert(key)
    this.countFlow(this.apps, r.appRow)
    this.countFlow(this.l4, this.l4.upsert((r.meta >>> 8) & 255))
    this.countFlow(this.vlans, this.vlans.upsert(r.meta >>> 16))
    const port = this.portOfFlow()
    if (port >= 0) this.countFlow(this.ports, this.ports.upsert(port))
    this.bookHostApps(key)
    this.t.observation?.flowBegan()
  }
  private countFlow(rollUp: RollUp, row: number): void {
    rollUp.flows[row]! += 1
    rollUp.activeFlows[row]! += 1
  }

  /** Of the flow on which the rows stand: `portKey` of its server. */
  private portOfFlow(): number {
    const r = this.t.flows.rows
    return portKey((r.meta >>> 8) & 255, (r.flags & FLOW_CLIENT_IS_B) !== 0 ? r.ports >>> 16 : r.ports & 0xffff)
  }

  /** Traffic that nobody has named yet is in no host's list of applications: the rest of the host's total is "Unknown". */
  private bookHostApps(key: number): void {
    if (key === 0) return
    const { flows, hosts } = this.t
    const r = flows.rows
    for (let i = 0; i < 2; i++) {
      const host = r.host(i)
      if (host < 0) continue
      const share = hosts.upsertApp(host, key)
      r.setHostApp(i, share)
      if (share < 0) continue
      hosts.apps.flows += 1
      this.addHostApp(share, r.bytes(i), r.bytes(1 - i), r.packets(i), r.packets(1 - i))
    }
  }
  private addHostApp(share: number, sent: number, rcvd: number, packetsSent: number, packetsRcvd: number): void {
    const { apps } = this.t.hosts
    apps.go(share)
    apps.bytesSent += sent
    apps.bytesRcvd += rcvd
    apps.packetsSent += packetsSent
    apps.packetsRcvd += packetsRcvd
  }

  /** The flow has got another name: what it had gained moves with it. */
  private rename(key: number): void {
    const { flows, hosts } = this.t
    const r = flows.rows
    const to = this.apps.upsert(key)
    const c = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    this.apps.move(r.appRow, to, r.bytes(c), r.bytes(1 - c), r.packets(c), r.packets(1 - c))
    r.appRow = to
    for (let i = 0; i < 2; i++) {
      const share = r.hostApp(i)
      if (share < 0) continue
      this.addHostApp(share, -r.bytes(i), -r.bytes(1 - i), -r.packets(i), -r.packets(1 - i))
      hosts.apps.flows -= 1
    }
    r.booked = key
    this.bookHostApps(key)
  }

  /** Adds what the flow on which the rows stand has gained to all roll-ups. */
  private rollUps(bytesAb: number, bytesBa: number, packetsAb: number, packetsBa: number, now: number): void {
    const r = this.t.flows.rows
    const proto = (r.meta >>> 8) & 255
    const vlan = r.meta >>> 16
    const port = this.portOfFlow()
    if ((r.flags & FLOW_CLIENT_IS_B) !== 0) this.addUp(r.appRow, proto, vlan, port, bytesBa, bytesAb, packetsBa, packetsAb, now)
    else this.addUp(r.appRow, proto, vlan, port, bytesAb, bytesBa, packetsAb, packetsBa, now)
  }
  /** `port`: a key of `portKey`. */
  private addUp(
    appRow: number,
    proto: number,
    vlan: number,
    port: number,
    bytesC2s: number,
    bytesS2c: number,
    packetsC2s: number,
    packetsS2c: number,
    now: number,
  ): void {
    const { tickNo, share } = this
    this.apps.add(appRow, bytesC2s, bytesS2c, packetsC2s, packetsS2c, now, tickNo, share)
    this.l4.add(this.l4.upsert(proto), bytesC2s, bytesS2c, packetsC2s, packetsS2c, now, tickNo, share)
    this.vlans.add(this.vlans.upsert(vlan), bytesC2s, bytesS2c, packetsC2s, packetsS2c, now, tickNo, share)
    if (port >= 0) this.ports.add(this.ports.upsert(port), bytesC2s, bytesS2c, packetsC2s, packetsS2c, now, tickNo, share)
  }

  /** `l4`: class of the protocol; `ofApp`: its row for the application, or -1. Leaves the rows on the host. */
  private host(
    row: number,
    l4: number,
    ofApp: number,
    sent: number,
    rcvd: number,
    packetsSent: number,
    packetsRcvd: number,
    now: number,
  ): void {
    const { hosts } = this.t
    const { share } = this
    const h = hosts.rows.go(row)
    h.bytesSent += sent
    h.bytesRcvd += rcvd
    h.packetsSent += packetsSent
    h.packetsRcvd += packetsRcvd
    if (now > h.lastSeenMs) h.lastSeenMs = now
    this.turnHost(h)
    if (share < 1) this.hostOverSeconds(h, row, sent, rcvd, packetsSent, packetsRcvd, now)
    h.setTickBits(0, h.tickBits(0) + sent * 8 * share)
    h.setTickBits(1, h.tickBits(1) + rcvd * 8 * share)
    h.tickPackets += (packetsSent + packetsRcvd) * share
    h.setL4Bytes(l4, h.l4Bytes(l4) + sent)
    h.setL4Bytes(l4 + 4, h.l4Bytes(l4 + 4) + rcvd)
    h.setL4Packets(l4, h.l4Packets(l4) + packetsSent)
    h.setL4Packets(l4 + 4, h.l4Packets(l4 + 4) + packetsRcvd)
    if (ofApp >= 0) this.addHostApp(ofApp, sent, rcvd, packetsSent, packetsRcvd)
  }

  /** It gained over more than a second. Leaves the rows on the host. */
  private hostOverSeconds(
    h: HostRow,
    row: number,
    sent: number,
    rcvd: number,
    packetsSent: number,
    packetsRcvd: number,
    now: number,
  ): void {
    const seconds = Math.round(1 / this.share)
    const { observation, watched } = this.t
    // Of many records a second only one that goes further back tells something new.
    if (seconds > h.notedSeconds) {
      h.notedSeconds = seconds
      observation?.hostWasActive(now, seconds)
    }
    if (watched.count === 0) return
    watched.spread(row, [sent, rcvd, packetsSent, packetsRcvd], seconds)
    this.t.hosts.rows.go(row)
  }

  /** Before the host on which the rows stand gains in the running tick. */
  private turnHost(h: HostRow): void {
    if (h.tickNo !== this.tickNo) {
      this.t.observation?.hostIsActive()
      h.notedSeconds = 1
    }
    turnPacketTick(h, this.tickNo)
  }

  /** Packets by size, to both hosts (-1: none). Two classes lie in one word, and most words are zero. */
  private sizes(a: number, b: number): void {
    const { hosts, flows } = this.t
    const { u16, u32, at } = flows.rows
    const first = (at << 1) + FLOW_ROW_PENDING_SIZES
    for (let cell = 0; cell < 2 * SIZES; cell += 2) {
      if (u32[(first + cell) >> 1] === 0) continue
      const isAb = cell < SIZES
      for (let half = 0; half < 2; half++) {
        const n = u16[first + cell + half]!
        const size = cell + half - (isAb ? 0 : SIZES)
        const sender = isAb ? a : b
        const receiver = isAb ? b : a
        if (sender >= 0) hosts.rows.go(sender).setSizesSent(size, hosts.rows.sizesSent(size) + n)
        if (receiver >= 0) hosts.rows.go(receiver).setSizesRcvd(size, hosts.rows.sizesRcvd(size) + n)
      }
      u32[(first + cell) >> 1] = 0
    }
  }

  /** `packets` of one size class, to both hosts (-1: none). */
  sizesOf(sender: number, receiver: number, size: number, packets: number): void {
    const { rows } = this.t.hosts
    if (sender >= 0) rows.go(sender).setSizesSent(size, rows.sizesSent(size) + packets)
    if (receiver >= 0) rows.go(receiver).setSizesRcvd(size, rows.sizesRcvd(size) + packets)
  }

  private mac(row: number, sent: number, rcvd: number, packetsSent: number, packetsRcvd: number, now: number): void {
    if (row < 0) return
    if (sent + packetsSent > 0) this.bytesOfMac(row, 0, sent, packetsSent, now)
    if (rcvd + packetsRcvd > 0) this.bytesOfMac(row, 1, rcvd, packetsRcvd, now)
  }

  bytesOfMac(row: number, rcvd: 0 | 1, bytes: number, packets: number, now: number): void {
    const m = this.t.macs.rows.go(row)
    if (rcvd === 0) {
      m.bytesSent += bytes
      m.packetsSent += packets
    } else {
      m.bytesRcvd += bytes
      m.packetsRcvd += packets
    }
    if (now > m.lastSeenMs) m.lastSeenMs = now
    turnPacketTick(m, this.tickNo)
    m.setTickBits(rcvd, m.tickBits(rcvd) + bytes * 8 * this.share)
    m.tickPackets += packets * this.share
  }

  /** Frames without IP of a host. */
  frameOfHost(row: number, rcvd: 0 | 1, bytes: number, packets: number, now: number): void {
    const h = this.t.hosts.rows.go(row)
    h.nonIpBytes += bytes
    this.addToHost(row, rcvd, bytes, packets, now)
  }

  private addToHost(row: number, rcvd: 0 | 1, bytes: number, packets: number, now: number): void {
    const h = this.t.hosts.rows.go(row)
    if (rcvd === 0) {
      h.bytesSent += bytes
      h.packetsSent += packets
    } else {
      h.bytesRcvd += bytes
      h.packetsRcvd += packets
    }
    if (now > h.lastSeenMs) h.lastSeenMs = now
    this.turnHost(h)
    h.setTickBits(rcvd, h.tickBits(rcvd) + bytes * 8)
    h.tickPackets += packets
  }

  /** Packets whose flow found no row still count for their hosts, their protocol, and the application that their port suggests. */
  withoutFlow(p: Packet, from: number, to: number, clientIsReceiver: boolean, bytes: number, packets: number, now: number): void {
    const { catalogue } = this.t.options
    const c2s = clientIsReceiver ? 0 : bytes
    const app = this.apps.upsert((catalogue.guessByPort(p.proto, p.srcPort, p.dstPort) << 16) >>> 0)
    const packetsC2s = clientIsReceiver ? 0 : packets
    this.apps.add(app, c2s, bytes - c2s, packetsC2s, packets - packetsC2s, now, this.tickNo)
    this.l4.add(this.l4.upsert(p.proto), c2s, bytes - c2s, packetsC2s, packets - packetsC2s, now, this.tickNo)
    this.vlans.add(this.vlans.upsert(p.vlan), c2s, bytes - c2s, packetsC2s, packets - packetsC2s, now, this.tickNo)
    const l4 = l4Class(p.proto)
    const { rows } = this.t.hosts
    if (from >= 0) {
      this.addToHost(from, 0, bytes, packets, now)
      rows.setL4Bytes(l4, rows.l4Bytes(l4) + bytes)
      rows.setL4Packets(l4, rows.l4Packets(l4) + packets)
    }
    if (to >= 0) {
      this.addToHost(to, 1, bytes, packets, now)
      rows.setL4Bytes(l4 + 4, rows.l4Bytes(l4 + 4) + bytes)
      rows.setL4Packets(l4 + 4, rows.l4Packets(l4 + 4) + packets)
    }
    const aIsLocal = from >= 0 && (rows.go(from).flags & HOST_LOCAL) !== 0
    const bIsLocal = to >= 0 && (rows.go(to).flags & HOST_LOCAL) !== 0
    if (aIsLocal && !bIsLocal) this.bytesSent += bytes
    if (bIsLocal && !aIsLocal) this.bytesRcvd += bytes
  }

  /** The flow's row is about to be freed. */
  flowLeaves(row: number): void {
    this.t.programs.forget(row)
    const r = this.t.flows.rows.go(row)
    if (r.appRow < 0) return
    this.apps.activeFlows[r.appRow]! -= 1
    this.l4.activeFlows[this.l4.upsert((r.meta >>> 8) & 255)]! -= 1
    this.vlans.activeFlows[this.vlans.upsert(r.meta >>> 16)]! -= 1
    const port = this.portOfFlow()
    if (port >= 0) this.ports.activeFlows[this.ports.upsert(port)]! -= 1
  }

  /** The running tick is over, and `seconds` - 1 silent ones after it. `endMs` is the end of the first. */
  endTick(seconds: number, endMs: number): void {
    this.spread.eachApp((row, bits) => this.apps.rate(row, bits, 0, this.tickNo))
    this.tickNo += 1
    this.writeSeconds(endMs)
    this.spread.turn(seconds)
    if (seconds === 1) return
    this.tickNo += Math.min(seconds - 1, 3)
    this.series.advance(seconds - 1, endMs + (seconds - 1) * 1000)
    this.bpsBefore = seconds === 2 ? this.bps : 0
    this.bps = 0
    this.bpsSent = 0
    this.bpsRcvd = 0
    this.pps = 0
  }

  private writeSeconds(endMs: number): void {
    const { t, series, atTick } = this
    const { spread } = this
    const bits = (t.bytes - atTick.bytes) * 8 + spread.all.more
    const sent = (this.bytesSent - atTick.sent) * 8 + spread.sent.more
    const rcvd = (this.bytesRcvd - atTick.rcvd) * 8 + spread.rcvd.more
    series.advance(1, endMs)
    const put = (column: TrafficColumn, value: number) => series.set(column, value)
    put('sent', sent)
    put('rcvd', rcvd)
    put('other', Math.max(0, bits - sent - rcvd))
    put('flows', t.flows.rows.live)
    put('hosts', t.hosts.rows.live)
    this.pps = Math.round(t.packets - this.countedAtTick.packets + spread.packets.more)
    for (const name of COUNTERS) {
      const now = t[name]
      put(name, Math.max(0, now - this.countedAtTick[name] + (name === 'packets' ? spread.packets.more : 0)))
      this.countedAtTick[name] = now
    }
    for (let row = 0; row < this.apps.count; row++) {
      const appBits = this.apps.bitsOfTick(row, this.tickNo)
      if (appBits > 0) series.set(row, appBits)
    }
    this.bpsBefore = this.bps
    this.bps = bits
    this.bpsSent = sent
    this.bpsRcvd = rcvd
    this.atTick = { bytes: t.bytes, sent: this.bytesSent, rcvd: this.bytesRcvd }
  }
}
