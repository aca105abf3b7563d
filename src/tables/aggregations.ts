import { AGGREGATION_FAMILIES, type AggregationAsk, familyOf } from '../lib/aggregations.ts'
import { DistinctCount } from './distinct-count.ts'
import { hashEnd } from './hash.ts'
import { HOUR_S, KEPT_HOURS, SecondSets } from './second-sets.ts'
import { TopCounts } from './top-counts.ts'

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
  private readonly seed: number
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

  constructor(withActivity: boolean, seed: number, limit = MAX_NAMES) {
    this.activity = withActivity ? new SecondSets(MAX_ACTIVITY_BYTES) : undefined
    this.seed = seed
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
    this.distinct[row]?.add(hashEnd(w0, w1, w2, w3, 0, this.seed))
  }
  private distinctOf(row: number): DistinctCount {
    const distinct = new DistinctCount()
    for (const { words } of this.hosts.top(this.lists[row]!)) distinct.add(hashEnd(...words, 0, this.seed))
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
