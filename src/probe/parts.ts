/** Answers what is asked of one worker of several: its part of what they know together. */
import type { LiveTables } from '../tables/live-tables.ts'
import { bitsOfTickBefore } from '../tables/rate.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { flowView, rowOfFlowId } from '../tables/views/flow-view.ts'
import { hostView } from '../tables/views/host-view.ts'
import { macOrder } from '../tables/views/mac-view.ts'
import { appCategory, appName } from '../tables/views/roll-up-view.ts'
import { itemOf, type View } from '../tables/views/view.ts'
import { parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'
import { isAmong } from './columns.ts'
import { behindMac, flowDetail, hostPart, indexedLinks, type Links, scannedLinks } from './details.ts'
import { KeyHash, tieOf } from './merge/keys.ts'
import type { AskedRows, BehindMac, FlowPart, HostItemPart, PartAnswer, PartAsk } from './merge/part.ts'
import { keyFeed, keysOf } from './row-keys.ts'

const bpsBeforeOf = (row: Parameters<typeof bitsOfTickBefore>[0], t: LiveTables) =>
  bitsOfTickBefore(row, t.booking.tickNo, 0) + bitsOfTickBefore(row, t.booking.tickNo, 1)

/** The asked rows in their order, -1 for those that are not what they were. */
function stillThere(t: LiveTables, view: View, { rows, keys }: AskedRows, salt: number): Int32Array {
  const known = rows.map((row) => (row < view.used() && view.isLive(row) ? row : -1))
  const now = keysOf(keyFeed(t, view), known.filter((row) => row >= 0) as Int32Array, new KeyHash(salt))
  let n = 0
  return known.map((row, i) => {
    if (row < 0) return -1
    const same = now.low[n] === keys.low[i] && now.high[n] === keys.high[i]
    n++
    return same ? row : -1
  })
}

export function hostItems(t: LiveTables, ask: PartAsk<'hostItems'>): PartAnswer<'hostItems'> {
  const whole = hostView(t)
  // Counting the peers of all hosts costs a pass over all flows; here those of the asked ones are found.
  const view: typeof whole = { ...whole, read: { ...whole.read, peers: () => 0 } }
  const rows = stillThere(t, view as View, ask, ask.salt)
  const peers = peerKeys(t, rows, ask.salt)
  return Array.from(rows, (row): HostItemPart | null => {
    if (row < 0) return null
    const item = itemOf(view, row)
    return { item, bpsBefore: bpsBeforeOf(t.hosts.rows.go(row), t), apps: appBytes(t, row), peers: peers.get(row) ?? [] }
  })
}

function appBytes(t: LiveTables, row: number): (readonly [string, number])[] {
  const { apps, rows } = t.hosts
  const found: (readonly [string, number])[] = []
  for (let share = rows.go(row).firstApp; share >= 0; share = apps.next) {
    apps.go(share)
    found.push([appName(t, apps.app), apps.bytesSent + apps.bytesRcvd])
  }
  return found
}

/** Distinct hosts that each of these has live flows with, by their keys. */
function peerKeys(t: LiveTables, hosts: Int32Array, salt: number): ReadonlyMap<number, readonly number[]> {
  const asked = new Int32Array(t.hosts.rows.used)
  const peers = Array.from(hosts, (row, i) => {
    if (row >= 0) asked[row] = i + 1
    return new Set<number>()
  })
  const r = t.flows.rows
  for (let row = 0; row < r.used; row++) {
    r.go(row)
    if ((r.flags & FLOW_LIVE) === 0) continue
    const a = r.host(0)
    const b = r.host(1)
    if (a < 0 || b < 0) continue
    if (asked[a] !== 0) peers[asked[a]! - 1]!.add(b)
    if (asked[b] !== 0) peers[asked[b]! - 1]!.add(a)
  }
  const feed = keyFeed(t, hostView(t) as View)
  return new Map(
    peers.map((rows, i) => {
      const keys = keysOf(feed, Int32Array.from(rows), new KeyHash(salt))
      return [hosts[i]!, Array.from(keys.low, (_, k) => tieOf(keys, k))]
    }),
  )
}

function partOfFlow(t: LiveTables, row: number, salt: number): FlowPart {
  const keys = keysOf(keyFeed(t, flowView(t) as View), Int32Array.of(row), new KeyHash(salt))
  const r = t.flows.rows.go(row)
  const fieldIndexes: number[] = []
  t.naming.details.eachValue(row, (index) => fieldIndexes.push(index))
  return {
    low: keys.low[0]!,
    high: keys.high[0]!,
    bpsBefore: bpsBeforeOf(r, t),
    appCategory: appCategory(t, ((r.master << 16) | r.app) >>> 0),
    fieldIndexes: fieldIndexes.sort((x, y) => x - y),
    detail: flowDetail(t, row),
  }
}

export function flowItems(t: LiveTables, ask: PartAsk<'flowItems'>): PartAnswer<'flowItems'> {
  const view = flowView(t)
  return Array.from(stillThere(t, view as View, ask, ask.salt), (row) => (row < 0 ? null : itemOf(view, row)))
}

export const flowParts = (t: LiveTables, ask: PartAsk<'flowParts'>): PartAnswer<'flowParts'> =>
  Array.from(stillThere(t, flowView(t) as View, ask, ask.salt), (row) => (row < 0 ? null : partOfFlow(t, row, ask.salt)))

export function flowPart(t: LiveTables, { id, salt }: PartAsk<'flowPart'>): FlowPart | null {
  const row = rowOfFlowId(t, id)
  return row < 0 ? null : partOfFlow(t, row, salt)
}

export function vlansOf(t: LiveTables, { address }: PartAsk<'vlansOf'>): PartAnswer<'vlansOf'> {
  const words = parseAddress(address)
  if (words === undefined) return []
  const view = hostView(t)
  const found: (readonly [number, number])[] = []
  for (let row = 0; row < view.used(); row++)
    if (view.isLive(row) && words.every((word, w) => view.words['address']!(row, w) === word))
      found.push([view.read.vlan(row), view.bytes(row)])
  return found
}

export function partOfHost(t: LiveTables, { address, vlan, without }: PartAsk<'hostPart'>): PartAnswer<'hostPart'> {
  const words = parseAddress(address)
  const row = words === undefined ? -1 : t.hosts.find(...words, vlan)
  return row < 0 ? null : hostPart(t, row, scannedLinks(t), isAmong(without))
}

export function partBehindMac(t: LiveTables, { mac }: PartAsk<'behindMac'>): BehindMac {
  const wanted = parseMac(mac)
  for (let row = 0; row < t.macs.rows.used; row++) if (macOrder(t, row) === wanted) return behindMac(t, row, mac, scannedLinks(t))
  return { nonIp: [], addresses: [] }
}

/** Hosts and flows that one dump holds at most. */
export const MAX_DUMP = 200_000

export function dumpPart(t: LiveTables, { salt, without, address, vlan }: PartAsk<'dumpPart'>): PartAnswer<'dumpPart'> {
  const words = address === undefined ? undefined : parseAddress(address)
  const only = words === undefined ? -1 : t.hosts.find(...words, vlan ?? 0)
  const isWhole = address === undefined
  const skip = isAmong(without)
  const links: Links = isWhole ? indexedLinks(t) : scannedLinks(t)
  const hosts: number[] = isWhole || only < 0 ? [] : [only]
  const h = t.hosts.rows
  if (isWhole) for (let row = 0; row < h.used && hosts.length < MAX_DUMP; row++) if (h.go(row).flags !== 0) hosts.push(row)
  const flows: number[] = []
  const r = t.flows.rows
  for (let row = 0; row < r.used && flows.length < MAX_DUMP; row++) {
    r.go(row)
    if ((r.flags & FLOW_LIVE) === 0 || skip?.(row)) continue
    if (isWhole || (only >= 0 && (r.host(0) === only || r.host(1) === only))) flows.push(row)
  }
  return { hosts: hosts.map((row) => hostPart(t, row, links, skip)), flows: flows.map((row) => partOfFlow(t, row, salt)) }
}
