/** Fields of all rows of a table as typed arrays: what a worker sends so that its rows can be merged with those of others. */
import { type Entity, entities, type Field, type Fields } from '../lib/fields.ts'
import { BadQuestion } from '../lib/live.ts'
import { REGISTERS } from '../tables/distinct-count.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { bitsOfTickBefore, type RatedRow } from '../tables/rate.ts'
import type { RollUp } from '../tables/roll-up.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { macOrder } from '../tables/views/mac-view.ts'
import { isText, textOf, type View } from '../tables/views/view.ts'
import { KeyHash } from './merge/keys.ts'
import { BPS_BEFORE, type Column, type Columns, type PartAsk, TIED_MAC, type Unchanged } from './merge/part.ts'
import { keyFeed, keysOf } from './row-keys.ts'

/** Tables of traffic added up under one key; a row of them shows when it has flows or packets. */
export const ROLL_UPS: readonly Entity[] = ['apps', 'l4', 'ports', 'vlans']

/** Whether a row is among `rows`, which are in order. */
export function isAmong(rows: Int32Array | undefined): ((row: number) => boolean) | undefined {
  if (rows === undefined || rows.length === 0) return undefined
  const set = new Set(rows)
  return (row) => set.has(row)
}

export function columns(t: LiveTables, view: View, ask: PartAsk<'columns'>): Columns | Unchanged {
  const version = versionOf(t, view.entity)
  if (version === ask.known) return { version }
  const skip = view.entity === 'flows' ? isAmong(ask.without) : undefined
  const rows = liveRows(view, skip, ROLL_UPS.includes(view.entity))
  return {
    version,
    rows,
    keys: keysOf(keyFeed(t, view), rows, new KeyHash(ask.salt)),
    columns: Object.fromEntries(ask.fields.map((field) => [field, column(t, view, field, rows)])),
  }
}

/** Rows of hosts that may leave can be others though they are as many. */
function versionOf(t: LiveTables, entity: Entity): string {
  if (entity === 'flows') return `${t.flowsTotal} ${t.flows.rows.live}`
  return entity === 'hosts' && t.options.idle === undefined ? String(t.hosts.rows.live) : `${t.nowMs} ${t.packets}`
}

/** `withEmpty`: also roll-ups whose flows have all got another name, for what they carried lately. Row 0 of those is "Other". */
function liveRows(view: View, skip: ((row: number) => boolean) | undefined, withEmpty: boolean): Int32Array {
  const used = view.used()
  const rows = new Int32Array(used)
  let n = 0
  for (let row = 0; row < used; row++) if ((view.isLive(row) || (withEmpty && row > 0)) && !skip?.(row)) rows[n++] = row
  return rows.subarray(0, n)
}

function column(t: LiveTables, view: View, name: string, rows: Int32Array): Column {
  if (name === BPS_BEFORE) return numbers(rows, bpsBefore(t, view.entity))
  if (name === TIED_MAC) return numbers(rows, (row) => macOrder(t, t.hosts.rows.go(row).mac))
  if (view.entity === 'hosts' && name === 'app') return shares(t, rows)
  if (view.entity === 'hosts' && name === 'peers') return pairs(t, rows)
  if (view.entity === 'aggregations' && name === 'askedBy') return askers(t, rows)
  if (view.entity === 'aggregations' && name === 'hosts') return sketches(t, rows)
  const field: Field | undefined = (entities[view.entity] as Fields)[name]
  const read = (view.read as Readonly<Record<string, (row: number) => unknown>>)[name]
  if (field === undefined || read === undefined) throw new BadQuestion('fields', `${view.entity} have no field ${name}`)
  if (field.kind === 'address') return words(rows, view.words[name]!)
  if (isText(field)) return texts(rows, read, view.keys?.[name])
  return numbers(rows, (row) => {
    const value = read(row)
    return value === undefined ? Number.NaN : Number(value)
  })
}

function numbers(rows: Int32Array, read: (row: number) => number): Column {
  const values = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) values[i] = read(rows[i]!)
  return { type: 'number', values }
}

function words(rows: Int32Array, read: (row: number, word: number) => number): Column {
  const all = new Int32Array(4 * rows.length)
  for (let i = 0; i < rows.length; i++) for (let w = 0; w < 4; w++) all[4 * i + w] = read(rows[i]!, w)
  return { type: 'address', words: all }
}

/** Where the view has a number for each value, its text is made once a value. */
function texts(rows: Int32Array, read: (row: number) => unknown, key: ((row: number) => number) | undefined): Column {
  const dictionary = ['']
  const places = new Map<unknown, number>([['', 0]])
  const index = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const id = key === undefined ? textOf(read(row)) : key(row)
    let place = places.get(id)
    if (place === undefined) {
      const text = key === undefined ? (id as string) : textOf(read(row))
      place = text === '' ? 0 : dictionary.push(text) - 1
      places.set(id, place)
    }
    index[i] = place
  }
  return { type: 'text', dictionary, index }
}

function bpsBefore(t: LiveTables, entity: Entity): (row: number) => number {
  const { booking } = t
  const ofRow = (at: (row: number) => RatedRow) => (row: number) => {
    const r = at(row)
    return bitsOfTickBefore(r, booking.tickNo, 0) + bitsOfTickBefore(r, booking.tickNo, 1)
  }
  const ofRollUp = (r: RollUp) => (row: number) => r.bitsOfTickBefore(row, booking.tickNo)
  switch (entity) {
    case 'flows':
      return ofRow((row) => t.flows.rows.go(row))
    case 'hosts':
      return ofRow((row) => t.hosts.rows.go(row))
    case 'macs':
      return ofRow((row) => t.macs.rows.go(row))
    case 'apps':
      return ofRollUp(booking.apps)
    case 'l4':
      return ofRollUp(booking.l4)
    case 'ports':
      return ofRollUp(booking.ports)
    case 'vlans':
      return ofRollUp(booking.vlans)
    default:
      return () => 0
  }
}

function shares(t: LiveTables, rows: Int32Array): Column {
  const { hosts, options } = t
  const at: number[] = []
  const keys: number[] = []
  const bytes: number[] = []
  for (let i = 0; i < rows.length; i++)
    for (let share = hosts.rows.go(rows[i]!).firstApp; share >= 0; share = hosts.apps.next) {
      hosts.apps.go(share)
      at.push(i)
      keys.push(hosts.apps.app)
      bytes.push(hosts.apps.bytesSent + hosts.apps.bytesRcvd)
    }
  const all = Int32Array.from({ length: keys.length }, (_, i) => i)
  const name = (i: number) => options.catalogue.pairName(keys[i]! >>> 16, keys[i]! & 0xffff)
  const { dictionary, index } = texts(all, name, (i) => keys[i]!) as Column & { type: 'text' }
  return { type: 'shares', at: Int32Array.from(at), dictionary, index, bytes: Float64Array.from(bytes) }
}

/** All who are kept of those who asked. */
function askers(t: LiveTables, rows: Int32Array): Column {
  const names = t.observation?.names?.table
  const at: number[] = []
  const words: number[] = []
  const hashes: number[] = []
  const counts: number[] = []
  rows.forEach((row, i) => {
    for (const { words: address, count } of names?.hosts.top(names.list(row)) ?? []) {
      at.push(i)
      words.push(...address)
      hashes.push(names!.hashOf(...address))
      counts.push(count)
    }
  })
  return {
    type: 'askers',
    at: Int32Array.from(at),
    words: Int32Array.from(words),
    hashes: Int32Array.from(hashes),
    counts: Float64Array.from(counts),
  }
}
function sketches(t: LiveTables, rows: Int32Array): Column {
  const names = t.observation?.names?.table
  const at: number[] = []
  const found: Uint8Array[] = []
  rows.forEach((row, i) => {
    const registers = names?.registers(row)
    if (registers === undefined) return
    at.push(i)
    found.push(registers)
  })
  const registers = new Uint8Array(found.length * REGISTERS)
  found.forEach((one, i) => {
    registers.set(one, i * REGISTERS)
  })
  return { type: 'sketches', at: Int32Array.from(at), registers }
}

/** Hosts that share a live flow, each pair once. */
function pairs(t: LiveTables, rows: Int32Array): Column {
  const place = new Int32Array(t.hosts.rows.used).fill(-1)
  for (let i = 0; i < rows.length; i++) place[rows[i]!] = i
  const seen = new Set<number>()
  const r = t.flows.rows
  for (let row = 0; row < r.used; row++) {
    r.go(row)
    if ((r.flags & FLOW_LIVE) === 0 || r.host(0) < 0 || r.host(1) < 0) continue
    const a = place[r.host(0)]!
    const b = place[r.host(1)]!
    if (a >= 0 && b >= 0) seen.add(Math.min(a, b) * 0x800_0000 + Math.max(a, b))
  }
  const a = new Int32Array(seen.size)
  const b = new Int32Array(seen.size)
  let n = 0
  for (const pair of seen) {
    a[n] = Math.floor(pair / 0x800_0000)
    b[n++] = pair % 0x800_0000
  }
  return { type: 'pairs', a, b }
}
