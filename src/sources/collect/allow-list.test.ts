import { expect, test } from 'vitest'
import { parseNetwork } from '../../wire/address.ts'
import { AllowList } from './allow-list.ts'

const listOf = (...networks: string[]) => new AllowList(networks.map((text) => parseNetwork(text)!))

test.each([
  [['10.0.0.0/8'], '10.1.2.3', true],
  [['10.0.0.0/8'], '11.1.2.3', false],
  [['192.0.2.1'], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.2', false],
  [['2001:db8::/33'], '2001:db8:7fff::1', true],
  [['2001:db8::/33'], '2001:db8:8000::1', false],
  [['10.0.0.0/8', '2001:db8::/32'], '2001:db8::1', true],
  [['::/0'], '10.1.2.3', true],
  [['10.0.0.0/8'], 'nobody', false],
  [[], 'nobody', true],
])('of %j may %s send: %s, and once more', (networks, address, may) => {
  const list = listOf(...networks)
  expect([list.has(address), list.has(address)]).toEqual([may, may])
})

test('what is remembered is bounded', () => {
  const list = listOf('10.0.0.0/8')
  for (let i = 0; i < 25_000; i++) list.has(`11.0.${i >> 8}.${i & 255}`)
  expect(list.has('10.0.0.1')).toBe(true)
})
