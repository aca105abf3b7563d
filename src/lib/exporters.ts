/** What is known of the devices and programs that send flow records, as the console and the API show it. */

export const EXPORT_PROTOCOLS = ['NetFlow v5', 'NetFlow v9', 'IPFIX', 'sFlow v5', 'ZMQ', 'events'] as const
export type ExportProtocol = (typeof EXPORT_PROTOCOLS)[number]

/** Flows that exporters tell several times, on the way in and out or by each router of a path, and how they are counted. */
export const REPEAT_RULES = ['first', 'ingress', 'all'] as const
/** `first`: by the exporter that told of them first, until that one is silent. `ingress`: where they came in. `all`: every time. */
export type RepeatRule = (typeof REPEAT_RULES)[number]

/** Whose word on autonomous systems counts first: the exporter's, or the table of addresses. */
export const AS_SOURCES = ['exporter', 'table'] as const
export type AsSource = (typeof AS_SOURCES)[number]

/** How often a thing was sampled from, and who said so. */
export const SAMPLING_FROM = ['none', 'records', 'options', 'user'] as const
export type SamplingFrom = (typeof SAMPLING_FROM)[number]

/** How a collector fares: one endpoint that exporters send to. */
export interface CollectorStats {
  /** As `-i` names it. */
  readonly endpoint: string
  /** Where it listens; empty until it does. */
  readonly address: string
  /** Bytes that the kernel keeps until they are read; 0 where that is not known. */
  readonly bufferBytes: number
  readonly datagrams: number
  /** Flow records and samples. */
  readonly records: number
  readonly exporters: number
  /** Datagrams of exporters for which there was no room, and of senders that may not send. */
  readonly exportersRefused: number
  readonly sendersRefused: number
}

/** One exporter: an address, and the observation domain (IPFIX), source id (v9), engine (v5) or sub-agent (sFlow) that speaks there. */
export interface ExporterInfo {
  /** Number within its interface; a flow record bears it. */
  readonly number: number
  /** What it is called, where somebody said so. */
  readonly alias?: string
  readonly address: string
  /** Who sent its latest datagram, where that is not the address that it tells (sFlow agents may have several, or a relay). */
  readonly sender?: string
  readonly protocol: ExportProtocol
  readonly domain: number
  readonly firstSeen: number
  readonly lastSeen: number
  readonly datagrams: number
  /** Flow records, or samples of packets. */
  readonly records: number
  readonly bytesReceived: number
  /** Records a second over the last second. */
  readonly recordsPerSecond: number
  /** By its sequence numbers: what was sent and did not come (datagrams, or records, as its protocol counts). */
  readonly missed: number
  /** Sequence numbers that went back: it was started again, or its datagrams overtook one another. */
  readonly sequenceResets: number
  readonly templates: number
  /** Sets of data whose template has not come, waiting and given up. */
  readonly setsWaiting: number
  readonly setsUndecoded: number
  /** One packet of so many was counted; several where its samplers differ; [1]: all were. */
  readonly sampling: readonly number[]
  readonly samplingFrom: SamplingFrom
  /** Its clock against ours; negative: it is behind. */
  readonly clockOffsetMs: number
  /** What was wrong with what it sent: cause → how often. */
  readonly faults: Readonly<Record<string, number>>
  /** What it tells of itself and of no interface: its processor, its VLANs; now. */
  readonly counters?: Readonly<Record<string, number>>
  readonly interfaces: readonly ExporterInterface[]
}

/** An exporter as a live table reads it, cell by cell. */
export interface ExporterRow extends Omit<ExporterInfo, 'alias' | 'sender' | 'counters' | 'faults' | 'interfaces'> {
  readonly alias: string | undefined
  readonly faultCount: number
  readonly ports: ReadonlyMap<number, { readonly name: string | undefined; readonly alias: string | undefined }>
  readonly info: ExporterInfo
  /** The last `seconds`; left out: as many as there are. */
  portCourse(ifIndex: number, seconds?: number): PortCourse | undefined
  /** What it tells of itself, or of one of its interfaces; undefined: there is no such interface. */
  counterCourses(ifIndex?: number): readonly CounterCourse[] | undefined
}

/** A counter of an exporter, and how it went over the last hour. */
export interface CounterCourse {
  readonly name: string
  /** Now. */
  readonly value: number
  /** It goes up and down; else it counts. */
  readonly isGauge: boolean
  /** Of each of the last 60 minutes, oldest first: what a gauge said, or how much a counter grew a second; null: not told. Empty: not kept. */
  readonly course: readonly (number | null)[]
}

/** Bytes in each of the last seconds, oldest first. */
export interface PortCourse {
  /** Epoch ms at the end of the last. */
  readonly lastMs: number
  readonly in: Float32Array
  readonly out: Float32Array
}

/** States of an interface as IF-MIB numbers them from 1 (RFC 2863, ifOperStatus). */
export const OPER_STATUS = ['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown'] as const
export type OperStatus = (typeof OPER_STATUS)[number]

/** Who said what an interface is called; the first that did is believed. The exporter itself tells by options or sFlow. */
export const NAMED_BY = ['csv', 'snmp', 'options', 'sflow'] as const
export type NamedBy = (typeof NAMED_BY)[number]

/** Who told the counters of an interface; of several the first is believed, until it is silent. */
export type CounterTeller = 'sflow' | 'snmp' | 'options'

/** What an interface has counted since some time (RFC 2863, ifHCInOctets and its like). */
export interface OctetCounters {
  readonly atMs: number
  readonly inOctets: number
  readonly outOctets: number
  readonly bits: 32 | 64
  readonly from: CounterTeller
  /** Another number than before: they began anew in between (its agent was started again). */
  readonly epoch: number
}

/** What is known of an exporter's interface from elsewhere than the exporter's records: plain, to be sent between threads. */
export interface KnownInterface {
  readonly ifIndex: number
  readonly name?: string
  readonly alias?: string
  /** Bits a second. */
  readonly speedBps?: number
  readonly operStatus?: OperStatus
  /** Who gave its name, or what else is known. */
  readonly namedBy: 'csv' | 'snmp'
  readonly counters?: OctetCounters
}

/** Who knows of the interfaces of exporters: lists of the user, agents of SNMP. */
export interface InterfaceNaming {
  /** An exporter was seen: gives what is known, and keeps asking. */
  watch(address: string): readonly KnownInterface[]
  unwatch(address: string): void
  /** Called with all that is known of an address when that has changed. */
  onChange(listener: (address: string, interfaces: readonly KnownInterface[]) => void): () => void
}

/** An interface of an exporter. */
export interface ExporterInterface {
  readonly ifIndex: number
  readonly name?: string
  readonly namedBy?: NamedBy
  readonly operStatus?: OperStatus
  readonly alias?: string
  /** Bits a second. */
  readonly speedBps?: number
  /** Bits a second over the last minute: by its counters where they come, else by flow records, scaled. */
  readonly inBps?: number
  readonly outBps?: number
  /** Of its speed: 1 is full. */
  readonly inUtilisation?: number
  readonly outUtilisation?: number
  /** Bits a second that 95 of 100 means of five minutes did not exceed in the last day. */
  readonly in95Bps?: number
  readonly out95Bps?: number
  /** By flow records, scaled: what came in by it and went out. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** By its own counters (sFlow, IPFIX options), where it tells them. */
  readonly counters?: Readonly<Record<string, number>>
  /** When they came last, epoch ms. */
  readonly countersAt?: number
}
