import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, formatNetwork, maskOf, parseAddress, parseNetwork, readAddress } from './address.ts'
import {
  type AddressTest,
  DEFAULT_LOCAL_NETWORKS,
  isBroadcast,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isPrivate,
  isUnspecified,
  LocalNetworks,
} from './address-class.ts'

const shown = (text: string) => {
  const words = parseAddress(text)
  return words === undefined ? undefined : formatAddress(...words)
}

describe('addresses', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['192.168.1.20', '192.168.1.20'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    // RFC 5952 §4
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s', (text, expected) => expect(shown(text)).toBe(expected))

  test.each([
    ...['', '.', '1', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '-1.2.3.4', '1.2.3.0x4', 'example.org'],
    ...[
      ':',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '12345::',
      'g::',
      '1:2:3:4:5:6:7:8::',
      '::1%eth0',
      '1.2.3.4::',
      ':1:2',
      '1:2:',
    ],
    `${'0:'.repeat(40)}1`,
  ])('"%s" is no address', (text) => expect(parseAddress(text)).toBeUndefined())

  test('what is written is read back', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const mostlyZero = fc.oneof(fc.constant(0), fc.constant(0xffff), word)
    fc.assert(
      fc.property(mostlyZero, mostlyZero, mostlyZero, word, (...words) => {
        expect(parseAddress(formatAddress(...words))).toEqual(words)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  test('from the wire', () => {
    const b = Uint8Array.of(9, 0xc0, 0xa8, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    expect(formatAddress(...readAddress(b, 1, 4))).toBe('192.168.1.2')
    expect(formatAddress(...readAddress(b, 1, 16))).toBe('c0a8:102::1')
  })
})

describe('networks', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['fe80::1', 'fe80::1/128'],
  ])('%s is %s', (text, expected) => expect(formatNetwork(parseNetwork(text)!)).toBe(expected))

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '10/8', '/8'])('"%s" is none', (text) =>
    expect(parseNetwork(text)).toBeUndefined(),
  )

  test('masks', () => expect([-1, 0, 1, 31, 32, 40].map(maskOf)).toEqual([0, 0, -(2 ** 31), -2, -1, -1]))

  test('::/0 holds IPv4 too, 0.0.0.0/0 holds nothing else', () => {
    const all6 = LocalNetworks.of([parseNetwork('::/0')!]).contains
    const all4 = LocalNetworks.of([parseNetwork('0.0.0.0/0')!]).contains
    expect([all6(...parseAddress('10.0.0.1')!), all4(...parseAddress('10.0.0.1')!), all4(...parseAddress('::1')!)]).toEqual([
      true,
      true,
      false,
    ])
  })
})

describe('classes', () => {
  test.each<[string, AddressTest, string[], string[]]>([
    ['private', isPrivate, ['10.0.0.0', '172.31.255.255', '192.168.0.1', 'fd00::1'], ['11.0.0.0', '172.32.0.0', '192.169.0.0', 'fe00::']],
    ['link-local', isLinkLocal, ['169.254.1.1', 'fe80::1', 'febf::1'], ['169.253.1.1', 'fec0::1']],
    ['loopback', isLoopback, ['127.0.0.1', '127.255.0.1', '::1'], ['128.0.0.1', '::2', '::']],
    ['multicast', isMulticast, ['224.0.0.1', '239.255.255.250', 'ff02::1'], ['223.255.255.255', '240.0.0.0', 'fe80::1']],
    ['broadcast', isBroadcast, ['255.255.255.255'], ['255.255.255.254', '::ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['unspecified', isUnspecified, ['0.0.0.0', '::'], ['0.0.0.1', '::1']],
    [
      'local where nobody said otherwise',
      LocalNetworks.default().contains,
      ['10.9.9.9', 'fe80::1', '255.255.255.255', '0.0.0.0', '224.0.0.251', '::1'],
      ['8.8.8.8', '2001:db8::1', '100.64.0.1'],
    ],
  ])('%s', (_name, is, members, others) => {
    for (const a of members) expect(is(...parseAddress(a)!), a).toBe(true)
    for (const a of others) expect(is(...parseAddress(a)!), a).toBe(false)
  })

  test('given networks replace the default; a bad one is named', () => {
    const compiled = LocalNetworks.compile(['203.0.113.0/24', ' 2001:db8::/32'])
    const { contains } = 'local' in compiled ? compiled.local : LocalNetworks.default()
    expect(['203.0.113.9', '2001:db8::9', '10.0.0.1'].map((a) => contains(...parseAddress(a)!))).toEqual([true, true, false])
    expect(LocalNetworks.compile([...DEFAULT_LOCAL_NETWORKS, '10.0.0.0/40'])).toEqual({ bad: '10.0.0.0/40' })
  })
})
