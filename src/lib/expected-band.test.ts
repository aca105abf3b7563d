import { expect, test } from 'vitest'
import { expectedBand, seasonOf } from './expected-band.ts'

const MINUTE = 60_000
const SEASON = 48
/** Busy by day, quiet by night, a little different each day. */
const usual = (i: number) => 1000 + 800 * Math.sin((2 * Math.PI * i) / SEASON) + 20 * Math.sin(i * 7.3)

test('what repeats itself lies within the band, what does not lies outside', () => {
  const values = Float64Array.from({ length: 10 * SEASON }, (_, i) => usual(i))
  const { low, high } = expectedBand(values, SEASON)
  const late = Array.from(values, (_, i) => i).slice(6 * SEASON)
  const within = late.filter((i) => values[i]! >= low[i]! && values[i]! <= high[i]!)
  expect(within.length / late.length).toBeGreaterThan(0.85)
  const burst = 9 * SEASON + 30
  values[burst] = usual(burst) + 2000
  const after = expectedBand(values, SEASON)
  expect(values[burst]).toBeGreaterThan(after.high[burst]!)
})

test('nothing is expected before a season has been seen twice, and nothing below nought', () => {
  const values = Float64Array.from({ length: 4 * SEASON }, (_, i) => Math.max(0, usual(i) - 1500))
  const { low, high } = expectedBand(values, SEASON)
  expect(low.subarray(0, 2 * SEASON).every(Number.isNaN)).toBe(true)
  expect(low.subarray(2 * SEASON).every((value) => value >= 0)).toBe(true)
  expect(high.subarray(2 * SEASON).some((value) => value > 0)).toBe(true)
})

test('what is not known teaches nothing', () => {
  const values = Float64Array.from({ length: 6 * SEASON }, (_, i) => usual(i))
  values.fill(Number.NaN, 3 * SEASON, 4 * SEASON)
  const { low, high } = expectedBand(values, SEASON)
  for (let i = 4 * SEASON; i < 6 * SEASON; i++) expect(low[i]! <= high[i]!).toBe(true)
  expect(expectedBand(new Float64Array(200).fill(Number.NaN), SEASON).low.every(Number.isNaN)).toBe(true)
})

test.each([
  [MINUTE, 1],
  [60 * MINUTE, 1],
  [360 * MINUTE, 7],
  [1440 * MINUTE, 7],
  [30 * 1440 * MINUTE, undefined],
])('steps of %i ms have seasons of %s days', (stepMs, days) => {
  expect(seasonOf(stepMs)).toBe(days && days * 1440 * MINUTE)
})
