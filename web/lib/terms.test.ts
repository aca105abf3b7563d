import { describe, expect, test } from 'vitest'
import { eitherEnd, isPublic, lookUps, termFor } from './terms.ts'

describe('termFor', () => {
  test.each([
    ['a field of the list it stands in', 'vendor', 'text', 'hosts', { entity: 'hosts', field: 'vendor' }],
    ['a field that flows have too', 'category', 'text', undefined, { entity: 'flows', field: 'category' }],
    ['an address of a host page', 'address', 'address', undefined, { entity: 'flows', field: 'host' }],
    ['a port of the ports list', 'port', 'port', 'ports', { entity: 'ports', field: 'port' }],
    ['what flows do not have', 'ethertype', 'text', undefined, undefined],
    ['a name of Object', 'constructor', 'text', 'hosts', undefined],
  ] as const)('%s', (_, field, kind, list, term) => {
    expect(termFor(field, kind, list)).toEqual(term)
  })
})

test('either end', () => {
  expect(eitherEnd('flows', 'client')).toBe('host')
  expect(eitherEnd('flows', 'serverPort')).toBe('port')
  expect(eitherEnd('flows', 'app')).toBeUndefined()
  expect(eitherEnd('hosts', 'address')).toBeUndefined()
})

test.each([
  ['8.8.8.8', true],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['172.32.0.1', true],
  ['192.168.0.1', false],
  ['169.254.1.1', false],
  ['100.64.0.1', false],
  ['224.0.0.251', false],
  ['2606:4700::1', true],
  ['2001:db8::1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['ff02::fb', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})

test('what is looked up is encoded', () => {
  expect(lookUps('app', 'app', 'TLS.A&b=c')[0]?.href).toBe('https://en.wikipedia.org/w/index.php?search=A%26b%3Dc')
  expect(lookUps('text', 'serverName', 'javascript:alert(1)')).toEqual([])
})
