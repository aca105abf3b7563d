import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EMPTY, ValuePool } from './value-pool.ts'

test('equal texts and numbers have one number, and so has one list; the empty text is EMPTY', () => {
  const pool = new ValuePool()
  const list = ['h2', 'http/1.1']
  for (const value of ['example.org', 443, list]) expect(pool.of(value)).toBe(pool.of(value))
  expect(pool.of('')).toBe(EMPTY)
  expect(pool.of(['h2', 'http/1.1'])).not.toBe(pool.of(list))
})

test('a number stands for its value as long as anybody holds it, and is used again afterwards', () => {
  const value = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 40 }), fc.boolean(), fc.constant(undefined))
  const step = fc.record({ value, give: fc.boolean(), which: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const pool = new ValuePool()
      const held: { id: number; value: unknown }[] = []
      let most = 0
      let highest = 0
      for (const { value, give, which } of steps) {
        if (give && held.length > 0) pool.release(held.splice(which % held.length, 1)[0]!.id)
        else {
          const id = pool.of(value)
          held.push({ id, value })
          highest = Math.max(highest, id)
        }
        most = Math.max(most, held.length)
        for (const { id, value } of held) expect(pool.get(id)).toBe(value)
      }
      expect(highest).toBeLessThanOrEqual(most)
    }),
    { seed: 7, numRuns: 300 },
  )
})
