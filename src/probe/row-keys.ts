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
  contacts: ['client', 'server', 'vlan'],
  aggregations: ['kind', 'protocol', 'name'],
  programs: ['program', 'user'],
  exporters: ['exporterNumber'],
  systems: ['as'],
  countries: ['country'],
  nonip: ['source', 'destination', 'ethertype'],
}

export type Feed = (row: number, hash: KeyHash) => void

export const flowKey =
  (t: LiveTables): Feed =>
  (row, hash) => {
    hash.flow(t.flows.rows.go(row))
  }

const hostKey =
  (t: LiveTables): Feed =>
  (row, hash) => {
    const h = t.hosts.rows.go(row)
    hash.host(h.a0, h.a1, h.a2, h.a3, h.vlan)
  }

function talkerKey(view: View): Feed {
  const client = view.words['client']!
  const server = view.words['server']!
  const vlan = view.keys!['vlan']!
  return (row, hash) => {
    hash
      .host(client(row, 0), client(row, 1), client(row, 2), client(row, 3), vlan(row))
      .withPeer(server(row, 0), server(row, 1), server(row, 2), server(row, 3), vlan(row))
  }
}

/** The same for a row of its fields alone, as for items. */
function fieldsKey(view: View): Feed {
  const read = view.read as Readonly<Record<string, (row: number) => unknown>>
  const names = KEY_FIELDS[view.entity]!
  return (row, hash) => {
    feedFields(hash.begin(), view.entity, (name) => read[name]!(row), names).end()
  }
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
    feed(rows[i]!, hash)
    low[i] = hash.low
    high[i] = hash.high
  }
  return { low, high }
}
