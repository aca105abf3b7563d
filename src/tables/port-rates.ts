import { Course } from './rate-spread.ts'
import { SERIES_SECONDS } from './series.ts'

const MINUTE_S = 60
/** A day of five minutes. */
export const PERIODS_KEPT = 288
/** Counters are spread a little longer than they took to come, so that the next ones find none of it at its end although they come late. */
const LONGER = 1.1

/** Bytes a second of one way of an interface: an hour of seconds, a day of means. 16 KB, and 4 more once a record lasted. */
export class PortWayRates {
  private readonly bytes = new Float32Array(SERIES_SECONDS)
  private readonly means = new Float32Array(PERIODS_KEPT)
  /** Of the running second, whole. */
  private now = 0
  private spread: Course | undefined
  /** Of counters: what is still to come, and over how many seconds. */
  private left = 0
  private leftSeconds = 0
  /** Each of the seconds that `begin` announced has so much that came at once. */
  private instant = 0
  private minute = 0
  private period = 0
  private percentile = 0
  private percentileOf = -1

  add(bytes: number, seconds: number): void {
    this.now += bytes
    if (seconds > 1) (this.spread ??= new Course()).add(bytes, seconds)
  }

  /** Growth of a counter in the last `seconds`. */
  counted(bytes: number, seconds: number): void {
    this.left += bytes
    this.leftSeconds = Math.ceil(seconds * LONGER)
  }

  /** What records told and is not yet in the series. */
  forgetFlows(): void {
    this.now = 0
    this.spread = undefined
  }

  /** The running second is over; when the caller is late, `seconds` of them are. */
  begin(seconds: number): void {
    const { spread } = this
    const now = spread === undefined ? this.now : Math.max(0, this.now + spread.more - spread.rate)
    this.instant = now / seconds
    this.now = 0
  }

  second(slot: number): void {
    const { bytes, spread } = this
    const before = bytes[(slot + SERIES_SECONDS - MINUTE_S) % SERIES_SECONDS]!
    bytes[slot] = this.instant + (spread?.rate ?? 0) + this.nextCounted()
    spread?.turn(1)
    // As it is stored, so that what is added is taken away again.
    this.minute = Math.max(0, this.minute + bytes[slot]! - before)
    this.period += bytes[slot]!
  }

  private nextCounted(): number {
    if (this.leftSeconds === 0) return 0
    const bytes = this.left / this.leftSeconds--
    this.left = this.leftSeconds === 0 ? 0 : this.left - bytes
    return bytes
  }

  /** The period with this number is over. */
  endPeriod(number: number, seconds: number, slot: number): void {
    this.means[number % PERIODS_KEPT] = this.period / seconds
    this.period = 0
    // What roundings have left in the sum goes.
    this.minute = 0
    for (let i = 0; i < MINUTE_S; i++) this.minute += this.bytes[(slot + SERIES_SECONDS - i) % SERIES_SECONDS]!
  }

  /** Bytes a second over the last minute, or since the start. */
  mean(age: number): number {
    return this.minute / Math.max(1, Math.min(age, MINUTE_S))
  }

  /** Nearest rank over the means of the last day, those before its first traffic too; in the first period the mean so far. */
  percentile95(periods: number, periodSeconds: number): number {
    if (periods === 0) return periodSeconds === 0 ? 0 : this.period / periodSeconds
    if (this.percentileOf !== periods) {
      this.percentile = nearestRank95(this.means.slice(0, Math.min(periods, PERIODS_KEPT)))
      this.percentileOf = periods
    }
    return this.percentile
  }

  /** The last `count` seconds of `written`, oldest first. */
  last(written: number, count: number): Float32Array {
    return Float32Array.from({ length: count }, (_, i) => this.bytes[(written - count + i) % SERIES_SECONDS]!)
  }
}

/** The smallest value that at least 95 of 100 do not exceed. Sorts what it is given. */
export function nearestRank95(values: Float32Array): number {
  return values.sort()[Math.max(1, Math.ceil((95 * values.length) / 100)) - 1] ?? 0
}
