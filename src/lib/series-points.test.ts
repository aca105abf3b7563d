import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseTier, combined, type RollUpRule, rolledUp, seriesName } from './series-points.ts'

const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -1000, max: 1_000_000 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const minutes = fc.array(value, { minLength: 1, maxLength: 300 }).map((values) => Float64Array.from(values))
const known = (values: Float64Array) => [...values].filter((one) => !Number.isNaN(one))
const sum = (values: Float64Array) => known(values).reduce((a, b) => a + b, 0)

describe('rolling up', () => {
  it('keeps sums, from minutes to five minutes to hours', () => {
    fc.assert(
      fc.property(minutes, (values) => {
        const fives = rolledUp(values, 'sum', 5)
        const hours = rolledUp(fives, 'sum', 12)
        expect(sum(fives)).toBe(sum(values))
        expect(sum(hours)).toBe(sum(values))
        expect(hours).toEqual(rolledUp(values, 'sum', 60))
      }),
    )
  })
  it('keeps the least and the greatest', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom<RollUpRule>('min', 'max'), (values, rule) => {
        const all = known(rolledUp(rolledUp(values, rule, 5), rule, 12))
        const pick = rule === 'min' ? Math.min : Math.max
        expect(pick(...all)).toBe(pick(...known(values)))
      }),
    )
  })
  it('an average lies within its parts, and is theirs where all are known', () => {
    fc.assert(
      fc.property(minutes, (values) => {
        for (const [i, mean] of rolledUp(values, 'average', 5).entries()) {
          const parts = known(values.subarray(5 * i, 5 * i + 5))
          if (parts.length === 0) expect(mean).toBeNaN()
          else expect(mean).toBeCloseTo(parts.reduce((a, b) => a + b, 0) / parts.length, 6)
        }
      }),
    )
  })
  it('what is not known is not nothing', () => {
    expect(rolledUp(Float64Array.of(Number.NaN, Number.NaN, 3), 'sum', 2)).toEqual(Float64Array.of(Number.NaN, 3))
    expect(combined('sum', Number.NaN, 4)).toBe(4)
    expect(combined('max', 2, 4)).toBe(4)
    expect(combined('min', 2, 4)).toBe(2)
  })
})

describe('the tier that answers', () => {
  const nowMs = Date.UTC(2026, 10, 27)
  const hours = (n: number) => ({
    fromMs: nowMs - n * 3_600_000,
    toMs: nowMs,
    keys: [{ interfaceKey: 'eth0', kind: 'app' as const, name: 'DNS' }],
  })
  it.each([
    ['an hour', hours(1), 'minute', 60_000],
    ['a day', hours(24), 'minute', 60_000],
    ['a day of few points', { ...hours(24), maxPoints: 300 }, 'five-minutes', 300_000],
    ['a week', hours(168), 'five-minutes', 300_000],
    ['90 days', { ...hours(90 * 24), maxPoints: 30_000 }, 'five-minutes', 300_000],
    ['a year', hours(365 * 24), 'hour', 3 * 3_600_000],
    ['three years', hours(3 * 365 * 24), 'hour', 9 * 3_600_000],
    ['a step of 15 minutes', { ...hours(24), stepMs: 900_000 }, 'five-minutes', 900_000],
  ] as const)('%s', (_, query, tier, stepMs) => {
    expect(chooseTier(query, nowMs)).toEqual({ tier, stepMs })
  })
  it('is one that all keys are in', () => {
    const keys = [...hours(1).keys, { interfaceKey: 'eth0', kind: 'host-app' as const, name: '10.0.0.1 DNS' }]
    expect(chooseTier({ ...hours(1), keys }, nowMs).tier).toBe('five-minutes')
  })
})

it('names are one line each', () => {
  expect(seriesName('a\nb\0c')).toBe('a?b?c')
  expect(seriesName('x'.repeat(1000))).toHaveLength(200)
})
