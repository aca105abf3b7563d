import { expect, test } from 'vitest'
import { FragmentPool, Fragments } from './fragments.ts'

const pool = () => new FragmentPool(() => new Fragments())
const piece = Uint8Array.from([1, 2, 3, 4])

test('bytes count from the beginning to the first hole', () => {
  const slots = pool()
  const slot = slots.get(slots.open())!
  slot.add(4, piece, 0, 4)
  expect(slot.whole).toBe(0)
  slot.add(0, piece, 0, 3)
  expect(slot.whole).toBe(3)
  slot.add(2, piece, 2, 4)
  expect(slot.whole).toBe(8)
  expect([...slot.bytes.subarray(0, 8)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
})
test('a slot is empty when it is taken again, and its old handle is dead', () => {
  const slots = pool()
  const first = slots.open()
  slots.get(first)!.add(0, piece, 0, 4)
  slots.close(first)
  const second = slots.open()
  expect(slots.get(first)).toBeUndefined()
  expect(slots.get(second)!.whole).toBe(0)
})
test('when all are taken the oldest loses', () => {
  const slots = pool()
  const handles = Array.from({ length: 200 }, () => slots.open())
  expect(slots.get(handles[0]!)).toBeUndefined()
  expect(slots.get(handles[71]!)).toBeUndefined()
  expect(handles.slice(72).every((h) => slots.get(h) !== undefined)).toBe(true)
})
test('what lies beyond the slot is dropped', () => {
  const slots = pool()
  const slot = slots.get(slots.open())!
  slot.add(1 << 20, piece, 0, 4)
  slot.add(16_382, piece, 0, 4)
  expect(slot.whole).toBe(0)
  expect(slots.get(0)).toBeUndefined()
  expect(slots.get(-5)).toBeUndefined()
})
