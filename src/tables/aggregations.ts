import { AGGREGATION_FAMILIES, type AggregationAsk, familyOf } from '../lib/aggregations.ts'
import { DistinctCount } from './distinct-count.ts'
import { hashEnd } from './hash.ts'
import { HOUR_S, KEPT_HOURS, SecondSets } from './second-sets.ts'
import { ENTRY_WORDS, TopCounts } from './top-counts.ts'

export const MAX_NAMES = 16_384
/** Hosts that are kept of those who asked for a name. */
export const MAX_HOSTS = 32
const MAX_NAME_LENGTH = 253
const MAX_HOST_BYTES = 24 * 2 ** 20
const MAX_ACTIVITY_BYTES = 24 * 2 ** 20
/** Of the names, when there is no room for a new one: those that nobody asked for longest. */
const LET_GO = 1 / 16
const FIRST_ROWS = 256

export const DNS_DOMAIN = familyOf('domain', 'DNS')
export const HTTP_DOMAIN = familyOf('domain', 'HTTP')
export const TLS_DOMAIN = familyOf('domain', 'TLS')
export const QUIC_DOMAIN = familyOf('domain', 'QUIC')
export const WHOIS_DOMAIN = familyOf('domain', 'Whois')
export const EPP_DOMAIN = familyOf('domain', 'EPP')
export const HTTP_CLIENT = familyOf('client', 'HTTP')
export const HTTP_SYSTEM = familyOf('system', 'HTTP')
export const EPP_SERVER = familyOf('server', 'EPP')
export const EPP_REGISTRAR = familyOf('registrar', 'EPP')

export type Words = readonly [number, number, number, number]

/** How often a name was asked for, and by whom. */
export interface NameCounts {
  readonly family: number
  readonly name: string
  readonly isAnswered: boolean
  readonly queries: number
  /** Epoch seconds. */
  readonly firstS: number
  readonly lastS: number
  /** Who asked, as TopCounts gives them out. */
  readonly entries: Int32Array
  /** Of the estimate of how many asked, where those that are kept are not all. */
  readonly registers?: Uint8Array
}

/**
 * What names were asked for, by whom and how often: a bounded table, in which the name that nobody has asked for longest makes room. How many hosts asked is
 * exact up to MAX_HOSTS, and an estimate from there on (DistinctCount).
 */
export class Aggregations {
  /** In which seconds each was asked for; undefined: not noted. */
  readonly activity: SecondSets | undefined
  readonly hosts = new TopCounts(MAX_HOSTS, MAX_HOST_BYTES)
  private readonly rowOf = AGGREGATION_FAMILIES.map(() => new Map<string, number>())
  private readonly limit: number
  /** Of hashes of those who ask: workers with the same one can join what they know. */
  readonly salt: number
  /** Rows ever used: those below. */
  used = 0
  live = 0
  private readonly free: number[] = []
  private readonly names: string[] = []
  private readonly distinct: (DistinctCount | undefined)[] = []
  private families = new Uint8Array(FIRST_ROWS)
  private answers = new Uint8Array(FIRST_ROWS)
  private counts = new Float64Array(FIRST_ROWS)
  private firstS = new Uint32Array(FIRST_ROWS)
  /** Epoch second in which it was last asked for; 0: the row is free. */
  private lastS = new Uint32Array(FIRST_ROWS)
  private lists = new Int32Array(FIRST_ROWS)
  private hour = 0

  constructor(withActivity: boolean, salt: number, limit = MAX_NAMES) {
    this.activity = withActivity ? new SecondSets(MAX_ACTIVITY_BYTES) : undefined
    this.salt = salt
    this.limit = limit
  }

  /** The host with this address has asked for the name, in this second of the epoch. */
  asked(family: number, name: string, w0: number, w1: number, w2: number, w3: number, second: number): void {
    const row = this.upsert(family, name, second)
    if (row < 0) return
    this.counts[row]! += 1
    this.activity?.add(row, second)
    this.lists[row] = this.hosts.hit(this.lists[row]!, w0, w1, w2, w3, second)
    if (this.hosts.hasReplaced) this.distinct[row] ??= this.distinctOf(row)
    this.distinct[row]?.add(this.hashOf(w0, w1, w2, w3))
  }
  private distinctOf(row: number): DistinctCount {
    const distinct = new DistinctCount()
    for (const { words } of this.hosts.top(this.lists[row]!)) distinct.add(this.hashOf(...words))
    return distinct
  }

  /** Somebody was told something of the name. */
  answered(family: number, name: string, second: number): void {
    const row = this.upsert(family, name, second)
    if (row >= 0) this.answers[row] = 1
  }

  /** It was asked for in this second, before the program was begun: who asked is not known any more. */
  restore(family: number, name: string, second: number): void {
    if (this.activity === undefined || family >= AGGREGATION_FAMILIES.length) return
    const row = this.upsert(family, name, second)
    if (row >= 0) this.activity.add(row, second)
  }

  /** What those who ask are hashed with for the estimate. */
  hashOf(w0: number, w1: number, w2: number, w3: number): number {
    return hashEnd(w0, w1, w2, w3, 0, this.salt)
  }
  /** Of an estimate that is made already: DistinctCount's; undefined: all who ask are kept. */
  registers(row: number): Uint8Array | undefined {
    return this.distinct[row]?.registers
  }

  /** What is known of a name, for `restoreCounts`; undefined: no more than when it was asked for. */
  countsOf(row: number): NameCounts | undefined {
    if (!this.isShown(row)) return undefined
    const registers = this.distinct[row]?.registers
    return {
      family: this.families[row]!,
      name: this.names[row]!,
      isAnswered: this.answers[row] === 1,
      queries: this.counts[row]!,
      firstS: this.firstS[row]!,
      lastS: this.lastS[row]!,
      entries: this.hosts.entries(this.lists[row]!),
      ...(registers && { registers }),
    }
  }
  /** Adds what was known of a name. `salt`: what the registers rest on; of another one they say nothing here. */
  restoreCounts({ family, name, isAnswered, queries, firstS, lastS, entries, registers }: NameCounts, salt: number): void {
    if (family >= AGGREGATION_FAMILIES.length) return
    const row = this.upsert(family, name, lastS)
    if (row < 0) return
    if (isAnswered) this.answers[row] = 1
    this.counts[row]! += queries
    this.firstS[row] = Math.min(this.firstS[row]!, firstS)
    const isFull = this.hosts.length(this.lists[row]!) + entries.length / ENTRY_WORDS > MAX_HOSTS
    if (registers !== undefined || isFull) this.distinct[row] ??= this.distinctOf(row)
    if (registers !== undefined && salt === this.salt) this.distinct[row]!.join(registers)
    for (let at = 0; at + ENTRY_WORDS <= entries.length; at += ENTRY_WORDS)
      this.distinct[row]?.add(this.hashOf(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!))
    if (entries.length > 0) this.lists[row] = this.hosts.restore(this.lists[row]!, entries)
  }

  /** It is not known any more that hosts that are meant asked for anything; how often somebody did stays. */
  forgetHosts(isMeant: (w0: number, w1: number, w2: number, w3: number) => boolean): void {
    for (let row = 0; row < this.used; row++) if (this.isLive(row)) this.hosts.dropAll(this.lists[row]!, isMeant)
  }

  find({ kind, protocol, name }: AggregationAsk): number {
    const family = AGGREGATION_FAMILIES.findIndex((one) => one.kind === kind && one.protocol === protocol)
    return this.rowOf[family]?.get(name) ?? -1
  }

  private upsert(family: number, name: string, second: number): number {
    const there = this.rowOf[family]!.get(name)
    if (there !== undefined) {
      if (second > this.lastS[there]!) this.lastS[there] = second
      return there
    }
    if (name === '' || name.length > MAX_NAME_LENGTH) return -1
    if (this.live >= this.limit) this.makeRoom()
    const row = this.free.pop() ?? this.used++
    if (row >= this.lastS.length) this.grow()
    this.live++
    this.rowOf[family]!.set(name, row)
    this.names[row] = name
    this.families[row] = family
    this.firstS[row] = second
    this.lastS[row] = second
    return row
  }
  private grow(): void {
    const rows = 2 * this.lastS.length
    this.families = wider(this.families, rows)
    this.answers = wider(this.answers, rows)
    this.counts = wider(this.counts, rows)
    this.firstS = wider(this.firstS, rows)
    this.lastS = wider(this.lastS, rows)
    this.lists = wider(this.lists, rows)
  }
  private makeRoom(): void {
    const seen = this.lastS.filter((second) => second > 0).sort()
    let most = Math.ceil(seen.length * LET_GO)
    const until = seen[most - 1]!
    for (let row = 0; row < this.used && most > 0; row++)
      if (this.isLive(row) && this.lastS[row]! <= until) {
        this.remove(row)
        most--
      }
  }

  /** Once a second at most: names that nobody has asked for in a day go. */
  tick(nowMs: number): void {
    const hour = Math.floor(nowMs / 1000 / HOUR_S)
    if (hour === this.hour) return
    this.hour = hour
    const oldest = hour - KEPT_HOURS + 1
    this.activity?.forgetBefore(oldest)
    for (let row = 0; row < this.used; row++) if (this.isLive(row) && this.lastS[row]! < oldest * HOUR_S) this.remove(row)
  }

  private remove(row: number): void {
    this.rowOf[this.families[row]!]!.delete(this.names[row]!)
    this.hosts.forget(this.lists[row]!)
    this.activity?.forget(row)
    this.names[row] = ''
    this.distinct[row] = undefined
    this.lists[row] = 0
    this.lastS[row] = 0
    this.answers[row] = 0
    this.counts[row] = 0
    this.free.push(row)
    this.live--
  }

  isLive(row: number): boolean {
    return this.lastS[row]! > 0
  }
  /** Something is known of it beyond when it was asked for. */
  isShown(row: number): boolean {
    return this.lastS[row]! > 0 && (this.counts[row]! > 0 || this.answers[row] === 1)
  }
  name(row: number): string {
    return this.names[row]!
  }
  family(row: number): number {
    return this.families[row]!
  }
  isAnswered(row: number): boolean {
    return this.answers[row] === 1
  }
  queries(row: number): number {
    return this.counts[row]!
  }
  firstMs(row: number): number {
    return 1000 * this.firstS[row]!
  }
  lastMs(row: number): number {
    return 1000 * this.lastS[row]!
  }
  /** For the functions of `hosts`. */
  list(row: number): number {
    return this.lists[row]!
  }
  /** Hosts that have asked. */
  hostCount(row: number): number {
    const kept = this.hosts.length(this.lists[row]!)
    const distinct = this.distinct[row]
    return distinct === undefined ? kept : Math.max(kept, distinct.estimate)
  }

  get bytesInUse(): number {
    const columns = [this.families, this.answers, this.counts, this.firstS, this.lastS, this.lists]
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.hosts.bytesInUse + (this.activity?.bytesInUse ?? 0))
  }
}

function wider<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(column: T, length: number): T {
  const copy = new (column.constructor as new (length: number) => T)(length)
  copy.set(column)
  return copy
}
