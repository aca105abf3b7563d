/** Schemas of the answers. Rows of lists come from the glossary; an object with a title is a component of its own in the OpenAPI description. */

import type { HostActivity } from '../lib/activity.ts'
import type { AggregationDetail, AskingHost } from '../lib/aggregations.ts'
import { EVENT_KINDS, type NetworkEvent } from '../lib/events.ts'
import {
  type CounterCourse,
  EXPORT_PROTOCOLS,
  type ExporterInfo,
  type ExporterInterface,
  NAMED_BY,
  OPER_STATUS,
  REPEAT_RULES,
  SAMPLING_FROM,
} from '../lib/exporters.ts'
import { type Entity, entities, type Field, type FieldKind, type Fields, type ItemOf } from '../lib/fields.ts'
import type { ExportInfo } from '../lib/flow-export.ts'
import type { Deletion, FlowAnswer, HostTraces, Retention, SqlAnswer, StoreBehind, StoreStats } from '../lib/history.ts'
import { NAME_SOURCES, type ResolverStats } from '../lib/host-naming.ts'
import type { KeptSeries } from '../lib/kept-series.ts'
import type { StateStats } from '../lib/key-value.ts'
import {
  type AllInfo,
  type CollectorInfo,
  type DissectedField,
  type Dump,
  type Facet,
  type FlowDetail,
  type HostCounter,
  type HostDetail,
  type HostSeries,
  INTERFACE_KINDS,
  INTERFACE_STATES,
  type InterfaceDevice,
  type InterfaceInfo,
  type ListAnswer,
  type PeerShare,
  type PortShare,
  type ProgramShare,
  type Progress,
  type RiskShare,
  type RiskTold,
  type SearchHit,
  type Series,
  type Share,
  type TcpHealth,
  type Totals,
} from '../lib/live.ts'
import type { DeviceInfo } from '../lib/live-capture.ts'
import { INTERFACE_MERGE_RULES } from '../lib/merge-rule.ts'
import type { Program } from '../lib/programs.ts'
import type { SeriesStats } from '../lib/series-points.ts'
import { type FileCounts, LINK_STATES } from '../lib/source.ts'
import { SEVERITIES } from '../risks/risk.ts'
import { cell } from './history-parameters.ts'
import { type TOptional, type TSchema, type TUnsafe, Type } from './json-schema.ts'
import type { InterfaceEntry } from './questioner.ts'

type PropertiesOf<T> = { readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? TOptional<TSchema> : TSchema }

/** An object that has exactly the fields of T; the compiler sees when one is forgotten. */
const object = <T>(title: string, properties: PropertiesOf<T>): TUnsafe<T> =>
  Type.Unsafe<T>(Type.Object(properties as Record<string, TSchema>, { title }))

const { Array: list, Optional: optional, String: text, Boolean: flag } = Type
const count = (description?: string) => Type.Integer({ minimum: 0, ...(description && { description }) })
const rate = (description?: string) => Type.Number({ minimum: 0, ...(description && { description }) })
const time = (description = 'Epoch milliseconds') => Type.Number({ description })
const oneOf = (choices: readonly string[], options: { title?: string; description?: string } = {}) => Type.Enum([...choices], options)

type Words = { title: string; description: string }
const OF_KIND: Readonly<Record<FieldKind, (words: Words, field: Field) => TSchema>> = {
  address: Type.String,
  app: Type.String,
  bitsPerSecond: (words) => Type.Number({ ...words, minimum: 0 }),
  bytes: (words) => Type.Integer({ ...words, minimum: 0 }),
  choice: (words, { choices }) => oneOf(choices ?? [], words),
  count: (words) => Type.Integer({ ...words, minimum: 0 }),
  durationMs: Type.Number,
  flag: Type.Boolean,
  id: Type.String,
  mac: Type.String,
  number: (words) => Type.Integer({ ...words, minimum: 0 }),
  packets: (words) => Type.Integer({ ...words, minimum: 0 }),
  packetsPerSecond: (words) => Type.Number({ ...words, minimum: 0 }),
  port: (words) => Type.Integer({ ...words, minimum: 0, maximum: 65_535 }),
  text: Type.String,
  texts: (words) => list(text(), words),
  timeMs: Type.Number,
}
const UNITS: Partial<Record<FieldKind, string>> = {
  bitsPerSecond: 'bit/s',
  durationMs: 'ms',
  timeMs: 'epoch ms',
  packetsPerSecond: 'packets/s',
}

function fieldSchema(field: Field): TSchema {
  const unit = UNITS[field.kind]
  const schema = OF_KIND[field.kind](
    { title: field.label, description: unit === undefined ? field.about : `${field.about} (${unit})` },
    field,
  )
  return field.optional ? optional(schema) : schema
}

/** The fields that a row shows; words of the filter language alone are not among them. */
export const shownFields = (entity: Entity): readonly (readonly [string, Field])[] =>
  Object.entries(entities[entity] as Fields).filter(([, field]) => field.anyOf === undefined)

const itemProperties = <E extends Entity>(entity: E) =>
  Object.fromEntries(shownFields(entity).map(([name, field]) => [name, fieldSchema(field)])) as PropertiesOf<ItemOf<E>>

export const ITEM_TITLES: Readonly<Record<Entity, string>> = {
  flows: 'Flow',
  hosts: 'Host',
  macs: 'Mac',
  apps: 'Application',
  categories: 'Category',
  l4: 'Layer4Protocol',
  ports: 'Port',
  vlans: 'Vlan',
  nonip: 'NonIpTraffic',
  talkers: 'Talkers',
  contacts: 'Contact',
  aggregations: 'Aggregation',
  programs: 'Program',
  exporters: 'Exporter',
  systems: 'AutonomousSystem',
  countries: 'Country',
}
export const item = <E extends Entity>(entity: E) => object<ItemOf<E>>(ITEM_TITLES[entity], itemProperties(entity))
export const listAnswer = <E extends Entity>(entity: E) =>
  Type.Unsafe<ListAnswer<E>>(
    Type.Object({
      nowMs: time("The packets' clock, epoch milliseconds"),
      items: list(item(entity)),
      matching: count('Rows that the filter lets through'),
      total: count('All rows'),
      cursor: optional(text({ description: 'For the next page; absent on the last one' })),
    }),
  )

const progress = object<Progress>('Progress', {
  packets: count(),
  bytesRead: count(),
  files: optional(object<FileCounts>('FileCounts', { total: count(), loaded: count(), missing: count(), unreadable: count() })),
  bytesTotal: optional(count('Absent when the size of the input is not known')),
  cutShort: flag({ description: 'The input ended inside a record' }),
  filteredOut: optional(count('Packets that the packet filter left out; absent where the kernel does that uncounted')),
  faults: list(text(), { description: 'What was wrong with the input, one line each' }),
  faultCount: count(),
})
const interfaceDevice = object<InterfaceDevice>('InterfaceDevice', {
  names: list(text(), { description: 'Interfaces of this machine, mostly one' }),
  link: oneOf(LINK_STATES, { description: 'A gone interface is picked up again when it returns' }),
  addresses: list(text(), { description: 'With prefix lengths' }),
  kind: optional(text({ description: 'ethernet, wireless, bridge …' })),
  mac: optional(text()),
  mtu: optional(count('Bytes')),
  speedBps: optional(rate('Bits a second')),
  freezes: count('How often the kernel had to stop because a ring was full'),
  lagMs: rate('Age of the oldest packet when it was read, the last time'),
})
const collectorInfo = object<CollectorInfo>('Collector', {
  endpoint: text({ description: 'As -i names it' }),
  address: text({ description: 'Where it listens, or whom it asks; empty until it does' }),
  bufferBytes: count('Bytes that the kernel keeps until they are read; 0 where that is not known'),
  datagrams: count('Datagrams or messages'),
  records: count('Flow records and samples'),
  exporters: count(),
  exportersRefused: count('Datagrams of exporters for which there was no room'),
  sendersRefused: count('Datagrams of senders that may not send'),
  repeats: oneOf(REPEAT_RULES, { description: 'How flows count that exporters tell several times' }),
})
export const deviceInfo = object<DeviceInfo>('Device', {
  name: text(),
  kind: text({ description: 'ethernet, wireless, bridge …' }),
  up: flag(),
  readable: flag({ description: 'Its packets can be read' }),
  mac: optional(text()),
  mtu: count('Bytes'),
  speedBps: optional(rate('Bits a second')),
  addresses: list(text(), { description: 'With prefix lengths' }),
})
const allInfo = object<AllInfo>('AllInfo', {
  rule: oneOf(INTERFACE_MERGE_RULES, { description: 'How a flow counts that several have seen' }),
  interfaces: list(count(), { description: 'Ids of those that answer' }),
})
const infoProperties: PropertiesOf<InterfaceInfo> = {
  id: count(),
  name: text(),
  kind: oneOf(INTERFACE_KINDS),
  state: oneOf(INTERFACE_STATES),
  failure: optional(text({ description: 'Why it failed: one line' })),
  speedBps: optional(rate('Bits a second that the link can carry')),
  packetFilter: optional(text({ description: 'Of the packets only those that it lets through are seen; in the syntax of tcpdump' })),
  device: optional(interfaceDevice),
  collector: optional(collectorInfo),
  all: optional(allInfo),
  progress,
}
const tcpProperties: PropertiesOf<TcpHealth> = { retransmissions: count(), outOfOrder: count(), lost: count(), zeroWindow: count() }
const tcpHealth = object<TcpHealth>('TcpHealth', tcpProperties)
const health = () => Type.Object(tcpProperties, { title: 'TcpHealth' })

export const totals = object<Totals>('Totals', {
  nowMs: time("The packets' clock, epoch milliseconds"),
  firstSeenMs: time('Of the first packet; of a live interface when its capture began; epoch milliseconds'),
  packets: count(),
  bytes: count(),
  bytesSent: count('By local hosts to others'),
  bytesRcvd: count('By local hosts from others'),
  bps: rate(),
  bpsSent: rate(),
  bpsRcvd: rate(),
  pps: rate(),
  trend: oneOf(['steady', 'up', 'down']),
  flows: count('Live flows'),
  flowsLimit: rate('Rows that there is room for'),
  flowsTotal: count('Flows since the start'),
  hosts: count(),
  hostsLimit: rate('Rows that there is room for'),
  localHosts: count(),
  macs: count(),
  packetsWithoutFlow: count('Packets that got no flow row because the table was full'),
  hostsRefused: count('Hosts that got no row because the table was full'),
  flowsGivenUp: count('Flows whose recognition was given up for want of room'),
  dropped: count('Packets lost before they could be read'),
  malformed: count('Packets with damage'),
  nonIpPackets: count(),
  nonIpBytes: count(),
  clockGaps: count("Jumps of the packets' clock by more than 60 s"),
  clockSteps: count("Steps back of the packets' clock, clamped"),
  tcp: tcpHealth,
})
export const interfaceInfo = object<InterfaceInfo>('InterfaceInfo', infoProperties)
export const interfaceEntry = object<InterfaceEntry>('Interface', { ...infoProperties, totals: optional(totals) })

const sizes = () => list(count(), { description: 'By packet size: to 64, 128, 256, 512, 1024, 1518, 2500, 6500, 9000 bytes, and longer' })
export interface InterfaceDetail extends InterfaceEntry {
  readonly malformed?: Readonly<Record<string, number>>
  readonly sizes?: { readonly packets: readonly number[]; readonly bytes: readonly number[] }
}
export const interfaceDetail = object<InterfaceDetail>('InterfaceDetail', {
  ...infoProperties,
  totals: optional(totals),
  malformed: optional(Type.Record(Type.String(), count(), { description: 'Damaged packets by the name of the damage' })),
  sizes: optional(Type.Object({ packets: sizes(), bytes: sizes() })),
})

const dissectedField = object<DissectedField>('DissectedField', {
  protocol: text(),
  name: text(),
  label: text(),
  type: oneOf(['number', 'text', 'texts', 'choice', 'flag', 'timeMs']),
  value: Type.Union([Type.Number(), text(), flag(), list(text())]),
})
const processAtEnd = () =>
  Type.Unsafe<Program>(
    Type.Object(
      {
        pid: optional(count('Absent where only the user may be known')),
        name: text({ description: 'Of the executable, or of the script that an interpreter runs' }),
        uid: count(),
        user: text(),
        command: optional(text({ description: 'Arguments joined by blanks, cut' })),
        executable: optional(text()),
        container: optional(text()),
        engine: optional(oneOf(['docker', 'podman', 'containerd', 'cri-o', 'lxc', 'nspawn'])),
        pod: optional(text({ description: 'UID of the Kubernetes pod' })),
        service: optional(text({ description: 'systemd unit' })),
        startedMs: optional(time()),
        networkNamespace: optional(count('Inode of its network namespace, where that is another than ours')),
      } satisfies PropertiesOf<Program>,
      { title: 'Process', description: 'At an end of the flow that is this machine' },
    ),
  )
const riskTold = object<RiskTold>('RiskTold', {
  name: text(),
  severity: oneOf(SEVERITIES),
  score: count(),
  clientScore: count("The client's part of the score"),
  serverScore: count("The server's part of the score"),
  about: text({ description: 'What it means and what to do' }),
  evidence: optional(text({ description: 'What speaks for it' })),
})
export const flowDetail = object<FlowDetail>('FlowDetail', {
  ...itemProperties('flows'),
  communityId: text({ description: 'Community ID v1' }),
  protoNumber: count('IP protocol number'),
  master: text({ description: 'The protocol that the application rides on' }),
  reason: text({ description: 'Why the flow has its name: a sentence' }),
  risksTold: list(riskTold, { description: 'Its risks one by one' }),
  fields: list(dissectedField, { description: 'What the dissectors read' }),
  tcpC2s: optional(health()),
  tcpS2c: optional(health()),
  bpsC2s: rate(),
  bpsS2c: rate(),
  clientProcess: optional(processAtEnd()),
  serverProcess: optional(processAtEnd()),
  elements: optional(
    Type.Record(Type.String(), Type.Union([Type.Number(), text()]), { description: 'What its exporter told beside the fields' }),
  ),
  path: optional(list(text(), { description: 'wiretops that its records have passed; the first saw it' })),
})

export const exportInfo = object<ExportInfo>('Export', {
  endpoint: text({ description: 'As -I names it' }),
  records: count('Records that were handed to the system'),
  bytes: count(),
  dropped: count('Records for which there was no room, or which could not be sent'),
  waiting: count('Records that wait'),
  peers: count('Connections that are open'),
  faults: list(text(), { description: 'What went wrong, one line each' }),
  faultCount: count(),
})

export const networkEvent = object<NetworkEvent>('NetworkEvent', {
  atMs: time(),
  sender: text({ description: 'Address of who sent it, or the file that it stands in' }),
  program: optional(text()),
  kind: oneOf(EVENT_KINDS),
  title: text(),
  severity: optional(Type.Number({ description: '0 to 10, 10 the gravest' })),
  category: optional(text()),
  signatureId: optional(text()),
  action: optional(text({ description: 'What was done, as blocked or allowed' })),
  src: optional(text()),
  dst: optional(text()),
  srcPort: optional(count()),
  dstPort: optional(count()),
  proto: optional(count('IP protocol number')),
  vlan: optional(count()),
  app: optional(text()),
  serverName: optional(text()),
  fields: Type.Record(Type.String(), Type.Union([Type.Number(), text()]), { description: "All else, by the teller's names" }),
})

const exporterInterface = object<ExporterInterface>('ExporterInterface', {
  ifIndex: count(),
  name: optional(text()),
  namedBy: optional(oneOf(NAMED_BY)),
  operStatus: optional(oneOf(OPER_STATUS)),
  alias: optional(text()),
  speedBps: optional(rate('Bits a second')),
  inBps: optional(rate('Over the last minute')),
  outBps: optional(rate('Over the last minute')),
  inUtilisation: optional(Type.Number({ description: 'Of its speed: 1 is full' })),
  outUtilisation: optional(Type.Number({ description: 'Of its speed: 1 is full' })),
  in95Bps: optional(rate('95th percentile of five minutes over the last day')),
  out95Bps: optional(rate('95th percentile of five minutes over the last day')),
  bytesIn: count('By flow records, scaled'),
  bytesOut: count('By flow records, scaled'),
  counters: optional(Type.Record(Type.String(), Type.Number(), { description: 'Its own counters, named as in IF-MIB' })),
  countersAt: optional(time('When they came last')),
})
export const exporterInfo = object<ExporterInfo>('ExporterInfo', {
  number: count('Within its interface'),
  alias: optional(text()),
  address: text(),
  sender: optional(text({ description: 'Who sent its latest datagram, where that is another address' })),
  counters: optional(Type.Record(Type.String(), Type.Number(), { description: 'What it tells of itself' })),
  protocol: oneOf(EXPORT_PROTOCOLS),
  domain: count('Observation domain, source id, engine or sub-agent'),
  firstSeen: time(),
  lastSeen: time(),
  datagrams: count(),
  records: count('Flow records or samples'),
  bytesReceived: count(),
  recordsPerSecond: count(),
  missed: count('By its sequence numbers: what was sent and did not come'),
  sequenceResets: count('How often its sequence numbers began anew'),
  templates: count(),
  setsWaiting: count('Sets whose template has not come yet'),
  setsUndecoded: count('Sets that were given up'),
  sampling: list(count(), { description: 'One packet of so many was counted' }),
  samplingFrom: oneOf(SAMPLING_FROM),
  clockOffsetMs: Type.Number({ description: 'Its clock against ours, ms; negative: it is behind' }),
  faults: Type.Record(Type.String(), count(), { description: 'What was wrong with what it sent: cause and how often' }),
  interfaces: list(exporterInterface),
})

export const counterCourse = object<CounterCourse>('CounterCourse', {
  name: text(),
  value: Type.Number({ description: 'Now' }),
  isGauge: Type.Boolean({ description: 'It goes up and down; else it counts' }),
  course: list(Type.Union([Type.Number(), Type.Null()]), {
    description: 'Of each of the last 60 minutes, oldest first: what a gauge said, or how much a counter grew a second; null: not told',
  }),
})

export const series = object<Series>('Series', {
  times: list(Type.Number(), { description: 'Epoch milliseconds, oldest first' }),
  columns: list(Type.Object({ name: text(), label: text(), values: list(Type.Number()) })),
})

export const hostSeries = object<HostSeries>('HostSeries', {
  times: list(Type.Number(), { description: 'Epoch milliseconds, oldest first' }),
  columns: list(Type.Object({ name: text(), label: text(), values: list(Type.Number()) }), {
    description: 'Bits and packets a second, sent and received; live flows',
  }),
  sinceMs: time('Since when it is watched, or an hour ago; epoch milliseconds. 0: from the next second on'),
  watched: Type.Object({
    hosts: count('Hosts of the interface that are watched'),
    limit: count('So many at once; the one that was looked at longest ago makes room'),
    gaveWay: count('How many have made room'),
  }),
})

const column = () => list(Type.Union([Type.Number(), Type.Null()]), { description: 'null: not known' })
export const keptSeries = object<KeptSeries>('KeptSeries', {
  kind: text(),
  metrics: list(
    Type.Object({
      name: text(),
      unit: oneOf(['bytes', 'packets', 'bps', 'count']),
      rule: oneOf(['sum', 'average', 'min', 'max'], { description: 'How the value of a step follows from those of its parts' }),
    }),
  ),
  times: list(Type.Number(), { description: 'Epoch milliseconds at which each step begins' }),
  stepMs: count('How long each step is'),
  tier: oneOf(['minute', 'five-minutes', 'hour'], { description: 'How finely what was read is kept' }),
  series: list(
    Type.Object({
      name: text(),
      columns: list(column(), { description: 'In the order of the metrics' }),
      expected: optional(Type.Object({ low: column(), high: column() })),
    }),
  ),
  other: optional(list(column(), { description: 'All others together, where there are more than were asked for' })),
  faults: list(text(), { description: 'What could not be read, one line each' }),
})

const shareProperties: PropertiesOf<Share> = {
  name: text(),
  bytesSent: count(),
  bytesRcvd: count(),
  packetsSent: count(),
  packetsRcvd: count(),
  flows: count(),
}
const portShare = object<PortShare>('PortShare', {
  port: count(),
  proto: text(),
  service: optional(text()),
  bytes: count(),
  flows: count(),
})
const programShare = object<ProgramShare>('ProgramShare', {
  program: optional(text()),
  user: text(),
  bytesSent: count(),
  bytesRcvd: count(),
  flows: count(),
})
const peerShare = object<PeerShare>('PeerShare', {
  address: text(),
  vlan: count(),
  name: optional(text()),
  bytesSent: count(),
  bytesRcvd: count(),
  flows: count(),
  apps: list(Type.Object({ app: text(), bytes: count() })),
})
const riskShare = object<RiskShare>('RiskShare', {
  name: text(),
  severity: oneOf(SEVERITIES),
  flowsAsClient: count('Live flows that it opened'),
  flowsAsServer: count('Live flows that it accepted'),
})
const hostCounter = object<HostCounter>('HostCounter', { protocol: text(), counter: text(), label: text(), sent: count(), rcvd: count() })
export const hostDetail = object<HostDetail>('HostDetail', {
  ...itemProperties('hosts'),
  names: list(Type.Object({ name: text(), from: oneOf(NAME_SOURCES) }), {
    description: 'The first is what it is called; another one what is learned of it beside that',
  }),
  apps: list(Type.Object({ ...shareProperties, category: text() }, { title: 'AppShare' })),
  l4: list(Type.Object(shareProperties, { title: 'Share' })),
  sizesSent: sizes(),
  sizesRcvd: sizes(),
  serverPorts: list(portShare),
  clientPorts: list(portShare),
  topPeers: list(peerShare),
  programs: list(programShare, { description: 'Programs of this machine with live flows on or with this host' }),
  counters: list(hostCounter, { description: 'Counters of dissectors' }),
  risks: list(riskShare, { description: 'Of its live flows, gravest first' }),
  nonIp: list(item('nonip')),
  sameMac: list(text(), { description: 'Other addresses behind the same MAC' }),
  series,
})

export const searchHit = object<SearchHit>('SearchHit', {
  kind: oneOf(['host', 'mac', 'app', 'port', 'server-name', 'flow']),
  value: text(),
  vlan: optional(count()),
  label: text(),
  detail: text(),
})
export const hostActivity = object<HostActivity>('HostActivity', {
  address: text(),
  fromMs: time('When the first step begins, epoch milliseconds'),
  stepMs: count('Length of a step'),
  active: list(count(), { description: 'Seconds with traffic in each step' }),
  activeSeconds: count('All together'),
})
export const aggregationDetail = object<AggregationDetail>('AggregationDetail', {
  kind: text(),
  protocol: text(),
  name: text(),
  queries: count('How often it was asked for or told'),
  answered: flag({ description: 'A name server has told something of it' }),
  hosts: count('Hosts that asked: exact up to 32, from there on an estimate within 13 %'),
  firstSeen: time(),
  lastSeen: time(),
  topHosts: list(
    object<AskingHost>('AskingHost', {
      address: text(),
      label: optional(text({ description: 'Best name known' })),
      queries: count(),
      uncertain: count('So many of them, at most, were of another host whose place it took'),
      firstSeen: time(),
      lastSeen: time(),
    }),
    { description: 'Those who asked most often, most first' },
  ),
  activity: optional(hostActivity),
})
export const facet = object<Facet>('Facet', {
  field: text(),
  values: list(Type.Object({ value: text(), rows: count(), bytes: count() })),
})
export const dump = object<Dump>('Dump', {
  interface: text(),
  nowMs: time(),
  totals,
  hosts: list(hostDetail),
  flows: list(flowDetail),
})

const retention = object<Retention>('Retention', {
  maxAgeMs: count('What is older goes'),
  maxBytes: count('Of more the oldest goes'),
})
export const deletion = object<Deletion>('Deletion', {
  id: count('Tells one deletion from another'),
  network: text({ description: 'Records with an end in it' }),
  isTrial: flag({ description: 'Only counted' }),
  isOver: flag(),
  filesDone: count(),
  filesTotal: count(),
  records: count('That are gone, or would be'),
  files: count('That had such records'),
  traces: object<HostTraces>('HostTraces', {
    series: count('Of hosts, and of hosts with an application'),
    rrdFiles: count(),
    activeHours: count('Hours of hosts of which it was kept in which seconds they were active'),
    contacts: count('Who contacted whom, and asked for what: in the dumps, and in what is kept of the day'),
    keys: count('Of small state: hosts that have left, names of addresses'),
  }),
  faults: list(text(), { description: 'Where there may be more of them, one line each' }),
})

export const storeStats = object<StoreStats>('StoreStats', {
  kind: text({ description: 'As --store names it' }),
  records: count('Records since the start'),
  bytes: count('Of all files'),
  files: count(),
  fromMs: optional(time('Epoch milliseconds of the oldest record')),
  toMs: optional(time('Epoch milliseconds of the newest record')),
  lost: count('Records that could not be kept'),
  behind: optional(
    object<StoreBehind>('StoreBehind', {
      records: count('Records that wait until the store, another program, takes them'),
      bytes: count(),
      sinceMs: optional(time('When the oldest of them came')),
    }),
  ),
  faults: list(text(), { description: 'What is wrong, one line each' }),
  retention: optional(retention),
  deletion: optional(deletion),
})

export const seriesStats = object<SeriesStats>('SeriesStats', {
  kind: text({ description: 'As --timeseries names it' }),
  bytes: count('Of all files'),
  files: count(),
  series: count('That have points in the running hour'),
  lost: count('Points that could not be kept'),
  faults: list(text(), { description: 'What is wrong, one line each' }),
})

export const stateStats = object<StateStats>('StateStats', {
  kind: oneOf(['memory', 'sqlite', 'redis'], { description: 'What keeps it' }),
  where: text({ description: 'The file, or the server' }),
  isAway: Type.Boolean({ description: 'It takes nothing now: what is written waits for it' }),
  waiting: count('Writes that wait for it'),
  lost: count('Writes that could not be kept'),
  faults: list(text(), { description: 'What is wrong now, one line each' }),
})

export const resolverStats = object<ResolverStats>('ResolverStats', {
  asked: count('Addresses that DNS was asked for'),
  named: count('Addresses that have a name'),
  nameless: count('Addresses that have none'),
  failed: count('Addresses for which no answer came, or none that means anything'),
  kept: count('Answers that were kept from before'),
  refused: count('Addresses that were not asked for, because too many waited'),
  waiting: count('Addresses that wait'),
  fault: optional(text({ description: 'Why names are not found now' })),
})

const sum = () => Type.Union([Type.Number(), Type.Null()])
export const flowAnswer = object<FlowAnswer>('FlowAnswer', {
  columns: list(text()),
  rows: list(list(cell()), {
    description: 'In the order of the columns. Of a course of time: a row a group and step; groups that are null are all others',
  }),
  total: optional(list(sum(), { description: 'All groups together, by measure; null where they do not add up' })),
  other: optional(list(sum(), { description: 'Groups that are in no row' })),
  groups: optional(count('Groups that there are')),
  tier: oneOf(['hours', 'records'], { description: 'What was read: the records themselves, or sums of hours' }),
  rowsRead: count('Records in the files that were looked at'),
  ms: Type.Number({ description: 'Milliseconds that it took' }),
  faults: list(text(), { description: 'Files that could not be read' }),
})
export const sqlAnswer = object<SqlAnswer>('SqlAnswer', {
  columns: list(text()),
  rows: list(list(cell())),
  isCut: flag({ description: 'There were more rows' }),
  ms: Type.Number({ description: 'Milliseconds that it took' }),
})
