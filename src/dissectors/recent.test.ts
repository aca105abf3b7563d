import { expect, test } from 'vitest'
import { Recent } from './recent.ts'

const numbers = (...n: number[]) => Uint16Array.from(n)
const ask = (recent: Recent<string>, ...lists: Uint16Array[]) => {
  recent.begin()
  for (const list of lists) recent.addAll(list, list.length)
  return recent.find()
}

test('an answer is found by its own key alone, however many others share its place', () => {
  const recent = new Recent<string>(4)
  for (let n = 0; n < 5000; n++) {
    expect(ask(recent, numbers(n, n >> 3))).toBeUndefined()
    recent.keep(`answer ${n}`)
    expect(ask(recent, numbers(n, n >> 3))).toBe(`answer ${n}`)
  }
  let known = 0
  for (let n = 0; n < 5000; n++) {
    const answer = ask(recent, numbers(n, n >> 3))
    if (answer !== undefined) known++
    expect([undefined, `answer ${n}`]).toContain(answer)
  }
  expect(known).toBeLessThanOrEqual(4)
})

test('two keys of one place are both kept', () => {
  const recent = new Recent<string>(2)
  ask(recent, numbers(1))
  recent.keep('one')
  ask(recent, numbers(2))
  recent.keep('two')
  expect([ask(recent, numbers(1)), ask(recent, numbers(2))]).toEqual(['one', 'two'])
})

test('where one list ends and the next begins is part of the key', () => {
  const recent = new Recent<string>(64)
  ask(recent, numbers(1, 2), numbers(3))
  recent.keep('12 3')
  expect(ask(recent, numbers(1), numbers(2, 3))).toBeUndefined()
  expect(ask(recent, numbers(1, 2, 3))).toBeUndefined()
  expect(ask(recent, numbers(1, 2), numbers(3))).toBe('12 3')
})

test('a key that is too long is never kept, nor taken for another of the same beginning', () => {
  const recent = new Recent<string>(64)
  const long = new Uint16Array(700).fill(7)
  for (const lists of [[long], [long.subarray(0, 400), long.subarray(0, 300)]]) {
    expect(ask(recent, ...lists)).toBeUndefined()
    expect(recent.keep('long')).toBe('long')
    expect(ask(recent, ...lists)).toBeUndefined()
  }
  recent.begin()
  for (let i = 0; i < 700; i++) recent.add(7)
  expect(recent.find()).toBeUndefined()
  recent.keep('long')
  recent.begin()
  for (let i = 0; i < 700; i++) recent.add(7)
  expect(recent.find()).toBeUndefined()
})
