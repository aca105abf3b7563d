import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyIndex, MAX_PROBES } from './key-index.ts'

const rowsOf = (index: KeyIndex, hash: number) => {
  const rows: number[] = []
  for (let i = hash & index.mask, n = 0; n < MAX_PROBES && index.pairs[2 * i + 1] !== 0; i = (i + 1) & index.mask, n++)
    if (index.pairs[2 * i] === hash) rows.push(index.pairs[2 * i + 1]! - 1)
  return rows.sort((a, b) => a - b)
}

test('finds what a map of the same keys holds, through removals and growth', () => {
  const step = fc.oneof(
    fc.record({ insert: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ removeAt: fc.nat() }),
    fc.constant({ grow: true } as const),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new KeyIndex(64)
      const model = new Map<number, number>()
      let next = 0
      for (const s of steps) {
        if ('insert' in s) {
          // Few different hashes, all beginning in neighbouring slots: clusters.
          expect(index.insert(s.insert, next)).toBe(true)
          model.set(next++, s.insert)
        } else if ('removeAt' in s) {
          const row = [...model.keys()][s.removeAt % Math.max(1, model.size)]
          if (row === undefined) continue
          index.remove(model.get(row)!, row)
          model.delete(row)
        } else if (index.mask < 1024) index.grow()
        for (let hash = 0; hash <= 12; hash++)
          expect(rowsOf(index, hash)).toEqual([...model].filter(([, h]) => h === hash).map(([row]) => row))
      }
      expect(index.count).toBe(model.size)
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('keys that all fall into one place are refused beyond the bound, not searched for without end', () => {
  const index = new KeyIndex(1024)
  const taken = Array.from({ length: 400 }, (_, row) => index.insert(5, row)).filter(Boolean).length
  expect(taken).toBe(MAX_PROBES)
})
