import { expect, it } from 'vitest'
import { fold, OTHER, pairs } from './past-fold.ts'

const ROWS = [
  ['a', 'x', 50],
  ['a', 'y', 30],
  ['b', 'x', 20],
  ['c', 'z', 5],
  ['d', 'z', 3],
] as const

it('keeps the greatest values of each field, and makes one of the others', () => {
  const { fields, rows, total, missing } = fold({ rows: ROWS }, 2, 2)
  expect(fields.map(({ values }) => values)).toEqual([
    ['a', 'b', OTHER],
    ['x', 'y', OTHER],
  ])
  expect(rows).toEqual([
    { keys: ['a', 'x'], sum: 50 },
    { keys: ['a', 'y'], sum: 30 },
    { keys: ['b', 'x'], sum: 20 },
    { keys: [OTHER, OTHER], sum: 8 },
  ])
  expect(fields[0]!.sums.get(OTHER)).toBe(8)
  expect([total, missing]).toEqual([108, 0])
})

it('adds what the answer says of groups that it left out', () => {
  expect(fold({ rows: ROWS, groups: 9, other: [12, 100] }, 2, 10)).toMatchObject({ total: 120, missing: 0 })
  expect(fold({ rows: ROWS, groups: 9, other: [12] }, 2, 10).rows.find(({ keys }) => keys[0] === OTHER)).toEqual({
    keys: [OTHER, OTHER],
    sum: 12,
  })
})

it('says how many groups are missing where their sum is not known', () => {
  expect(fold({ rows: ROWS, groups: 9, other: [null] }, 2, 10)).toMatchObject({ total: 108, missing: 4 })
})

it('of a field named other, or of an empty value, is no other', () => {
  const { fields } = fold(
    {
      rows: [
        ['', 'null', 2],
        ['Other', 'x', 1],
      ],
    },
    2,
    5,
  )
  expect(fields.map(({ values }) => values)).toEqual([
    ['', 'Other'],
    ['null', 'x'],
  ])
})

it('leaves out what did not pass', () => {
  expect(fold({ rows: [['a', 'b', 0]] }, 2, 5)).toMatchObject({ rows: [], total: 0 })
})

it('pairs fields that stand beside each other', () => {
  const folded = fold(
    {
      rows: [
        ['a', 'x', '1', 5],
        ['a', 'x', '2', 4],
        ['b', 'x', '2', 3],
      ],
    },
    3,
    5,
  )
  expect(pairs(folded, 0)).toEqual([
    { from: 'a', to: 'x', sum: 9 },
    { from: 'b', to: 'x', sum: 3 },
  ])
  expect(pairs(folded, 1)).toEqual([
    { from: 'x', to: '1', sum: 5 },
    { from: 'x', to: '2', sum: 7 },
  ])
})
