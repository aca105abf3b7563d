/**
 * Archives that learn what a series does in each part of a season, and say when it does something else (J. Brutlag, "Aberrant Behavior Detection in Time Series for
 * Network Monitoring", LISA 2000; rrdcreate(1)). They take a step in their order, and those that come later want what the earlier ones held before: the `LAST` words.
 */
import {
  CDP_INTERCEPT,
  CDP_LAST_INTERCEPT,
  CDP_LAST_NULLS,
  CDP_LAST_SEASONAL,
  CDP_LAST_SLOPE,
  CDP_NULLS,
  CDP_PRIMARY,
  CDP_SEASONAL,
  CDP_SECONDARY,
  CDP_SLOPE,
  type Consolidation,
  isSeasonal,
  type PlacedArchive,
  WINDOW_PARAM,
  WORD,
} from './rrd-layout.ts'
import type { RrdState } from './rrd-state.ts'
import type { RrdRows } from './rrd-update.ts'

const ALPHA = 1
const BETA = 2
const GAMMA = 1
const DELTA_ABOVE = 1
const DELTA_BELOW = 2
const THRESHOLD = 5

/** What a seasonal archive holds of each source so many rows after its current one. */
export function seasonAhead(state: RrdState, archive: number, ahead: number, rows: RrdRows): number[] {
  const row = (state.currentRow(archive) + ahead) % state.layout.archives[archive]!.rows
  return state.layout.sources.map((_, source) => rows.ofSeason(archive, row, source))
}

/** One of `elapsed` steps, in all archives whose rows are single steps; `of`: the word that becomes the row's value. */
export function learnStep(state: RrdState, rates: Float64Array, of: number, elapsed: number, rows: RrdRows): void {
  for (const [a, { steps, cf }] of state.layout.archives.entries()) {
    if (steps > 1) continue
    const ahead = isSeasonal(cf) ? seasonAhead(state, a, elapsed + (of === CDP_PRIMARY ? 1 : 2), rows) : undefined
    for (let source = 0; source < rates.length; source++)
      state.numbers[state.cdp(a, source) + of] = stepValue(cf, state, a, source, rates[source]!, ahead?.[source] ?? Number.NaN)
  }
}

function stepValue(cf: Consolidation, state: RrdState, a: number, source: number, observed: number, ahead: number): number {
  switch (cf) {
    case 'HWPREDICT':
      return predict(state, a, source, observed)
    case 'SEASONAL':
      return season(state, a, source, observed, ahead)
    case 'DEVSEASONAL':
      return deviation(state, a, source, observed, ahead)
    case 'DEVPREDICT':
      return state.numbers[state.cdp(state.layout.archives[a]!.dependsOn, source) + CDP_LAST_SEASONAL]!
    case 'FAILURES':
      return failure(state, a, source, observed)
    default:
      return observed
  }
}

function predict(state: RrdState, a: number, source: number, observed: number): number {
  const { numbers } = state
  const archive = state.layout.archives[a]!
  const at = state.cdp(a, source)
  const intercept = numbers[at + CDP_INTERCEPT]!
  const slope = numbers[at + CDP_SLOPE]!
  const nulls = state.count(at + CDP_NULLS)
  numbers[at + CDP_LAST_INTERCEPT] = intercept
  numbers[at + CDP_LAST_SLOPE] = slope
  state.setCount(at + CDP_LAST_NULLS, nulls)
  // The season's archive comes after this one.
  const seasonal = numbers[state.cdp(archive.dependsOn, source) + CDP_SEASONAL]!
  if (Number.isNaN(intercept + slope + seasonal)) {
    if (Number.isNaN(intercept) && !Number.isNaN(observed)) {
      numbers[at + CDP_INTERCEPT] = numbers[at + CDP_LAST_INTERCEPT] = observed
      numbers[at + CDP_SLOPE] = numbers[at + CDP_LAST_SLOPE] = 0
      state.setCount(at + CDP_NULLS, 1)
      state.setCount(at + CDP_LAST_NULLS, 1)
    }
    return Number.NaN
  }
  if (Number.isNaN(observed)) state.setCount(at + CDP_NULLS, nulls + 1)
  else {
    const [alpha, beta] = [archive.numbers[ALPHA]!, archive.numbers[BETA]!]
    const next = alpha * (observed - seasonal) + (1 - alpha) * (intercept + slope * nulls)
    numbers[at + CDP_INTERCEPT] = next
    numbers[at + CDP_SLOPE] = beta * (next - intercept) + (1 - beta) * slope
    state.setCount(at + CDP_NULLS, 1)
  }
  return intercept + slope * nulls + seasonal
}

/** Returns what this step had; `ahead` is what the next one has. */
function turnSeason({ numbers }: RrdState, at: number, ahead: number): number {
  const now = numbers[at + CDP_SEASONAL]!
  numbers[at + CDP_LAST_SEASONAL] = now
  numbers[at + CDP_SEASONAL] = ahead
  return now
}

function season(state: RrdState, a: number, source: number, observed: number, ahead: number): number {
  const archive = state.layout.archives[a]!
  const seasonal = turnSeason(state, state.cdp(a, source), ahead)
  if (Number.isNaN(observed)) return seasonal
  const intercept = state.numbers[state.cdp(archive.dependsOn, source) + CDP_INTERCEPT]!
  if (Number.isNaN(seasonal)) return observed - intercept
  const gamma = archive.numbers[GAMMA]!
  return gamma * (observed - intercept) + (1 - gamma) * seasonal
}

/** What was expected of this step, which the prediction and the season have taken already. */
function expected(state: RrdState, hwArchive: number, source: number): number {
  const { numbers } = state
  const hw = state.cdp(hwArchive, source)
  const seasonal = numbers[state.cdp(state.layout.archives[hwArchive]!.dependsOn, source) + CDP_LAST_SEASONAL]!
  return numbers[hw + CDP_LAST_INTERCEPT]! + numbers[hw + CDP_LAST_SLOPE]! * state.count(hw + CDP_LAST_NULLS) + seasonal
}

function deviation(state: RrdState, a: number, source: number, observed: number, ahead: number): number {
  const archive = state.layout.archives[a]!
  const before = turnSeason(state, state.cdp(a, source), ahead)
  const off = Math.abs(expected(state, archive.dependsOn, source) - observed)
  if (Number.isNaN(off)) return before
  if (Number.isNaN(before)) return off
  const gamma = archive.numbers[GAMMA]!
  return gamma * off + (1 - gamma) * before
}

/** 1 when so many of the latest steps were further from what was expected than they use to be, or unknown. */
function failure(state: RrdState, a: number, source: number, observed: number): number {
  const { bytes } = state
  const { archives } = state.layout
  const { dependsOn, numbers, counts } = archives[a]!
  const prediction = expected(state, archives[dependsOn]!.dependsOn, source)
  const usual = state.numbers[state.cdp(dependsOn, source) + CDP_LAST_SEASONAL]!
  const isOff =
    (Number.isNaN(observed) && !Number.isNaN(prediction + usual)) ||
    observed > prediction + numbers[DELTA_ABOVE]! * usual ||
    observed < prediction - numbers[DELTA_BELOW]! * usual
  const window = counts[WINDOW_PARAM]!
  const first = state.cdp(a, source) * WORD
  // The latest comes first.
  bytes.copyWithin(first + 1, first, first + window - 1)
  bytes[first] = isOff ? 1 : 0
  let count = 0
  for (let i = 0; i < window; i++) count += bytes[first + i]!
  return count >= counts[THRESHOLD]! ? 1 : 0
}

/** Many steps at once teach nothing. `now`: what the season says of the last of them; `next`: of the one to come. */
export function passOver(state: RrdState, archive: PlacedArchive, at: number, elapsed: number, now = Number.NaN, next = Number.NaN): void {
  const { numbers, bytes } = state
  switch (archive.cf) {
    case 'SEASONAL':
    case 'DEVSEASONAL':
      numbers[at + CDP_LAST_SEASONAL] = now
      numbers[at + CDP_SEASONAL] = next
      return
    case 'FAILURES':
      numbers.fill(0, at + CDP_PRIMARY, at + CDP_SECONDARY + 1)
      bytes.fill(0, at * WORD, at * WORD + archive.counts[WINDOW_PARAM]!)
      return
    case 'HWPREDICT':
      state.setCount(at + CDP_NULLS, state.count(at + CDP_NULLS) + elapsed)
      state.setCount(at + CDP_LAST_NULLS, state.count(at + CDP_LAST_NULLS) + elapsed - 1)
      break
    default:
  }
  numbers.fill(Number.NaN, at + CDP_PRIMARY, at + CDP_SECONDARY + 1)
}
