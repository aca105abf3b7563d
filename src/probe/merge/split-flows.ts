/** Flows whose packets came to several workers, made one again; and what that changes in the sums of others. */
import { CONFIDENCES, type Field, type FlowItem, flowFields, mergeRule, TCP_STATES, TRENDS } from '../../lib/fields.ts'
import type { DissectedField, FlowDetail, TcpHealth } from '../../lib/live.ts'
import type { RiskName } from '../../lib/risks.gen.ts'
import { scoresOf, unionOfRisks } from '../../lib/risks.ts'
import { trendOf } from '../../tables/rate.ts'
import { parseAddress } from '../../wire/address.ts'
import { feedFields } from '../row-keys.ts'
import { inSeveral, KeyHash, type Keys } from './keys.ts'
import type { FlowPart } from './part.ts'
import type { Correction } from './table.ts'

/** Rows of flows that lie on several workers: joint row → rows by worker. */
export interface SplitRows {
  /** Of each worker, in the order of `flows`. */
  readonly rows: readonly Int32Array[]
  readonly keys: readonly Keys[]
}

/** Keys that come from more than one worker. */
export function splitRows(parts: readonly { readonly rows: Int32Array; readonly keys: Keys }[]): SplitRows {
  const places = inSeveral(parts.map(({ keys }) => keys))
  return {
    rows: parts.map(({ rows }, p) => Int32Array.from(places[p]!, (i) => rows[i]!)),
    keys: parts.map(({ keys }, p) => ({
      low: Int32Array.from(places[p]!, (i) => keys.low[i]!),
      high: Int32Array.from(places[p]!, (i) => keys.high[i]!),
    })),
  }
}

export interface SplitFlow {
  readonly low: number
  readonly high: number
  readonly parts: readonly FlowPart[]
  readonly detail: FlowDetail
  readonly bpsBefore: number
  readonly appCategory: string
}

/** `parts` by worker, whose numbers are given; those that have left since are null. */
export function splitFlows(parts: readonly (readonly (FlowPart | null)[])[], numbers: readonly number[]): SplitFlow[] {
  const byKey = new Map<string, FlowPart[]>()
  parts.forEach((list, worker) => {
    for (const part of list) {
      if (part === null) continue
      const key = `${part.low} ${part.high}`
      const own = { ...part, detail: { ...part.detail, id: idOn(numbers[worker]!, part.detail.id) } }
      const there = byKey.get(key)
      if (there === undefined) byKey.set(key, [own])
      else there.push(own)
    }
  })
  return [...byKey.values()].map(mergeFlow)
}

/** A flow's id says which worker has it. */
export const idOn = (worker: number, id: string): string => `${worker}-${id}`
export function workerOfId(id: string): { worker: number; id: string } | undefined {
  const dash = id.indexOf('-')
  const worker = /^\d{1,9}$/.test(id.slice(0, dash)) ? Number(id.slice(0, dash)) : -1
  return dash < 0 || worker < 0 ? undefined : { worker, id: id.slice(dash + 1) }
}

const ITEM_FIELDS = Object.entries<Field>(flowFields).flatMap(([name, field]) => (field.anyOf ? [] : [name]))
/** What lists show of it. */
export function flowItemOf(detail: FlowDetail): FlowItem {
  const values = detail as unknown as Values
  return Object.fromEntries(ITEM_FIELDS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]))) as FlowItem
}

type Values = Record<string, unknown>

/** The name of the same thing at the other end, or of the other direction. */
const other = (name: string): string =>
  name.startsWith('client')
    ? `server${name.slice(6)}`
    : name.startsWith('server')
      ? `client${name.slice(6)}`
      : name.endsWith('C2s')
        ? `${name.slice(0, -3)}S2c`
        : name.endsWith('S2c')
          ? `${name.slice(0, -3)}C2s`
          : name

/** The same flow, seen with its ends exchanged. */
function turned(part: FlowPart): FlowPart {
  const values = part.detail as unknown as Values
  const detail: Values = {}
  for (const [name, value] of Object.entries(values)) {
    const partner = other(name)
    detail[partner === name || name === 'serverName' ? name : partner] = value
  }
  return { ...part, detail: detail as unknown as FlowDetail }
}

/** Recognised by payload and told what is inside is more than recognised alone; a port's suggestion is least. */
function knowledge({ detail }: FlowPart): number {
  return CONFIDENCES.indexOf(detail.confidence as (typeof CONFIDENCES)[number]) + (detail.app.includes('.') ? CONFIDENCES.length : 0)
}

export function mergeFlow(seen: readonly FlowPart[]): SplitFlow {
  const byTime = [...seen].sort((a, b) => a.detail.firstSeen - b.detail.firstSeen)
  const first = byTime[0]!
  // With one worker, too, the first packet says who is the client.
  const parts = byTime.map((p) =>
    p.detail.client === first.detail.client && p.detail.clientPort === first.detail.clientPort ? p : turned(p),
  )
  const best = parts.reduce((a, b) => (knowledge(b) > knowledge(a) ? b : a))
  const detail: Values = { ...best.detail, id: first.detail.id, communityId: first.detail.communityId }
  for (const [name, field] of Object.entries<Field>(flowFields)) {
    if (field.anyOf !== undefined || name === 'id') continue
    const value = mergeField(
      field,
      parts.map((p) => (p.detail as unknown as Values)[name]),
      (best.detail as unknown as Values)[name],
    )
    if (value === undefined) delete detail[name]
    else detail[name] = value
  }
  const bpsBefore = parts.reduce((sum, p) => sum + p.bpsBefore, 0)
  const merged = detail as unknown as FlowDetail
  return {
    low: first.low,
    high: first.high,
    parts: seen,
    bpsBefore,
    appCategory: best.appCategory,
    detail: { ...merged, ...derived(merged, parts, bpsBefore), fields: fieldsOf(parts, best), ...healthOf(parts), ...bitsOf(parts) },
  }
}

function mergeField(field: Field, values: readonly unknown[], best: unknown): unknown {
  const known = values.filter((value) => value !== undefined)
  const numbers = known.map(Number)
  switch (mergeRule(field)) {
    case 'sum':
      return numbers.reduce((a, b) => a + b, 0)
    case 'min':
      return Math.min(...numbers)
    case 'max':
      return Math.max(...numbers)
    case 'union':
      if (field.kind === 'texts') return unionOfRisks(known as string[][])
      return [...'FSRPAUEC'].filter((letter) => known.some((text) => (text as string).includes(letter))).join('')
    case 'best':
      return best ?? known[0]
    default:
      return known[0]
  }
}

function derived(merged: FlowDetail, parts: readonly FlowPart[], bpsBefore: number): Partial<FlowDetail> {
  const { bps, bytes, packets, firstSeen, lastSeen } = merged
  const serverLatency = merged.serverLatency ?? handshake(parts)
  return {
    duration: lastSeen - firstSeen,
    trend: TRENDS[trendOf(bps, bpsBefore)],
    pps: bytes === 0 ? 0 : Math.round(bps / 8 / (bytes / Math.max(1, packets))),
    tcpState: stateOf(merged, parts),
    ...risksOf(merged, parts),
    ...(serverLatency === undefined ? {} : { serverLatency }),
  }
}

/** One way only is how each part may have seen it, and not how it was. */
function risksOf(
  merged: FlowDetail,
  parts: readonly FlowPart[],
): Pick<FlowDetail, 'clientScore' | 'risks' | 'risksTold' | 'score' | 'serverScore'> {
  const bothWays = merged.packetsC2s > 0 && merged.packetsS2c > 0
  const risks = merged.risks.filter((name) => !bothWays || name !== ONE_WAY)
  const told = parts.flatMap(({ detail }) => detail.risksTold)
  return { risks, ...scoresOf(risks), risksTold: risks.flatMap((name) => told.find((one) => one.name === name) ?? []) }
}
const ONE_WAY: RiskName = 'Unidirectional Traffic'

/** Both have said FIN, though no part has seen both. */
function stateOf({ tcpFlagsC2s, tcpFlagsS2c }: FlowDetail, parts: readonly FlowPart[]): FlowDetail['tcpState'] {
  const furthest = Math.max(...parts.map((p) => TCP_STATES.indexOf(p.detail.tcpState as (typeof TCP_STATES)[number])))
  const isClosed = TCP_STATES[furthest] === 'closing' && tcpFlagsC2s.includes('F') && tcpFlagsS2c.includes('F')
  return isClosed ? 'closed' : TCP_STATES[furthest]!
}

/** From the client's SYN, the first packet of one part, to the server's, the first of another. */
function handshake(parts: readonly FlowPart[]): number | undefined {
  const begins = (of: (d: FlowDetail) => [own: string, packets: number]) =>
    parts.find(({ detail }) => {
      const [flags, packetsBack] = of(detail)
      return flags.includes('S') && packetsBack === 0
    })?.detail
  const client = begins((d) => [d.tcpFlagsC2s, d.packetsS2c])
  const server = begins((d) => [d.tcpFlagsS2c, d.packetsC2s])
  if (client === undefined || server === undefined || server.firstSeen <= client.firstSeen) return undefined
  return Math.max(1, Math.round((server.firstSeen - client.firstSeen) * 1000)) / 1000
}

/** All that any part has read; where two have read the same field, what the part read that names the flow. */
function fieldsOf(parts: readonly FlowPart[], best: FlowPart): DissectedField[] {
  const byIndex = new Map<number, DissectedField>()
  for (const part of [...parts.filter((p) => p !== best), best])
    part.detail.fields.forEach((field, i) => {
      byIndex.set(part.fieldIndexes[i]!, field)
    })
  return [...byIndex].sort(([a], [b]) => a - b).map(([, field]) => field)
}

const addHealth = (a: TcpHealth | undefined, b: TcpHealth): TcpHealth => ({
  retransmissions: (a?.retransmissions ?? 0) + b.retransmissions,
  outOfOrder: (a?.outOfOrder ?? 0) + b.outOfOrder,
  lost: (a?.lost ?? 0) + b.lost,
  zeroWindow: (a?.zeroWindow ?? 0) + b.zeroWindow,
})
function healthOf(parts: readonly FlowPart[]): Pick<FlowDetail, 'tcpC2s' | 'tcpS2c'> {
  let c2s: TcpHealth | undefined
  let s2c: TcpHealth | undefined
  for (const { detail } of parts) {
    if (detail.tcpC2s !== undefined) c2s = addHealth(c2s, detail.tcpC2s)
    if (detail.tcpS2c !== undefined) s2c = addHealth(s2c, detail.tcpS2c)
  }
  return { ...(c2s === undefined ? {} : { tcpC2s: c2s }), ...(s2c === undefined ? {} : { tcpS2c: s2c }) }
}
const bitsOf = (parts: readonly FlowPart[]): Pick<FlowDetail, 'bpsC2s' | 'bpsS2c'> => ({
  bpsC2s: parts.reduce((sum, p) => sum + p.detail.bpsC2s, 0),
  bpsS2c: parts.reduce((sum, p) => sum + p.detail.bpsS2c, 0),
})

/** What the workers' sums of an entity have wrong because they counted each part of a flow as a flow, under what they knew of it. */
export function corrections(entity: string, flows: readonly SplitFlow[], salt: number): Correction[] {
  const found: Correction[] = []
  const hash = new KeyHash(salt)
  let seen: Pick<Correction, 'lastSeen'> = {}
  const add = (feed: (h: KeyHash) => void, amounts: Correction['amounts']) => {
    feed(hash)
    found.push({ low: hash.low, high: hash.high, amounts, ...seen })
  }
  for (const flow of flows) {
    seen = {}
    for (const part of flow.parts) correctOne(entity, part.detail, part.appCategory, -1, flow, add)
    seen = { lastSeen: flow.detail.lastSeen }
    correctOne(entity, flow.detail, flow.appCategory, 1, flow, add)
  }
  return found
}

type Add = (feed: (h: KeyHash) => void, amounts: Correction['amounts']) => void

const isMoved = (entity: string, { parts, detail }: SplitFlow): boolean =>
  parts.some((p) => (entity === 'apps' ? p.detail.app !== detail.app : entity === 'ports' && p.detail.serverPort !== detail.serverPort))

function correctOne(entity: string, d: FlowDetail, category: string, sign: 1 | -1, flow: SplitFlow, add: Add): void {
  const flows = { flows: sign }
  const moved = {
    flows: sign,
    activeFlows: sign,
    bytes: sign * d.bytes,
    bytesC2s: sign * d.bytesC2s,
    bytesS2c: sign * d.bytesS2c,
    packets: sign * d.packets,
    packetsC2s: sign * d.packetsC2s,
    packetsS2c: sign * d.packetsS2c,
    // A flow's packets a second are an estimate: they move only where the flow does.
    ...(isMoved(entity, flow) ? { bps: sign * d.bps, pps: sign * d.pps } : {}),
  }
  const host = (address: string, amounts: Correction['amounts']) => {
    const words = parseAddress(address)
    if (words !== undefined) add((h) => h.host(...words, d.vlan), amounts)
  }
  const keyed = (values: Readonly<Record<string, unknown>>, amounts: Correction['amounts']) =>
    add((h) => feedFields(h.begin(), entity as 'apps', (name) => values[name]).end(), amounts)
  switch (entity) {
    case 'hosts':
      host(d.client, { ...flows, flowsAsClient: sign, score: sign * d.clientScore, scoreAsClient: sign * d.clientScore })
      host(d.server, { ...flows, flowsAsServer: sign, score: sign * d.serverScore, scoreAsServer: sign * d.serverScore })
      return
    case 'apps':
      keyed({ app: d.app, category }, moved)
      return
    case 'l4':
      keyed({ proto: d.proto }, moved)
      return
    case 'vlans':
      keyed({ vlan: d.vlan }, moved)
      return
    case 'ports':
      if (d.serverPort !== 0) keyed({ port: d.serverPort, proto: d.proto }, moved)
      return
    default:
  }
}

/** What one host did with one application. */
export interface HostShare {
  bytesSent: number
  bytesRcvd: number
  packetsSent: number
  packetsRcvd: number
  flows: number
}
export const hostId = (address: string, vlan: number): string => `${address}@${vlan}`

/** Host → application → what its share gains or loses, because parts of a flow had another name, or each counted as a flow. */
export function shareMoves(flows: readonly SplitFlow[]): ReadonlyMap<string, ReadonlyMap<string, HostShare>> {
  const moves = new Map<string, Map<string, HostShare>>()
  const add = (d: FlowDetail, isClient: boolean, sign: 1 | -1) => {
    const id = hostId(isClient ? d.client : d.server, d.vlan)
    const ofHost = moves.get(id) ?? new Map<string, HostShare>()
    moves.set(id, ofHost)
    const share = ofHost.get(d.app) ?? { bytesSent: 0, bytesRcvd: 0, packetsSent: 0, packetsRcvd: 0, flows: 0 }
    ofHost.set(d.app, share)
    share.bytesSent += sign * (isClient ? d.bytesC2s : d.bytesS2c)
    share.bytesRcvd += sign * (isClient ? d.bytesS2c : d.bytesC2s)
    share.packetsSent += sign * (isClient ? d.packetsC2s : d.packetsS2c)
    share.packetsRcvd += sign * (isClient ? d.packetsS2c : d.packetsC2s)
    // What nobody has named is in no host's list of applications, and its flows are not counted there.
    if (d.app !== 'Unknown') share.flows += sign
  }
  for (const { parts, detail } of flows)
    for (const isClient of [true, false]) {
      for (const part of parts) add(part.detail, isClient, -1)
      add(detail, isClient, 1)
    }
  return moves
}

const MOVED = ['flows', 'flowsAsClient', 'flowsAsServer', 'score', 'scoreAsClient', 'scoreAsServer'] as const
type HostMove = Record<(typeof MOVED)[number], number>

/** What the workers count too often of each host's flows, and of their scores. */
export function hostMoves(flows: readonly SplitFlow[]): ReadonlyMap<string, Readonly<HostMove>> {
  const moves = new Map<string, HostMove>()
  const add = (address: string, vlan: number, isClient: boolean, score: number, sign: 1 | -1) => {
    const id = hostId(address, vlan)
    const of = moves.get(id) ?? (Object.fromEntries(MOVED.map((name) => [name, 0])) as HostMove)
    moves.set(id, of)
    of.flows += sign
    of[isClient ? 'flowsAsClient' : 'flowsAsServer'] += sign
    of.score += sign * score
    of[isClient ? 'scoreAsClient' : 'scoreAsServer'] += sign * score
  }
  for (const { parts, detail } of flows)
    for (const [d, sign] of [...parts.map((p) => [p.detail, -1] as const), [detail, 1] as const]) {
      add(d.client, d.vlan, true, d.clientScore, sign)
      add(d.server, d.vlan, false, d.serverScore, sign)
    }
  return moves
}
