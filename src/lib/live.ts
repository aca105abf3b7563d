/**
 * What can be asked of a live interface, and what it answers: the messages between the probe workers and everyone who looks. Sorting, filtering and
 * cutting happen in the worker; only what is shown travels.
 */
import type { ActivityAsk, HostActivity } from './activity.ts'
import type { AggregationAsk, AggregationDetail } from './aggregations.ts'
import type { NetworkEvent } from './events.ts'
import type { CollectorStats, CounterCourse, ExporterInfo, RepeatRule } from './exporters.ts'
import type { Entity, FlowItem, HostItem, ItemOf } from './fields.ts'
import type { ExportInfo } from './flow-export.ts'
import type { HistoryLoad } from './history.ts'
import type { HostNameSource } from './host-naming.ts'
import type { DeviceInfo } from './live-capture.ts'
import type { InterfaceMergeRule } from './merge-rule.ts'
import type { Program } from './programs.ts'
import type { Recordings } from './recording.ts'
import type { RiskInfo } from './risks.gen.ts'
import type { FileCounts, LinkState } from './source.ts'

export const INTERFACE_STATES = ['starting', 'running', 'ended', 'failed', 'disabled'] as const
export type InterfaceState = (typeof INTERFACE_STATES)[number]
export const INTERFACE_KINDS = ['capture-file', 'upload', 'live', 'collector', 'exporter', 'historical', 'all'] as const
export type InterfaceKind = (typeof INTERFACE_KINDS)[number]

/** It goes on as long as it is wanted: captured as it passes, or collected as it comes. */
export const isOngoing = (kind: InterfaceKind): boolean => kind === 'live' || kind === 'collector' || kind === 'exporter'

/** Exporters tell of flows, and of all interfaces together a packet may have been seen several times: there is nothing that could be recorded. */
export const hasNoPackets = (kind: InterfaceKind): boolean => NO_PACKETS.includes(kind)
const NO_PACKETS: readonly InterfaceKind[] = ['collector', 'exporter', 'historical', 'all']

/** Id of all interfaces together. */
export const ALL_INTERFACES = 0

export interface InterfaceInfo {
  readonly id: number
  readonly name: string
  readonly kind: InterfaceKind
  readonly state: InterfaceState
  /** Why it failed: one line. */
  readonly failure?: string
  /** Bits a second that the link can carry, when known. */
  readonly speedBps?: number
  /** Packets that it does not let through are left out; in the syntax of tcpdump. */
  readonly packetFilter?: string
  /** Of a live interface. */
  readonly device?: InterfaceDevice
  /** Of a collector. */
  readonly collector?: CollectorInfo
  /** Of all interfaces together. */
  readonly all?: AllInfo
  readonly progress: Progress
}

/** The interfaces of this machine that one of ours captures, mostly one. */
export interface InterfaceDevice {
  readonly names: readonly string[]
  readonly link: LinkState
  readonly addresses: readonly string[]
  readonly kind?: string
  readonly mac?: string
  readonly mtu?: number
  readonly speedBps?: number
  /** How often the kernel had to stop because a ring was full. */
  readonly freezes: number
  /** How old the oldest packet was when it was read, the last time. */
  readonly lagMs: number
}

/** A collector, and how its exporters are counted. */
export interface CollectorInfo extends CollectorStats {
  readonly repeats: RepeatRule
}

/** How all interfaces are joined. */
export interface AllInfo {
  /** How a flow counts that several have seen. */
  readonly rule: InterfaceMergeRule
  /** Ids of those that answer. */
  readonly interfaces: readonly number[]
}

export interface Progress {
  readonly packets: number
  readonly bytesRead: number
  /** Absent when the size of the input is not known. */
  readonly bytesTotal?: number
  readonly cutShort: boolean
  /** Of flows of the past: the files that they lie in. */
  readonly files?: Readonly<FileCounts>
  /** Packets that the packet filter left out. Absent without one, and of live interfaces, where the kernel leaves them out uncounted. */
  readonly filteredOut?: number
  /** What was wrong with the input, one line each; the count is of all of them. */
  readonly faults: readonly string[]
  readonly faultCount: number
}

/** The interface's figures at its latest tick. Times are those of the packets. */
export interface Totals {
  readonly nowMs: number
  /** Of the first packet; of a live interface when its capture began. */
  readonly firstSeenMs: number
  readonly packets: number
  readonly bytes: number
  /** Sent by hosts of local networks to others, received by them from others; traffic among local hosts or among remote ones is in neither. */
  readonly bytesSent: number
  readonly bytesRcvd: number
  readonly bps: number
  readonly bpsSent: number
  readonly bpsRcvd: number
  readonly pps: number
  readonly trend: 'steady' | 'up' | 'down'
  readonly flows: number
  readonly flowsLimit: number
  readonly flowsTotal: number
  readonly hosts: number
  readonly hostsLimit: number
  readonly localHosts: number
  readonly macs: number
  /** Packets that got no flow row, and hosts that got no host row, because the tables were full. */
  readonly packetsWithoutFlow: number
  readonly hostsRefused: number
  /** Flows whose beginning was no longer kept for recognition, because those of all flows together took too much room. */
  readonly flowsGivenUp: number
  readonly dropped: number
  readonly malformed: number
  readonly nonIpPackets: number
  readonly nonIpBytes: number
  /** Jumps of the packets' clock by more than 60 s, and steps back that were clamped. */
  readonly clockGaps: number
  readonly clockSteps: number
  readonly tcp: TcpHealth
}

export interface TcpHealth {
  readonly retransmissions: number
  readonly outOfOrder: number
  readonly lost: number
  readonly zeroWindow: number
}

export interface ListQuery {
  readonly entity: Entity
  /** In the filter language. */
  readonly filter?: string
  readonly sort?: string
  readonly order?: 'asc' | 'desc'
  /** 1–1000. */
  readonly limit: number
  /** As given by the answer before. */
  readonly cursor?: string
}
export interface ListAnswer<E extends Entity = Entity> {
  readonly nowMs: number
  readonly items: readonly ItemOf<E>[]
  /** Rows that the filter lets through, and all rows of the table. */
  readonly matching: number
  readonly total: number
  /** Absent on the last page. */
  readonly cursor?: string
}

/** Upper bounds of the packet size classes in bytes; the last class has none. */
export const SIZE_CLASSES = [64, 128, 256, 512, 1024, 1518, 2500, 6500, 9000] as const

/** A risk of a flow, as its page tells it. */
export interface RiskTold extends RiskInfo {
  /** What it means and what to do. */
  readonly about: string
  /** What speaks for it. */
  readonly evidence?: string
}
/** How many live flows of a host have a risk. */
export interface RiskShare {
  readonly name: string
  readonly severity: RiskInfo['severity']
  readonly flowsAsClient: number
  readonly flowsAsServer: number
}

export interface FlowDetail extends FlowItem {
  readonly communityId: string
  readonly protoNumber: number
  readonly master: string
  /** Why the flow has its name: a sentence. */
  readonly reason: string
  /** Its risks one by one. */
  readonly risksTold: readonly RiskTold[]
  /** What the dissectors read, in the order in which they declare it. */
  readonly fields: readonly DissectedField[]
  readonly tcpC2s?: TcpHealth
  readonly tcpS2c?: TcpHealth
  readonly bpsC2s: number
  readonly bpsS2c: number
  /** The process at an end that is this machine. */
  readonly clientProcess?: Program
  readonly serverProcess?: Program
  /** Elements of a collected flow that have no field of their own: as its exporter names them. */
  readonly elements?: Readonly<Record<string, string | number>>
  /** Wiretops that its records have passed, where several feed each other; the first saw it. */
  readonly path?: readonly string[]
}
export interface DissectedField {
  readonly protocol: string
  readonly name: string
  readonly label: string
  readonly type: 'number' | 'text' | 'texts' | 'choice' | 'flag' | 'timeMs'
  readonly value: number | string | boolean | readonly string[]
}

export interface Share {
  readonly name: string
  readonly bytesSent: number
  readonly bytesRcvd: number
  readonly packetsSent: number
  readonly packetsRcvd: number
  readonly flows: number
}
export interface HostDetail extends HostItem {
  /** The first is what it is called; another one what is learned of it beside that. */
  readonly names: readonly { readonly name: string; readonly from: HostNameSource }[]
  readonly apps: readonly (Share & { readonly category: string })[]
  readonly l4: readonly Share[]
  readonly sizesSent: readonly number[]
  readonly sizesRcvd: readonly number[]
  /** By live flows: ports on which it serves, and ports of others that it uses. */
  readonly serverPorts: readonly PortShare[]
  readonly clientPorts: readonly PortShare[]
  readonly topPeers: readonly PeerShare[]
  /** Programs of this machine that have live flows with this host, or on it; sent and received are theirs. */
  readonly programs: readonly ProgramShare[]
  /** Counters of dissectors: protocol → counter → sent and received. */
  readonly counters: readonly HostCounter[]
  /** Of its live flows, gravest first. */
  readonly risks: readonly RiskShare[]
  readonly nonIp: readonly ItemOf<'nonip'>[]
  /** Other addresses behind the same MAC. */
  readonly sameMac: readonly string[]
  /** Bits a second sent and received from first to last seen; each live flow is spread evenly over its duration. */
  readonly series: Series
}
export interface PortShare {
  readonly port: number
  readonly proto: string
  readonly service?: string
  readonly bytes: number
  readonly flows: number
}
export interface ProgramShare {
  readonly program?: string
  readonly user: string
  readonly bytesSent: number
  readonly bytesRcvd: number
  readonly flows: number
}
export interface PeerShare {
  readonly address: string
  readonly vlan: number
  readonly name?: string
  readonly bytesSent: number
  readonly bytesRcvd: number
  readonly flows: number
  readonly apps: readonly { readonly app: string; readonly bytes: number }[]
}
export interface HostCounter {
  readonly protocol: string
  readonly counter: string
  readonly label: string
  readonly sent: number
  readonly rcvd: number
}

/** Columns: the times in epoch milliseconds, then one column a series, each as long as `times`. */
export interface Series {
  readonly times: readonly number[]
  readonly columns: readonly { readonly name: string; readonly label: string; readonly values: readonly number[] }[]
}
/**
 * The last hour of a host, a value a second since it is watched: bits and packets a second each way, live flows. Whoever asks for it watches the host, for an
 * hour from then on.
 */
export interface HostSeries extends Series {
  /** When it was first watched, or an hour ago; 0: no second of it is over yet. */
  readonly sinceMs: number
  readonly watched: WatchedCounts
}
/** How many hosts of the interface are watched, how many may be at once, and how many had to make room for others since it began. */
export interface WatchedCounts {
  readonly hosts: number
  readonly limit: number
  readonly gaveWay: number
}
export interface HostSeriesAsk {
  readonly address: string
  readonly vlan?: number
  /** How far back; at most 3600. */
  readonly seconds: number
  /** At most this many points; each is then the mean of several seconds. */
  readonly points: number
}
/**
 * traffic: bps sent, received, other, packets a second. apps: bps of the applications with most traffic, the rest as Other. losses: what was dropped, found no room, or
 * came with a clock that had gone back.
 */
export const SERIES_NAMES = ['traffic', 'apps', 'hosts-and-flows', 'tcp', 'losses'] as const
export interface SeriesQuery {
  readonly of: (typeof SERIES_NAMES)[number]
  /** How far back, in seconds of packet time; at most 3600. */
  readonly seconds: number
  /** At most this many points; each is then the mean of several seconds. */
  readonly points?: number
  /** How many applications have a column of their own. */
  readonly top?: number
}

export interface SearchHit {
  readonly kind: 'host' | 'mac' | 'app' | 'port' | 'server-name' | 'flow'
  readonly value: string
  readonly vlan?: number
  readonly label: string
  readonly detail: string
}

export interface Facet {
  readonly field: string
  readonly values: readonly { readonly value: string; readonly rows: number; readonly bytes: number }[]
}

/** Every question by its name. `null` answers: no such thing. */
export interface Questions {
  totals: { ask: Record<never, never>; answer: Totals }
  list: { ask: ListQuery; answer: ListAnswer }
  flow: { ask: { readonly id: string }; answer: FlowDetail | null }
  /** What other programs told, of a host, of a flow by its id, or of all: alerts first, then the newest. */
  events: { ask: { readonly host?: string; readonly flow?: string; readonly limit: number }; answer: readonly NetworkEvent[] }
  /** By its number within the interface. */
  exporter: { ask: { readonly number: number }; answer: ExporterInfo | null }
  /** Bits a second in and out by one of its interfaces, over the last hour. */
  exporterPort: { ask: { readonly number: number; readonly ifIndex: number; readonly points: number }; answer: Series | null }
  /** Counters that it tells of itself, or of one of its interfaces, over the last hour. */
  exporterCounters: { ask: { readonly number: number; readonly ifIndex?: number }; answer: readonly CounterCourse[] | null }
  host: { ask: { readonly address: string; readonly vlan?: number }; answer: HostDetail | null }
  /** `null`: it is neither in memory nor watched. */
  hostSeries: { ask: HostSeriesAsk; answer: HostSeries | null }
  /** In which seconds of the last day a local host had traffic. */
  activity: { ask: ActivityAsk; answer: HostActivity | null }
  /** A name that is asked for, with those who ask. */
  aggregation: { ask: AggregationAsk; answer: AggregationDetail | null }
  series: { ask: SeriesQuery; answer: Series }
  search: { ask: { readonly text: string; readonly limit: number }; answer: readonly SearchHit[] }
  /** Top values of some fields among the rows that a filter lets through; for facets and for completion (`prefix`). */
  facets: {
    ask: {
      readonly entity: Entity
      readonly fields: readonly string[]
      readonly filter?: string
      readonly prefix?: string
      readonly limit: number
    }
    answer: readonly Facet[]
  }
  sizes: { ask: Record<never, never>; answer: { readonly packets: readonly number[]; readonly bytes: readonly number[] } }
  malformed: { ask: Record<never, never>; answer: Readonly<Record<string, number>> }
  /** Everything known of one host, or of all: host details and flow details. */
  dump: { ask: { readonly address?: string; readonly vlan?: number }; answer: Dump }
}
export interface Dump {
  readonly interface: string
  readonly nowMs: number
  readonly totals: Totals
  readonly hosts: readonly HostDetail[]
  readonly flows: readonly FlowDetail[]
}
export type Question = keyof Questions
export type Ask<Q extends Question> = Questions[Q]['ask']
export type Answer<Q extends Question> = Questions[Q]['answer']

/** A question that cannot be answered as asked: a bad filter, an unknown field. Becomes a 400. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion'
  /** Which part of the question: 'filter', 'sort', 'cursor' … */
  readonly field: string
  /** Where in that text, when it is known. */
  readonly offset: number | undefined
  readonly expected: readonly string[]
  constructor(field: string, message: string, offset?: number, expected: readonly string[] = []) {
    super(message)
    this.field = field
    this.offset = offset
    this.expected = expected
  }
}

/** What the worker of an interface pushes once a second. */
export interface Tick {
  readonly interface: number
  readonly info: InterfaceInfo
  readonly totals: Totals
}

export interface LiveInterface {
  readonly info: InterfaceInfo
  /** What it reads, as `-i` names it: history knows it by that. */
  readonly key: string
  /** Rejects with BadQuestion, or with an Error when the interface has failed. */
  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>>
  latest(): Totals | undefined
  readonly recordings: Recordings
}

/** What users have called an interface, and whether they have disabled it. */
export interface KeptInterface {
  readonly name?: string
  readonly disabled?: true
}
/** Which hosts never leave the tables, however long they are idle. */
export const STICKY_HOSTS = ['none', 'local', 'remote', 'all'] as const
export type StickyHosts = (typeof STICKY_HOSTS)[number]

/** What users call hosts and exporters, by address, and interfaces, by what they read: it outlasts the program. */
export interface KeptNaming {
  readonly hosts: Readonly<Record<string, string>>
  readonly exporters: Readonly<Record<string, string>>
  interface(key: string): KeptInterface
  /** '' takes the name away. False: there is no room for another one. */
  nameHost(address: string, name: string): boolean
  nameExporter(address: string, alias: string): void
  changeInterface(key: string, change: { readonly name?: string; readonly disabled?: boolean }): void
}

/** All interfaces, as the API and the console's server see them. */
export interface Live {
  interfaces(): readonly LiveInterface[]
  /** Where flow records go. */
  exports(): readonly ExportInfo[]
  get(id: number): LiveInterface | undefined
  /** All together, also under the id ALL_INTERFACES; undefined where there are no two to join. It does not tick: its totals are asked for. */
  readonly all: LiveInterface | undefined
  /** Opens an uploaded capture as an interface of its own; `path` is a file that is removed with it. */
  upload(name: string, path: string): LiveInterface
  /** Resolves when it has begun anew. */
  restart(id: number): Promise<void>
  rename(id: number, name: string): void
  /** What users call hosts, by address. */
  readonly hostNames: Readonly<Record<string, string>>
  /** What the host at the address is called from now on, on every interface; '' for what is learned of it. False: there is no room for another name. */
  nameHost(address: string, name: string): boolean
  /** What exporters at the address are called from now on; '' for nothing else than it. */
  nameExporter(address: string, alias: string): void
  /** Resolves when history has been sent what flows that last have gained, up to now or up to a moment of the last minute. */
  bringRecordsUp(): Promise<void>
  /** A disabled one captures nothing and has no tables. */
  setEnabled(id: number, enabled: boolean): Promise<void>
  /** Interfaces of this machine, also those that nobody captures. */
  devices(): readonly DeviceInfo[]
  /** Why none of them can be captured, and what to do about it: one line. Undefined: they can. */
  readonly captureRefusal: string | undefined
  capture(name: string, devices: readonly string[]): LiveInterface
  /** Reads flows of the past into an interface of their own, in place of the one that was there. */
  loadHistory(name: string, load: HistoryLoad): Promise<LiveInterface>
  remove(id: number): Promise<void>
  /** Calls the listener at every tick of any interface, and when an interface comes, fails, ends or goes. Returns how to stop that. */
  onTick(listener: (tick: Tick) => void): () => void
  onChange(listener: (interfaces: readonly InterfaceInfo[]) => void): () => void
}
