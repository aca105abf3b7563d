import type { LiveTables } from './live-tables.ts'
import { Course } from './rate-spread.ts'
import { SERIES_SECONDS, SeriesRing } from './series.ts'

/** Hosts that are watched at once: each takes 75 KB. The one that was looked at longest ago makes room. */
export const MAX_WATCHED_HOSTS = 64
/** It is watched so long after the last look: who returns sees what was. */
const WATCH_MS = SERIES_SECONDS * 1000
const SECOND_MS = 1000
const BITS = 8

/** Columns of a watched host: bits a second and packets a second each way, and live flows. */
export const WATCHED_COLUMNS = [
  ['sent', 'Sent'],
  ['rcvd', 'Received'],
  ['packetsSent', 'Packets sent'],
  ['packetsRcvd', 'Packets received'],
  ['flows', 'Flows'],
] as const
type Counted = Exclude<(typeof WATCHED_COLUMNS)[number][0], 'flows'>
/** What its row counts, in the order of the columns. */
const COUNTERS = ['bytesSent', 'bytesRcvd', 'packetsSent', 'packetsRcvd'] as const
const COLUMNS: readonly Counted[] = ['sent', 'rcvd', 'packetsSent', 'packetsRcvd']

/** Address words and VLAN. */
export type HostKey = readonly [w0: number, w1: number, w2: number, w3: number, vlan: number]

/** The last hour of one host, second by second, since somebody has looked at it. */
export class WatchedHost {
  readonly ring = new SeriesRing(['flows'])
  private readonly key: HostKey
  /** -1: it has none, and gains nothing. */
  row = -1
  untilMs = 0
  /** It has been watched since the running second began. */
  private isWhole = false
  /** Its row's counters at the end of the latest second. */
  private readonly told = new Float64Array(COUNTERS.length)
  /** Of what exporters tell: it belongs to seconds to come (rate-spread.ts). */
  private courses: readonly Course[] | undefined

  constructor(key: HostKey) {
    this.key = key
  }

  findRow({ hosts }: LiveTables): void {
    if (this.row < 0) this.row = hosts.find(...this.key)
  }

  private read({ hosts }: LiveTables, into: Float64Array): void {
    if (this.row < 0) into.fill(0)
    else {
      const h = hosts.rows.go(this.row)
      COUNTERS.forEach((name, i) => {
        into[i] = h[name]
      })
    }
  }

  spread(amounts: readonly number[], seconds: number): void {
    this.courses ??= COUNTERS.map(() => new Course())
    amounts.forEach((amount, i) => {
      this.courses![i]!.add(amount, seconds)
    })
  }

  /** A second has ended at `endMs`, and `seconds` - 1 silent ones after it. */
  tick(t: LiveTables, seconds: number, endMs: number, now: Float64Array): void {
    const { ring, told, courses } = this
    this.findRow(t)
    this.read(t, now)
    if (this.isWhole) this.write(now, endMs)
    else told.set(now)
    this.isWhole = true
    // Through silent seconds this stays.
    ring.set('flows', this.row < 0 ? 0 : t.hosts.rows.go(this.row).activeFlows)
    for (const course of courses ?? []) course.turn(seconds)
    if (seconds > 1) ring.advance(seconds - 1, endMs + (seconds - 1) * SECOND_MS)
  }
  private write(now: Float64Array, endMs: number): void {
    const { ring, told, courses } = this
    ring.advance(1, endMs)
    COLUMNS.forEach((column, i) => {
      const spread = courses === undefined ? 0 : courses[i]!.more
      const gained = Math.max(0, now[i]! - told[i]! + spread)
      told[i] = now[i]!
      ring.set(column, i < 2 ? BITS * gained : gained)
    })
  }

  /** Its row is about to be another's. */
  leaves(): void {
    this.row = -1
    this.told.fill(0)
  }

  counters(t: LiveTables): Float64Array {
    const counters = new Float64Array(COUNTERS.length)
    this.read(t, counters)
    return counters
  }
  /** What has come into its row since `before` is no gain. */
  raise(t: LiveTables, before: Float64Array): void {
    this.counters(t).forEach((after, i) => {
      this.told[i]! += after - before[i]!
    })
  }
}

/** Hosts that somebody watches. Costs as many rows as are watched a second, and nothing for a packet. */
export class WatchedHosts {
  private readonly t: LiveTables
  /** By address and VLAN, the one that was looked at longest ago first. */
  private readonly hosts = new Map<string, WatchedHost>()
  private readonly now = new Float64Array(COUNTERS.length)
  /** Hosts that are watched no longer because others were looked at since. */
  gaveWay = 0

  constructor(tables: LiveTables) {
    this.t = tables
  }

  get count(): number {
    return this.hosts.size
  }

  /** Somebody looks at it. Undefined: it is not watched, and nothing of it is in memory. */
  look(key: HostKey, isThere: boolean): WatchedHost | undefined {
    const { hosts, t } = this
    const name = key.join()
    const there = hosts.get(name)
    if (there === undefined && !isThere) return undefined
    const watched = there ?? new WatchedHost(key)
    if (there === undefined) watched.findRow(t)
    watched.untilMs = t.nowMs + WATCH_MS
    hosts.delete(name)
    if (hosts.size >= MAX_WATCHED_HOSTS) {
      hosts.delete(hosts.keys().next().value!)
      this.gaveWay++
    }
    hosts.set(name, watched)
    return watched
  }

  /** `amounts` (bytes sent, received, packets sent, received) have been counted whole, and belong to so many seconds to come. May leave the rows of hosts anywhere. */
  spread(row: number, amounts: readonly number[], seconds: number): void {
    for (const watched of this.hosts.values()) {
      watched.findRow(this.t)
      if (watched.row === row) watched.spread(amounts, seconds)
    }
  }

  /** As WatchedHost.tick; all that rows have gained is booked, and rows that leave with it are still there. */
  tick(seconds: number, endMs: number): void {
    const { hosts, t, now } = this
    for (const [name, watched] of hosts) {
      if (watched.untilMs < endMs + (seconds - 1) * SECOND_MS) hosts.delete(name)
      else watched.tick(t, seconds, endMs, now)
    }
  }

  hostLeaves(row: number): void {
    for (const watched of this.hosts.values()) if (watched.row === row) watched.leaves()
  }

  /** Hosts have come back, and `add` puts counters of before into their rows. */
  hostsReturn(add: () => void): void {
    const before = [...this.hosts.values()].map((watched) => [watched, watched.counters(this.t)] as const)
    add()
    for (const [watched, counters] of before) watched.raise(this.t, counters)
  }
}
