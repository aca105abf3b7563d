import { expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

test('keeps what was set or asked for lately, and never more than its bound', () => {
  const map = new BoundedMap<number, string>(8)
  for (let i = 0; i < 100; i++) {
    map.set(i, `${i}`)
    expect(map.get(0)).toBe('0')
    expect(map.size).toBeLessThanOrEqual(8)
  }
  expect(map.get(99)).toBe('99')
  expect(map.get(98)).toBe('98')
  expect(map.get(50)).toBeUndefined()
})

test('a later value takes the place of an earlier one, also of one that was about to be forgotten', () => {
  const map = new BoundedMap<string, number>(4)
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    map.set(key, value)
  expect([map.get('a'), map.get('b'), map.size]).toEqual([3, 2, 2])
})
