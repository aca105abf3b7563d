import { CONFIDENCES, TCP_STATES, TRENDS } from '../../lib/fields.ts'
import { addressOrder, formatAddress } from '../../wire/address.ts'
import { communityId } from '../../wire/community-id.ts'
import { PROTO_ICMP, PROTO_ICMPV6 } from '../../wire/packet.ts'
import { protocolName } from '../../wire/protocols.ts'
import { flagText } from '../../wire/tcp-flags.ts'
import { TUNNELS } from '../../wire/tunnels.ts'
import type { FlowOrigins } from '../flow-origins.ts'
import type { LiveTables } from '../live-tables.ts'
import { bitsOfTick, bitsOfTickBefore, trendOf } from '../rate.ts'
import { FLOW_CLIENT_IS_B, FLOW_COLLECTED, FLOW_LIVE, tcpState } from '../tcp-analysis.ts'
import { exporterName, exporterPortName } from './exporter-view.ts'
import { macOrder, macText } from './mac-view.ts'
import type { View } from './view.ts'

/** 0 when the client is end a, 1 when it is end b. */
export const clientEnd = (flags: number): 0 | 1 => ((flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0)

export const flowId = (row: number, serial: number): string => `${row.toString(36)}-${serial.toString(36)}`
/** The row that an id speaks of, or -1 when that flow is gone or never was. */
export function rowOfFlowId(t: LiveTables, id: string): number {
  const [, rowText, serialText] = /^([0-9a-z]{1,7})-([0-9a-z]{1,7})$/.exec(id) ?? []
  if (rowText === undefined || serialText === undefined) return -1
  const row = Number.parseInt(rowText, 36)
  if (row >= t.flows.rows.used) return -1
  const r = t.flows.rows.go(row)
  return (r.flags & FLOW_LIVE) !== 0 && r.serial === Number.parseInt(serialText, 36) ? row : -1
}

export function flowView(t: LiveTables): View<'flows'> {
  const { rows } = t.flows
  const { catalogue } = t.options
  const { naming, booking, hostLabels, programs, risks } = t
  const at = (row: number) => rows.go(row)
  const client = (row: number) => clientEnd(at(row).flags)
  const word = (row: number, end: number, w: number) => {
    at(row)
    if (end === 0) return w === 3 ? rows.a3 : w === 2 ? rows.a2 : w === 1 ? rows.a1 : rows.a0
    return w === 3 ? rows.b3 : w === 2 ? rows.b2 : w === 1 ? rows.b1 : rows.b0
  }
  const address = (row: number, end: number) => formatAddress(word(row, end, 0), word(row, end, 1), word(row, end, 2), word(row, end, 3))
  const label = (row: number, end: number) => hostLabels.of(at(row).host(end))
  const order = (end: number) =>
    end === 0 ? addressOrder(rows.a0, rows.a1, rows.a2, rows.a3) : addressOrder(rows.b0, rows.b1, rows.b2, rows.b3)
  const port = (row: number, end: number) => (end === 0 ? at(row).ports >>> 16 : at(row).ports & 0xffff)
  const bytes = (row: number) => at(row).bytes(0) + rows.bytes(1)
  const mac = (row: number, end: number) => macText(t, at(row).mac(end))
  const program = (row: number, end: number) => programs.of(row, end)
  const origins = t.collected?.origins
  // What was told of the way from the client, else of the way back.
  const whoTold = (row: number) => {
    if (origins === undefined || (at(row).flags & FLOW_COLLECTED) === 0) return -1
    const from = clientEnd(rows.flags)
    return ((origins.who[2 * row + from] || origins.who[2 * row + 1 - from]!) >>> 1) - 1
  }
  const ofOrigin = <T>(row: number, value: (origin: FlowOrigins, from: number) => T): T | undefined =>
    whoTold(row) < 0 ? undefined : value(origins!, 2 * row + clientEnd(rows.flags))
  const number = (value: number | undefined) => value || undefined
  const nextHopWord = (row: number, w: number) => (whoTold(row) < 0 ? 0 : origins!.nextHop[4 * row + w]!)
  const latency = (us: number) => (us === 0 ? undefined : us / 1000)
  const bits = (row: number) => {
    at(row)
    return bitsOfTick(rows, booking.tickNo, 0) + bitsOfTick(rows, booking.tickNo, 1)
  }
  const bitsBefore = (row: number) => {
    at(row)
    return bitsOfTickBefore(rows, booking.tickNo, 0) + bitsOfTickBefore(rows, booking.tickNo, 1)
  }

  return {
    entity: 'flows',
    used: () => rows.used,
    // Where no row is free the flags need not be fetched from memory.
    isLive: (row) => rows.live === rows.used || (at(row).flags & FLOW_LIVE) !== 0,
    bytes,
    order: {
      id: (row) => at(row).serial,
      client: (row) => order(client(row)),
      server: (row) => order(1 - client(row)),
      clientMac: (row) => macOrder(t, at(row).mac(client(row))),
      serverMac: (row) => macOrder(t, at(row).mac(1 - client(row))),
      tcpFlagsC2s: (row) => at(row).tcpFlags(client(row)),
      tcpFlagsS2c: (row) => at(row).tcpFlags(1 - client(row)),
    },
    keys: {
      proto: (row) => (at(row).meta >>> 8) & 255,
      client: (row) => at(row).host(client(row)),
      server: (row) => at(row).host(1 - client(row)),
      clientLabel: (row) => at(row).host(client(row)),
      serverLabel: (row) => at(row).host(1 - client(row)),
      app: (row) => ((at(row).master << 16) | rows.app) >>> 0,
      tcpState: (row) => tcpState(at(row).flags),
      confidence: (row) => at(row).confidence,
    },
    words: {
      client: (row, w) => word(row, client(row), w),
      server: (row, w) => word(row, 1 - client(row), w),
      nextHop: nextHopWord,
    },
    read: {
      id: (row) => flowId(row, at(row).serial),
      proto: (row) => protocolName((at(row).meta >>> 8) & 255),
      client: (row) => address(row, client(row)),
      clientPort: (row) => port(row, client(row)),
      clientLabel: (row) => label(row, client(row)),
      server: (row) => address(row, 1 - client(row)),
      serverPort: (row) => port(row, 1 - client(row)),
      serverLabel: (row) => label(row, 1 - client(row)),
      vlan: (row) => at(row).meta >>> 16,
      app: (row) => catalogue.pairName(at(row).master, rows.app),
      category: (row) => categoryOf(t, row),
      confidence: (row) => CONFIDENCES[at(row).confidence] ?? 'unknown',
      serverName: (row) => naming.details.serverName(row) || undefined,
      info: (row) => naming.details.info(row) || undefined,
      firstSeen: (row) => at(row).firstSeenMs,
      lastSeen: (row) => at(row).lastSeenMs,
      duration: (row) => at(row).lastSeenMs - rows.firstSeenMs,
      bytes,
      bytesC2s: (row) => at(row).bytes(client(row)),
      bytesS2c: (row) => at(row).bytes(1 - client(row)),
      packets: (row) => at(row).packets(0) + rows.packets(1),
      packetsC2s: (row) => at(row).packets(client(row)),
      packetsS2c: (row) => at(row).packets(1 - client(row)),
      bps: bits,
      // Packets a second are not kept a flow: its share of bits times its mean packet.
      pps: (row) => {
        const mean = bytes(row) / Math.max(1, rows.packets(0) + rows.packets(1))
        return mean === 0 ? 0 : Math.round(bits(row) / 8 / mean)
      },
      trend: (row) => TRENDS[trendOf(bits(row), bitsBefore(row))],
      tcpState: (row) => TCP_STATES[tcpState(at(row).flags)] ?? 'none',
      tcpFlagsC2s: (row) => flagText(at(row).tcpFlags(client(row))),
      tcpFlagsS2c: (row) => flagText(at(row).tcpFlags(1 - client(row))),
      retransmissions: (row) => at(row).retransmissions(0) + rows.retransmissions(1),
      outOfOrder: (row) => at(row).outOfOrder(0) + rows.outOfOrder(1),
      lost: (row) => at(row).lost(0) + rows.lost(1),
      zeroWindow: (row) => at(row).zeroWindow(0) + rows.zeroWindow(1),
      clientLatency: (row) => latency(at(row).clientLatencyUs),
      serverLatency: (row) => latency(at(row).serverLatencyUs),
      clientMac: (row) => mac(row, client(row)),
      serverMac: (row) => mac(row, 1 - client(row)),
      tunnel: (row) => TUNNELS[at(row).tunnel] || undefined,
      risks: (row) => risks.of(row).names,
      // One interface does not say that it is itself.
      interfaces: () => undefined,
      score: (row) => risks.of(row).score,
      clientScore: (row) => risks.of(row).clientScore,
      serverScore: (row) => risks.of(row).serverScore,
      clientProgram: (row) => program(row, client(row))?.name || undefined,
      serverProgram: (row) => program(row, 1 - client(row))?.name || undefined,
      clientUser: (row) => program(row, client(row))?.user,
      serverUser: (row) => program(row, 1 - client(row))?.user,
      clientContainer: (row) => program(row, client(row))?.container,
      serverContainer: (row) => program(row, 1 - client(row))?.container,
      clientService: (row) => program(row, client(row))?.service,
      exporter: (row) => exporterName(t, whoTold(row)),
      site: (row) => t.collected?.site(row),
      // Of a flow that was told of on the way back alone, what came in there went out here.
      inInterface: (row) => exporterPortName(t, whoTold(row), ofOrigin(row, (o, from) => o.inIf[from] || o.outIf[from ^ 1]!) ?? 0),
      outInterface: (row) => exporterPortName(t, whoTold(row), ofOrigin(row, (o, from) => o.outIf[from] || o.inIf[from ^ 1]!) ?? 0),
      clientAs: (row) => number(systemAt(t, row, client(row))),
      serverAs: (row) => number(systemAt(t, row, (1 - client(row)) as 0 | 1)),
      clientAsName: (row) => t.owners?.nameOf(systemAt(t, row, client(row))) || undefined,
      serverAsName: (row) => t.owners?.nameOf(systemAt(t, row, (1 - client(row)) as 0 | 1)) || undefined,
      clientCountry: (row) => countryAt(t, row, client(row)) || undefined,
      serverCountry: (row) => countryAt(t, row, (1 - client(row)) as 0 | 1) || undefined,
      nextHop: (row) => {
        const [a, b, c, d] = [0, 1, 2, 3].map((w) => nextHopWord(row, w)) as [number, number, number, number]
        return (a | b | c | d) === 0 ? undefined : formatAddress(a, b, c, d)
      },
      tosC2s: (row) => ofOrigin(row, (o, from) => o.tos[from]!),
      tosS2c: (row) => ofOrigin(row, (o, from) => o.tos[from ^ 1]!),
      sampling: (row) => ofOrigin(row, (o) => o.sampling[row]!),
      repeats: (row) => ofOrigin(row, (o) => o.repeats[row]!),
      serverService: (row) => program(row, 1 - client(row))?.service,
    },
  }
}

const NO_SYSTEM = 0
/** Autonomous system at an end of a flow: of who is asked first, or else of the other. 0: neither knows. */
export function systemAt(t: LiveTables, row: number, end: 0 | 1): number {
  const r = t.flows.rows.go(row)
  const told = (r.flags & FLOW_COLLECTED) === 0 ? NO_SYSTEM : (t.collected?.origins.as[2 * row + end] ?? NO_SYSTEM)
  if (t.owners === undefined || (told !== NO_SYSTEM && t.asSource === 'exporter')) return told
  const looked = end === 0 ? t.owners.systemOf(r.a0, r.a1, r.a2, r.a3) : t.owners.systemOf(r.b0, r.b1, r.b2, r.b3)
  return looked === NO_SYSTEM ? told : looked
}
/** ISO 3166-1 alpha-2; '': none is known. */
export function countryAt(t: LiveTables, row: number, end: 0 | 1): string {
  if (t.owners === undefined) return ''
  const r = t.flows.rows.go(row)
  return end === 0 ? t.owners.countryOf(r.a0, r.a1, r.a2, r.a3) : t.owners.countryOf(r.b0, r.b1, r.b2, r.b3)
}

/** What a user gave it, else that of the server's own name when it has one, else of the application. */
export function categoryOf(t: LiveTables, row: number): string {
  const { catalogue } = t.options
  const own = t.naming.details.category(row)
  const r = t.flows.rows.go(row)
  const id = own >= 0 && t.naming.details.isCategoryGiven(row) ? own : catalogue.pairCategoryId(r.master, r.app, own)
  return catalogue.categories[id] ?? 'Unspecified'
}

/** Community ID, version 1, seed 0. */
export function communityIdOf(t: LiveTables, row: number): string {
  const r = t.flows.rows.go(row)
  const proto = (r.meta >>> 8) & 255
  const isIcmp = proto === PROTO_ICMP || proto === PROTO_ICMPV6
  const typeAndCode = r.nextSeq(0)
  return communityId({
    src0: r.a0,
    src1: r.a1,
    src2: r.a2,
    src3: r.a3,
    dst0: r.b0,
    dst1: r.b1,
    dst2: r.b2,
    dst3: r.b3,
    proto,
    srcPort: isIcmp ? typeAndCode >> 8 : r.ports >>> 16,
    dstPort: isIcmp ? typeAndCode & 255 : r.ports & 0xffff,
  })
}
