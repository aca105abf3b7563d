import { describe, expect, test } from 'vitest'
import { bandAt, drawable, stack, summary } from './stack.ts'

const columns = [
  [1, 2],
  [3, 0],
  [0, 5],
]

test('stack', () => {
  expect(stack(columns)).toEqual([
    [1, 2],
    [4, 2],
    [4, 7],
  ])
  expect(stack([[Number.NaN, 1]])).toEqual([[0, 1]])
})

describe('bandAt', () => {
  test.each([
    [0, 0.5, 0],
    [0, 1.5, 1],
    [0, 4.1, undefined],
    [1, 3, 2],
    [1, -1, undefined],
  ])('index %d, height %d', (index, height, band) => expect(bandAt(stack(columns), index, height)).toBe(band))
})

test('one point becomes a line', () => {
  expect(drawable([5000], [[7]])).toEqual({ times: [4000, 5000], columns: [[0, 7]] })
  expect(drawable([1, 2], [[7, 8]]).times).toEqual([1, 2])
})

test('summary', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1)
  expect(summary(values)).toEqual({ min: 1, max: 100, mean: 50.5, p95: 95 })
  expect(summary([4])).toEqual({ min: 4, max: 4, mean: 4, p95: 4 })
  expect(summary([])).toEqual({ min: 0, max: 0, mean: 0, p95: 0 })
})
