import { expect, test } from 'vitest'
import { compareWords, masked, parseAddress } from './address.ts'

test('an address may stand in the brackets of a URL', () => {
  expect(parseAddress('[FE80::1]')).toEqual(parseAddress('fe80::1'))
  expect(parseAddress('[::1')).toBeUndefined()
})

test.each([
  ['10.1.2.3', 104, '10.0.0.0'],
  ['2001:db8:1:2::3', 48, '2001:db8:1::'],
  ['::1', 0, '::'],
  ['ffff::1', 128, 'ffff::1'],
] as const)('%s cut to %d bits', (address, bits, network) => {
  expect(masked(parseAddress(address)!, bits)).toEqual(parseAddress(network))
})

test('addresses are in order as unsigned numbers', () => {
  const texts = ['::', '::1', '::ffff:0:0', '10.0.0.1', '128.0.0.1', '255.0.0.0', '2001:db8::', 'fe80::', 'ffff::']
  const words = texts.map((text) => parseAddress(text)!)
  // IPv4 lies between ::ffff:0:0 and 2001:db8::.
  expect([...words].reverse().sort(compareWords)).toEqual(words)
})
