import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TopCounts } from './top-counts.ts'

const MAX_BYTES = 1 << 20
const hitAll = (counts: TopCounts, keys: readonly number[]) =>
  keys.reduce((list, key, i) => counts.hit(list, 0, 0, 0xffff, key, 1000 + i), 0)

test('counts are exact as long as there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 31 }), { maxLength: 300 }), (keys) => {
      const counts = new TopCounts(32, MAX_BYTES)
      const list = hitAll(counts, keys)
      for (const key of new Set(keys)) {
        const i = counts.find(list, 0, 0, 0xffff, key)
        expect([counts.count(list, i), counts.error(list, i)]).toEqual([keys.filter((k) => k === key).length, 0])
        expect([counts.first(list, i), counts.last(list, i)]).toEqual([1000 + keys.indexOf(key), 1000 + keys.lastIndexOf(key)])
      }
      expect(counts.length(list)).toBe(new Set(keys).size)
    }),
    { seed: 7 },
  )
})

test('a full list: no count is too low, none too high by more than its error; they add up; who has more than his share is in it', () => {
  // Few come often, many once.
  const key = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1000 }))
  fc.assert(
    fc.property(fc.array(key, { minLength: 50, maxLength: 2000 }), (keys) => {
      const counts = new TopCounts(16, MAX_BYTES)
      const list = hitAll(counts, keys)
      const truly = (k: number) => keys.filter((other) => other === k).length
      const top = counts.top(list)
      for (const { words, count, error } of top) {
        expect(count).toBeGreaterThanOrEqual(truly(words[3]))
        expect(count - error).toBeLessThanOrEqual(truly(words[3]))
        expect(error).toBeLessThanOrEqual(keys.length / 16)
      }
      expect(top.reduce((sum, { count }) => sum + count, 0)).toBe(keys.length)
      for (const k of new Set(keys)) if (truly(k) > keys.length / 16) expect(counts.find(list, 0, 0, 0xffff, k)).toBeGreaterThanOrEqual(0)
    }),
    { seed: 7, numRuns: 60 },
  )
})

test('what was told is not told again; of one that took a place only its own', () => {
  const counts = new TopCounts(4, MAX_BYTES)
  let list = hitAll(counts, [1, 1, 2, 3, 4])
  const told = () => [1, 2, 3, 4, 5].map((key) => counts.find(list, 0, 0, 0xffff, key)).map((i) => (i < 0 ? -1 : counts.untold(list, i)))
  expect(told()).toEqual([2, 1, 1, 1, -1])
  list = counts.hit(list, 0, 0, 0xffff, 1, 2000)
  list = counts.hit(list, 0, 0, 0xffff, 5, 2000)
  expect(counts.hasReplaced).toBe(true)
  expect(told()).toEqual([1, -1, 0, 0, 1])
})

test('without room a list stays as long as it is, and a new one is refused until another is forgotten', () => {
  const counts = new TopCounts(128, 5000)
  const lists = Array.from({ length: 100 }, (_, key) => counts.hit(0, 0, 0, 0xffff, key, 1))
  expect(counts.refused).toBeGreaterThan(0)
  const [first] = lists
  const grown = [1, 2, 3, 4, 5, 6].reduce((list, key) => counts.hit(list, 0, 0, 0, key, 2), first!)
  expect(grown).toBe(first)
  expect(counts.length(grown)).toBe(4)
  counts.forget(lists[1]!)
  expect(counts.hit(0, 0, 0, 0xffff, 1, 3)).not.toBe(0)
})
