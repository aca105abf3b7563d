import { expect, test } from 'vitest'
import type { HostSeries, Series } from '../../../src/lib/live.ts'
import { HOUR_MS, hostCourse } from './host-course.ts'

const T0 = 1_700_000_000_000
const seriesOf = (seconds: readonly number[], value: number): Series => ({
  times: seconds.map((s) => T0 + 1000 * s),
  columns: ['sent', 'rcvd'].map((name) => ({ name, label: name, values: seconds.map(() => value) })),
})
const watchedOf = (seconds: readonly number[], value: number): HostSeries => ({
  ...seriesOf(seconds, value),
  sinceMs: T0 + 1000 * (seconds[0]! - 1),
  watched: { hosts: 1, limit: 64, gaveWay: 0 },
})

test('what is measured takes the place of what follows from flows, from the first look on', () => {
  const course = hostCourse(seriesOf([1, 2, 3, 4, 5], 7), watchedOf([4, 5, 6], 9))
  expect(course.times).toEqual([1, 2, 3, 4, 5, 6].map((s) => T0 + 1000 * s))
  expect(course.columns.map(({ values }) => values)).toEqual([
    [7, 7, 7, 9, 9, 9],
    [7, 7, 7, 9, 9, 9],
  ])
})

test('one second makes no line: flows stand for it', () => {
  expect(hostCourse(seriesOf([1, 2], 7), watchedOf([2], 9)).columns[0]!.values).toEqual([7, 7])
})

test('what is older than an hour is left out', () => {
  const hour = HOUR_MS / 1000
  expect(hostCourse(seriesOf([0, 1, hour], 7), undefined).times).toEqual([1, hour].map((s) => T0 + 1000 * s))
  expect(hostCourse(seriesOf([0, 5, 10], 7), watchedOf([hour + 1, hour + 7], 9)).times).toEqual(
    [10, hour + 1, hour + 7].map((s) => T0 + 1000 * s),
  )
})
