import { addressOrder, formatAddress } from '../../wire/address.ts'
import { AS_CLIENT, AS_SERVER, type HostDays, NO_ROW, type Role } from '../host-days.ts'
import type { LiveTables } from '../live-tables.ts'
import type { View } from './view.ts'

/** Contacts that one answer tells apart. */
const MAX_CONTACTS_SHOWN = 1 << 19

/**
 * Who has opened flows to whom, pair by pair, afresh at each call. Both ends may have noted a pair: then it is the client's row, whose list is the one that
 * the client filled alone.
 */
export function contactView(t: LiveTables): View<'contacts'> {
  const days = t.observation?.days
  const pairs = days === undefined ? new Int32Array(0) : pairsOf(days)
  // Three numbers a pair: the row of the host, its role, the place of the peer in its list.
  const host = (row: number) => pairs[3 * row]!
  const role = (row: number) => pairs[3 * row + 1]! as Role
  const list = (row: number) => days!.list(host(row), role(row))
  const place = (row: number) => pairs[3 * row + 2]!
  const word = (end: Role) => (row: number, w: number) =>
    role(row) === end ? days!.word(host(row), w) : days!.contacts.word(list(row), place(row), w)
  const ends = { client: word(AS_CLIENT), server: word(AS_SERVER) }
  const text = (end: keyof typeof ends) => (row: number) =>
    formatAddress(ends[end](row, 0), ends[end](row, 1), ends[end](row, 2), ends[end](row, 3))
  const label = (end: keyof typeof ends) => (row: number) =>
    t.hostNames.get(ends[end](row, 0), ends[end](row, 1), ends[end](row, 2), ends[end](row, 3))
  const order = (end: keyof typeof ends) => (row: number) =>
    addressOrder(ends[end](row, 0), ends[end](row, 1), ends[end](row, 2), ends[end](row, 3))
  const contacts = (row: number) => days!.contacts.count(list(row), place(row))
  return {
    entity: 'contacts',
    used: () => pairs.length / 3,
    isLive: () => true,
    bytes: contacts,
    words: ends,
    order: { client: order('client'), server: order('server') },
    read: {
      client: text('client'),
      clientLabel: label('client'),
      server: text('server'),
      serverLabel: label('server'),
      vlan: (row) => days!.vlan(host(row)),
      contacts,
      uncertain: (row) => days!.contacts.error(list(row), place(row)),
      firstSeen: (row) => 1000 * days!.contacts.first(list(row), place(row)),
      lastSeen: (row) => 1000 * days!.contacts.last(list(row), place(row)),
    },
  }
}

function pairsOf(days: HostDays): Int32Array {
  const { contacts } = days
  let found = new Int32Array(3 * 1024)
  let n = 0
  const add = (row: number, role: Role, i: number) => {
    if (3 * n === found.length) {
      const wider = new Int32Array(2 * found.length)
      wider.set(found)
      found = wider
    }
    found[3 * n] = row
    found[3 * n + 1] = role
    found[3 * n + 2] = i
    n++
  }
  for (let row = 0; row < days.used && n < MAX_CONTACTS_SHOWN; row++) {
    if (!days.isLive(row)) continue
    for (let i = 0; i < contacts.length(days.list(row, AS_CLIENT)); i++) add(row, AS_CLIENT, i)
    const served = days.list(row, AS_SERVER)
    for (let i = 0; i < contacts.length(served); i++) if (!isNotedByClient(days, row, served, i)) add(row, AS_SERVER, i)
  }
  return found.subarray(0, 3 * n)
}

function isNotedByClient(days: HostDays, server: number, served: number, i: number): boolean {
  const at = (w: number) => days.contacts.word(served, i, w)
  const client = days.find(at(0), at(1), at(2), at(3), days.vlan(server))
  if (client === NO_ROW) return false
  const own = (w: number) => days.word(server, w)
  return days.contacts.find(days.list(client, AS_CLIENT), own(0), own(1), own(2), own(3)) >= 0
}
