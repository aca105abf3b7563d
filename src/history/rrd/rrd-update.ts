/** What an update makes of an RRD file, in rrdtool's arithmetic: rrdcreate(1) and rrd-beginners(1) describe it, and the tests hold it against rrdtool itself, bit by bit. */
import { learnStep, passOver, seasonAhead } from './holt-winters.ts'
import {
  CDP_PRIMARY,
  CDP_SEASONS,
  CDP_SECONDARY,
  CDP_UNKNOWN,
  CDP_VALUE,
  type Consolidation,
  type DataSource,
  isAberrant,
  isSeasonal,
  PDP_UNKNOWN_S,
  PDP_VALUE,
  type PlacedArchive,
} from './rrd-layout.ts'
import { type RrdState, UNKNOWN } from './rrd-state.ts'

/** What the arithmetic needs of the file. */
export interface RrdRows {
  /** Writes one row of an archive: word `of` (primary or secondary value) of each source. */
  write(archive: number, row: number, of: number): void
  /** One value of a row of a seasonal archive. */
  ofSeason(archive: number, row: number, source: number): number
}

/** What is added where a counter has begun anew; rrdtool adds one less than a counter of 32 bits has values. */
const WRAP_32 = 2 ** 32 - 1
const WRAP_64_MORE = 2 ** 64 - 2 ** 32
/** Holt-Winters archives learn from at most so many steps at once. */
const MAX_LEARNED = 2

/**
 * Takes values of the time between the last update and `timeS` (epoch seconds, whole); NaN: unknown. False: the time is not after the last update's, and nothing has
 * changed. Rows are written before the state, which the caller writes: who dies between the two has lost the update and nothing else.
 */
export function updateRrd(state: RrdState, timeS: number, values: ArrayLike<number>, rows: RrdRows): boolean {
  const { lastS } = state
  const { stepS, sources } = state.layout
  if (!(timeS > lastS)) return false
  const interval = timeS - lastS
  const gains = new Float64Array(sources.length)
  for (let source = 0; source < gains.length; source++) gains[source] = gainOf(state, source, values[source]!, interval)
  const boundary = lastS - (lastS % stepS) + stepS
  if (lastS % stepS === 0 || timeS < boundary + stepS) advance(state, lastS, timeS, gains, rows)
  else {
    // A step that had begun is ended by itself; all others within the interval are alike.
    const parts = gains.map((gain) => (gain * (boundary - lastS)) / interval)
    const rest = gains.map((gain, source) => gain - parts[source]!)
    advance(state, lastS, boundary, parts, rows)
    advance(state, boundary, timeS, rest, rows)
  }
  state.setLast(timeS)
  return true
}

/** What came within the interval: the rate times its seconds; NaN: unknown. */
function gainOf(state: RrdState, source: number, value: number, interval: number): number {
  const { type, heartbeatS, min, max } = state.layout.sources[source]!
  // Counters are whole numbers: rrdtool refuses others.
  const isKnown = !Number.isNaN(value) && (!isCounter(type) || (Number.isInteger(value) && (type === 'DERIVE' || value >= 0)))
  const gain = isKnown && interval <= heartbeatS ? gainByType(state, source, type, value) * (type === 'GAUGE' ? interval : 1) : Number.NaN
  state.setLastText(source, isKnown ? textOf(value) : UNKNOWN)
  const rate = gain / interval
  return rate > max || rate < min ? Number.NaN : gain
}
const isCounter = (type: DataSource['type']) => type === 'COUNTER' || type === 'DERIVE'

function gainByType(state: RrdState, source: number, type: DataSource['type'], value: number): number {
  if (!isCounter(type)) return value
  if (!state.hasLast(source)) return Number.NaN
  const gain = difference(value, state.lastText(source))
  if (type === 'DERIVE' || !(gain < 0)) return gain
  return gain + WRAP_32 < 0 ? gain + WRAP_32 + WRAP_64_MORE : gain + WRAP_32
}

/** What rrdtool has written may have more digits than a double. Numbers of different signs have no difference, for rrdtool. */
function difference(value: number, before: string): number {
  const last = Number(before)
  if (value < 0 !== before.startsWith('-')) return Number.NaN
  return Number.isSafeInteger(last) || !/^-?\d+$/.test(before) ? value - last : Number(BigInt(value) - BigInt(before))
}

/** Whole numbers without an exponent, which others get. */
const textOf = (value: number): string => (Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value))

/** Time passes, and the sources gain something within it. */
function advance(state: RrdState, fromS: number, toS: number, gains: Float64Array, rows: RrdRows): void {
  const { stepS } = state.layout
  const elapsed = Math.floor(toS / stepS) - Math.floor(fromS / stepS)
  if (elapsed === 0) {
    for (let source = 0; source < gains.length; source++) withinStep(state, source, gains[source]!, toS - fromS)
    return
  }
  const rates = gains.map((gain, source) => endSteps(state, source, gain, toS - fromS, toS % stepS, elapsed))
  consolidate(state, rates, Math.floor(fromS / stepS), elapsed, rows)
}

/** No step is over. */
function withinStep(state: RrdState, source: number, gain: number, interval: number): void {
  const at = state.pdp(source)
  const { numbers } = state
  if (Number.isNaN(gain)) state.setCount(at + PDP_UNKNOWN_S, state.count(at + PDP_UNKNOWN_S) + interval)
  else numbers[at + PDP_VALUE] = orElse(numbers[at + PDP_VALUE]!, 0) + gain
}

/** Steps are over: returns what the source was in them, a second. `after`: seconds of the interval in the step that runs now. In the order in which rrdtool rounds. */
function endSteps(state: RrdState, source: number, gain: number, interval: number, after: number, elapsed: number): number {
  const at = state.pdp(source)
  const { numbers } = state
  const { stepS } = state.layout
  const isUnknown = Number.isNaN(gain)
  const before = interval - after
  const value = isUnknown ? numbers[at + PDP_VALUE]! : orElse(numbers[at + PDP_VALUE]!, 0) + (gain / interval) * before
  const unknownS = state.count(at + PDP_UNKNOWN_S)
  state.setCount(at + PDP_UNKNOWN_S, isUnknown ? after : 0)
  numbers[at + PDP_VALUE] = isUnknown ? Number.NaN : (gain / interval) * after
  return stepS / 2 < unknownS ? Number.NaN : value / (elapsed * stepS - unknownS - (isUnknown ? before : 0))
}

/** `rates`: of each source in all the steps that are over. */
function consolidate(state: RrdState, rates: Float64Array, stepsBefore: number, elapsed: number, rows: RrdRows): void {
  const { archives } = state.layout
  const isLearned = elapsed <= MAX_LEARNED
  for (const [a, archive] of archives.entries()) {
    const first = archive.steps - (stepsBefore % archive.steps)
    const hasSeason = !isLearned && isSeasonal(archive.cf)
    const now = hasSeason ? seasonAhead(state, a, elapsed, rows) : undefined
    const next = hasSeason ? seasonAhead(state, a, elapsed + 1, rows) : undefined
    for (let source = 0; source < rates.length; source++) {
      const at = state.cdp(a, source)
      if (archive.steps > 1) gather(state, at, archive, rates[source]!, elapsed, first)
      else if (isLearned) continue
      else if (isAberrant(archive.cf)) passOver(state, archive, at, elapsed, now?.[source], next?.[source])
      else state.numbers.fill(rates[source]!, at + CDP_PRIMARY, at + CDP_SECONDARY + 1)
    }
  }
  if (isLearned) for (let n = 0; n < elapsed; n++) learnStep(state, rates, n === 0 ? CDP_PRIMARY : CDP_SECONDARY, elapsed, rows)
  for (const [a, { steps }] of archives.entries()) {
    const first = steps - (stepsBefore % steps)
    if (first <= elapsed) writeRows(state, a, Math.floor((elapsed - first) / steps) + 1, rows)
  }
}

/** Of an archive whose rows are made of several steps; `first`: steps until its running row is over. */
function gather(state: RrdState, at: number, { cf, steps, xff }: PlacedArchive, rate: number, elapsed: number, first: number): void {
  const { numbers } = state
  const isUnknown = Number.isNaN(rate)
  if (first > elapsed) {
    if (isUnknown) state.setCount(at + CDP_UNKNOWN, state.count(at + CDP_UNKNOWN) + elapsed)
    else numbers[at + CDP_VALUE] = withRate(numbers[at + CDP_VALUE]!, rate, elapsed, cf)
    return
  }
  const unknown = state.count(at + CDP_UNKNOWN) + (isUnknown ? first : 0)
  numbers[at + CDP_PRIMARY] = unknown > steps * xff ? Number.NaN : rowOf(numbers[at + CDP_VALUE]!, rate, first, steps - unknown, cf)
  numbers[at + CDP_SECONDARY] = rate
  const into = (elapsed - first) % steps
  numbers[at + CDP_VALUE] = into === 0 || isUnknown ? nothingOf(cf) : cf === 'AVERAGE' ? rate * into : rate
  state.setCount(at + CDP_UNKNOWN, isUnknown ? into : 0)
}

const orElse = (value: number, other: number) => (Number.isNaN(value) ? other : value)
const nothingOf = (cf: Consolidation) =>
  cf === 'AVERAGE' ? 0 : cf === 'MAX' ? Number.NEGATIVE_INFINITY : cf === 'MIN' ? Number.POSITIVE_INFINITY : Number.NaN

function withRate(value: number, rate: number, steps: number, cf: Consolidation): number {
  if (cf === 'AVERAGE') return orElse(value, 0) + rate * steps
  if (cf === 'LAST' || Number.isNaN(value)) return rate
  return cf === 'MIN' ? Math.min(value, rate) : Math.max(value, rate)
}

/** The row that is over; `known`: how many of its steps are. */
function rowOf(value: number, rate: number, first: number, known: number, cf: Consolidation): number {
  if (cf === 'LAST') return rate
  if (cf === 'AVERAGE') return (orElse(value, 0) + orElse(rate, 0) * first) / known
  const nothing = nothingOf(cf)
  return cf === 'MAX' ? Math.max(orElse(value, nothing), orElse(rate, nothing)) : Math.min(orElse(value, nothing), orElse(rate, nothing))
}

/** Seasons are counted up to so many. */
const SEASONS_COUNTED = 4

/** The first of them has the primary value, all later ones the secondary. A season stays as it is where several of its steps have passed at once. */
function writeRows(state: RrdState, archive: number, count: number, rows: RrdRows): void {
  const { rows: room, cf } = state.layout.archives[archive]!
  let row = state.currentRow(archive)
  if (isSeasonal(cf) && row + count >= room) {
    const at = state.cdp(archive, 0) + CDP_SEASONS
    if (state.count(at) < SEASONS_COUNTED) state.setCount(at, state.count(at) + 1)
  }
  for (let n = 0; n < Math.min(count, room); n++) {
    row = (row + 1) % room
    if (count === 1 || !isSeasonal(cf)) rows.write(archive, row, n === 0 ? CDP_PRIMARY : CDP_SECONDARY)
  }
  state.setCurrentRow(archive, row)
}
