import { expect, it } from 'vitest'
import type { FlowAnswer } from '../../../src/lib/history.ts'
import { changeOf, plainRows, rowsOf, withBefore } from './past-rows.ts'

const answer = (part: Partial<FlowAnswer>): FlowAnswer => ({
  columns: [],
  rows: [],
  tier: 'records',
  rowsRead: 0,
  ms: 0,
  faults: [],
  ...part,
})
const NOW = answer({
  columns: ['app', 'bytes', 'packets', 'flows'],
  rows: [
    ['DNS', 300, 3, 1],
    ['TLS', 100, 2, 1],
  ],
  groups: 5,
  total: [500, 9, 6],
  other: [100, 4, 4],
})

it('puts all others behind the groups', () => {
  expect(rowsOf(NOW, ['app']).map(({ name, total, packets }) => [name, total, packets])).toEqual([
    ['DNS', 300, 3],
    ['TLS', 100, 2],
    ['3 others', 100, 4],
  ])
  expect(rowsOf({ ...NOW, other: [null, null, null] }, ['app'])).toHaveLength(2)
})

it('tells what each was then, and all others of it', () => {
  const then = answer({ columns: ['app', 'bytes'], rows: [['TLS', 50]], groups: 1, total: [80], other: [30] })
  expect(withBefore(rowsOf(NOW, ['app']), then, 1).map(({ before }) => before)).toEqual([0, 50, 30])
  // Of a group that may have been among what is not told, nothing is known, nor of the others.
  expect(withBefore(rowsOf(NOW, ['app']), { ...then, groups: 9 }, 1).map(({ before }) => before)).toEqual([undefined, 50, undefined])
  expect(withBefore(rowsOf(NOW, ['app']), answer({ groups: 0 }), 1).map(({ before }) => before)).toEqual([0, 0, 0])
})

it.each([
  [0, 5, 'new'],
  [0, 0, ''],
  [100, 150, '+50\u202f%'],
  [100, 25, '−75\u202f%'],
  [100, 100, '±0\u202f%'],
  [100, 0, '−100\u202f%'],
  [2, 600, '× 300'],
])('from %d to %d is %s', (before, now, text) => {
  expect(changeOf(before, now).replace(/\s(?=%)/, '\u202f')).toBe(text)
})

it('gives out what is shown', () => {
  const rows = withBefore(rowsOf(NOW, ['app']), answer({ rows: [['TLS', 50]], groups: 1, total: [50] }), 1)
  const rates = { min: 1, mean: 2, max: 4, p95: 3 }
  expect(plainRows([{ ...rows[1]!, rates }, rows[2]!], ['app'], 'bytes', 500)).toEqual([
    { app: 'TLS', bytes: 100, packets: 2, flows: 1, share: 0.2, before: 50, change: 1, bpsMin: 8, bpsMean: 16, bpsP95: 24, bpsMax: 32 },
    { app: '3 others', bytes: 100, packets: 4, flows: 4, share: 0.2, before: 0 },
  ])
})
