import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOrder, formatIpv4, parseAddress, parseNetwork } from '../wire/address.ts'
import { announcedRanges } from './address-ranges.gen.ts'
import { AddressRanges } from './address-ranges.ts'
import { createCatalogue } from './catalogue.ts'
import { publishedRanges } from './published-ranges.ts'

const ownerOf = (ranges: AddressRanges, address: string) => ranges.owners[ranges.lookup(...parseAddress(address)!)]

test('the innermost network counts, and after it the one around it again', () => {
  const ranges = new AddressRanges([
    ['inner', '10.1.2.0/24 10.1.255.0/24'],
    ['outer', '10.1.0.0/16'],
    ['innermost', '10.1.2.128/25'],
    ['next', '10.2.0.0/16'],
  ])
  const owners = [
    '10.0.255.255',
    '10.1.0.0',
    '10.1.2.127',
    '10.1.2.128',
    '10.1.2.255',
    '10.1.3.0',
    '10.1.255.255',
    '10.2.0.0',
    '10.3.0.0',
  ].map((address) => ownerOf(ranges, address))
  expect(owners).toEqual([undefined, 'outer', 'inner', 'innermost', 'innermost', 'outer', 'inner', 'next', undefined])
  expect(ranges.networkOf(...parseAddress('10.1.2.200')!)).toBe('10.1.2.128/25')
  expect(ranges.networkOf(...parseAddress('10.1.9.9')!)).toBe('10.1.0.0/16')
})

test('of one network that two claim the later word counts', () => {
  expect(
    ownerOf(
      new AddressRanges([
        ['a', '10.0.0.0/8'],
        ['b', '10.0.0.0/8'],
      ]),
      '10.1.1.1',
    ),
  ).toBe('b')
})

test('IPv6 networks, and IPv4 ones beside them', () => {
  const ranges = new AddressRanges([
    ['four', '255.255.255.0/24'],
    ['six', '2001:db8::/32 fe00::/7'],
  ])
  expect(
    ['255.255.255.255', '::1', '2001:db7:ffff::', '2001:db8::', '2001:db8:ffff:ffff::1', '2001:db9::', 'ffff::'].map((a) =>
      ownerOf(ranges, a),
    ),
  ).toEqual(['four', undefined, undefined, 'six', 'six', undefined, 'six'])
})

test('nothing is found in nothing, and what is no network is passed over', () => {
  expect(ownerOf(new AddressRanges([]), '10.0.0.1')).toBeUndefined()
  expect(ownerOf(new AddressRanges([['a', 'nonsense 300.0.0.0/8 10.0.0.0/40']]), '10.0.0.1')).toBeUndefined()
})

test('agrees with a look at all networks, whichever they are', () => {
  const network = fc
    .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 8, max: 32 }))
    .map(([n, bits]) => `10.0.${n >> 8}.${n & 255}/${bits}`)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), network), { maxLength: 12 }),
      fc.integer({ min: 0, max: 0xffff }),
      (lists, n) => {
        const ranges = new AddressRanges(lists)
        const at = (10 << 24) | n
        let best: { owner: string; bits: number } | undefined
        // One owner's networks stand where the owner was first named.
        for (const owner of ranges.owners)
          for (const [name, text] of lists) {
            const { words, bits } = parseNetwork(text)!
            const holds = ((words[3] ^ at) & (bits === 96 ? 0 : -1 << (128 - bits))) === 0
            if (name === owner && holds && (best === undefined || bits >= best.bits)) best = { owner, bits }
          }
        const found = ranges.owners[ranges.lookup(0, 0, 0xffff, at)]
        // Of two that claim the very same network either may be right: the order of owners and that of lists differ.
        const claims = lists.filter(([, text]) => best !== undefined && parseNetwork(text)!.bits === best.bits).map(([name]) => name)
        if (best === undefined) expect(found, formatIpv4(at)).toBeUndefined()
        else expect(claims, formatIpv4(at)).toContain(found)
      },
    ),
  )
})

test('every network that the program knows is one, of an application that it knows', () => {
  const catalogue = createCatalogue()
  for (const [app, texts] of [...Object.entries(announcedRanges), ...Object.entries(publishedRanges)]) {
    expect(catalogue.get(app), app).toBeDefined()
    const networks = texts.trim().split(/\s+/)
    expect(networks.filter((text) => parseNetwork(text) === undefined)).toEqual([])
  }
})

test.each([
  ['149.154.167.91', 'Telegram'],
  ['8.8.8.8', 'Google'],
  ['157.240.20.35', 'Facebook'],
  ['52.112.0.1', 'Skype_Teams'],
  ['52.96.0.1', 'Outlook'],
  ['162.159.192.1', 'CloudflareWarp'],
  ['104.16.0.1', 'Cloudflare'],
  ['2a03:2880:f12f:83:face:b00c:0:25de', 'Facebook'],
  ['2606:4700::6810:1', 'Cloudflare'],
  ['192.168.1.1', 'Unknown'],
  ['224.0.0.251', 'Unknown'],
  ['fe80::1', 'Unknown'],
])('%s belongs to %s', (address, app) => {
  const catalogue = createCatalogue()
  const words = parseAddress(address)!
  expect(catalogue.nameOf(catalogue.applicationOfAddress(...words))).toBe(app)
  expect(catalogue.networkOfAddress(...words) !== undefined).toBe(app !== 'Unknown')
  expect(Number.isInteger(addressOrder(...words))).toBe(true)
})
