/** The key of each row, by which the same row is found on several workers. */
import { type Entity, entities, type Fields } from '../lib/fields.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { isText, type View } from '../tables/views/view.ts'
import type { KeyHash, Keys } from './merge/keys.ts'

/** Fields that tell rows apart, where the tables have no shorter way to say it. */
const KEY_FIELDS: { readonly [E in Entity]?: readonly string[] } = {
  macs: ['mac'],
  apps: ['app'],
  categories: ['category'],
  l4: ['proto'],
  ports: ['port', 'proto'],
  vlans: ['vlan'],
  programs: ['program', 'user'],
  nonip: ['source', 'destination', 'ethertype'],
}

type Feed = (row: number, hash: KeyHash) => void

/** The ends in an order that does not depend on who was seen first. */
const flowKey =
  (t: LiveTables): Feed =>
  (row, hash) => {
    const r = t.flows.rows.go(row)
    const ports = r.ports
    const portA = ports >>> 16
    const portB = ports & 0xffff
    const swap = (r.a3 - r.b3 || r.a2 - r.b2 || r.a1 - r.b1 || r.a0 - r.b0 || portA - portB) > 0
    hash.word(r.meta)
    if (swap) hash.word(r.b3).word(r.b2).word(r.b1).word(r.b0).word(portB).word(r.a3).word(r.a2).word(r.a1).word(r.a0).word(portA)
    else hash.word(r.a3).word(r.a2).word(r.a1).word(r.a0).word(portA).word(r.b3).word(r.b2).word(r.b1).word(r.b0).word(portB)
  }

export const feedHost = (hash: KeyHash, w0: number, w1: number, w2: number, w3: number, vlan: number): KeyHash =>
  hash.word(w3).word(w2).word(w1).word(w0).word(vlan)

const hostKey =
  (t: LiveTables): Feed =>
  (row, hash) => {
    const h = t.hosts.rows.go(row)
    feedHost(hash, h.a0, h.a1, h.a2, h.a3, h.vlan)
  }

function talkerKey(view: View): Feed {
  const client = view.words['client']!
  const server = view.words['server']!
  const vlan = view.keys!['vlan']!
  return (row, hash) => {
    feedHost(hash, client(row, 0), client(row, 1), client(row, 2), client(row, 3), vlan(row))
    feedHost(hash, server(row, 0), server(row, 1), server(row, 2), server(row, 3), vlan(row))
  }
}

/** The same for a row of its fields alone, as for items. */
function fieldsKey(view: View): Feed {
  const read = view.read as Readonly<Record<string, (row: number) => unknown>>
  const names = KEY_FIELDS[view.entity]!
  return (row, hash) => feedFields(hash, view.entity, (name) => read[name]!(row), names)
}
export function feedFields(hash: KeyHash, entity: Entity, value: (field: string) => unknown, names = KEY_FIELDS[entity]!): KeyHash {
  const fields: Fields = entities[entity]
  for (const name of names) {
    if (isText(fields[name]!)) hash.text(String(value(name) ?? ''))
    else hash.word(Number(value(name) ?? 0))
  }
  return hash
}

export const keyFeed = (t: LiveTables, view: View): Feed =>
  view.entity === 'flows'
    ? flowKey(t)
    : view.entity === 'hosts'
      ? hostKey(t)
      : view.entity === 'talkers'
        ? talkerKey(view)
        : fieldsKey(view)

export function keysOf(feed: Feed, rows: Int32Array, hash: KeyHash): Keys {
  const low = new Int32Array(rows.length)
  const high = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    feed(rows[i]!, hash.begin())
    hash.end()
    low[i] = hash.low
    high[i] = hash.high
  }
  return { low, high }
}
