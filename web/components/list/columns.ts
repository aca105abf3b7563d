/** Which columns a list shows at first, how wide, and how the URL names another choice. */
import { type Entity, entities, type Field, type FieldKind, type Fields } from '../../../src/lib/fields.ts'

/** In the order shown; a name with a number is that many pixels wide at first. */
export const DEFAULT_COLUMNS: Readonly<Record<Entity, readonly string[]>> = {
  flows: ['app', 'proto', 'client', 'server', 'serverName', 'risks', 'bps', 'bytes', 'lastSeen', 'tcpState'],
  hosts: ['name', 'address', 'bps', 'bytes', 'flows', 'peers', 'score', 'app', 'vendor', 'lastSeen'],
  macs: ['mac', 'vendor', 'hosts', 'bps', 'bytes', 'nonIpPackets', 'arpPackets', 'lastSeen'],
  apps: ['app', 'category', 'bps', 'bytes', 'packets', 'activeFlows', 'flows', 'lastSeen'],
  categories: ['category', 'bps', 'bytes', 'packets', 'flows', 'lastSeen'],
  l4: ['proto', 'bps', 'bytes', 'packets', 'flows', 'lastSeen'],
  ports: ['port', 'proto', 'service', 'bps', 'bytes', 'packets', 'flows', 'lastSeen'],
  vlans: ['vlan', 'bps', 'bytes', 'packets', 'flows', 'lastSeen'],
  nonip: ['source', 'destination', 'ethertype', 'bytes', 'packets', 'firstSeen', 'lastSeen'],
  talkers: ['client', 'server', 'bps', 'bytes', 'packets', 'flows'],
  aggregations: ['name', 'kind', 'protocol', 'queries', 'hosts', 'askedBy', 'answered', 'firstSeen', 'lastSeen'],
  contacts: ['client', 'server', 'contacts', 'uncertain', 'firstSeen', 'lastSeen'],
  systems: ['as', 'asName', 'bps', 'bytesSent', 'bytesRcvd', 'bytes', 'packets'],
  countries: ['country', 'bps', 'bytesSent', 'bytesRcvd', 'bytes', 'packets'],
  exporters: [
    'exporter',
    'protocol',
    'domain',
    'recordsPerSecond',
    'records',
    'missed',
    'sampling',
    'interfaces',
    'faults',
    'clockOffset',
    'lastSeen',
  ],
  programs: ['program', 'user', 'bps', 'bytesSent', 'bytesRcvd', 'bytes', 'activeFlows', 'flows', 'service', 'container', 'lastSeen'],
}

/** The most telling fields, whose top values stand above the list. */
export const FACETS: Readonly<Record<Entity, readonly string[]>> = {
  flows: [
    'interface',
    'app',
    'category',
    'risk',
    'program',
    'client',
    'server',
    'serverPort',
    'serverCountry',
    'serverAsName',
    'proto',
    'exporter',
    'site',
    'inInterface',
    'outInterface',
  ],
  hosts: ['app', 'country', 'asName', 'vendor', 'local', 'vlan'],
  macs: ['vendor'],
  apps: ['category'],
  categories: [],
  l4: [],
  ports: ['proto', 'service'],
  vlans: [],
  nonip: ['ethertype', 'source'],
  talkers: ['client', 'server'],
  aggregations: ['kind', 'protocol', 'askedBy'],
  contacts: ['client', 'server'],
  systems: [],
  countries: [],
  programs: ['user', 'service', 'container'],
  exporters: ['protocol', 'samplingFrom'],
}

/** What tells one row from another. */
const KEYS: Readonly<Record<Entity, readonly string[]>> = {
  flows: ['id'],
  hosts: ['address', 'vlan'],
  macs: ['mac'],
  apps: ['app'],
  categories: ['category'],
  l4: ['proto'],
  ports: ['port', 'proto'],
  vlans: ['vlan'],
  nonip: ['source', 'destination', 'ethertype'],
  talkers: ['client', 'server'],
  aggregations: ['kind', 'protocol', 'name'],
  contacts: ['client', 'server', 'vlan'],
  systems: ['as'],
  countries: ['country'],
  programs: ['program', 'user', 'container', 'service'],
  exporters: ['exporterNumber'],
}
export type Row = Readonly<Record<string, unknown>>
export const rowKey = (entity: Entity, row: Row): string => KEYS[entity].map((name) => String(row[name])).join('@')

const WIDTHS: Readonly<Record<FieldKind, number>> = {
  address: 190,
  app: 148,
  bitsPerSecond: 118,
  bytes: 92,
  choice: 104,
  count: 84,
  durationMs: 86,
  flag: 72,
  id: 110,
  mac: 148,
  number: 84,
  packets: 92,
  packetsPerSecond: 92,
  port: 84,
  text: 150,
  texts: 180,
  timeMs: 86,
}
const OWN_WIDTHS: Readonly<Record<string, number>> = {
  'flows.client': 178,
  'flows.server': 190,
  'flows.serverName': 160,
  'flows.risks': 130,
  'flows.interfaces': 130,
  'flows.proto': 78,
  'hosts.name': 220,
  'hosts.address': 240,
  'aggregations.name': 260,
  'contacts.client': 260,
  'contacts.server': 260,
  'talkers.client': 260,
  'talkers.server': 260,
  bytes: 136,
  category: 130,
  info: 220,
}
export const MIN_WIDTH = 52

const fieldsOf = (entity: Entity): Fields => entities[entity]
export const fieldOf = (entity: Entity, name: string): Field => fieldsOf(entity)[name]!
/** Every column that can be chosen: words of the filter language alone are none. */
export const columnsOf = (entity: Entity): readonly string[] =>
  Object.keys(fieldsOf(entity)).filter((name) => !fieldsOf(entity)[name]!.anyOf)
export const widthOf = (entity: Entity, name: string): number =>
  OWN_WIDTHS[`${entity}.${name}`] ?? OWN_WIDTHS[name] ?? WIDTHS[fieldOf(entity, name).kind]

const NUMERIC: ReadonlySet<FieldKind> = new Set([
  'bitsPerSecond',
  'bytes',
  'count',
  'number',
  'durationMs',
  'packets',
  'packetsPerSecond',
  'port',
  'timeMs',
])
export const isNumeric = (kind: FieldKind): boolean => NUMERIC.has(kind)

/** Of all interfaces together, flows say which have seen them. */
const FLOWS_OF_ALL = DEFAULT_COLUMNS.flows.flatMap((name) => (name === 'serverName' ? [name, 'interfaces'] : [name]))
export const usualColumns = (entity: Entity, isOfAll: boolean): readonly string[] =>
  isOfAll && entity === 'flows' ? FLOWS_OF_ALL : DEFAULT_COLUMNS[entity]

/** The columns that the URL names, without those that do not exist; the usual ones when it names none. */
export function columnsFrom(text: string | undefined, entity: Entity, usual = DEFAULT_COLUMNS[entity]): readonly string[] {
  const known = new Set(columnsOf(entity))
  const named = [...new Set((text ?? '').split(','))].filter((name) => known.has(name))
  return named.length > 0 ? named : usual
}
/** Nothing for the usual columns, so that a plain list has a plain URL. */
export const columnsToUrl = (columns: readonly string[], entity: Entity, usual = DEFAULT_COLUMNS[entity]): string =>
  columns.join() === usual.join() ? '' : columns.join()

/** With the column moved by so many places; it stops at the ends. */
export function moved(columns: readonly string[], name: string, by: number): readonly string[] {
  const from = columns.indexOf(name)
  const to = Math.max(0, Math.min(columns.length - 1, from + by))
  return from === -1 || to === from ? columns : columns.toSpliced(from, 1).toSpliced(to, 0, name)
}
