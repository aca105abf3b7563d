import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_S, SecondSets } from './second-sets.ts'

const HOUR = 472_222
const START = HOUR * HOUR_S
const secondsOf = (sets: SecondSets, row: number, hour: number) => {
  const found: number[] = []
  sets.each(row, hour, (second) => found.push(second))
  return found
}

test('holds what a plain set of seconds holds, whatever the order, through all sizes', () => {
  // Dense runs fill the lists and turn them into bits; single seconds come early, late and twice.
  const step = fc.record({
    row: fc.integer({ min: 0, max: 3 }),
    from: fc.integer({ min: 0, max: 3 * HOUR_S - 1 }),
    run: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })),
    forget: fc.integer({ min: 0, max: 30 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sets = new SecondSets(1 << 20)
      const model = Array.from({ length: 4 }, () => new Set<number>())
      for (const { row, from, run, forget } of steps) {
        sets.addRange(row, START + from, START + from + run - 1)
        for (let s = from; s < from + run; s++) model[row]!.add(s)
        if (forget === 0) {
          sets.forget(row)
          model[row]!.clear()
        }
      }
      for (const [row, seconds] of model.entries())
        for (let h = 0; h < 4; h++) {
          const wanted = [...seconds].filter((s) => Math.floor(s / HOUR_S) === h).map((s) => s % HOUR_S)
          expect(secondsOf(sets, row, HOUR + h)).toEqual(wanted.sort((a, b) => a - b))
          expect(sets.count(row, HOUR + h)).toBe(wanted.length)
        }
    }),
    { seed: 7, numRuns: 60 },
  )
})

test('an hour makes room for the one that has its place later; what is older than that finds none', () => {
  const sets = new SecondSets(1 << 20)
  sets.add(0, START + 5)
  expect(sets.add(0, START + 32 * HOUR_S + 6)).toBe(true)
  expect(sets.count(0, HOUR)).toBe(0)
  expect(secondsOf(sets, 0, HOUR + 32)).toEqual([6])
  expect(sets.add(0, START + 7)).toBe(false)
  sets.forgetBefore(HOUR + 33)
  expect(sets.count(0, HOUR + 32)).toBe(0)
})

test('takes no more than it may, says what found no room, and goes on when something has been forgotten', () => {
  const sets = new SecondSets(8192)
  for (let row = 0; row < 2000; row++) sets.add(row, START)
  expect(sets.refused).toBeGreaterThan(0)
  expect(sets.count(0, HOUR)).toBe(1)
  sets.forget(0)
  expect(sets.add(1999, START)).toBe(true)
})

test('a row that is never silent takes 11 kB a day, one that speaks every ten minutes 1 kB', () => {
  const [busy, quiet] = [new SecondSets(1 << 20), new SecondSets(1 << 20)]
  for (let s = 0; s < 24 * HOUR_S; s++) busy.add(0, START + s)
  for (let s = 0; s < 24 * HOUR_S; s += 600) quiet.add(0, START + s)
  expect(busy.bytesInUse).toBeLessThan(32_768)
  const fixed = new SecondSets(1 << 20).bytesInUse
  expect(quiet.bytesInUse - fixed).toBe(0)
})
