/** The page of one host, from the parts of several workers. */
import type { FlowDetail, HostDetail, PeerShare, PortShare, ProgramShare, RiskShare, Share } from '../../lib/live.ts'
import { addRisk, hostDetailOf } from '../details.ts'
import type { Crew, Split } from './crew.ts'
import { type HostChanges, hostChanges, mergeHostItem } from './host-items.ts'
import type { BehindMac, HostPart, Span } from './part.ts'
import { hostId } from './split-flows.ts'

export async function mergedHost(crew: Crew, address: string, vlan: number | undefined): Promise<HostDetail | null> {
  const inVlan = vlan ?? (await usualVlan(crew, address))
  if (inVlan === undefined) return null
  const split = await crew.split()
  const answers = await crew.all('hostPart', (i) => ({ address, vlan: inVlan, without: split.without[i]! }))
  const parts = answers.filter((part) => part !== null)
  if (parts.length === 0) return null
  const part = mergeHostParts(parts, split, hostChanges(split.flows))
  const { mac } = part.item
  return hostDetailOf(part, mac === undefined ? mergeBehind([]) : mergeBehind(await crew.all('behindMac', () => ({ mac }))))
}

/** As with one worker: untagged, else where it has most traffic. */
export async function usualVlan(crew: Crew, address: string): Promise<number | undefined> {
  const bytes = new Map<number, number>()
  for (const [vlan, n] of (await crew.all('vlansOf', () => ({ address }))).flat()) bytes.set(vlan, (bytes.get(vlan) ?? 0) + n)
  if (bytes.has(0)) return 0
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0]
}

const NON_IP_SUMS = ['bytes', 'packets'] as const

export function mergeBehind(parts: readonly BehindMac[]): BehindMac {
  const nonIp = mergeBy(
    parts.flatMap((p) => p.nonIp),
    (row) => `${row.source} ${row.destination} ${row.ethertype}`,
    (a, b) => ({
      ...add(a, b, NON_IP_SUMS),
      firstSeen: Math.min(a.firstSeen, b.firstSeen),
      lastSeen: Math.max(a.lastSeen, b.lastSeen),
    }),
  )
  return { nonIp, addresses: [...new Set(parts.flatMap((p) => p.addresses))] }
}

const SHARE_SUMS = ['bytesSent', 'bytesRcvd', 'packetsSent', 'packetsRcvd', 'flows'] as const
const PORT_SUMS = ['bytes', 'flows'] as const
const PROGRAM_SUMS = ['bytesSent', 'bytesRcvd', 'flows'] as const
const RISK_SUMS = ['flowsAsClient', 'flowsAsServer'] as const
const COUNTER_SUMS = ['sent', 'rcvd'] as const

export function mergeHostParts(seen: readonly HostPart[], { flows }: Split, changes: HostChanges): HostPart {
  const parts = [...seen].sort((a, b) => a.item.firstSeen - b.item.firstSeen)
  const { address, vlan } = parts[0]!.item
  const ends = flows.flatMap(({ detail }) =>
    detail.vlan === vlan && (detail.client === address || detail.server === address)
      ? [{ detail, isClient: detail.client === address }]
      : [],
  )
  const apps = mergeApps(
    parts,
    changes.shares.get(hostId(address, vlan)),
    flows.map(({ detail, appCategory }) => [detail.app, appCategory]),
  )
  const portsOf = (name: 'serverPorts' | 'clientPorts', uses: boolean) =>
    mergeBy<PortShare>(
      [
        ...parts.flatMap((p) => p[name]),
        ...ends.filter((e) => e.isClient === uses && e.detail.serverPort !== 0).map((e) => portOf(e.detail)),
      ],
      ({ port, proto }) => `${port}/${proto}`,
      (a, b) => add(a, b, PORT_SUMS),
    )
  const peers = mergeBy<PeerShare>(
    [...parts.flatMap((p) => p.peers), ...ends.map((e) => peerOf(e.detail, e.isClient))],
    (p) => hostId(p.address, p.vlan),
    addPeers,
  )
  const named = apps.filter(({ name }) => name !== 'Unknown')
  const top = named.reduce<(typeof named)[number] | undefined>(
    (a, b) => (a === undefined || b.bytesSent + b.bytesRcvd > a.bytesSent + a.bytesRcvd ? b : a),
    undefined,
  )
  const { app: _app, ...item } = mergeHostItem(
    parts.map((p) => ({ item: p.item, bpsBefore: p.bpsBefore, apps: [], peers: [] })),
    changes,
  )
  // All know what users call it; what else is known one may know alone.
  const names = parts.reduce<HostPart['names']>((most, p) => (p.names.length > most.length ? p.names : most), [])
  return {
    item: { ...item, peers: peers.length, ...(top === undefined ? {} : { app: top.name }) },
    bpsBefore: parts.reduce((sum, p) => sum + p.bpsBefore, 0),
    names,
    apps,
    l4: inOrder(
      mergeBy<Share>(
        parts.flatMap((p) => p.l4),
        ({ name }) => name,
        (a, b) => add(a, b, SHARE_SUMS),
      ),
    ),
    sizesSent: sumOf(parts.map((p) => p.sizesSent)),
    sizesRcvd: sumOf(parts.map((p) => p.sizesRcvd)),
    serverPorts: portsOf('serverPorts', false),
    clientPorts: portsOf('clientPorts', true),
    peers,
    programs: mergeBy<ProgramShare>(
      [...parts.flatMap((p) => p.programs), ...ends.flatMap((e) => programOf(e.detail, e.isClient))],
      ({ program, user }) => JSON.stringify([program, user]),
      (a, b) => add(a, b, PROGRAM_SUMS),
    ),
    counters: mergeBy(
      parts.flatMap((p) => p.counters),
      ({ index }) => String(index),
      (a, b) => add(a, b, COUNTER_SUMS),
    ).sort((a, b) => a.index - b.index),
    risks: mergeRisks(parts, ends),
    tiedMac: parts.find((p) => p.tiedMac !== undefined)?.tiedMac,
    spans: [...parts.flatMap((p) => p.spans), ...ends.map((e) => spanOf(e.detail, e.isClient))],
  }
}

/** Values under equal keys become one, in the order in which the keys come first. */
function mergeBy<T>(values: readonly T[], key: (value: T) => string, merge: (a: T, b: T) => T): T[] {
  const byKey = new Map<string, T>()
  for (const value of values) {
    const k = key(value)
    const there = byKey.get(k)
    byKey.set(k, there === undefined ? value : merge(there, value))
  }
  return [...byKey.values()]
}
function add<T extends Readonly<Record<N, number>>, N extends string>(a: T, b: T, names: readonly N[]): T {
  return { ...a, ...Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) }
}
export const sumOf = (lists: readonly (readonly number[])[]): number[] =>
  (lists[0] ?? []).map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0))

function mergeApps(
  parts: readonly HostPart[],
  moves: ReturnType<HostChanges['shares']['get']>,
  categories: readonly (readonly [app: string, category: string])[],
): HostPart['apps'] {
  const categoryOf = new Map(categories)
  const moved = [...(moves ?? [])].map(([name, share]) => ({ name, category: categoryOf.get(name) ?? 'Unspecified', ...share }))
  const apps = mergeBy(
    [...parts.flatMap((p) => p.apps), ...moved],
    ({ name }) => name,
    (a, b) => add(a, b, SHARE_SUMS),
  )
  return apps.filter((a) => a.flows > 0 || a.bytesSent + a.bytesRcvd > 0)
}

function mergeRisks(parts: readonly HostPart[], ends: readonly { readonly detail: FlowDetail; readonly isClient: boolean }[]): RiskShare[] {
  const merged = mergeBy(
    parts.flatMap((p) => p.risks),
    ({ name }) => name,
    (a, b) => add(a, b, RISK_SUMS),
  )
  const shares = new Map(merged.map((share) => [share.name, share]))
  for (const { detail, isClient } of ends) for (const name of detail.risks) addRisk(shares, name, isClient)
  return [...shares.values()]
}

const L4_ORDER = ['TCP', 'UDP', 'ICMP', 'Other IP', 'Non-IP']
const inOrder = (shares: Share[]) => shares.sort((a, b) => L4_ORDER.indexOf(a.name) - L4_ORDER.indexOf(b.name))

const portOf = (d: FlowDetail): PortShare => ({ port: d.serverPort, proto: d.proto, bytes: d.bytes, flows: 1 })
const peerOf = (d: FlowDetail, isClient: boolean): PeerShare => ({
  address: isClient ? d.server : d.client,
  vlan: d.vlan,
  ...nameOf(isClient ? d.serverLabel : d.clientLabel),
  bytesSent: isClient ? d.bytesC2s : d.bytesS2c,
  bytesRcvd: isClient ? d.bytesS2c : d.bytesC2s,
  flows: 1,
  apps: [{ app: d.app, bytes: d.bytes }],
})
/** On this machine's own pages the program is at the host's end, on those of others at the other. */
function programOf(d: FlowDetail, isClient: boolean): ProgramShare[] {
  const own = isClient ? d.clientProcess : d.serverProcess
  const atClient = own === undefined ? !isClient : isClient
  const process = atClient ? d.clientProcess : d.serverProcess
  if (process === undefined) return []
  const [bytesSent, bytesRcvd] = atClient ? [d.bytesC2s, d.bytesS2c] : [d.bytesS2c, d.bytesC2s]
  return [{ ...(process.name === '' ? {} : { program: process.name }), user: process.user, bytesSent, bytesRcvd, flows: 1 }]
}
const nameOf = (name: string | undefined) => (name === undefined ? {} : { name })
const spanOf = (d: FlowDetail, isClient: boolean): Span => ({
  firstMs: d.firstSeen,
  lastMs: d.lastSeen,
  sent: isClient ? d.bytesC2s : d.bytesS2c,
  rcvd: isClient ? d.bytesS2c : d.bytesC2s,
})

function addPeers(a: PeerShare, b: PeerShare): PeerShare {
  const apps = mergeBy(
    [...a.apps, ...b.apps],
    ({ app }) => app,
    (x, y) => ({ app: x.app, bytes: x.bytes + y.bytes }),
  )
  return {
    ...a,
    ...nameOf(a.name ?? b.name),
    bytesSent: a.bytesSent + b.bytesSent,
    bytesRcvd: a.bytesRcvd + b.bytesRcvd,
    flows: a.flows + b.flows,
    apps: apps.sort((x, y) => y.bytes - x.bytes),
  }
}
