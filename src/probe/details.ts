/** Everything known of one flow or one host. */
import type {
  DissectedField,
  FlowDetail,
  HostDetail,
  PeerShare,
  PortShare,
  ProgramShare,
  RiskShare,
  Series,
  Share,
  TcpHealth,
} from '../lib/live.ts'
import { riskInfo } from '../lib/risks.ts'
import { serviceName } from '../names/services.ts'
import { readUserAgent } from '../names/user-agents.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { bitsOfTick, bitsOfTickBefore } from '../tables/rate.ts'
import type { HostRow } from '../tables/rows.gen.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { clientEnd, communityIdOf, flowView } from '../tables/views/flow-view.ts'
import { hostAddress, hostView, hostWord } from '../tables/views/host-view.ts'
import { macText, nonIpView } from '../tables/views/mac-view.ts'
import { appCategory, appName } from '../tables/views/roll-up-view.ts'
import { itemOf } from '../tables/views/view.ts'
import { PROTO_TCP } from '../wire/packet.ts'
import { protocolName } from '../wire/protocols.ts'
import type { BehindMac, HostPart, Span } from './merge/part.ts'
import { reasonOf } from './reason.ts'

/** Longest lists of a detail page. */
const MAX_SHOWN = 100
const L4_NAMES = ['TCP', 'UDP', 'ICMP', 'Other IP'] as const

export function flowDetail(t: LiveTables, row: number): FlowDetail {
  const r = t.flows.rows.go(row)
  const c = clientEnd(r.flags)
  const isTcp = ((r.meta >>> 8) & 255) === PROTO_TCP
  return {
    ...itemOf(flowView(t), row),
    communityId: communityIdOf(t, row),
    protoNumber: (t.flows.rows.go(row).meta >>> 8) & 255,
    master: t.options.catalogue.nameOf(r.master),
    reason: reasonOf(t, row),
    risksTold: t.risks.told(row),
    fields: dissectedFields(t, row),
    ...(isTcp ? { tcpC2s: tcpHealth(t, row, c), tcpS2c: tcpHealth(t, row, 1 - c) } : {}),
    bpsC2s: bitsOfTick(r, t.booking.tickNo, c),
    bpsS2c: bitsOfTick(r, t.booking.tickNo, 1 - c),
    ...processesOf(t, row, c),
    ...toldOf(t, row),
  }
}

/** What exporters say beside the fields. */
function toldOf({ collected }: LiveTables, row: number): Pick<FlowDetail, 'elements' | 'path'> {
  const elements = collected?.fields(row)
  const path = collected?.path(row)
  return { ...(elements && { elements }), ...(path && { path }) }
}

function processesOf(t: LiveTables, row: number, c: number): Pick<FlowDetail, 'clientProcess' | 'serverProcess'> {
  const clientProcess = t.programs.of(row, c)
  const serverProcess = t.programs.of(row, 1 - c)
  return { ...(clientProcess && { clientProcess }), ...(serverProcess && { serverProcess }) }
}

function tcpHealth(t: LiveTables, row: number, end: number): TcpHealth {
  const r = t.flows.rows.go(row)
  return { retransmissions: r.retransmissions(end), outOfOrder: r.outOfOrder(end), lost: r.lost(end), zeroWindow: r.zeroWindow(end) }
}

function dissectedFields(t: LiveTables, row: number): DissectedField[] {
  const found: (DissectedField & { index: number })[] = []
  t.naming.details.eachValue(row, (index, value) => {
    const { protocol, name, field } = t.naming.declaredFields[index]!
    found.push({ index, protocol, name, label: field.label, type: field.type, value: value as DissectedField['value'] })
    if (name === 'userAgent') for (const told of toldByAgent(protocol, value as string)) found.push({ index, ...told })
  })
  return found.sort((a, b) => a.index - b.index).map(({ index: _, ...field }) => field)
}

function toldByAgent(protocol: string, userAgent: string): DissectedField[] {
  const { system, device } = readUserAgent(userAgent)
  const told = (name: string, label: string, value: string): DissectedField => ({ protocol, name, label, type: 'text', value })
  return [
    ...(system === undefined ? [] : [told('system', 'System', system)]),
    ...(device === undefined ? [] : [told('device', 'Device', device)]),
  ]
}

/** Which flows a host has, and which hosts a MAC. Looked up by scanning for one host, from an index for all. */
export interface Links {
  flows(host: number): readonly HostFlow[]
  hosts(mac: number): readonly number[]
}

export const scannedLinks = (t: LiveTables): Links => ({
  flows: (host) => {
    const found: HostFlow[] = []
    eachHostFlow(t, (h, flow) => h === host && found.push(flow))
    return found
  },
  hosts: (mac) => {
    const found: number[] = []
    for (let row = 0; row < t.hosts.rows.used && found.length <= MAX_SHOWN; row++) if (macOfHost(t, row) === mac) found.push(row)
    return found
  },
})

export function indexedLinks(t: LiveTables): Links {
  const flows = new Map<number, HostFlow[]>()
  const hosts = new Map<number, number[]>()
  eachHostFlow(t, (host, flow) => {
    const there = flows.get(host)
    if (there === undefined) flows.set(host, [flow])
    else there.push(flow)
  })
  for (let row = 0; row < t.hosts.rows.used; row++) {
    const mac = macOfHost(t, row)
    const there = hosts.get(mac)
    if (there === undefined) hosts.set(mac, [row])
    else if (there.length <= MAX_SHOWN) there.push(row)
  }
  return { flows: (host) => flows.get(host) ?? [], hosts: (mac) => hosts.get(mac) ?? [] }
}

/** Everything known of a host; `skip`: flows that are told apart from it. */
export function hostPart(t: LiveTables, row: number, links: Links, skip?: (flow: number) => boolean): HostPart {
  const flows = skip === undefined ? links.flows(row) : links.flows(row).filter((f) => !skip(f.row))
  const item = itemOf(hostView(t), row)
  const h = t.hosts.rows.go(row)
  const { mac } = h
  const bpsBefore = bitsOfTickBefore(h, t.booking.tickNo, 0) + bitsOfTickBefore(h, t.booking.tickNo, 1)
  return {
    item,
    bpsBefore,
    names: t.hostNames.all(h.a0, h.a1, h.a2, h.a3).map(({ name, source }) => ({ name, from: source })),
    apps: appsOfHost(t, row),
    l4: l4OfHost(t, row),
    sizesSent: Array.from({ length: 10 }, (_, i) => t.hosts.rows.go(row).sizesSent(i)),
    sizesRcvd: Array.from({ length: 10 }, (_, i) => t.hosts.rows.go(row).sizesRcvd(i)),
    serverPorts: portsOfHost(t, flows, 'serves'),
    clientPorts: portsOfHost(t, flows, 'uses'),
    peers: peersOfHost(t, flows),
    programs: programsOfHost(t, flows),
    counters: countersOfHost(t, row),
    risks: risksOfHost(t, flows),
    tiedMac: macText(t, mac),
    spans: spansOfHost(t, flows),
  }
}

/** The page of a host: lists are put in order and cut. */
export function hostDetailOf(part: HostPart, behind: BehindMac): HostDetail {
  const { item } = part
  const byPortBytes = (ports: readonly PortShare[]) =>
    [...ports]
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, MAX_SHOWN)
      .map((share) => {
        const service = serviceName(share.port, share.proto)
        return service === undefined ? share : { ...share, service }
      })
  return {
    ...item,
    names: part.names,
    apps: [...part.apps].sort(byBytes),
    l4: part.l4,
    sizesSent: part.sizesSent,
    sizesRcvd: part.sizesRcvd,
    serverPorts: byPortBytes(part.serverPorts),
    clientPorts: byPortBytes(part.clientPorts),
    programs: [...part.programs].sort((a, b) => b.bytesSent + b.bytesRcvd - a.bytesSent - a.bytesRcvd).slice(0, MAX_SHOWN),
    topPeers: [...part.peers].sort((a, b) => b.bytesSent + b.bytesRcvd - a.bytesSent - a.bytesRcvd).slice(0, MAX_SHOWN),
    counters: part.counters.map(({ index: _, ...counter }) => counter),
    risks: [...part.risks].sort(byGravity),
    nonIp: item.mac === undefined ? [] : behind.nonIp.slice(0, MAX_SHOWN),
    sameMac: item.mac === undefined ? [] : behind.addresses.filter((address) => address !== item.address),
    series: seriesOfSpans(part.spans),
  }
}

export function hostDetail(t: LiveTables, row: number, links: Links = scannedLinks(t)): HostDetail {
  const part = hostPart(t, row, links)
  const { mac } = part.item
  return hostDetailOf(part, mac === undefined ? NOTHING_BEHIND : behindMac(t, t.hosts.rows.go(row).mac, mac, links))
}

const NOTHING_BEHIND: BehindMac = { nonIp: [], addresses: [] }
export const behindMac = (t: LiveTables, row: number, mac: string, links: Links): BehindMac => ({
  nonIp: nonIpOfMac(t, mac),
  addresses: row < 0 ? [] : links.hosts(row).map((host) => hostAddress(t, host)),
})

export interface HostFlow {
  readonly row: number
  /** 0 when the host is a of the flow. */
  readonly end: 0 | 1
  readonly isClient: boolean
  readonly peer: number
}

function eachHostFlow(t: LiveTables, visit: (host: number, flow: HostFlow) => void): void {
  const { rows } = t.flows
  for (let row = 0; row < rows.used; row++) {
    rows.go(row)
    if ((rows.flags & FLOW_LIVE) === 0) continue
    const c = clientEnd(rows.flags)
    const a = rows.host(0)
    const b = rows.host(1)
    if (a >= 0) visit(a, { row, end: 0, isClient: c === 0, peer: b })
    if (b >= 0 && b !== a) visit(b, { row, end: 1, isClient: c === 1, peer: a })
  }
}

/** -1: none, or the row is free. */
function macOfHost(t: LiveTables, row: number): number {
  const h = t.hosts.rows.go(row)
  return h.flags === 0 ? -1 : h.mac
}

function appsOfHost(t: LiveTables, row: number): HostDetail['apps'] {
  const { apps, rows } = t.hosts
  const shares: HostDetail['apps'][number][] = []
  for (let share = rows.go(row).firstApp; share >= 0; share = apps.go(share).next) {
    apps.go(share)
    if (apps.flows === 0 && apps.bytesSent + apps.bytesRcvd === 0) continue
    shares.push({
      name: appName(t, apps.app),
      category: appCategory(t, apps.app),
      bytesSent: apps.bytesSent,
      bytesRcvd: apps.bytesRcvd,
      packetsSent: apps.packetsSent,
      packetsRcvd: apps.packetsRcvd,
      flows: apps.flows,
    })
  }
  const rest = unnamedOf(rows.go(row), shares)
  if (rest !== undefined) shares.push(rest)
  return shares
}

/** What no application has been found for, and what carries no IP. */
function unnamedOf(h: HostRow, shares: readonly Share[]): HostDetail['apps'][number] | undefined {
  const sum = (read: (s: Share) => number) => shares.reduce((total, s) => total + read(s), 0)
  const bytesSent = Math.max(0, h.bytesSent - sum((s) => s.bytesSent))
  const bytesRcvd = Math.max(0, h.bytesRcvd - sum((s) => s.bytesRcvd))
  if (bytesSent + bytesRcvd === 0) return undefined
  return {
    name: 'Unknown',
    category: 'Unspecified',
    bytesSent,
    bytesRcvd,
    packetsSent: Math.max(0, h.packetsSent - sum((s) => s.packetsSent)),
    packetsRcvd: Math.max(0, h.packetsRcvd - sum((s) => s.packetsRcvd)),
    flows: 0,
  }
}

const byBytes = (a: Share, b: Share) => b.bytesSent + b.bytesRcvd - a.bytesSent - a.bytesRcvd

function l4OfHost(t: LiveTables, row: number): Share[] {
  const h = t.hosts.rows.go(row)
  const ip = L4_NAMES.map((name, i) => ({
    name,
    bytesSent: h.l4Bytes(i),
    bytesRcvd: h.l4Bytes(i + 4),
    packetsSent: h.l4Packets(i),
    packetsRcvd: h.l4Packets(i + 4),
    flows: 0,
  }))
  const sum = (read: (s: Share) => number) => ip.reduce((total, s) => total + read(s), 0)
  const nonIp: Share = {
    name: 'Non-IP',
    bytesSent: h.bytesSent - sum((s) => s.bytesSent),
    bytesRcvd: h.bytesRcvd - sum((s) => s.bytesRcvd),
    packetsSent: h.packetsSent - sum((s) => s.packetsSent),
    packetsRcvd: h.packetsRcvd - sum((s) => s.packetsRcvd),
    flows: 0,
  }
  return [...ip, nonIp].filter((s) => s.packetsSent + s.packetsRcvd > 0)
}

/** By live flows: the ports on which the host serves, or those of others that it uses. */
function portsOfHost(t: LiveTables, flows: readonly HostFlow[], role: 'serves' | 'uses'): PortShare[] {
  const { rows } = t.flows
  const shares = new Map<number, { port: number; proto: string; bytes: number; flows: number }>()
  for (const { row, isClient } of flows) {
    if (isClient !== (role === 'uses')) continue
    rows.go(row)
    const c = clientEnd(rows.flags)
    const port = c === 0 ? rows.ports & 0xffff : rows.ports >>> 16
    const proto = (rows.meta >>> 8) & 255
    if (port === 0) continue
    const share = shares.get((proto << 16) | port) ?? { port, proto: protocolName(proto), bytes: 0, flows: 0 }
    share.bytes += rows.bytes(0) + rows.bytes(1)
    share.flows += 1
    shares.set((proto << 16) | port, share)
  }
  return [...shares.values()]
}

/** Seconds are told apart up to this many; longer times in as many parts. */
const SERIES_POINTS = 300

function spansOfHost(t: LiveTables, flows: readonly HostFlow[]): Span[] {
  const { rows } = t.flows
  return flows.map(({ row, end }) => {
    rows.go(row)
    return { firstMs: rows.firstSeenMs, lastMs: rows.lastSeenMs, sent: rows.bytes(end), rcvd: rows.bytes(1 - end) }
  })
}

/** What flows carried, each spread evenly over its duration: no second is kept a host. */
function seriesOfSpans(spans: readonly Span[]): Series {
  if (spans.length === 0) return { times: [], columns: [] }
  const first = Math.floor(spans.reduce((min, { firstMs }) => Math.min(min, firstMs), Number.POSITIVE_INFINITY) / 1000)
  const last = Math.floor(spans.reduce((max, { lastMs }) => Math.max(max, lastMs), 0) / 1000)
  const step = Math.max(1, Math.ceil((last - first + 1) / SERIES_POINTS))
  const points = Math.ceil((last - first + 1) / step)
  const sent = new Array<number>(points).fill(0)
  const rcvd = new Array<number>(points).fill(0)
  for (const span of spans) {
    const from = Math.floor((Math.floor(span.firstMs / 1000) - first) / step)
    const to = Math.floor((Math.floor(span.lastMs / 1000) - first) / step)
    const bits = 8 / ((to - from + 1) * step)
    for (let i = from; i <= to; i++) {
      sent[i]! += span.sent * bits
      rcvd[i]! += span.rcvd * bits
    }
  }
  return {
    times: sent.map((_, i) => (first + (i + 1) * step) * 1000),
    columns: [
      { name: 'sent', label: 'Sent', values: sent },
      { name: 'rcvd', label: 'Received', values: rcvd },
    ],
  }
}

function peersOfHost(t: LiveTables, flows: readonly HostFlow[]): PeerShare[] {
  const { rows } = t.flows
  const peers = new Map<number, { sent: number; rcvd: number; flows: number; apps: Map<string, number> }>()
  for (const { row, end, peer } of flows) {
    if (peer < 0) continue
    rows.go(row)
    const share = peers.get(peer) ?? { sent: 0, rcvd: 0, flows: 0, apps: new Map<string, number>() }
    share.sent += rows.bytes(end)
    share.rcvd += rows.bytes(1 - end)
    share.flows += 1
    const app = t.options.catalogue.pairName(rows.master, rows.app)
    share.apps.set(app, (share.apps.get(app) ?? 0) + rows.bytes(0) + rows.bytes(1))
    peers.set(peer, share)
  }
  return [...peers].map(([peer, share]) => {
    const name = t.hostNames.get(hostWord(t, peer, 0), hostWord(t, peer, 1), hostWord(t, peer, 2), hostWord(t, peer, 3))
    return {
      address: hostAddress(t, peer),
      vlan: t.hosts.rows.go(peer).vlan,
      ...(name === undefined ? {} : { name }),
      bytesSent: share.sent,
      bytesRcvd: share.rcvd,
      flows: share.flows,
      apps: [...share.apps].map(([app, bytes]) => ({ app, bytes })).sort((a, b) => b.bytes - a.bytes),
    }
  })
}

function programsOfHost(t: LiveTables, flows: readonly HostFlow[]): ProgramShare[] {
  const { rows } = t.flows
  const shares = new Map<string, { names: Pick<ProgramShare, 'program' | 'user'>; bytesSent: number; bytesRcvd: number; flows: number }>()
  for (const { row, end } of flows) {
    // On this machine's own pages the program is at the host's end, on those of others at the other.
    const at = t.programs.of(row, end) === undefined ? 1 - end : end
    const program = t.programs.of(row, at)
    if (program === undefined) continue
    const { name, user } = program
    const key = JSON.stringify([name, user])
    const names = name === '' ? { user } : { program: name, user }
    const share = shares.get(key) ?? { names, bytesSent: 0, bytesRcvd: 0, flows: 0 }
    rows.go(row)
    share.bytesSent += rows.bytes(at)
    share.bytesRcvd += rows.bytes(1 - at)
    share.flows += 1
    shares.set(key, share)
  }
  return [...shares.values()].map(({ names, ...share }) => ({ ...names, ...share }))
}

function risksOfHost(t: LiveTables, flows: readonly HostFlow[]): RiskShare[] {
  const shares = new Map<string, RiskShare>()
  for (const { row, isClient } of flows) for (const name of t.risks.of(row).names) addRisk(shares, name, isClient)
  return [...shares.values()]
}

/** One flow more that has the risk. */
export function addRisk(shares: Map<string, RiskShare>, name: string, isClient: boolean): void {
  const there = shares.get(name) ?? { name, severity: riskInfo(name)?.severity ?? 'Low', flowsAsClient: 0, flowsAsServer: 0 }
  const role = isClient ? 'flowsAsClient' : 'flowsAsServer'
  shares.set(name, { ...there, [role]: there[role] + 1 })
}
const byGravity = (a: RiskShare, b: RiskShare) =>
  (riskInfo(b.name)?.score ?? 0) - (riskInfo(a.name)?.score ?? 0) || b.flowsAsClient + b.flowsAsServer - a.flowsAsClient - a.flowsAsServer

/** In the order in which dissectors declare them. */
function countersOfHost(t: LiveTables, row: number): HostPart['counters'] {
  const counters: HostPart['counters'][number][] = []
  t.tallies.each(row, (index, sent, rcvd) => {
    const { protocol, name, label } = t.naming.counters[index]!
    counters.push({ protocol, counter: name, label, sent, rcvd, index })
  })
  return counters.sort((a, b) => a.index - b.index)
}

function nonIpOfMac(t: LiveTables, mac: string): HostDetail['nonIp'] {
  const view = nonIpView(t)
  const rows = Array.from({ length: view.used() }, (_, row) => row)
  return rows.filter((row) => view.read.source(row) === mac || view.read.destination(row) === mac).map((row) => itemOf(view, row))
}
