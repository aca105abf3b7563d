import { TRENDS } from '../../lib/fields.ts'
import { serviceName } from '../../names/services.ts'
import { protocolName } from '../../wire/protocols.ts'
import type { LiveTables } from '../live-tables.ts'
import { trendOf } from '../rate.ts'
import type { RollUp } from '../roll-up.ts'
import type { View } from './view.ts'

function common(t: LiveTables, r: RollUp) {
  const { booking } = t
  const bps = (row: number) => r.bitsOfTick(row, booking.tickNo)
  return {
    used: () => r.count,
    // Row 0 ("Other") shows only when something had to go there.
    isLive: (row: number) => (row > 0 ? r.flows[row]! > 0 || r.packetsC2s[row]! + r.packetsS2c[row]! > 0 : r.refused > 0),
    bytes: (row: number) => r.bytesC2s[row]! + r.bytesS2c[row]!,
    words: {},
    read: {
      bytes: (row: number) => r.bytesC2s[row]! + r.bytesS2c[row]!,
      bytesC2s: (row: number) => r.bytesC2s[row]!,
      bytesS2c: (row: number) => r.bytesS2c[row]!,
      packets: (row: number) => r.packetsC2s[row]! + r.packetsS2c[row]!,
      packetsC2s: (row: number) => r.packetsC2s[row]!,
      packetsS2c: (row: number) => r.packetsS2c[row]!,
      bps,
      pps: (row: number) => r.packetsOfTick(row, booking.tickNo),
      trend: (row: number) => TRENDS[trendOf(bps(row), r.bitsOfTickBefore(row, booking.tickNo))],
      flows: (row: number) => r.flows[row]!,
      lastSeen: (row: number) => r.lastSeenMs[row]!,
    },
  }
}

/** Master × application as one number → its name. */
export const appName = (t: LiveTables, key: number): string => (key < 0 ? 'Other' : t.options.catalogue.pairName(key >>> 16, key & 0xffff))
export const appCategory = (t: LiveTables, key: number): string =>
  key < 0 ? 'Unspecified' : (t.options.catalogue.categories[t.options.catalogue.pairCategoryId(key >>> 16, key & 0xffff)] ?? 'Unspecified')

export function appView(t: LiveTables): View<'apps'> {
  const r = t.booking.apps
  const base = common(t, r)
  return {
    ...base,
    entity: 'apps',
    read: {
      app: (row) => appName(t, r.keys[row]!),
      category: (row) => appCategory(t, r.keys[row]!),
      ...base.read,
      activeFlows: (row) => r.activeFlows[row]!,
    },
  }
}

export function l4View(t: LiveTables): View<'l4'> {
  const r = t.booking.l4
  const base = common(t, r)
  return { ...base, entity: 'l4', read: { proto: (row) => (row === 0 ? 'other' : protocolName(r.keys[row]!)), ...base.read } }
}

export function portView(t: LiveTables): View<'ports'> {
  const r = t.booking.ports
  const base = common(t, r)
  const port = (row: number) => (row === 0 ? 0 : r.keys[row]! & 0xffff)
  const proto = (row: number) => (row === 0 ? 'other' : protocolName(r.keys[row]! >>> 16))
  return {
    ...base,
    entity: 'ports',
    read: { port, proto, service: (row) => serviceName(port(row), proto(row)), ...base.read },
  }
}

export function vlanView(t: LiveTables): View<'vlans'> {
  const r = t.booking.vlans
  const base = common(t, r)
  return { ...base, entity: 'vlans', read: { vlan: (row) => Math.max(0, r.keys[row]!), ...base.read } }
}

/** Applications added up by category, afresh at each call: there are few. */
export function categoryView(t: LiveTables): View<'categories'> {
  const apps = t.booking.apps
  const rows: { category: string; members: number[] }[] = []
  for (let row = 1; row < apps.count; row++) {
    if (apps.flows[row] === 0) continue
    const category = appCategory(t, apps.keys[row]!)
    const there = rows.find((r) => r.category === category)
    if (there === undefined) rows.push({ category, members: [row] })
    else there.members.push(row)
  }
  const base = common(t, apps)
  const sum = (read: (row: number) => number) => (row: number) => rows[row]!.members.reduce((total, member) => total + read(member), 0)
  const bps = sum(base.read.bps)
  return {
    entity: 'categories',
    used: () => rows.length,
    isLive: () => true,
    bytes: sum(base.read.bytes),
    words: {},
    read: {
      category: (row) => rows[row]!.category,
      bytes: sum(base.read.bytes),
      bytesC2s: sum(base.read.bytesC2s),
      bytesS2c: sum(base.read.bytesS2c),
      packets: sum(base.read.packets),
      packetsC2s: sum(base.read.packetsC2s),
      packetsS2c: sum(base.read.packetsS2c),
      bps,
      pps: sum(base.read.pps),
      trend: (row) => TRENDS[trendOf(bps(row), sum((m) => apps.bitsOfTickBefore(m, t.booking.tickNo))(row))],
      flows: sum(base.read.flows),
      lastSeen: (row) => Math.max(...rows[row]!.members.map((m) => apps.lastSeenMs[m]!)),
    },
  }
}
