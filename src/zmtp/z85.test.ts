import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseKey, z85Decode, z85Encode } from './z85.ts'

test('the example of the specification', () => {
  const bytes = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b)
  expect(z85Encode(bytes)).toBe('HelloWorld')
  expect(z85Decode('HelloWorld')).toEqual(bytes)
})

test('any bytes come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      expect(parseKey(z85Encode(bytes))).toEqual(bytes)
    }),
  )
})

test.each([
  ['too short', 'HelloWorld'],
  ['a letter that is none', 'é'.repeat(40)],
  ['a group above 32 bits', '#'.repeat(40)],
  ['nothing', ''],
])('no key: %s', (_, text) => expect(parseKey(text)).toBeUndefined())
