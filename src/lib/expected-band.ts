/** What a course of time would be if it went on as before, after Holt and Winters with a season, and how far it may be from that (Brutlag, LISA 2000). */

/** Of rrdtool's HWPREDICT as ntopng 1.2 made it, with a season long enough to learn more of each. */
const ALPHA = 0.1
const BETA = 0.0035
const GAMMA = 0.3
/** So many deviations on either side are expected (rrdcreate(1), delta-pos and delta-neg). */
const WIDTH = 2

export interface Band {
  /** As long as the values; NaN: nothing is expected yet. */
  readonly low: Float64Array
  readonly high: Float64Array
}

/** `season`: steps after which a course repeats itself. The first season that is known says nothing; what is not known (NaN) teaches nothing. Bounds are not below 0. */
export function expectedBand(values: Float64Array, season: number): Band {
  const low = new Float64Array(values.length).fill(Number.NaN)
  const high = new Float64Array(values.length).fill(Number.NaN)
  const seasonal = new Float64Array(season)
  const deviation = new Float64Array(season).fill(Number.NaN)
  const begin = values.findIndex((value) => !Number.isNaN(value))
  if (begin < 0 || values.length <= begin + season) return { low, high }
  const first = values.subarray(begin, begin + season).filter((value) => !Number.isNaN(value))
  let level = first.reduce((sum, value) => sum + value, 0) / first.length
  let slope = 0
  for (let i = begin; i < begin + season; i++) seasonal[i % season] = Number.isNaN(values[i]!) ? 0 : values[i]! - level
  for (let i = begin + season; i < values.length; i++) {
    const at = i % season
    const expected = level + slope + seasonal[at]!
    const spread = deviation[at]!
    if (!Number.isNaN(spread)) {
      low[i] = Math.max(0, expected - WIDTH * spread)
      high[i] = Math.max(0, expected + WIDTH * spread)
    }
    const value = values[i]!
    if (Number.isNaN(value)) {
      level += slope
      continue
    }
    const before = level
    level = ALPHA * (value - seasonal[at]!) + (1 - ALPHA) * (level + slope)
    slope = BETA * (level - before) + (1 - BETA) * slope
    seasonal[at] = GAMMA * (value - level) + (1 - GAMMA) * seasonal[at]!
    const off = Math.abs(value - expected)
    deviation[at] = Number.isNaN(spread) ? off : GAMMA * off + (1 - GAMMA) * spread
  }
  return { low, high }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How long a season is: a day for steps up to an hour, a week for longer ones up to a day; undefined: there is none. */
export function seasonOf(stepMs: number): number | undefined {
  const season = stepMs <= HOUR_MS ? DAY_MS : stepMs <= DAY_MS ? 7 * DAY_MS : 0
  return season >= 2 * stepMs ? season : undefined
}
