import { l4Class } from './booking.ts'
import { HOST_LOCAL } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import { bitsOfTick, bitsOfTickBefore, takeBits, takePackets, turnPacketTick } from './rate.ts'
import type { Rates } from './roll-up.ts'
import type { RowCursor } from './row-cursor.ts'
import { FLOW_CLIENT_IS_B, FLOW_LIVE } from './tcp-analysis.ts'

/** What of an interface is not counted here, because another interface has seen it too and counts it. */
export interface Elsewhere {
  /** Rows of live flows, in order. */
  readonly flows: Int32Array
  /** Rows of frames without IP. */
  readonly nonIp: Int32Array
  /** Of what has left its row it is not known any more who else saw it: this share of it, 0 to 1, is taken to count elsewhere. */
  readonly goneShare: number
  /** Its input has ended: what it carried last is no rate of now. */
  readonly isAtRest: boolean
}

const isNothing = ({ flows, nonIp, goneShare, isAtRest }: Elsewhere) =>
  flows.length === 0 && nonIp.length === 0 && goneShare === 0 && !isAtRest

/** Ticks after which no row has a rate. */
const QUIET_TICKS = 4

/**
 * Reads the tables as if what counts elsewhere had never come, and puts all back as it was. `read` is done when it returns: nothing may come in meanwhile.
 * All that flows have gained is to be booked (`settle`).
 */
export function setAside<T>(t: LiveTables, elsewhere: Elsewhere | undefined, read: () => T): T {
  if (elsewhere === undefined || isNothing(elsewhere)) return read()
  const restore = save(t)
  const marked = elsewhere.flows.filter((row) => row < t.flows.rows.used && (t.flows.rows.go(row).flags & FLOW_LIVE) !== 0)
  try {
    new Aside(t, marked, elsewhere).take()
    return read()
  } finally {
    restore()
    const { rows } = t.flows
    for (const row of marked) rows.go(row).flags |= FLOW_LIVE
    rows.live += marked.length
  }
}

const TOTALS = [
  'packets',
  'bytes',
  'nonIpPackets',
  'nonIpBytes',
  'flowsTotal',
  'retransmissions',
  'outOfOrder',
  'lost',
  'zeroWindow',
] as const
const BOOKED = ['tickNo', 'bytesSent', 'bytesRcvd', 'bps', 'bpsBefore', 'bpsSent', 'bpsRcvd', 'pps'] as const
const TCP = ['retransmissions', 'outOfOrder', 'lost', 'zeroWindow'] as const
const ROLL_UPS = ['apps', 'l4', 'vlans', 'ports'] as const

function keep<T, N extends keyof T>(of: T, names: readonly N[]): () => void {
  const kept = names.map((name) => of[name])
  return () => {
    names.forEach((name, i) => {
      of[name] = kept[i]!
    })
  }
}

function save(t: LiveTables): () => void {
  const tables: readonly RowCursor[] = [t.hosts.rows, t.hosts.apps, t.macs.rows, t.nonIp.rows]
  const sizes = [t.sizePackets, t.sizeBytes].map((column) => [column, column.slice()] as const)
  const restores = [
    ...tables.map((table) => table.save()),
    ...ROLL_UPS.map((name) => t.booking[name].save()),
    t.programs.rollUp.save(),
    keep(t, TOTALS),
    keep(t.booking, BOOKED),
    () => {
      for (const [column, kept] of sizes) column.set(kept)
    },
  ]
  return () => {
    for (const restore of restores) restore()
  }
}

const less = (from: number, by: number): number => Math.max(0, from - by)

class Aside {
  private readonly t: LiveTables
  private readonly marked: Int32Array
  private readonly elsewhere: Elsewhere
  private readonly tickNo: number

  constructor(t: LiveTables, marked: Int32Array, elsewhere: Elsewhere) {
    this.t = t
    this.marked = marked
    this.elsewhere = elsewhere
    this.tickNo = t.booking.tickNo
  }

  take(): void {
    const { t, marked } = this
    const { goneShare, nonIp, isAtRest } = this.elsewhere
    const before = { packets: t.packets, bytes: t.bytes }
    if (goneShare === 1) this.leaveAll()
    else for (const row of marked) this.leave(row)
    for (const row of nonIp) this.frames(row)
    if (goneShare === 1) this.comeBack()
    else if (goneShare > 0) this.shareOfGone(1 - goneShare)
    this.sizes(before)
    t.booking.pps = Math.round(t.booking.pps)
    if (isAtRest) this.rest()
  }

  /** A bridge's member, whose flows count elsewhere one and all: whatever is left is added up from nothing, which costs by it alone. */
  private leaveAll(): void {
    const { rows } = this.t.flows
    for (const row of this.marked) rows.go(row).flags &= ~FLOW_LIVE
    rows.live -= this.marked.length
  }
  private comeBack(): void {
    const { t } = this
    const { booking, hosts, macs, flows } = t
    const { nonIpPackets, nonIpBytes } = t
    for (const name of ['packets', 'bytes', 'flowsTotal', ...TCP] as const) t[name] = 0
    for (const name of ['bytesSent', 'bytesRcvd', 'bps', 'bpsBefore', 'bpsSent', 'bpsRcvd', 'pps'] as const) booking[name] = 0
    for (const name of ROLL_UPS) booking[name].clear()
    t.programs.rollUp.clear()
    this.scaleHosts(0)
    this.scaleMacs(0)
    for (const table of [hosts.rows, macs.rows])
      for (let row = 0; row < table.used; row++) {
        table.go(row)
        // No tick of theirs is known.
        table.tickNo = 0
      }
    for (let row = 0; row < hosts.rows.used; row++) {
      const h = hosts.rows.go(row)
      h.activeFlows = 0
      h.scoreAsClient = 0
      h.scoreAsServer = 0
    }
    for (let row = 0; row < flows.rows.used; row++) {
      if ((flows.rows.go(row).flags & FLOW_LIVE) === 0) continue
      this.count(row, 1)
      this.rate(row, 1)
      this.judge(row, 1)
    }
    t.packets += nonIpPackets
    t.bytes += nonIpBytes
  }

  /** What has left its row is what all have counted without the rows that are there. */
  private shareOfGone(share: number): void {
    const { t } = this
    const { rows } = t.flows
    const here: number[] = []
    for (let row = 0; row < rows.used; row++) if ((rows.go(row).flags & FLOW_LIVE) !== 0) here.push(row)
    const { nonIpPackets, nonIpBytes } = t
    t.packets = less(t.packets, nonIpPackets)
    t.bytes = less(t.bytes, nonIpBytes)
    for (const row of here) this.count(row, -1)
    for (const name of ROLL_UPS) t.booking[name].scale(share)
    t.programs.rollUp.scale(share)
    for (const name of ['packets', 'bytes', 'flowsTotal', ...TCP] as const) t[name] = Math.round(t[name] * share)
    t.booking.bytesSent = Math.round(t.booking.bytesSent * share)
    t.booking.bytesRcvd = Math.round(t.booking.bytesRcvd * share)
    this.rates(here, share)
    this.scaleHosts(share)
    this.scaleMacs(share)
    for (const row of here) this.count(row, 1)
    t.packets += nonIpPackets
    t.bytes += nonIpBytes
  }

  /** What no flow carries: frames without IP, and what found no row. */
  private rates(here: readonly number[], share: number): void {
    const { booking, flows } = this.t
    let [bits, bitsBefore] = [0, 0]
    for (const row of here) {
      const r = flows.rows.go(row)
      bits += bitsOfTick(r, this.tickNo, 0) + bitsOfTick(r, this.tickNo, 1)
      bitsBefore += bitsOfTickBefore(r, this.tickNo, 0) + bitsOfTickBefore(r, this.tickNo, 1)
    }
    const before = booking.bps
    booking.bps = Math.min(booking.bps, bits) + less(booking.bps, bits) * share
    booking.bpsBefore = Math.min(booking.bpsBefore, bitsBefore) + less(booking.bpsBefore, bitsBefore) * share
    if (before > 0) booking.pps = Math.round((booking.pps * booking.bps) / before)
  }

  private scaleHosts(share: number): void {
    const { rows: h, apps } = this.t.hosts
    const scaled = (value: number) => Math.round(value * share)
    for (let row = 0; row < h.used; row++) {
      h.go(row)
      if (h.flags === 0) continue
      h.bytesSent = scaled(h.bytesSent)
      h.bytesRcvd = scaled(h.bytesRcvd)
      h.packetsSent = scaled(h.packetsSent)
      h.packetsRcvd = scaled(h.packetsRcvd)
      h.nonIpBytes = scaled(h.nonIpBytes)
      h.flowsAsClient = scaled(h.flowsAsClient)
      h.flowsAsServer = scaled(h.flowsAsServer)
      for (const name of TCP) h[name] = scaled(h[name])
      for (let i = 0; i < 8; i++) {
        h.setL4Bytes(i, scaled(h.l4Bytes(i)))
        h.setL4Packets(i, scaled(h.l4Packets(i)))
      }
    }
    for (let row = 0; row < apps.used; row++) {
      apps.go(row)
      apps.bytesSent = scaled(apps.bytesSent)
      apps.bytesRcvd = scaled(apps.bytesRcvd)
      apps.packetsSent = scaled(apps.packetsSent)
      apps.packetsRcvd = scaled(apps.packetsRcvd)
      apps.flows = scaled(apps.flows)
    }
  }

  /** Frames without IP have rows that stay: those are known. */
  private scaleMacs(share: number): void {
    const m = this.t.macs.rows
    for (let row = 0; row < m.used; row++) {
      m.go(row)
      m.bytesSent = m.nonIpBytesSent + Math.round(less(m.bytesSent, m.nonIpBytesSent) * share)
      m.bytesRcvd = m.nonIpBytesRcvd + Math.round(less(m.bytesRcvd, m.nonIpBytesRcvd) * share)
      m.packetsSent = Math.round(m.packetsSent * share)
      m.packetsRcvd = Math.round(m.packetsRcvd * share)
    }
  }

  /** How many packets of each size a flow had is not kept: of all as many as packets are left. */
  private sizes({ packets, bytes }: { readonly packets: number; readonly bytes: number }): void {
    const { t } = this
    const scale = (column: Float64Array, share: number) => {
      for (let i = 0; i < column.length; i++) column[i] = Math.round(column[i]! * share)
    }
    if (packets > 0) scale(t.sizePackets, t.packets / packets)
    if (bytes > 0) scale(t.sizeBytes, t.bytes / bytes)
  }

  private rest(): void {
    const { booking } = this.t
    booking.tickNo += QUIET_TICKS
    booking.bps = 0
    booking.bpsBefore = 0
    booking.bpsSent = 0
    booking.bpsRcvd = 0
    booking.pps = 0
  }

  /** The flow is not there. */
  private leave(row: number): void {
    const { rows } = this.t.flows
    this.count(row, -1)
    this.rate(row, -1)
    this.judge(row, -1)
    rows.go(row).flags &= ~FLOW_LIVE
    rows.live--
  }

  /** Adds (`sign` 1) or takes what the flow has counted in all tables since it began. */
  private count(row: number, sign: 1 | -1): void {
    const { t } = this
    const { booking, hosts, programs } = t
    const r = t.flows.rows.go(row)
    const c = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    const proto = (r.meta >>> 8) & 255
    const [ab, ba, pab, pba] = [r.bytes(0), r.bytes(1), r.packets(0), r.packets(1)]
    t.bytes = less(t.bytes, -sign * (ab + ba))
    t.packets = less(t.packets, -sign * (pab + pba))
    t.flowsTotal = less(t.flowsTotal, -sign)
    for (const name of TCP) t[name] = less(t[name], -sign * (r[name](0) + r[name](1)))
    if (r.appRow >= 0) {
      const gained = [r.bytes(c), r.bytes(1 - c), r.packets(c), r.packets(1 - c)] as const
      for (const [rollUp, at] of this.rollUpsOf(row, c)) rollUp.shift(at, sign, 1, ...gained)
    }
    const ends = [programs.rowOf(row, 0), programs.rowOf(row, 1)]
    if (ends[0]! >= 0) programs.rollUp.shift(ends[0]!, sign, 1, ab, ba, pab, pba)
    if (ends[1]! >= 0) programs.rollUp.shift(ends[1]!, sign, ends[1] === ends[0] ? 0 : 1, ba, ab, pba, pab)
    const [a, b] = [r.host(0), r.host(1)]
    const [shareA, shareB] = [r.hostApp(0), r.hostApp(1)]
    const [macA, macB] = [r.mac(0), r.mac(1)]
    const isLocal = (host: number) => host >= 0 && (hosts.rows.go(host).flags & HOST_LOCAL) !== 0
    if (isLocal(a) !== isLocal(b)) {
      booking.bytesSent = less(booking.bytesSent, -sign * (isLocal(a) ? ab : ba))
      booking.bytesRcvd = less(booking.bytesRcvd, -sign * (isLocal(a) ? ba : ab))
    }
    this.host(row, 0, a, shareA, c === 0, l4Class(proto), sign)
    this.host(row, 1, b, shareB, c === 1, l4Class(proto), sign)
    this.mac(macA, ab, ba, pab, pba, sign)
    this.mac(macB, ba, ab, pba, pab, sign)
  }

  private rollUpsOf(row: number, c: 0 | 1) {
    const { booking } = this.t
    const r = this.t.flows.rows.go(row)
    const proto = (r.meta >>> 8) & 255
    const port = c === 0 ? r.ports & 0xffff : r.ports >>> 16
    return [
      [booking.apps, r.appRow],
      [booking.l4, booking.l4.upsert(proto)],
      [booking.vlans, booking.vlans.upsert(r.meta >>> 16)],
      ...(port === 0 ? [] : [[booking.ports, booking.ports.upsert((proto << 16) | port)] as const]),
    ] as const
  }

  private host(row: number, end: 0 | 1, host: number, share: number, isClient: boolean, l4: number, sign: 1 | -1): void {
    if (host < 0) return
    const r = this.t.flows.rows.go(row)
    const { rows: h, apps } = this.t.hosts
    const by = (n: number) => -sign * n
    const [sent, rcvd, packetsSent, packetsRcvd] = [r.bytes(end), r.bytes(1 - end), r.packets(end), r.packets(1 - end)]
    h.go(host)
    h.bytesSent = less(h.bytesSent, by(sent))
    h.bytesRcvd = less(h.bytesRcvd, by(rcvd))
    h.packetsSent = less(h.packetsSent, by(packetsSent))
    h.packetsRcvd = less(h.packetsRcvd, by(packetsRcvd))
    h.setL4Bytes(l4, less(h.l4Bytes(l4), by(sent)))
    h.setL4Bytes(l4 + 4, less(h.l4Bytes(l4 + 4), by(rcvd)))
    h.setL4Packets(l4, less(h.l4Packets(l4), by(packetsSent)))
    h.setL4Packets(l4 + 4, less(h.l4Packets(l4 + 4), by(packetsRcvd)))
    if (isClient) h.flowsAsClient = less(h.flowsAsClient, by(1))
    else h.flowsAsServer = less(h.flowsAsServer, by(1))
    for (const name of TCP) h[name] = less(h[name], by(r[name](end)))
    if (share < 0) return
    apps.go(share)
    apps.bytesSent = less(apps.bytesSent, by(sent))
    apps.bytesRcvd = less(apps.bytesRcvd, by(rcvd))
    apps.packetsSent = less(apps.packetsSent, by(packetsSent))
    apps.packetsRcvd = less(apps.packetsRcvd, by(packetsRcvd))
    apps.flows = less(apps.flows, by(1))
  }

  private mac(row: number, sent: number, rcvd: number, packetsSent: number, packetsRcvd: number, sign: 1 | -1): void {
    if (row < 0) return
    const m = this.t.macs.rows.go(row)
    m.bytesSent = less(m.bytesSent, -sign * sent)
    m.bytesRcvd = less(m.bytesRcvd, -sign * rcvd)
    m.packetsSent = less(m.packetsSent, -sign * packetsSent)
    m.packetsRcvd = less(m.packetsRcvd, -sign * packetsRcvd)
  }

  /** Adds (`sign` 1) what the flow carried lately to all rates, or takes it from them. */
  private rate(row: number, sign: 1 | -1): void {
    const { t, tickNo: no } = this
    const { booking, hosts, macs, programs } = t
    const r = t.flows.rows.go(row)
    const c = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    const [ab, ba] = [bitsOfTick(r, no, 0), bitsOfTick(r, no, 1)]
    const [abBefore, baBefore] = [bitsOfTickBefore(r, no, 0), bitsOfTickBefore(r, no, 1)]
    const bits = ab + ba
    const bitsBefore = abBefore + baBefore
    if (bits + bitsBefore === 0) return
    // Packets a second are not kept a flow: its share of bits times its mean packet.
    const mean = (r.bytes(0) + r.bytes(1)) / Math.max(1, r.packets(0) + r.packets(1))
    const packets = mean === 0 ? 0 : bits / 8 / mean
    const by = -sign
    const rates: Rates = { bits: by * bits, bitsBefore: by * bitsBefore, packets: by * packets }
    if (r.appRow >= 0) for (const [rollUp, at] of this.rollUpsOf(row, c)) rollUp.unrate(at, rates, no)
    for (const end of [0, 1] as const) {
      const at = programs.rowOf(row, end)
      if (at >= 0) programs.rollUp.unrate(at, rates, no)
    }
    const [a, b] = [r.host(0), r.host(1)]
    const [macA, macB] = [r.mac(0), r.mac(1)]
    const isLocal = (host: number) => host >= 0 && (hosts.rows.go(host).flags & HOST_LOCAL) !== 0
    if (isLocal(a) !== isLocal(b)) {
      booking.bpsSent = less(booking.bpsSent, by * (isLocal(a) ? ab : ba))
      booking.bpsRcvd = less(booking.bpsRcvd, by * (isLocal(a) ? ba : ab))
    }
    booking.bps = less(booking.bps, by * bits)
    booking.bpsBefore = less(booking.bpsBefore, by * bitsBefore)
    booking.pps = less(booking.pps, by * packets)
    for (const [table, at, isA] of [
      [hosts.rows, a, true],
      [hosts.rows, b, false],
      [macs.rows, macA, true],
      [macs.rows, macB, false],
    ] as const) {
      if (at < 0) continue
      table.go(at)
      if (sign === 1) turnPacketTick(table, no)
      takeBits(table, no, 0, by * (isA ? ab : ba), by * (isA ? abBefore : baBefore))
      takeBits(table, no, 1, by * (isA ? ba : ab), by * (isA ? baBefore : abBefore))
      takePackets(table, no, by * packets)
    }
  }

  /** Its hosts have a live flow more (`sign` 1) or less, and its risks are theirs or not. */
  private judge(row: number, sign: 1 | -1): void {
    const { hosts, risks, flows } = this.t
    const r = flows.rows.go(row)
    const client = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    const ends = [r.host(0), r.host(1)]
    const { clientScore, serverScore } = risks.of(row)
    ends.forEach((host, end) => {
      if (host < 0) return
      const h = hosts.rows.go(host)
      h.activeFlows = less(h.activeFlows, -sign)
      if (end === client) h.scoreAsClient = less(h.scoreAsClient, -sign * clientScore)
      else h.scoreAsServer = less(h.scoreAsServer, -sign * serverScore)
    })
  }

  /** Frames without IP are not there. Whose hosts they were is not kept. */
  private frames(row: number): void {
    const { t } = this
    if (row >= t.nonIp.rows.used) return
    const n = t.nonIp.rows.go(row)
    const { bytes, packets } = n
    t.bytes = less(t.bytes, bytes)
    t.packets = less(t.packets, packets)
    t.nonIpBytes = less(t.nonIpBytes, bytes)
    t.nonIpPackets = less(t.nonIpPackets, packets)
    const m = t.macs.rows
    for (const [high, low, isSource] of [
      [n.sourceHigh, n.sourceLow, true],
      [n.destinationHigh, n.destinationLow, false],
    ] as const) {
      const at = t.macs.find(high, low)
      if (at < 0) continue
      m.go(at)
      if (isSource) {
        m.bytesSent = less(m.bytesSent, bytes)
        m.packetsSent = less(m.packetsSent, packets)
        m.nonIpBytesSent = less(m.nonIpBytesSent, bytes)
      } else {
        m.bytesRcvd = less(m.bytesRcvd, bytes)
        m.packetsRcvd = less(m.packetsRcvd, packets)
        m.nonIpBytesRcvd = less(m.nonIpBytesRcvd, bytes)
      }
      m.nonIpPackets = less(m.nonIpPackets, packets)
      if (n.etherType === ETHERTYPE_ARP) m.arpPackets = less(m.arpPackets, packets)
      this.framesOfHost(m.hosts === 1 ? m.host : -1, isSource, bytes, packets)
    }
    n.bytes = 0
    n.packets = 0
  }

  /** As they were counted, where a MAC has had one host all the time. */
  private framesOfHost(host: number, isSender: boolean, bytes: number, packets: number): void {
    if (host < 0) return
    const h = this.t.hosts.rows.go(host)
    const taken = Math.min(h.nonIpBytes, bytes)
    if (taken < bytes) return
    h.nonIpBytes -= bytes
    if (isSender) {
      h.bytesSent = less(h.bytesSent, bytes)
      h.packetsSent = less(h.packetsSent, packets)
    } else {
      h.bytesRcvd = less(h.bytesRcvd, bytes)
      h.packetsRcvd = less(h.packetsRcvd, packets)
    }
  }
}

const ETHERTYPE_ARP = 0x0806
