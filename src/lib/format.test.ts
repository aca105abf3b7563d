import { describe, expect, test } from 'vitest'
import {
  formatBits,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRange,
  formatRate,
  formatTime,
  relative,
  scaled,
} from './format.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('scaled', () => {
  test.each([
    [0, '0', ''],
    [7, '7', ''],
    [0.25, '0.3', ''],
    [999, '999', ''],
    [999.6, '1.00', 'k'],
    [1000, '1.00', 'k'],
    [12_345, '12.3', 'k'],
    [123_456, '123', 'k'],
    [99_960, '100', 'k'],
    [999_499, '999', 'k'],
    [999_600, '1.00', 'M'],
    [-1500, '−1.50', 'k'],
    [1e21, '1000', 'E'],
  ])('%d', (value, number, prefix) => {
    expect(scaled(value)).toEqual([number, prefix])
  })
})

test('rates are bits, volumes are bytes', () => {
  expect(plain(formatBits(1_500_000))).toBe('1.50 Mbit/s')
  expect(plain(formatBytes(0))).toBe('0 B')
  expect(plain(formatBytes(2048))).toBe('2.05 kB')
  expect(plain(formatRate(12_000, 'p'))).toBe('12.0 kp/s')
})

test('counts are exact while they are short', () => {
  expect(formatCount(99_999)).toBe('99,999')
  expect(plain(formatCount(131_072))).toBe('131 k')
})

describe('formatDuration', () => {
  test.each([
    [-14_200, '−14 s'],
    [Number.NaN, '–'],
    [0, '0 ms'],
    [0.042, '42 µs'],
    [1.25, '1.3 ms'],
    [350, '350 ms'],
    [999.7, '1.0 s'],
    [14_200, '14 s'],
    [59_960, '1 m'],
    [65_000, '1 m 5 s'],
    [3_600_000, '1 h'],
    [11_220_000, '3 h 7 m'],
    [187_200_000, '2 d 4 h'],
    [Number.NaN, '–'],
    [-1, '−1 ms'],
  ])('%d', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text)
  })
})

test('shares', () => {
  expect([0, 0.0004, 0.034, 0.5, 1, Number.NaN].map(formatPercent).map(plain)).toEqual(['0 %', '< 0.1 %', '3.4 %', '50 %', '100 %', '–'])
})

describe('relative', () => {
  test.each([
    [1_000, 1_500, { when: 'now' }],
    [1_000, 4_200, { when: 'past', duration: '3\u202fs' }],
    [0, 119_900, { when: 'past', duration: '1\u202fm' }],
    [9_000, 1_000, { when: 'future', duration: '8\u202fs' }],
  ] as const)('%d at %d', (ms, now, expected) => {
    expect(relative(ms, now)).toEqual(expected)
  })
})

test('absolute times carry milliseconds and the zone', () => {
  expect(formatTime(Date.UTC(2019, 2, 4, 10, 0, 0, 7))).toMatch(/^2019-03-0\d \d\d:\d\d:00\.007 [+−]\d\d:\d\d$/)
})

test('a range names its day once', () => {
  const noon = new Date(2019, 2, 4, 12, 0, 0).getTime()
  expect(formatRange(noon, noon + 65_000)).toBe('2019-03-04 12:00:00 – 12:01:05')
  expect(formatRange(noon, noon + 86_400_000)).toBe('2019-03-04 12:00:00 – 2019-03-05 12:00:00')
})
