/** What the main thread asks the workers of one interface, each about its part, so that one answer can be made of theirs. */
import type { SecondRange } from '../../lib/activity.ts'
import type { AggregationAsk } from '../../lib/aggregations.ts'
import type { Entity, FlowItem, HostItem } from '../../lib/fields.ts'
import type { HostNetwork } from '../../lib/history.ts'
import type {
  FlowDetail,
  HostCounter,
  HostDetail,
  PeerShare,
  PortShare,
  ProgramShare,
  RiskShare,
  SearchHit,
  SeriesQuery,
  Share,
  Totals,
  WatchedCounts,
} from '../../lib/live.ts'
import type { BitsAsk } from '../activity.ts'
import type { AggregationPart } from '../aggregation.ts'
import type { Keys } from './keys.ts'

/** One field of many rows. Numbers that are absent are NaN, texts ''. */
export type Column =
  | { readonly type: 'number'; readonly values: Float64Array }
  /** Four words a row. */
  | { readonly type: 'address'; readonly words: Int32Array }
  /** Row → place in the dictionary, whose first text is ''. */
  | { readonly type: 'text'; readonly dictionary: readonly string[]; readonly index: Int32Array }
  /** What rows (by their places in the answer) did with applications. */
  | {
      readonly type: 'shares'
      readonly at: Int32Array
      readonly dictionary: readonly string[]
      readonly index: Int32Array
      readonly bytes: Float64Array
    }
  /** Who has asked for what is in rows (by their places in the answer), how often, and a hash of each by which all workers know it. */
  | {
      readonly type: 'askers'
      readonly at: Int32Array
      readonly words: Int32Array
      readonly hashes: Int32Array
      readonly counts: Float64Array
    }
  /** Registers of DistinctCount, of rows (by their places in the answer) of which not all who have asked are kept. */
  | { readonly type: 'sketches'; readonly at: Int32Array; readonly registers: Uint8Array }
  /** Rows (by their places in the answer) that have to do with each other. */
  | { readonly type: 'pairs'; readonly a: Int32Array; readonly b: Int32Array }

export interface Columns {
  /** Changes whenever rows come or go. */
  readonly version: string
  readonly rows: Int32Array
  readonly keys: Keys
  readonly columns: Readonly<Record<string, Column>>
}
/** Rows and keys are those of the version that the asker knows. */
export interface Unchanged {
  readonly version: string
  readonly rows?: undefined
}

/** Rows of one table that have come and left, by their keys. */
export interface RowChanges {
  readonly come: Keys
  readonly left: Keys
  /** Of hosts: which of those that have come are local. */
  readonly local?: Uint8Array
}
export interface Changes {
  /** What the next question says that it knows. */
  readonly at: number
  /** All rows there are have come. */
  readonly isWhole: boolean
  readonly flows: RowChanges
  readonly hosts: RowChanges
  readonly macs: RowChanges
}

/** Fields that only merging needs: throughput of the second before, and the link address that a host is tied to, shown or not. */
export const BPS_BEFORE = 'bpsBefore'
export const TIED_MAC = 'tiedMac'

/** Rows by number, with the keys by which the worker sees whether they are still the same. */
export interface AskedRows {
  readonly rows: Int32Array
  readonly keys: Keys
}

export interface KeyedFlows {
  readonly keys: Keys
  readonly salt: number
}

export interface HostItemPart {
  readonly item: HostItem
  readonly bpsBefore: number
  readonly apps: readonly (readonly [app: string, bytes: number])[]
  /** Keys (as tieOf) of the hosts that it has live flows with. */
  readonly peers: readonly number[]
}

/** A flow as one worker saw it. */
export interface FlowPart {
  readonly low: number
  readonly high: number
  readonly detail: FlowDetail
  readonly bpsBefore: number
  /** Of the application, whatever the server's name says. */
  readonly appCategory: string
  /** Order in which dissectors declare the fields, as those of `detail.fields`. */
  readonly fieldIndexes: readonly number[]
}

/** A host as one worker saw it. Lists are whole, not yet cut, and without the flows that lie on several workers. */
export interface HostPart {
  readonly item: HostItem
  readonly bpsBefore: number
  readonly names: HostDetail['names']
  readonly apps: HostDetail['apps']
  readonly l4: readonly Share[]
  readonly sizesSent: readonly number[]
  readonly sizesRcvd: readonly number[]
  readonly serverPorts: readonly PortShare[]
  readonly clientPorts: readonly PortShare[]
  readonly peers: readonly PeerShare[]
  readonly programs: readonly ProgramShare[]
  readonly risks: readonly RiskShare[]
  readonly counters: readonly (HostCounter & { readonly index: number })[]
  /** Address of the link that it is tied to, shown or not. */
  readonly tiedMac: string | undefined
  readonly spans: readonly Span[]
}

export interface BehindMac {
  readonly nonIp: HostDetail['nonIp']
  readonly addresses: readonly string[]
}

/** What a flow carried from its first to its last packet. */
export interface Span {
  readonly firstMs: number
  readonly lastMs: number
  readonly sent: number
  readonly rcvd: number
}

export interface SeriesPart {
  /** End of the latest second, and how many there are: a value of each in every column, oldest first. */
  readonly lastMs: number
  readonly seconds: number
  readonly columns: readonly { readonly name: string; readonly label: string; readonly values: Float32Array }[]
}

/** Seconds of a watched host. */
export interface HostSeriesPart extends SeriesPart {
  readonly watched: WatchedCounts
  /** Of its row; 0: it has none. */
  readonly bytes: number
}

export interface WeighedHit extends SearchHit {
  readonly bytes: number
  readonly vendor?: string
  /** The value begins with the text: it comes before those that hold it. */
  readonly begins: boolean
}

export interface PartQuestions {
  /** `changes`: also the rows that have come and left after what the asker knows; 0: nothing. */
  partTotals: {
    ask: { readonly changes?: { readonly salt: number; readonly after: number } }
    answer: { readonly totals: Totals; readonly bpsBefore: number; readonly changes?: Changes }
  }
  /** `without`: rows of flows that are left out, in order. `known`: a version that need not be told again. */
  columns: {
    ask: {
      readonly entity: Entity
      readonly fields: readonly string[]
      readonly salt: number
      readonly without?: Int32Array
      readonly known?: string
    }
    answer: Columns | Unchanged
  }
  /** Rows that are gone answer null. */
  hostItems: { ask: AskedRows & { readonly salt: number }; answer: readonly (HostItemPart | null)[] }
  flowItems: { ask: AskedRows & { readonly salt: number }; answer: readonly (FlowItem | null)[] }
  flowParts: { ask: AskedRows & { readonly salt: number }; answer: readonly (FlowPart | null)[] }
  flowPart: { ask: { readonly id: string; readonly salt: number }; answer: FlowPart | null }
  /** VLANs in which an address has been seen, with its bytes. */
  vlansOf: { ask: { readonly address: string }; answer: readonly (readonly [vlan: number, bytes: number])[] }
  hostPart: { ask: { readonly address: string; readonly vlan: number; readonly without: Int32Array }; answer: HostPart | null }
  /** Watches the host; `onlyWatched`: where that has begun already. */
  hostSeriesPart: {
    ask: { readonly address: string; readonly vlan: number; readonly seconds: number; readonly onlyWatched?: true }
    answer: HostSeriesPart | null
  }
  /** Frames without IP of a link address, and the hosts tied to it. */
  behindMac: { ask: { readonly mac: string }; answer: BehindMac }
  /** A bit a second. */
  activityPart: { ask: BitsAsk; answer: Uint8Array | null }
  /** When flows were seen first, by their keys; NaN: they are not here. Null: nobody counts contacts here. */
  flowsSeen: { ask: KeyedFlows; answer: Float64Array | null }
  /** Their contacts are counted by another worker, which saw them first. */
  countedElsewhere: { ask: KeyedFlows; answer: true }
  /** What was noted of the hosts over the day is forgotten; `true` when no file that the worker writes has it any more, but for those that were there before. */
  /** Records of flows that last are told up to now; those of the first thousands at once. */
  bringRecordsUp: { ask: null; answer: true }
  forgetObserved: { ask: HostNetwork; answer: true }
  aggregationPart: { ask: AggregationAsk & SecondRange; answer: AggregationPart | null }
  seriesPart: { ask: Pick<SeriesQuery, 'of' | 'seconds'>; answer: SeriesPart }
  searchPart: { ask: { readonly text: string }; answer: readonly WeighedHit[] }
  /** All hosts, or one; flows among `without` are left out. */
  dumpPart: {
    ask: { readonly salt: number; readonly without: Int32Array; readonly address?: string; readonly vlan?: number }
    answer: { readonly hosts: readonly HostPart[]; readonly flows: readonly FlowPart[] }
  }
}
export type PartQuestion = keyof PartQuestions
export type PartAsk<Q extends PartQuestion> = PartQuestions[Q]['ask']
export type PartAnswer<Q extends PartQuestion> = PartQuestions[Q]['answer']
