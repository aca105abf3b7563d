import { expect, it } from 'vitest'
import type { FlowAnswer } from '../../../src/lib/history.ts'
import { comparedRange, coursesOf, fieldsFor, fixedRange, movingRange, pastViewOf, shares, stepFor } from './past-view.ts'

const NOW = Date.UTC(2026, 10, 26, 12)
const answer = (rows: FlowAnswer['rows']): FlowAnswer => ({ columns: [], rows, tier: 'records', rowsRead: 0, ms: 0, faults: [] })

it('shows applications of the last hour unless told otherwise', () => {
  expect(pastViewOf({}, NOW)).toEqual({
    span: '1h',
    fromMs: NOW - 3_600_000,
    toMs: NOW,
    filter: '',
    by: ['app'],
    measure: 'bytes',
    shape: 'stacked',
    top: 10,
    compared: 'none',
  })
})

it('reads what the URL says, and passes over what it cannot', () => {
  expect(
    pastViewOf({ range: '7d', by: 'server,nonsense,app,server', of: 'flows', shape: 'lines', top: '5', compare: 'week' }, NOW),
  ).toMatchObject({
    span: '7d',
    by: ['server', 'app'],
    measure: 'flows',
    shape: 'lines',
    top: 5,
    compared: 'week',
  })
  expect(pastViewOf({ range: 'x', by: 'x', of: 'x', shape: 'x', top: '-1', compare: 'x' }, NOW)).toMatchObject({
    span: '1h',
    by: [],
    measure: 'bytes',
    top: 10,
  })
  expect(pastViewOf({ from: '2026-11-26T10:00:00Z', to: '2026-11-26T09:00:00Z' }, NOW).span).toBe('1h')
})

it('keeps a range that was chosen', () => {
  const view = pastViewOf(fixedRange(NOW - 60_000, NOW - 30_000), NOW)
  expect(view).toMatchObject({ span: undefined, fromMs: NOW - 60_000, toMs: NOW - 30_000 })
  expect(pastViewOf({ ...fixedRange(1000, 2000), ...movingRange('6h') }, NOW)).toMatchObject({ span: '6h', toMs: NOW })
})

it.each([
  [900_000, 10],
  [3_600_000, 30],
  [86_400_000, 300],
  [30 * 86_400_000, 10_800],
  [730 * 86_400_000, 86_400],
])('%d ms in steps of %d s', (span, step) => {
  expect(stepFor({ fromMs: NOW - span, toMs: NOW })).toBe(step)
})

it('compares with the time before, or the same a day or a week ago', () => {
  const range = { fromMs: NOW - 1000, toMs: NOW }
  expect(comparedRange({ ...range, compared: 'none' })).toBeUndefined()
  expect(comparedRange({ ...range, compared: 'before' })).toEqual({ fromMs: NOW - 2000, toMs: NOW - 1000 })
  expect(comparedRange({ ...range, compared: 'week' })?.toMs).toBe(NOW - 604_800_000)
})

it('makes courses of rows: noughts between, the greatest first, all others last', () => {
  const { times, courses } = coursesOf(
    answer([
      [0, 'DNS', 5],
      [0, null, 100],
      [20_000, 'TLS', 9],
      [20_000, 'DNS', 1],
    ]),
    1,
    { fromMs: 0, toMs: 30_000 },
    10,
  )
  expect(times).toEqual([0, 10_000, 20_000])
  expect(courses.map(({ keys, values }) => [keys, values])).toEqual([
    [['TLS'], [0, 0, 9]],
    [['DNS'], [5, 0, 1]],
    [undefined, [100, 0, 0]],
  ])
})

it('of no groups there is one course', () => {
  const { courses } = coursesOf(answer([[10_000, 7]]), 0, { fromMs: 0, toMs: 20_000 }, 10)
  expect(courses.map(({ keys, values }) => [keys, values])).toEqual([[[], [0, 7]]])
})

it('shares add up to 100, or to nothing', () => {
  expect(
    shares([
      [1, 0],
      [3, 0],
    ]),
  ).toEqual([
    [25, 0],
    [75, 0],
  ])
})

it.each([
  ['sankey', ['app'], ['client', 'app', 'server']],
  ['sankey', [], ['client', 'app', 'server']],
  ['sankey', ['clientAs'], ['clientAs', 'server']],
  ['sankey', ['serverAs'], ['client', 'serverAs']],
  ['sankey', ['vlan', 'proto'], ['vlan', 'proto']],
  ['matrix', ['app'], ['client', 'app']],
  ['matrix', ['server'], ['client', 'server']],
  ['matrix', ['host'], ['host', 'server']],
  ['matrix', [], ['client', 'server']],
  ['lines', [], []],
] as const)('a %s of %j shows %j', (shape, by, fields) => {
  expect(fieldsFor(shape, by)).toEqual(fields)
})
