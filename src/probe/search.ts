import type { SearchHit } from '../lib/live.ts'
import { serviceName } from '../names/services.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { flowView } from '../tables/views/flow-view.ts'
import { hostView } from '../tables/views/host-view.ts'
import { macView } from '../tables/views/mac-view.ts'
import { appView, portView } from '../tables/views/roll-up-view.ts'
import type { WeighedHit } from './merge/part.ts'

type Weighed = WeighedHit

/** Hosts, link addresses, applications, ports and server names that hold a text, those with most traffic first. */
export const search = (t: LiveTables, text: string, limit: number): SearchHit[] => firstHits(hitsOf(t, text), limit)

export const byHit = (a: WeighedHit, b: WeighedHit): number => Number(b.begins) - Number(a.begins) || b.bytes - a.bytes

export function firstHits(hits: WeighedHit[], limit: number): SearchHit[] {
  return hits
    .sort(byHit)
    .slice(0, limit)
    .map(({ bytes: _bytes, begins: _begins, vendor: _vendor, ...hit }) => hit)
}

export function hitsOf(t: LiveTables, text: string): WeighedHit[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  return [...hosts(t, wanted), ...macs(t, wanted), ...apps(t, wanted), ...ports(t, wanted), ...serverNames(t, wanted)]
}

function* hosts(t: LiveTables, wanted: string): Generator<Weighed> {
  const view = hostView(t)
  const couldBeAddress = /^[0-9a-f.:]+$/.test(wanted)
  for (let row = 0; row < view.used(); row++) {
    if (!view.isLive(row)) continue
    const name = view.read.name(row)
    const address = couldBeAddress ? view.read.address(row) : ''
    const inName = name?.toLowerCase().includes(wanted) === true
    if (!inName && (address === '' || !address.includes(wanted))) continue
    const shown = address || view.read.address(row)
    yield {
      kind: 'host',
      value: shown,
      vlan: view.read.vlan(row),
      label: name ?? shown,
      detail: name === undefined ? (view.read.local(row) ? 'local host' : 'remote host') : shown,
      bytes: view.bytes(row),
      begins: shown.startsWith(wanted) || name?.toLowerCase().startsWith(wanted) === true,
    }
  }
}

export const macDetail = (vendor: string | undefined, hosts: number): string => `${vendor ?? 'unknown maker'}, ${hosts} hosts`

function* macs(t: LiveTables, wanted: string): Generator<Weighed> {
  const view = macView(t)
  for (let row = 0; row < view.used(); row++) {
    const mac = view.read.mac(row)
    const vendor = view.read.vendor(row)
    if (!mac.includes(wanted) && vendor?.toLowerCase().includes(wanted) !== true) continue
    const detail = macDetail(vendor, view.read.hosts(row))
    yield {
      kind: 'mac',
      value: mac,
      label: mac,
      detail,
      ...(vendor === undefined ? {} : { vendor }),
      bytes: view.bytes(row),
      begins: mac.startsWith(wanted),
    }
  }
}

function* apps(t: LiveTables, wanted: string): Generator<Weighed> {
  const view = appView(t)
  for (let row = 0; row < view.used(); row++) {
    if (!view.isLive(row)) continue
    const app = view.read.app(row)
    if (!app.toLowerCase().includes(wanted)) continue
    yield {
      kind: 'app',
      value: app,
      label: app,
      detail: view.read.category(row),
      bytes: view.bytes(row),
      begins: app.toLowerCase().startsWith(wanted),
    }
  }
}

function* ports(t: LiveTables, wanted: string): Generator<Weighed> {
  const view = portView(t)
  for (let row = 0; row < view.used(); row++) {
    if (!view.isLive(row)) continue
    const port = view.read.port(row)
    const proto = view.read.proto(row)
    const service = serviceName(port, proto)
    if (String(port) !== wanted && service?.startsWith(wanted) !== true) continue
    yield { kind: 'port', value: String(port), label: `port ${port}/${proto}`, detail: service ?? '', bytes: view.bytes(row), begins: true }
  }
}

function* serverNames(t: LiveTables, wanted: string): Generator<Weighed> {
  const view = flowView(t)
  const seen = new Map<string, number>()
  for (let row = 0; row < view.used(); row++) {
    const name = t.naming.details.serverName(row)
    if (name === '' || !name.includes(wanted) || !view.isLive(row)) continue
    seen.set(name, (seen.get(name) ?? 0) + view.bytes(row))
  }
  for (const [name, bytes] of seen)
    yield { kind: 'server-name', value: name, label: name, detail: 'server name', bytes, begins: name.startsWith(wanted) }
}
