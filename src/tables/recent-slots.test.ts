import { expect, test } from 'vitest'
import { mix } from './hash.ts'
import { RecentSlots } from './recent-slots.ts'

test('a key keeps its place', () => {
  const slots = new RecentSlots(64)
  const place = slots.claim(5, 77)
  expect(slots.isNew).toBe(true)
  expect(slots.find(5, 77)).toBe(place)
  expect(slots.claim(5, 77)).toBe(place)
  expect(slots.isNew).toBe(false)
  expect(slots.find(5, 78)).toBe(-1)
  expect(slots.find(6, 77)).toBe(-1)
  expect(slots.count).toBe(1)
})

// Places that nobody has taken have this tag too.
test('a tag of nought is as good as any', () => {
  const slots = new RecentSlots(64)
  expect(slots.find(0, 0)).toBe(-1)
  const place = slots.claim(0, 0)
  expect(slots.find(0, 0)).toBe(place)
})

test('a full set gives up what was not asked for longest', () => {
  const slots = new RecentSlots(64)
  for (let tag = 0; tag < 16; tag++) slots.claim(3, tag)
  expect(slots.hasReplaced).toBe(false)
  slots.find(3, 0)
  slots.claim(3, 99)
  expect(slots.hasReplaced).toBe(true)
  expect(slots.find(3, 0)).not.toBe(-1)
  expect(slots.find(3, 1)).toBe(-1)
  expect(slots.count).toBe(16)
})

test('half as many keys as places mostly find one', () => {
  const slots = new RecentSlots(1 << 14)
  for (let i = 0; i < 1 << 13; i++) slots.claim(mix(i), i)
  let kept = 0
  for (let i = 0; i < 1 << 13; i++) if (slots.find(mix(i), i) >= 0) kept++
  expect(kept).toBeGreaterThan(0.99 * (1 << 13))
})
