import { expect, test } from 'vitest'
import { seriesOf, watched } from './watched.ts'

test('one point a moment, from the beginning when the clock goes back', () => {
  const one = watched([], [1000, 1, 2])
  expect(watched(one, [1000, 9, 9])).toBe(one)
  const two = watched(one, [2000, 3, 4])
  expect(seriesOf(two)).toMatchObject({ times: [1000, 2000], columns: [{ values: [1, 3] }, { values: [2, 4] }] })
  expect(watched(two, [500, 5, 6])).toEqual([[500, 5, 6]])
})

test('bounded', () => {
  let points = watched([], [0, 0, 0])
  for (let i = 1; i < 2000; i++) points = watched(points, [i * 1000, i, i])
  expect(points).toHaveLength(900)
  expect(points.at(-1)).toEqual([1_999_000, 1999, 1999])
})
