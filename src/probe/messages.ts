/** What the main thread and a worker thread say to each other. A thread holds one probe or several: each message says of which it speaks. */
import type { CollectorSocket } from '../lib/collector-sockets.ts'
import type { AsSource, KnownInterface, RepeatRule } from '../lib/exporters.ts'
import type { PackedFlows } from '../lib/flow-batch.ts'
import type { HistoryLoad } from '../lib/history.ts'
import type { NamedHost, ResolvedHosts, WantedNames } from '../lib/host-naming.ts'
import type { KeptHosts } from '../lib/kept-hosts.ts'
import type { Ask, Question, StickyHosts, Totals } from '../lib/live.ts'
import type { LiveDevice, LiveSettings } from '../lib/live-capture.ts'
import type { ProgramAnswer } from '../lib/programs.ts'
import type { ChunkMessage, RecordingCommand, RecordingCommands } from '../lib/recording.ts'
import type { SeriesPoints } from '../lib/series-points.ts'
import type { SourceStats } from '../lib/source.ts'
import type { OwnerTables } from '../names/address-owners.ts'
import type { CustomTexts } from '../names/custom-names.ts'
import type { Learned } from '../tables/learned.ts'
import type { ObserveOptions } from '../tables/observation.ts'
import type { Elsewhere } from '../tables/set-aside.ts'
import type { KeptActivity } from './activity-keeper.ts'
import type { ContactDump } from './contact-dumper.ts'
import type { PartAsk, PartQuestion } from './merge/part.ts'

export interface CaptureSource {
  readonly kind: 'capture'
  /** What to read, as `-i` says it. */
  readonly input: string
  /** Somebody sent it: a capture and nothing else, so that it cannot name files of ours. */
  readonly isUpload: boolean
  readonly originalSpeed: boolean
  /** In the syntax of tcpdump; undefined: all packets. */
  readonly packetFilter: string | undefined
  /** The libpcap that compiles it; undefined: the system's. */
  readonly libpcapPath: string | undefined
  readonly ixia: boolean
}
export interface LiveSource {
  readonly kind: 'live'
  readonly devices: readonly LiveDevice[]
  readonly settings: LiveSettings
  /** Addresses of this machine: its programs are told by them. */
  readonly ownAddresses: readonly string[]
}

export interface CollectSource {
  readonly kind: 'collect'
  /** As `-i` says it; found good already. */
  readonly endpoint: string
  readonly repeats: RepeatRule
  /** What users call exporters, by address. */
  readonly aliases: Readonly<Record<string, string>>
  readonly stateDir: string | undefined
  /** Of the endpoint; undefined: the worker opens its own. */
  readonly socket: CollectorSocket | undefined
}

/** One exporter of a collector that has a seat in the same thread. */
export interface ExporterSource {
  readonly kind: 'exporter'
  readonly seat: number
  readonly exporter: number
}
/** Flows of the past. */
export interface HistorySource {
  readonly kind: 'history'
  readonly load: HistoryLoad
  readonly spillFolder: string
}
export type ProbeSource = HistorySource | CaptureSource | LiveSource | CollectSource | ExporterSource

/** What a thread is given when it is begun. */
export interface ThreadConfig {
  /** Messages that have been sent and not yet been heard: the worker looks here between two batches. */
  readonly waiting: SharedArrayBuffer
  /** Where it is woken while it waits for packets; -1: it never does. */
  readonly wakeFd: number
  /** Processor core that it is pinned to. */
  readonly core?: number
  /** What users say of applications and categories. */
  readonly customTexts?: CustomTexts
  /** Who owns addresses, where that is loaded already. */
  readonly owners?: OwnerTables
  /** What users call hosts. */
  readonly givenNames?: readonly NamedHost[]
}

/** Who wants records of flows: each gets all of them. */
export type RecordTaker = 'exports' | 'history'

export interface ProbeConfig {
  readonly name: string
  readonly source: ProbeSource
  /** Networks as text; undefined: the usual local ranges. */
  readonly localNetworks: readonly string[] | undefined
  /** Lists of what is known to be bad, as text. */
  readonly riskLists?: string | undefined
  /** Of this worker. */
  readonly flowLimit: number
  readonly hostLimit: number
  /** One worker of several: it takes this share of the packets, and tells the others what it learns. */
  readonly share?: { readonly index: number; readonly count: number; readonly seed: number }
  /** What this wiretop is called where several feed each other. */
  readonly instance: string
  readonly asSource: AsSource
  /** Who wants records of flows, and how many seconds there are between two of one that lasts. */
  readonly recordsFor: readonly { readonly taker: RecordTaker; readonly everySeconds: number }[]
  /** Somebody keeps hosts that leave. */
  readonly keepsHosts: boolean
  /** Of which new hosts the names are asked for. */
  readonly resolves: ResolvedHosts
  /** Answers of DNS that pass name no host. */
  readonly ignoresDns: boolean
  /** Which hosts never leave. */
  readonly stickyHosts: StickyHosts
  /** Somebody keeps series of it. */
  readonly tellsPoints: boolean
  /** Bytes of the latest packets that are kept; 0: none. */
  readonly packetRing: number
  /** What is noted of hosts over the day, and where that is kept. */
  readonly observe?: ObserveOptions
  readonly keptActivity?: KeptActivity
  readonly contactDump?: ContactDump
}

export interface QuestionMessage {
  readonly id: number
  readonly question: Question | RecordingCommand
  readonly ask: Ask<Question> | RecordingCommands[RecordingCommand]['ask']
}

/** Asked of one worker of several, about its part. */
export interface PartMessage {
  readonly id: number
  readonly part: PartQuestion
  readonly ask: PartAsk<PartQuestion>
  /** What is answered as if it had not come, because another interface counts it. */
  readonly elsewhere?: Elsewhere
}
/** What another worker has learned. */
export interface LearnedMessage {
  readonly learned: Learned
}
/** An interface that had vanished is there again: which one of the probe's, and with what it is captured now. */
export interface ReturnMessage {
  readonly at: number
  readonly returned: LiveDevice
}
/** The machine's own addresses have changed, or the local networks with those of the interfaces. */
export interface AddressMessage {
  readonly ownAddresses: readonly string[]
  readonly localNetworks: readonly string[] | undefined
}
/** What the finder of programs has answered; without an answer it could not be asked. */
export interface FoundMessage {
  readonly found: ProgramAnswer | string
}
/** What is known of the interfaces of an exporter. */
export interface KnownMessage {
  readonly known: { readonly address: string; readonly interfaces: readonly KnownInterface[] }
}
/** Hosts that were asked for: what they were before. */
export interface HostsMessage {
  readonly kept: KeptHosts
}
/** What users call exporters has changed. */
export interface AliasMessage {
  readonly aliases: Readonly<Record<string, string>>
}
export type WorkerMessage =
  | HostsMessage
  | AliasMessage
  | KnownMessage
  | QuestionMessage
  | PartMessage
  | LearnedMessage
  | ReturnMessage
  | AddressMessage
  | FoundMessage

/** `to` is the number of the probe within its thread. */
export type ThreadMessage =
  | { readonly customTexts: CustomTexts }
  | { readonly owners: OwnerTables }
  /** Users call these hosts something else from now on. */
  | { readonly givenNames: readonly NamedHost[] }
  /** Reverse DNS has told names of hosts. */
  | { readonly resolved: readonly NamedHost[] }
  | { readonly to: number; readonly open: ProbeConfig }
  | { readonly to: number; readonly close: true }
  | { readonly to: number; readonly say: WorkerMessage }
export interface Said {
  readonly from: number
  readonly message: ProbeMessage
}

/** What flows had gained counts, whatever has become of who tells it. */
export const isKept = ({ type }: ProbeMessage): boolean => type === 'records' || type === 'points' || type === 'hosts'

export type ProbeMessage =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly type: 'refusal'
      readonly id: number
      readonly field: string
      readonly message: string
      readonly offset?: number
      readonly expected: readonly string[]
    }
  | { readonly type: 'fault'; readonly id: number; readonly message: string }
  | { readonly type: 'tick'; readonly totals: Totals; readonly stats: SourceStats }
  | { readonly type: 'learned'; readonly learned: Learned }
  | ChunkMessage
  /** The interface has vanished; nothing more is read from its sockets. */
  | { readonly type: 'gone'; readonly at: number }
  /** Sockets whose programs are wanted (lib/programs.ts). */
  | { readonly type: 'find'; readonly wanted: Uint32Array }
  /** A collector has heard of one more exporter. */
  | { readonly type: 'exporter'; readonly number: number; readonly address: string; readonly name: string }
  /** Flows have gained so much. */
  | { readonly type: 'records'; readonly taker: RecordTaker; readonly records: PackedFlows }
  /** They have left. */
  | { readonly type: 'hosts'; readonly hosts: KeptHosts }
  /** They are new, and may have been here before (lib/kept-hosts.ts). */
  | { readonly type: 'recall'; readonly wanted: Int32Array }
  /** They are new, and nobody has told their names. */
  | { readonly type: 'resolve'; readonly wanted: WantedNames }
  /** What everything has gained in a minute. */
  | { readonly type: 'points'; readonly points: SeriesPoints }
  /** Something beside its input went wrong: one line. */
  | { readonly type: 'trouble'; readonly text: string }
  | { readonly type: 'running' }
  /** It was told to close, and has. */
  | { readonly type: 'closed' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly message: string }
