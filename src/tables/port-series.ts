import type { OctetCounters, PortCourse } from '../lib/exporters.ts'
import { counterGrowth, isSound, RESET } from './octet-counters.ts'
import { PortWayRates } from './port-rates.ts'
import { MAX_SPREAD_S } from './rate-spread.ts'
import { SERIES_SECONDS } from './series.ts'

export const PORT_IN = 0
export const PORT_OUT = 1
/** What came in by an interface, or went out. */
export type PortWay = typeof PORT_IN | typeof PORT_OUT

/** Interfaces of one exporter. */
const MAX_PORTS = 4096
const MINUTE_MS = 60_000
/** The percentile is over means of so long, as those who bill by it take them. */
export const PERIOD_MS = 300_000
/** Counters are asked for every minute, or sent every half: silent for so long, they are over. */
const COUNTERS_SILENT_MS = 330_000
const MIN_COUNTED_S = 1
const MAX_COUNTED_S = 3600

/** What an interface carries, over the last minute, and its 95th percentiles. */
export interface PortFigures {
  readonly inBps: number
  readonly outBps: number
  /** Of its speed, where that is known: 1 is full. Estimates (sampling) may go beyond. */
  readonly inUtilisation?: number
  readonly outUtilisation?: number
  readonly in95Bps: number
  readonly out95Bps: number
}

/** Shared by all exporters of a collector: so many interfaces have series (some 37 KB each), those with the most traffic. */
export class PortSeriesRoom {
  private readonly max: number
  private readonly held = new Set<PortTrack>()
  private readonly waiting = new Set<PortTrack>()
  private sortedMs = 0

  constructor(max = 4096) {
    this.max = max
  }

  /** Interfaces that had traffic lately and have no series. */
  get without(): number {
    return this.waiting.size
  }
  get taken(): number {
    return this.held.size
  }

  /** Traffic of an interface that has no series. */
  admit(track: PortTrack): void {
    if (this.held.size < this.max) {
      track.open()
      this.held.add(track)
    } else if (this.waiting.size < this.max) this.waiting.add(track)
  }

  /** Once a minute: who is twice as active as another takes its place. */
  sort(nowMs: number): void {
    if (Math.abs(nowMs - this.sortedMs) < MINUTE_MS) return
    this.sortedMs = nowMs
    if (this.waiting.size > 0) this.exchange()
    for (const track of this.held) track.activity /= 2
    for (const track of this.waiting) {
      track.activity /= 2
      if (track.activity < 1) this.waiting.delete(track)
    }
  }

  private exchange(): void {
    const wanting = [...this.waiting].sort((a, b) => b.activity - a.activity)
    const least = [...this.held].sort((a, b) => a.activity - b.activity)
    for (const [i, track] of wanting.entries()) {
      const other = least[i]
      if (other === undefined || track.activity <= 2 * other.activity) return
      other.close()
      this.held.delete(other)
      this.waiting.add(other)
      this.waiting.delete(track)
      this.held.add(track)
      track.open()
    }
  }
}

/** One interface: adding is cheap, and without a place in the room it only counts how active it is. */
export class PortTrack {
  /** Bytes lately: half of what was before each minute. */
  activity = 0
  rates: readonly [PortWayRates, PortWayRates] | undefined
  private readonly room: PortSeriesRoom
  private counted: OctetCounters | undefined
  /** Its counters tell more than flow records (all that is not IP), and are not sampled. */
  private byCounters = false

  constructor(room: PortSeriesRoom) {
    this.room = room
  }

  open(): void {
    this.rates = [new PortWayRates(), new PortWayRates()]
  }
  close(): void {
    this.rates = undefined
  }

  /** `bytes` of `seconds`, 1 to MAX_SPREAD_S, that have just ended. */
  add(way: PortWay, bytes: number, seconds: number): void {
    if (this.byCounters) return
    this.activity += bytes
    if (this.rates === undefined) this.room.admit(this)
    this.rates?.[way].add(bytes, seconds)
  }

  /** Says whether they could be taken as growth: those that come first, or begin anew, say only where they are. */
  counters(counters: OctetCounters, speedBps = Number.POSITIVE_INFINITY): boolean {
    const before = this.counted
    if (!isSound(counters) || (before !== undefined && before.from !== counters.from)) return false
    const seconds = before === undefined ? 0 : (counters.atMs - before.atMs) / 1000
    if (before !== undefined && seconds >= 0 && seconds < MIN_COUNTED_S) return false
    this.counted = counters
    if (before === undefined || seconds < 0 || seconds > MAX_COUNTED_S) return false
    if (before.bits !== counters.bits || before.epoch !== counters.epoch) return false
    const grown = (from: number, to: number) => counterGrowth(from, to, counters.bits, seconds, speedBps)
    const bytesIn = grown(before.inOctets, counters.inOctets)
    const bytesOut = grown(before.outOctets, counters.outOctets)
    if (bytesIn === RESET || bytesOut === RESET) return false
    this.take(bytesIn, bytesOut, seconds)
    return true
  }

  private take(bytesIn: number, bytesOut: number, seconds: number): void {
    this.activity += bytesIn + bytesOut
    if (this.rates === undefined && bytesIn + bytesOut > 0) this.room.admit(this)
    const counts = bytesIn + bytesOut > 0
    if (counts && !this.byCounters) for (const rates of this.rates ?? []) rates.forgetFlows()
    // Some agents count nothing for sub-interfaces; where nothing came there are no records either.
    this.byCounters = counts
    this.rates?.[PORT_IN].counted(bytesIn, seconds)
    this.rates?.[PORT_OUT].counted(bytesOut, seconds)
  }

  /** Flow records are believed again when counters are silent. */
  checkCounters(nowMs: number): void {
    if (this.counted === undefined || nowMs - this.counted.atMs <= COUNTERS_SILENT_MS) return
    this.counted = undefined
    this.byCounters = false
  }
}

/**
 * Series of one exporter's interfaces: bytes a second for the last hour, and means of five minutes for the last day. What a record tells is spread over as many
 * seconds to come as it lasted (rate-spread.ts), so that curves are those of the traffic, as late as records come.
 */
export class PortSeries {
  private readonly room: PortSeriesRoom
  private readonly tracks = new Map<number, PortTrack>()
  /** The latest of each way: most records come by few interfaces. */
  private readonly latestIndex: [number, number] = [-1, -1]
  private readonly latest: [PortTrack | undefined, PortTrack | undefined] = [undefined, undefined]
  /** Seconds since the first tick, and how many of them belong to the running period. */
  private seconds = 0
  private periodSeconds = 0
  private periods = 0
  private lastMs = 0

  constructor(room = new PortSeriesRoom()) {
    this.room = room
  }

  /** Undefined when there are too many. */
  track(ifIndex: number): PortTrack | undefined {
    let track = this.tracks.get(ifIndex)
    if (track === undefined && this.tracks.size < MAX_PORTS) {
      track = new PortTrack(this.room)
      this.tracks.set(ifIndex, track)
    }
    return track
  }

  /** What a record tells: `bytes` from `firstMs` to `lastMs`. */
  add(ifIndex: number, way: PortWay, bytes: number, firstMs: number, lastMs: number): void {
    if (this.latestIndex[way] !== ifIndex) {
      this.latest[way] = this.track(ifIndex)
      this.latestIndex[way] = ifIndex
    }
    this.latest[way]?.add(way, bytes, secondsOf(firstMs, lastMs))
  }

  counters(ifIndex: number, counters: OctetCounters, speedBps?: number): boolean {
    return this.track(ifIndex)?.counters(counters, speedBps) ?? false
  }

  /** Takes the seconds that are over; called about once a second. */
  tick(nowMs: number): void {
    const elapsed = this.seconds === 0 ? 1 : Math.round((nowMs - this.lastMs) / 1000)
    if (elapsed <= 0) {
      // The clock was set back; else this tick was early, and the next takes both.
      if (elapsed < -1) this.lastMs = nowMs
      return
    }
    const taken = Math.min(elapsed, SERIES_SECONDS)
    // Else true to the clock, however late each tick is.
    if (this.seconds === 0 || taken < elapsed) this.lastMs = nowMs - 1000 * taken
    const held = this.held(nowMs)
    for (const { rates } of held) for (const way of rates!) way.begin(taken)
    for (let i = 0; i < taken; i++) this.second(held)
    this.room.sort(nowMs)
  }

  private held(nowMs: number): PortTrack[] {
    const held: PortTrack[] = []
    for (const track of this.tracks.values()) {
      track.checkCounters(nowMs)
      if (track.rates !== undefined) held.push(track)
    }
    return held
  }

  private second(held: readonly PortTrack[]): void {
    const slot = this.seconds % SERIES_SECONDS
    const period = Math.floor(this.lastMs / PERIOD_MS)
    this.lastMs += 1000
    this.seconds++
    this.periodSeconds++
    for (const { rates } of held) for (const way of rates!) way.second(slot)
    if (Math.floor(this.lastMs / PERIOD_MS) === period) return
    for (const { rates } of held) for (const way of rates!) way.endPeriod(this.periods, this.periodSeconds, slot)
    this.periods++
    this.periodSeconds = 0
  }

  /** Undefined: it has none. */
  series(ifIndex: number, seconds = SERIES_SECONDS): PortCourse | undefined {
    const rates = this.tracks.get(ifIndex)?.rates
    const there = Math.min(seconds, this.seconds, SERIES_SECONDS)
    return rates && { lastMs: this.lastMs, in: rates[PORT_IN].last(this.seconds, there), out: rates[PORT_OUT].last(this.seconds, there) }
  }

  /** Undefined: it has no series. */
  figures(ifIndex: number, speedBps?: number): PortFigures | undefined {
    const rates = this.tracks.get(ifIndex)?.rates
    if (rates === undefined) return undefined
    const { seconds, periods, periodSeconds } = this
    const [inBps, outBps] = rates.map((way) => 8 * way.mean(seconds)) as [number, number]
    const [in95Bps, out95Bps] = rates.map((way) => 8 * way.percentile95(periods, periodSeconds)) as [number, number]
    const isKnown = speedBps !== undefined && speedBps > 0
    return { inBps, outBps, ...(isKnown && { inUtilisation: inBps / speedBps, outUtilisation: outBps / speedBps }), in95Bps, out95Bps }
  }
}

/** Whole seconds over which a record is spread. Times that make no sense are those of an instant. */
export function secondsOf(firstMs: number, lastMs: number): number {
  const ms = lastMs - firstMs
  return ms < 1500 || !(ms > 0) ? 1 : ms >= 1000 * MAX_SPREAD_S ? MAX_SPREAD_S : Math.round(ms / 1000)
}
