import type { PackedFlows } from './flow-batch.ts'

/** Flow records on their way to a store: what one interface has told of. */
export interface InterfaceRecords {
  /** What the interface reads, as `-i` names it: the same after a restart, whatever it is called. */
  readonly interfaceKey: string
  /** What it is called now. */
  readonly interfaceName: string
  readonly records: PackedFlows
}

/** Where flow records are kept. */
export interface FlowStore {
  /** As `--store` names its kind. */
  readonly kind: string
  /** Is safe from a death of the process when it resolves. Rejecting means that the caller has it still. */
  write(records: InterfaceRecords): Promise<void>
  /** Resolves to rows of the answer; rejects with a HistoryFault that says why not, in one line. */
  ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer>
  /** An administrator's own question, where the store speaks SQL: the records are the view `flows`. Rejects with a HistoryFault. */
  sql?(text: string, signal: AbortSignal): Promise<SqlAnswer>
  /**
   * Writes the answer into a file, where the store can; `begun` is told of it as soon as it can be read, while it grows. Resolves when it is whole. Whoever
   * has been told of it removes it. Rejects with a HistoryFault.
   */
  file?(query: FlowQuery, format: FileFormat, signal: AbortSignal, begun: (file: BegunFile) => void): Promise<void>
  /** Where records of the range are read again from, by the reader of that kind (history/record-readers.ts). Rejects with a HistoryFault. */
  place?(range: FlowRange): Promise<RecordsPlace>
  /**
   * Removes every record with that end, where the store can: `network` is an address or a network. Resolves when no file has them any more; how far it is tell
   * the stats. Rejects with a HistoryFault.
   */
  deleteHost?(deletion: HostDeletion, signal: AbortSignal): Promise<Deletion>
  /** How much is kept from now on, where the store lets go of anything. */
  retain?(retention: Retention): void
  stats(): StoreStats
  close(): Promise<void>
}

/** How much is kept. What is older goes, and of too much the oldest. */
export interface Retention {
  readonly maxAgeMs: number
  readonly maxBytes: number
}

export interface HostDeletion {
  /** Tells one deletion from another. */
  readonly id: number
  /** An address or a network. */
  readonly network: string
  /** Only counted: nothing is removed. */
  readonly isTrial: boolean
}
/** How far a deletion is. */
export interface Deletion extends HostDeletion {
  readonly isOver: boolean
  readonly filesDone: number
  readonly filesTotal: number
  /** Records that are gone, or would be, and files that had them. */
  readonly records: number
  readonly files: number
  readonly traces: HostTraces
  /** Where there may be more of them, one line each. */
  readonly faults: readonly string[]
}

/** What is kept of hosts beside the records of their flows, and is gone with them, or would be. */
export interface HostTraces {
  /** Of hosts, and of hosts with an application; of each interface. */
  readonly series: number
  readonly rrdFiles: number
  /** Hours of hosts, over all files, of which it was kept in which seconds they were active. */
  readonly activeHours: number
  /** Who contacted whom, and who asked for what: rows of the dumps, and of what is kept of the day. */
  readonly contacts: number
  /** Keys of small state: hosts that have left, and names of addresses. */
  readonly keys: number
}
export const NO_TRACES: HostTraces = { series: 0, rrdFiles: 0, activeHours: 0, contacts: 0, keys: 0 }
export const addTraces = (a: HostTraces, b: Partial<HostTraces>): HostTraces =>
  Object.fromEntries(Object.entries(a).map(([name, n]) => [name, n + (b[name as keyof HostTraces] ?? 0)])) as unknown as HostTraces

/** Addresses as an end of a record may be named: one, or a network, perhaps in one VLAN alone. */
export interface HostNetwork {
  readonly words: readonly [number, number, number, number]
  readonly bits: number
  readonly vlan?: number
}

/** In one line: what, where, what to do. */
export class HistoryFault extends Error {
  override readonly name = 'HistoryFault'
}

export interface StoreStats {
  readonly kind: string
  readonly records: number
  /** Of files or tables, with what waits. */
  readonly bytes: number
  readonly files: number
  /** Epoch milliseconds of the oldest and the newest record; undefined: there is none. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Records that could not be kept. */
  readonly lost: number
  /** Records that wait until the store takes them, where it is another program. */
  readonly behind?: StoreBehind
  /** What is wrong now, one line each. */
  readonly faults: readonly string[]
  readonly retention?: Retention
  /** The last one. */
  readonly deletion?: Deletion
}

export interface StoreBehind {
  readonly records: number
  readonly bytes: number
  /** Epoch milliseconds: how long the oldest of them has waited. */
  readonly sinceMs?: number
}

/** What records can be grouped by. `host` counts each record at both its ends. */
export const DIMENSIONS = [
  'app',
  'category',
  'client',
  'clientAs',
  'clientCountry',
  'clientPort',
  'clientProgram',
  'clientUser',
  'exporter',
  'host',
  'inInterface',
  'interface',
  'outInterface',
  'proto',
  'server',
  'serverAs',
  'serverCountry',
  'serverName',
  'serverPort',
  'site',
  'vlan',
] as const
export type Dimension = (typeof DIMENSIONS)[number]
export const MAX_DIMENSIONS = 5

export const MEASURES = ['bytes', 'bytesC2s', 'bytesS2c', 'packets', 'packetsC2s', 'packetsS2c', 'flows', 'clients', 'servers'] as const
export type Measure = (typeof MEASURES)[number]

/** A file of records, as a reader needs it. */
export interface HistoryFile {
  readonly path: string
  readonly bytes: number
}
/** Where records lie: what else stands in it, the reader of that kind knows. Goes from thread to thread. */
export interface RecordsPlace {
  readonly kind: string
}
/** What is read again of the past. */
export interface HistoryLoad {
  readonly range: FlowRange
  readonly place: RecordsPlace
}

/** Records whose `lastSeen` is in [fromMs, toMs). */
export interface FlowRange {
  readonly fromMs: number
  readonly toMs: number
  /** In the filter language, of flows. */
  readonly filter?: string
  /** Key of the interface; of all, when left out. */
  readonly interfaceKey?: string
}

/** Sums: the top groups by the first measure, the rest as one, and all together. With `stepMs` each group is a series. */
export interface GroupQuery extends FlowRange {
  readonly kind: 'groups'
  readonly by: readonly Dimension[]
  readonly measures: readonly Measure[]
  readonly limit: number
  readonly stepMs?: number
  /**
   * A record counts by the part of its time that lies in the range, and in each step, and a flow where it began; otherwise both count where the record ends. Not for
   * distinct things in steps.
   */
  readonly isSpread?: boolean
}
/** The records themselves. */
export interface RecordQuery extends FlowRange {
  readonly kind: 'records'
  /** Those that reach into the range; otherwise those that end in it, so that ranges side by side have each once. */
  readonly isSpread?: boolean
  readonly columns?: readonly string[]
  readonly sort: string
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}
export type FlowQuery = GroupQuery | RecordQuery

export type Cell = string | number | boolean | null | Readonly<Record<string, string>>

/** Which records an answer was made of: the records themselves, or sums of hours. */
export type Tier = 'hours' | 'records'

export interface FlowAnswer {
  readonly columns: readonly string[]
  /**
   * Top groups, or records. Of a series: a row a group and step, steps without traffic left out; the first column, `time`, is when the step begins, and rows whose
   * groups are null are all others.
   */
  readonly rows: readonly (readonly Cell[])[]
  /** Of groups, by measure: all together, and what is in none of the rows; null where values of groups do not add up. */
  readonly total?: readonly (number | null)[]
  readonly other?: readonly (number | null)[]
  /** Groups that there are. */
  readonly groups?: number
  readonly tier: Tier
  /** Records in the files that were looked at. */
  readonly rowsRead: number
  readonly ms: number
  /** Files that could not be read, one line each. */
  readonly faults: readonly string[]
}

/** Of `jsonl` each line is an object; `json` is one array of them. */
export const FILE_FORMATS = ['csv', 'json', 'jsonl', 'parquet'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]
export interface BegunFile {
  readonly path: string
  /** Records that it will have; of groups it is not known before. */
  readonly rows?: number
}
/** An answer that is being written into a file. */
export interface AnswerFile extends BegunFile {
  /** Resolves when it is whole. */
  readonly done: Promise<void>
}

export interface SqlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** There were more rows. */
  readonly isCut: boolean
  readonly ms: number
}

/** History as the API and the probes see it. */
export interface FlowHistory {
  /** The records belong to it from then on. Never waits: what the store cannot take is counted as lost. */
  send(records: InterfaceRecords): void
  /** Rejects with a HistoryFault. */
  ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer>
  sql(text: string, signal: AbortSignal): Promise<SqlAnswer>
  /** The file is the caller's, who removes it. Rejects with a HistoryFault. */
  file(query: FlowQuery, format: FileFormat, signal: AbortSignal): Promise<AnswerFile>
  place(range: FlowRange): Promise<RecordsPlace>
  /** Begins to remove every record with that end, and returns the number of this deletion: the stats tell how far it is. Undefined: another one is not over yet. */
  deleteHost(network: string, isTrial: boolean): number | undefined
  /** How much is kept, over a restart too. Throws as writeFileSync does; then nothing has changed. */
  retain(change: Partial<Retention>): void
  stats(): StoreStats
}
