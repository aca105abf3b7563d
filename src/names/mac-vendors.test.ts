import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadMacVendors } from './mac-vendors.ts'

const bytes = (mac: string) => Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16))
const small = loadMacVendors(
  [
    '# a comment',
    'Large\t00000C FCFFFF',
    'Medium\t8C1F64A',
    'Small\t8C1F64ABC 70B3D5001',
    'Registry\t8C1F64',
    'no prefix',
    'Odd\txyz 12',
    '',
  ].join('\r\n'),
)

describe('the longest prefix names the vendor', () => {
  test.each([
    ['00:00:0c:07:ac:01', 'Large'],
    ['fc:ff:ff:ff:ff:ff', 'Large'],
    ['8c:1f:64:00:00:00', 'Registry'],
    ['8c:1f:64:a0:00:00', 'Medium'],
    ['8c:1f:64:ab:bf:ff', 'Medium'],
    ['8c:1f:64:ab:cf:ff', 'Small'],
    ['70:b3:d5:00:1f:ff', 'Small'],
    ['70:b3:d5:00:2f:ff', undefined],
    ['00:00:0d:00:00:00', undefined],
    ['ff:ff:ff:ff:ff:ff', undefined],
  ])('%s: %s', (mac, vendor) => {
    expect(small.vendor(bytes(mac))).toBe(vendor)
    expect(small.vendorOf(Number.parseInt(mac.replaceAll(':', ''), 16))).toBe(vendor)
  })
  test('within a frame, and not past its end', () => {
    const frame = Uint8Array.of(1, 2, ...bytes('00:00:0c:07:ac:01'))
    expect(small.vendor(frame, 2)).toBe('Large')
    expect(small.vendor(frame, 3)).toBeUndefined()
    expect(small.vendor(frame, -1)).toBeUndefined()
  })
  test('what is no prefix is passed over', () => expect(small.prefixes).toBe(6))
  test('no text, no vendors', () => expect(loadMacVendors('').vendor(bytes('00:00:0c:07:ac:01'))).toBeUndefined())
})

test('the shipped registry knows the makers people meet', () => {
  const shipped = loadMacVendors(readFileSync(new URL('../../assets/mac-vendors.txt', import.meta.url), 'utf8'))
  expect(shipped.prefixes).toBeGreaterThan(50_000)
  expect(shipped.vendor(bytes('00:00:0c:01:02:03'))).toMatch(/^Cisco/)
  expect(shipped.vendor(bytes('00:0c:29:01:02:03'))).toMatch(/^VMware/i)
  expect(shipped.vendor(bytes('b8:27:eb:01:02:03'))).toMatch(/^Raspberry/)
  expect(shipped.vendor(bytes('00:03:93:01:02:03'))).toBe('Apple')
})
