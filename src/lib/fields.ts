import { AGGREGATION_KINDS } from './aggregations.ts'
import { EXPORT_PROTOCOLS, SAMPLING_FROM } from './exporters.ts'
import { RISKS } from './risks.gen.ts'

/**
 * The glossary: every word by which a flow, a host and the other live tables are described. The filter language, the API's schemas, the
 * console's columns and the exports take their names, labels and units from here and from nowhere else.
 */

/** What a field holds. The kind decides how it is compared, sorted, formatted and typed. Times are epoch milliseconds. */
export type FieldKind =
  | 'address' // IPv4 or IPv6 as text; compared with addresses and networks
  | 'app' // Master.App
  | 'bitsPerSecond'
  | 'bytes'
  | 'choice' // one of `choices`
  | 'count'
  | 'durationMs'
  | 'flag'
  | 'id' // opaque, only for equality
  | 'mac'
  | 'number' // names something, as an autonomous system: neither scaled nor added
  | 'packets'
  | 'packetsPerSecond'
  | 'port'
  | 'text'
  | 'texts' // several texts; a test is true of the field when it is of one of them
  | 'timeMs'

/**
 * How the values that several workers have for one row become one (probe/merge). `first`: of the part that was seen first and has one. `best`: of the part that
 * knows most of the flow. `union`: letters, or texts, of all. `derived`: follows from other fields. `distinct`: counted afresh, as the parts may count the same.
 */
export type MergeRule = 'best' | 'derived' | 'distinct' | 'first' | 'max' | 'min' | 'sum' | 'union'

export interface Field {
  readonly kind: FieldKind
  /** Left out: amounts and rates add, all else is of the part that was seen first. */
  readonly merge?: MergeRule
  /** A column's head. */
  readonly label: string
  /** One sentence for tooltips, the documentation and the API's schema. */
  readonly about: string
  readonly choices?: readonly string[]
  /** Absent where it was not seen. */
  readonly optional?: true
  /** A word of the filter language alone: it stands for any of these fields of the row. */
  readonly anyOf?: readonly string[]
}

export type Fields = Readonly<Record<string, Field>>

const ADDED: readonly FieldKind[] = ['bitsPerSecond', 'bytes', 'count', 'packets', 'packetsPerSecond']
export const mergeRule = (field: Field): MergeRule => field.merge ?? (ADDED.includes(field.kind) ? 'sum' : 'first')

type ValueOf<F extends Field> = F['kind'] extends 'address' | 'app' | 'choice' | 'id' | 'mac' | 'text'
  ? string
  : F['kind'] extends 'flag'
    ? boolean
    : F['kind'] extends 'texts'
      ? readonly string[]
      : number
type Shown<F extends Fields> = { [N in keyof F as F[N] extends { anyOf: readonly string[] } ? never : N]: F[N] }
type Required_<F extends Fields> = { [N in keyof F as F[N] extends { optional: true } ? never : N]: ValueOf<F[N]> }
type Optional_<F extends Fields> = { [N in keyof F as F[N] extends { optional: true } ? N : never]?: ValueOf<F[N]> }
/** The row object that a table of fields describes. */
export type Item<F extends Fields> = Required_<Shown<F>> & Optional_<Shown<F>>

const of =
  <const K extends FieldKind>(kind: K) =>
  (label: string, about: string) =>
    ({ kind, label, about }) as const

const address = of('address')
const app = of('app')
const bps = of('bitsPerSecond')
const bytes = of('bytes')
const count = of('count')
const duration = of('durationMs')
const flag = of('flag')
const id = of('id')
const mac = of('mac')
const number = of('number')
const packets = of('packets')
const pps = of('packetsPerSecond')
const port = of('port')
const text = of('text')
const time = of('timeMs')
const choice = <const C extends readonly string[]>(label: string, about: string, choices: C) =>
  ({ kind: 'choice', label, about, choices }) as const
const texts = (label: string, about: string, choices?: readonly string[]) =>
  ({ kind: 'texts', label, about, ...(choices && { choices }) }) as const
const merged = <const F extends Field>(merge: MergeRule, f: F) => ({ ...f, merge }) as F & { readonly merge: MergeRule }
const optional = <const F extends Field>(f: F) => ({ ...f, optional: true }) as F & { readonly optional: true }
const anyOf = <const F extends Field, const A extends readonly string[]>(f: F, ...names: A) => ({ ...f, anyOf: names }) as const

export const TRENDS = ['steady', 'up', 'down'] as const
export const TCP_STATES = ['none', 'syn', 'syn-ack', 'established', 'closing', 'closed', 'reset'] as const
/** Why a flow has the application it has, weakest first. */
export const CONFIDENCES = [
  'unknown',
  'port',
  'address',
  'earlier-flow',
  'inside',
  'server-name',
  'exporter',
  'payload',
  'custom-rule',
] as const

const RISK_NAMES: readonly string[] = RISKS.map(({ name }) => name)

const seen = {
  firstSeen: merged('min', time('First seen', 'Time of the first packet')),
  lastSeen: merged('max', time('Last seen', 'Time of the latest packet')),
} as const

const rate = {
  bps: bps('Throughput', 'Bits a second, both directions, over the last second'),
  pps: pps('Packet rate', 'Packets a second, both directions, over the last second'),
  trend: merged('derived', choice('Trend', 'Throughput against the second before', TRENDS)),
} as const

const c2s = {
  bytes: bytes('Bytes', 'Frame bytes, both directions'),
  bytesC2s: bytes('Bytes from client', 'Frame bytes from client to server'),
  bytesS2c: bytes('Bytes from server', 'Frame bytes from server to client'),
  packets: packets('Packets', 'Packets, both directions'),
  packetsC2s: packets('Packets from client', 'Packets from client to server'),
  packetsS2c: packets('Packets from server', 'Packets from server to client'),
} as const

const sentRcvd = {
  bytes: bytes('Bytes', 'Frame bytes sent and received'),
  bytesSent: bytes('Sent', 'Frame bytes sent'),
  bytesRcvd: bytes('Received', 'Frame bytes received'),
  packets: packets('Packets', 'Packets sent and received'),
  packetsSent: packets('Packets sent', 'Packets sent'),
  packetsRcvd: packets('Packets received', 'Packets received'),
} as const

export const flowFields = {
  id: id('Flow', 'Identifies the flow while it is live'),
  proto: text('Protocol', 'Layer-4 protocol: tcp, udp, icmp, … or its number'),
  client: address('Client', 'Address of the end that opened the flow'),
  clientPort: port('Client port', 'Port of the client; 0 unless TCP, UDP or SCTP'),
  clientLabel: optional(text('Client name', 'Best name known of the client')),
  server: address('Server', 'Address of the end that was spoken to'),
  serverPort: port('Server port', 'Port of the server; 0 unless TCP, UDP or SCTP'),
  serverLabel: optional(text('Server host name', 'Best name known of the server')),
  vlan: merged('first', number('VLAN', 'Innermost VLAN id; 0 when untagged')),
  app: merged('best', app('Application', 'Master.App, as TLS.Google')),
  category: merged('best', text('Category', 'Category of the application')),
  confidence: merged('best', choice('Confidence', 'What the application name rests on', CONFIDENCES)),
  serverName: optional(merged('best', text('Server name', 'Name the client asked for: SNI, HTTP Host, DNS query name'))),
  info: optional(merged('best', text('Info', 'The telling detail: URL, query, subject'))),
  ...seen,
  duration: merged('derived', duration('Duration', 'From the first to the latest packet')),
  ...c2s,
  ...rate,
  tcpState: merged('derived', choice('TCP state', 'State of the connection', TCP_STATES)),
  tcpFlagsC2s: merged('union', text('Flags from client', 'TCP flags seen from the client, as FSRPAUEC')),
  tcpFlagsS2c: merged('union', text('Flags from server', 'TCP flags seen from the server, as FSRPAUEC')),
  retransmissions: packets('Retransmissions', 'TCP segments seen again, both directions'),
  outOfOrder: packets('Out of order', 'TCP segments behind later ones, both directions'),
  lost: packets('Lost', 'TCP segments that never passed here, both directions'),
  zeroWindow: packets('Zero window', 'Segments that closed the receive window, both directions'),
  clientLatency: optional(duration('Client latency', 'Handshake time between here and the client and back')),
  serverLatency: optional(duration('Server latency', 'Handshake time between here and the server and back')),
  clientMac: optional(mac('Client MAC', 'Link address of the frames from the client')),
  serverMac: optional(mac('Server MAC', 'Link address of the frames from the server')),
  tunnel: optional(text('Tunnel', 'Outermost tunnel that the flow was found in')),
  risks: merged('union', texts('Risks', 'What is wrong with the flow, or may be', RISK_NAMES)),
  score: merged('derived', count('Score', 'Sum of the scores of its risks')),
  clientScore: merged('derived', count('Client score', "The client's part of the score")),
  serverScore: merged('derived', count('Server score', "The server's part of the score")),
  clientProgram: optional(text('Client program', 'Process at the client, where that is this machine')),
  serverProgram: optional(text('Server program', 'Process at the server, where that is this machine')),
  clientUser: optional(text('Client user', 'User of that process at the client')),
  serverUser: optional(text('Server user', 'User of that process at the server')),
  clientContainer: optional(text('Client container', 'Container in which the process at the client runs')),
  serverContainer: optional(text('Server container', 'Container in which the process at the server runs')),
  clientService: optional(text('Client service', 'systemd unit of the process at the client')),
  serverService: optional(text('Server service', 'systemd unit of the process at the server')),
  exporter: optional(text('Exporter', 'Who told of the flow: its alias or address')),
  interfaces: optional(texts('Interfaces', 'Interfaces that saw it, where all are asked as one')),
  site: optional(text('Site', 'wiretop that saw the flow, where several feed each other')),
  inInterface: optional(text('In interface', 'Interface of the exporter by which the flow from the client came in')),
  outInterface: optional(text('Out interface', 'Interface of the exporter by which the flow from the client went out')),
  clientAs: optional(
    merged('first', count('Client AS', 'Autonomous system of the client, as its exporter or the table of addresses tells it')),
  ),
  serverAs: optional(
    merged('first', count('Server AS', 'Autonomous system of the server, as its exporter or the table of addresses tells it')),
  ),
  clientAsName: optional(text('Client AS name', 'Who runs the autonomous system of the client')),
  serverAsName: optional(text('Server AS name', 'Who runs the autonomous system of the server')),
  clientCountry: optional(text('Client country', 'Country that the address of the client is registered in, as DE')),
  serverCountry: optional(text('Server country', 'Country that the address of the server is registered in, as DE')),
  nextHop: optional(address('Next hop', 'Router that the flow went to next')),
  tosC2s: optional(merged('first', count('ToS from client', 'Type of service or traffic class from client to server'))),
  tosS2c: optional(merged('first', count('ToS from server', 'Type of service or traffic class from server to client'))),
  sampling: optional(merged('first', count('Sampling', 'One packet of so many was counted; the figures are multiplied'))),
  repeats: optional(merged('first', count('Repeats', 'Records that told of the flow again, and were not counted'))),
  host: anyOf(address('Host', 'Either end, by address, network or name'), 'client', 'server', 'clientLabel', 'serverLabel', 'serverName'),
  port: anyOf(port('Port', 'Either port'), 'clientPort', 'serverPort'),
  mac: anyOf(mac('MAC', 'Either link address'), 'clientMac', 'serverMac'),
  interface: anyOf(texts('Interface', 'An interface that saw it, where all are asked as one'), 'interfaces'),
  risk: anyOf(texts('Risk', 'One of the risks', RISK_NAMES), 'risks'),
  as: anyOf(number('AS', 'Autonomous system at either end'), 'clientAs', 'serverAs'),
  asName: anyOf(text('AS name', 'Who runs the autonomous system at either end'), 'clientAsName', 'serverAsName'),
  country: anyOf(text('Country', 'Country at either end, as DE'), 'clientCountry', 'serverCountry'),
  program: anyOf(text('Program', 'Process of this machine, at either end'), 'clientProgram', 'serverProgram'),
  user: anyOf(text('User', 'User of the process of this machine, at either end'), 'clientUser', 'serverUser'),
  container: anyOf(text('Container', 'Container of the process of this machine, at either end'), 'clientContainer', 'serverContainer'),
  service: anyOf(text('Service', 'systemd unit of the process of this machine, at either end'), 'clientService', 'serverService'),
} as const satisfies Fields

export const hostFields = {
  address: address('Address', 'IPv4 or IPv6 address'),
  vlan: merged('first', number('VLAN', 'VLAN id; 0 when untagged')),
  name: optional(text('Name', 'Best name known: given, DHCP, mDNS, NetBIOS, DNS, reverse DNS')),
  mac: optional(mac('MAC', 'Link address of its frames; absent behind a router')),
  vendor: optional(text('Vendor', 'Maker of the network card')),
  system: optional(text('System', 'Operating system, by a user agent or by how its connections begin')),
  tcpFingerprint: optional(text('TCP fingerprint', 'Of its first SYN: initial hop limit, window, MSS, window scale, options in order')),
  local: flag('Local', 'In a local network'),
  as: optional(merged('first', number('AS', 'Autonomous system that announces its address'))),
  asName: optional(text('AS name', 'Who runs that autonomous system')),
  country: optional(text('Country', 'Country that its address is registered in, as DE')),
  ...seen,
  ...sentRcvd,
  ...rate,
  bpsSent: bps('Sent rate', 'Bits a second sent over the last second'),
  bpsRcvd: bps('Received rate', 'Bits a second received over the last second'),
  flows: count('Flows', 'Live flows'),
  flowsAsClient: count('Flows as client', 'Flows opened since first seen'),
  flowsAsServer: count('Flows as server', 'Flows accepted since first seen'),
  score: count('Score', 'Sum of its parts of the scores of its live flows'),
  scoreAsClient: count('Score as client', 'Its part of the scores of live flows that it opened'),
  scoreAsServer: count('Score as server', 'Its part of the scores of live flows that it accepted'),
  peers: merged('distinct', count('Peers', 'Hosts it has live flows with')),
  app: optional(merged('distinct', app('Top application', 'Application with most bytes'))),
  retransmissions: packets('Retransmissions', 'TCP segments it sent again'),
  outOfOrder: packets('Out of order', 'TCP segments it sent that came behind later ones'),
  lost: packets('Lost', 'TCP segments it sent that never passed here'),
  zeroWindow: packets('Zero window', 'Segments by which it closed its receive window'),
  nonIpBytes: bytes('Non-IP bytes', 'ARP and other non-IP traffic of its MAC, part of the totals'),
  host: anyOf(address('Host', 'Address, network or name'), 'address', 'name'),
} as const satisfies Fields

export const macFields = {
  mac: mac('MAC', 'Link address'),
  vendor: optional(text('Vendor', 'Maker of the network card')),
  hosts: merged('distinct', count('Hosts', 'Addresses seen behind it')),
  ...seen,
  ...sentRcvd,
  ...rate,
  nonIpBytes: bytes('Non-IP bytes', 'Frames that carry no IP, sent and received'),
  nonIpPackets: packets('Non-IP packets', 'Frames that carry no IP, sent and received'),
  arpPackets: packets('ARP packets', 'ARP sent and received'),
} as const satisfies Fields

export const appFields = {
  app: app('Application', 'Master.App, as TLS.Google'),
  category: text('Category', 'Category of the application'),
  ...c2s,
  ...rate,
  flows: count('Flows', 'Flows since the start'),
  activeFlows: count('Live flows', 'Flows in memory'),
  lastSeen: seen.lastSeen,
} as const satisfies Fields

/** Roll-ups with one key: categories, layer-4 protocols, server ports, VLANs. */
const rollUp = { ...c2s, ...rate, flows: count('Flows', 'Flows since the start'), lastSeen: seen.lastSeen } as const
export const categoryFields = { category: text('Category', 'Category of the application'), ...rollUp } as const satisfies Fields
export const l4Fields = { proto: text('Protocol', 'Layer-4 protocol'), ...rollUp } as const satisfies Fields
export const portFields = {
  port: port('Port', 'Server port'),
  proto: text('Protocol', 'tcp, udp or sctp'),
  service: optional(text('Service', 'Usual name of the port')),
  ...rollUp,
} as const satisfies Fields
export const vlanFields = { vlan: merged('first', number('VLAN', 'VLAN id; 0 when untagged')), ...rollUp } as const satisfies Fields

/** Frames without IP, by the two link addresses and the ethertype. */
export const nonIpFields = {
  source: mac('Source', 'Sender of the frames'),
  destination: mac('Destination', 'Receiver of the frames'),
  ethertype: text('Ethertype', 'Name or number of what the frames carry'),
  bytes: bytes('Bytes', 'Frame bytes'),
  packets: packets('Packets', 'Frames'),
  ...seen,
} as const satisfies Fields

/** Who talks to whom: live flows added up by the two hosts. */
export const talkerFields = {
  client: address('Client', 'Address of the end that opened the flows'),
  clientLabel: optional(text('Client name', 'Best name known of the client')),
  server: address('Server', 'Address of the end that was spoken to'),
  serverLabel: optional(text('Server name', 'Best name known of the server')),
  ...c2s,
  bps: rate.bps,
  flows: count('Flows', 'Live flows'),
} as const satisfies Fields

/** Who has contacted whom over the last day: flows added up by the two hosts, also when they are over. */
export const contactFields = {
  client: address('Client', 'Address of the end that opened the flows'),
  clientLabel: optional(text('Client name', 'Best name known of the client')),
  server: address('Server', 'Address of the end that was spoken to'),
  serverLabel: optional(text('Server name', 'Best name known of the server')),
  vlan: merged('first', number('VLAN', 'VLAN id; 0 when untagged')),
  contacts: count('Contacts', 'Flows that the client has opened to the server'),
  uncertain: count('Uncertain', 'So many of the contacts, at most, were of another host whose place it took; 0: the count is exact'),
  ...seen,
  host: anyOf(address('Host', 'Either end, by address, network or name'), 'client', 'server', 'clientLabel', 'serverLabel'),
} as const satisfies Fields

/** Names that are asked for, over the last day, and who asks. */
export const aggregationFields = {
  kind: choice(
    'Kind',
    'What the name is of: a domain, a client behind a proxy, an operating system, a server, a registrar',
    AGGREGATION_KINDS,
  ),
  protocol: text('Protocol', 'By which protocol it was asked for or told'),
  name: text('Name', 'Domain name, address or system'),
  queries: count('Queries', 'How often it was asked for or told'),
  answered: merged('max', flag('Answered', 'A name server has told something of it')),
  hosts: merged('max', count('Hosts', 'Hosts that asked for it: exact up to 32, from there on an estimate within 13 %')),
  askedBy: merged('union', texts('Asked by', 'Addresses of the hosts that asked most often')),
  ...seen,
} as const satisfies Fields

/** Processes of this machine, added up by all that names them. */
export const programFields = {
  program: optional(text('Program', 'Name of the process; absent where only its user may be known')),
  user: text('User', 'User of the process'),
  container: optional(text('Container', 'Container in which it runs')),
  service: optional(text('Service', 'systemd unit of the process')),
  ...sentRcvd,
  ...rate,
  flows: count('Flows', 'Flows since the start'),
  activeFlows: count('Live flows', 'Flows in memory'),
  lastSeen: seen.lastSeen,
} as const satisfies Fields

/** What sends flow records or samples to a collector. */
export const exporterFields = {
  exporter: text('Exporter', 'Its alias, or its address'),
  address: address('Address', 'Address that it sends from, or that it says is its own'),
  protocol: choice('Protocol', 'How it sends', EXPORT_PROTOCOLS),
  domain: count('Domain', 'Observation domain, source id, engine or sub-agent that speaks'),
  recordsPerSecond: count('Records/s', 'Flow records or samples over the last second'),
  records: count('Records', 'Flow records or samples since first seen'),
  datagrams: count('Datagrams', 'Datagrams or messages since first seen'),
  bytesReceived: bytes('Received', 'Bytes of what it sent'),
  missed: count('Missed', 'By its sequence numbers: what was sent and did not come'),
  sequenceResets: count('Restarts', 'How often its sequence numbers began anew'),
  templates: count('Templates', 'Templates in force'),
  setsWaiting: count('Sets waiting', 'Sets of data whose template has not come yet'),
  setsUndecoded: count('Sets undecoded', 'Sets of data that were given up, because their template did not come'),
  sampling: text('Sampling', 'One packet of so many was counted; 1: all'),
  samplingFrom: choice('Sampling by', 'Who says so: its records, its options, the user', SAMPLING_FROM),
  clockOffset: duration('Clock offset', 'Its clock against ours; negative: it is behind'),
  faults: count('Faults', 'What was wrong with what it sent, all together'),
  interfaces: count('Interfaces', 'Interfaces of it that records speak of'),
  exporterNumber: count('Number', 'Number of the exporter within this interface'),
  ...seen,
  host: anyOf(text('Host', 'Alias or address'), 'exporter', 'address'),
} as const satisfies Fields

/** Live hosts added up by who owns their addresses. */
const ofOwner = { ...sentRcvd, bps: rate.bps, pps: rate.pps } as const
export const systemFields = {
  as: merged('first', number('AS', 'Number of the autonomous system; 0: none is known, as of local addresses')),
  asName: optional(text('AS name', 'Who runs the autonomous system')),
  ...ofOwner,
} as const satisfies Fields
export const countryFields = {
  country: text('Country', 'ISO 3166-1, as DE; –: none is known, as of local addresses'),
  ...ofOwner,
} as const satisfies Fields

/** The live tables by name: what a list can be asked of. */
export const entities = {
  flows: flowFields,
  hosts: hostFields,
  macs: macFields,
  apps: appFields,
  categories: categoryFields,
  l4: l4Fields,
  ports: portFields,
  vlans: vlanFields,
  nonip: nonIpFields,
  talkers: talkerFields,
  contacts: contactFields,
  aggregations: aggregationFields,
  programs: programFields,
  exporters: exporterFields,
  systems: systemFields,
  countries: countryFields,
} as const satisfies Readonly<Record<string, Fields>>

/** One function a field of the row object; undefined only where the field is optional. */
export type Reads<F extends Fields> = {
  readonly [N in keyof Shown<F>]: (row: number) => ValueOf<Shown<F>[N]> | (Shown<F>[N] extends { optional: true } ? undefined : never)
}

export type Entity = keyof typeof entities
export type ItemOf<E extends Entity> = Item<(typeof entities)[E]>
export type FlowItem = ItemOf<'flows'>
export type HostItem = ItemOf<'hosts'>

/** The column that a list is sorted by, descending, unless asked otherwise. */
export const DEFAULT_SORT: Readonly<Record<Entity, string>> = {
  flows: 'bps',
  hosts: 'bps',
  macs: 'bytes',
  apps: 'bytes',
  categories: 'bytes',
  l4: 'bytes',
  ports: 'bytes',
  vlans: 'bytes',
  nonip: 'bytes',
  talkers: 'bytes',
  contacts: 'contacts',
  aggregations: 'queries',
  programs: 'bytes',
  exporters: 'recordsPerSecond',
  systems: 'bytes',
  countries: 'bytes',
}
