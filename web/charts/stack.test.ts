import { describe, expect, test } from 'vitest'
import { bandAt, drawable, sinceFirst, spanFor, stack, summary } from './stack.ts'

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

describe('sinceFirst', () => {
  const series = { times: [0, 6000, 12_000, 18_000], columns: [{ name: 'a', label: 'A', values: [0, 0, 7, 8] }] }
  test.each([
    [0, [0, 6000, 12_000, 18_000]],
    [7000, [6000, 12_000, 18_000]],
    [12_000, [12_000, 18_000]],
    [99_000, []],
  ])('first packet at %d', (firstMs, times) => {
    const cut = sinceFirst(series, firstMs)
    expect(cut.times).toEqual(times)
    expect(cut.columns[0]!.values).toHaveLength(times.length)
  })
})

test('short captures are asked for second by second', () => {
  expect([0, 50, 59, 140, 1000, 9999].map((s) => spanFor(0, s * 1000))).toEqual([60, 60, 300, 300, 1800, 3600])
})
