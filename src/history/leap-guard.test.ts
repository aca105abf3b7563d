import { expect, test } from 'vitest'
import { LeapGuard } from './leap-guard.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

test('a clock is believed about what is old, but for an hour after it leapt ahead', () => {
  let [wall, steady] = [1_800_000_000_000, 5000]
  const guard = new LeapGuard(() => steady)
  const passes = (ms: number, leap = 0) => {
    steady += ms
    wall += ms + leap
    return guard.isSettled(wall)
  }
  expect(passes(1000)).toBe(true)
  expect(passes(1000, 2000)).toBe(true)
  expect(passes(1000, YEAR)).toBe(false)
  expect(passes(1000)).toBe(false)
  // Back again: it is not believed at once, which costs nothing.
  expect(passes(1000, -YEAR)).toBe(false)
  expect(passes(HOUR - 3000)).toBe(false)
  expect(passes(1000)).toBe(true)
  expect(passes(1000, -HOUR)).toBe(true)
})
