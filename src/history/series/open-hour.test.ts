import fc from 'fast-check'
import { expect, it } from 'vitest'
import { combined, metricsOf, type PointTable, SERIES_KINDS, type SeriesKind, tierOf } from '../../lib/series-points.ts'
import { HOUR_MS, HourTable } from './open-hour.ts'

const KIND: SeriesKind = 'interface'
const RULES = SERIES_KINDS[KIND].metrics.map(({ rule }) => rule)
const STEP_MS = tierOf(SERIES_KINDS[KIND].finest).stepMs
const SLOTS = HOUR_MS / STEP_MS
const WIDE = metricsOf(KIND).length
const NO_LIMIT = 1e9

const tableOf = (points: readonly (readonly [name: string, value: number])[]): PointTable => ({
  kind: KIND,
  stepMs: STEP_MS,
  names: points.map(([name]) => name).join('\n'),
  count: points.length,
  values: Float64Array.from(points.flatMap(([, value]) => Array.from({ length: WIDE }, (_, m) => value + m))),
})

it('has what came, in whatever order and however often', () => {
  const point = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 100 }))
  const adds = fc.array(fc.tuple(fc.array(point, { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: SLOTS - 1 })), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(adds, (all) => {
      const hour = new HourTable(KIND)
      const expected = new Map<string, Float64Array[]>()
      for (const [points, slot] of all) {
        expect(hour.add(tableOf(points), slot, NO_LIMIT)).toBe(0)
        for (const [name, value] of points) {
          const columns = expected.get(name) ?? RULES.map(() => new Float64Array(SLOTS).fill(Number.NaN))
          expected.set(name, columns)
          for (const [m, column] of columns.entries()) column[slot] = combined(RULES[m]!, column[slot]!, value + m)
        }
      }
      expect(hour.names()).toEqual([...expected.keys()].sort())
      for (const { name, columns } of hour.all(STEP_MS)) {
        expect(hour.find(name, STEP_MS)).toEqual(columns)
        // A mean of three depends on which two came first, where rows of one step are put in order.
        for (const [m, rule] of RULES.entries()) if (rule !== 'average') expect(columns[m]).toEqual(expected.get(name)![m])
      }
    }),
  )
})

it('takes no more series than there is room for, and goes on with those it has', () => {
  const hour = new HourTable(KIND)
  const room = 2 * SLOTS * WIDE * 8
  const names = ['a', 'b', 'c', 'd'].map((name) => [name, 1] as const)
  expect(hour.add(tableOf(names), 0, room)).toBe(2)
  expect(hour.add(tableOf(names.toReversed()), 1, room)).toBe(2)
  expect(hour.names()).toEqual(['a', 'b'])
  expect(hour.maxBytes).toBe(room)
  expect(hour.find('a', STEP_MS)![0]!.subarray(0, 3)).toEqual(Float64Array.of(1, 1, Number.NaN))
  expect(hour.find('c', STEP_MS)).toBeUndefined()
})
