import { expect, test } from 'vitest'
import { ColourBook, freeSlot, PALETTE_SIZE, preferredSlot } from './colours.ts'

const names = Array.from({ length: 40 }, (_, i) => `App${i}`)

test('the first twelve names get twelve colours, and keep them', () => {
  const book = new ColourBook()
  const slots = names.map((name) => book.slot(name))
  expect(new Set(slots.slice(0, PALETTE_SIZE)).size).toBe(PALETTE_SIZE)
  expect(names.map((name) => book.slot(name))).toEqual(slots)
})

test('a name alone has the colour of its hash', () => {
  for (const name of names) expect(new ColourBook().slot(name)).toBe(preferredSlot(name))
})

test('when all are taken a name shares the colour of its hash', () => {
  const all = new Set(Array.from({ length: PALETTE_SIZE }, (_, i) => i))
  expect(freeSlot('App7', all)).toBe(preferredSlot('App7'))
})

test('what is unknown or the rest is grey', () => {
  expect(['Other', 'Unknown', ''].map((name) => new ColourBook().slot(name))).toEqual([undefined, undefined, undefined])
})

test('what was given before is given again', () => {
  let saved: readonly (readonly [string, number])[] = []
  const before = new ColourBook([], (slots) => {
    saved = slots
  })
  for (const name of names) before.slot(name)
  const after = new ColourBook(saved)
  expect([...names].reverse().map((name) => after.slot(name))).toEqual([...names].reverse().map((name) => before.slot(name)))
})
