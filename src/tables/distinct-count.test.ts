import { expect, test } from 'vitest'
import { DistinctCount } from './distinct-count.ts'
import { mix } from './hash.ts'

test.each([10, 33, 100, 1000, 10_000, 100_000])(
  '%i different keys are estimated within three standard errors, however often they come',
  (n) => {
    let worst = 0
    for (let seed = 1; seed <= 10; seed++) {
      const distinct = new DistinctCount()
      for (let round = 0; round < 2; round++) for (let i = 0; i < n; i++) distinct.add(mix(i ^ Math.imul(seed, 0x9e3779b1)))
      worst = Math.max(worst, Math.abs(distinct.estimate - n) / n)
    }
    expect(worst).toBeLessThan(3 * 0.065)
  },
)
