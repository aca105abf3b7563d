import { expect, test } from 'vitest'
import { asAnswered, holdOrder } from './hold-order.ts'

const row = (key: string, bytes: number) => ({ key, bytes })
const keyOf = (r: { key: string }) => r.key

test('rows keep their places and take the new figures', () => {
  const { rows, gone, held } = holdOrder([row('a', 1), row('b', 1)], [row('b', 9), row('a', 2)], keyOf)
  expect(rows).toEqual([row('a', 2), row('b', 9)])
  expect(gone.size).toBe(0)
  expect(held).toBe(true)
})

test('new rows come at the end, gone ones stay and are marked', () => {
  const { rows, gone } = holdOrder([row('a', 1), row('b', 1)], [row('c', 3), row('b', 2)], keyOf)
  expect(rows).toEqual([row('a', 1), row('b', 2), row('c', 3)])
  expect([...gone]).toEqual(['a'])
})

test('an unchanged order is not held', () => {
  expect(holdOrder([row('a', 1)], [row('a', 2)], keyOf).held).toBe(false)
  expect(asAnswered([row('a', 1)]).held).toBe(false)
})
