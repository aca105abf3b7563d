import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareWords, formatAddress, parseAddress } from './address.ts'

test.each([
  ['1.2.3.4', '1.2.3.4'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['[FE80::1]', 'fe80::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
])('%s is %s', (text, canonical) => {
  expect(formatAddress(parseAddress(text)!)).toBe(canonical)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '256.1.1.1',
  '1.2.3.-4',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '12345::',
  'g::',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '1.2.3.4:80',
  '::1.2.3',
  '[::1',
  '::1%eth0',
  ' ::1',
  'ffff:'.repeat(20),
])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined()
})

test('what is written is read back', () => {
  const word = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 65_536))
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), (words) => {
      expect(parseAddress(formatAddress(words))).toEqual(words)
    }),
    { seed: 20_240_501 },
  )
})

test('addresses are in order as unsigned numbers', () => {
  const texts = ['::', '::1', '::ffff:0:0', '10.0.0.1', '128.0.0.1', '255.0.0.0', '2001:db8::', 'fe80::', 'ffff::']
  const sorted = texts.map((text) => parseAddress(text)!).sort(compareWords)
  expect(sorted).toEqual(texts.map((text) => parseAddress(text)))
})
