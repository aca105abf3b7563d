/** The tables that can be looked at: which columns each has, and which of them come first when there is little room. */
import { appFields, exporterFields, type Fields, flowFields, hostFields } from '../../lib/fields.ts'
import { endText, hostText, shortCell, trendArrow } from './cells.ts'
import { interfaceFields } from './interface-rows.ts'
import type { Role } from './line.ts'
import { safe } from './width.ts'

export const VIEW_NAMES = ['flows', 'hosts', 'apps', 'interfaces', 'exporters'] as const
export type ViewName = (typeof VIEW_NAMES)[number]
export type Row = Readonly<Record<string, unknown>>

export interface Column {
  /** Of the glossary: what the column sorts by. */
  readonly field: string
  readonly head: string
  readonly align: 'left' | 'right'
  readonly min: number
  /** How wide it may grow. */
  readonly max: number
  /** Never cut: it takes what its widest value needs, or is left out. */
  readonly whole: boolean
  /** 1 comes first. */
  readonly priority: number
  readonly role: Role
  text(row: Row, nowMs: number): string
}

export interface View {
  readonly name: ViewName
  readonly title: string
  readonly fields: Fields
  /** From left to right. */
  readonly columns: readonly Column[]
  keyOf(row: Row): string
}

interface Looks {
  readonly min?: number
  readonly max?: number
  readonly role?: Role
  readonly whole?: true
  readonly text?: (row: Row) => string
}

const NUMBER_WIDTH = 5
const TEXT_KINDS = ['address', 'app', 'choice', 'mac', 'text']

/** `col('bps', 'bit/s', 1)`: field, head, priority. */
const columnsOf =
  (fields: Fields) =>
  (field: string, head: string, priority: number, { min = NUMBER_WIDTH, max = min, role = 'plain', whole, text }: Looks = {}): Column => ({
    field,
    head,
    align: TEXT_KINDS.includes(fields[field]!.kind) ? 'left' : 'right',
    min: Math.max(min, head.length),
    max: Math.max(max, head.length),
    whole: whole === true,
    priority,
    role,
    text: text ?? ((row, nowMs) => shortCell(fields[field]!, row[field], nowMs)),
  })

const trend: Looks = { min: 1, text: (row) => trendArrow(row['trend']) }
const sent: Looks = { role: 'sent' }
const rcvd: Looks = { role: 'rcvd' }
/** An IPv4 address with its port; longer ones take what they need. */
const END_WIDTH = 21

const flow = columnsOf(flowFields)
const flows: View = {
  name: 'flows',
  title: 'Flows',
  fields: flowFields,
  columns: [
    flow('bps', 'bit/s', 1, { min: 6 }),
    flow('trend', '', 6, trend),
    flow('client', 'Client', 2, { min: END_WIDTH, whole: true, text: (row) => endText(row['client'], row['clientPort']) }),
    flow('clientLabel', 'Client name', 16, { min: 12, max: 24 }),
    flow('server', 'Server', 3, { min: END_WIDTH, whole: true, text: (row) => endText(row['server'], row['serverPort']) }),
    flow('proto', 'Proto', 13),
    flow('vlan', 'VLAN', 24),
    flow('app', 'Application', 4, { min: 11, max: 24 }),
    flow('category', 'Category', 18, { min: 10, max: 16 }),
    flow('bytesC2s', '↑sent', 5, sent),
    flow('bytesS2c', '↓rcvd', 5, rcvd),
    flow('bytes', 'Bytes', 9),
    flow('packets', 'Pkts', 11),
    flow('duration', 'Lasts', 10, { min: 7 }),
    flow('lastSeen', 'Seen', 19),
    flow('tcpState', 'State', 14, { min: 11 }),
    flow('serverLatency', 'Latency', 17, { min: 7 }),
    flow('retransmissions', 'Retr', 20),
    flow('lost', 'Lost', 21),
    flow('serverName', 'Server name', 8, { min: 20, max: 48 }),
    flow('info', 'Info', 12, { min: 24, max: 80 }),
  ],
  keyOf: (row) => String(row['id']),
}

const host = columnsOf(hostFields)
const hosts: View = {
  name: 'hosts',
  title: 'Hosts',
  fields: hostFields,
  columns: [
    host('bps', 'bit/s', 1, { min: 6 }),
    host('trend', '', 6, trend),
    host('address', 'Address', 2, { min: 15, whole: true, text: (row) => safe(hostText(row['address'], row['vlan'])) }),
    host('name', 'Name', 3, { min: 16, max: 40 }),
    host('bpsSent', '↑bit/s', 4, sent),
    host('bpsRcvd', '↓bit/s', 4, rcvd),
    host('bytesSent', '↑sent', 5, sent),
    host('bytesRcvd', '↓rcvd', 5, rcvd),
    host('bytes', 'Bytes', 11),
    host('packets', 'Pkts', 13),
    host('flows', 'Flows', 7),
    host('peers', 'Peers', 14),
    host('app', 'Top application', 8, { min: 15, max: 24 }),
    host('lastSeen', 'Seen', 10),
    host('local', 'Local', 16),
    host('retransmissions', 'Retr', 17),
    host('lost', 'Lost', 18),
    host('mac', 'MAC', 12, { min: 17, whole: true }),
    host('vendor', 'Vendor', 9, { min: 10, max: 30 }),
  ],
  keyOf: (row) => hostText(row['address'], row['vlan']),
}

const app = columnsOf(appFields)
const apps: View = {
  name: 'apps',
  title: 'Applications',
  fields: appFields,
  columns: [
    app('bps', 'bit/s', 1, { min: 6 }),
    app('trend', '', 5, trend),
    app('app', 'Application', 2, { min: 18, max: 40 }),
    app('category', 'Category', 6, { min: 14, max: 24 }),
    app('pps', 'pkt/s', 8),
    app('bytesC2s', '↑sent', 3, sent),
    app('bytesS2c', '↓rcvd', 3, rcvd),
    app('bytes', 'Bytes', 4),
    app('packets', 'Packets', 9),
    app('activeFlows', 'Live flows', 7),
    app('flows', 'Flows', 10),
    app('lastSeen', 'Seen', 11),
  ],
  keyOf: (row) => String(row['app']),
}

/** What is wrong with the link of a live interface is said where its state would be. */
const conditionText = (state: unknown, link: unknown): string =>
  state !== 'running' || link === undefined || link === 'up' ? String(state) : link === 'gone' ? 'gone' : `link ${link}`

const iface = columnsOf(interfaceFields)
const interfaces: View = {
  name: 'interfaces',
  title: 'Interfaces',
  fields: interfaceFields,
  columns: [
    iface('bps', 'bit/s', 2, { min: 6 }),
    iface('trend', '', 5, trend),
    iface('id', 'No', 8, { min: 3 }),
    iface('name', 'Name', 1, { min: 16, max: 48 }),
    iface('state', 'State', 3, { min: 9, text: (row) => conditionText(row['state'], row['link']) }),
    iface('kind', 'Kind', 11, { min: 12 }),
    iface('bpsSent', '↑bit/s', 9, sent),
    iface('bpsRcvd', '↓bit/s', 9, rcvd),
    iface('pps', 'pkt/s', 4),
    iface('speedBps', 'Speed', 13),
    iface('packets', 'Packets', 6),
    iface('bytes', 'Bytes', 7),
    iface('flows', 'Flows', 6, { min: 6 }),
    iface('hosts', 'Hosts', 6, { min: 6 }),
    iface('dropped', 'Drops', 6),
    iface('malformed', 'Malformed', 10),
    iface('failure', 'Failure', 12, { min: 20, max: 120 }),
  ],
  keyOf: (row) => String(row['id']),
}

const sender = columnsOf(exporterFields)
const exporters: View = {
  name: 'exporters',
  title: 'Exporters',
  fields: exporterFields,
  columns: [
    sender('recordsPerSecond', 'rec/s', 1),
    sender('exporter', 'Exporter', 2, { min: 15, max: 40 }),
    sender('address', 'Address', 9, { min: 15, whole: true }),
    sender('protocol', 'Protocol', 4, { min: 10 }),
    sender('domain', 'Domain', 8, { min: 6 }),
    sender('records', 'Records', 3),
    sender('bytesReceived', 'Rcvd', 10, rcvd),
    sender('missed', 'Missed', 5),
    sender('faults', 'Faults', 6),
    sender('sampling', 'Sampling', 7, { min: 8 }),
    sender('interfaces', 'Interfaces', 12),
    sender('templates', 'Templates', 13),
    sender('setsWaiting', 'Waiting', 15),
    sender('setsUndecoded', 'Undecoded', 14),
    sender('clockOffset', 'Clock', 16, { min: 7 }),
    sender('lastSeen', 'Seen', 11),
  ],
  keyOf: (row) => String(row['exporterNumber']),
}

export const VIEWS: Readonly<Record<ViewName, View>> = { flows, hosts, apps, interfaces, exporters }
