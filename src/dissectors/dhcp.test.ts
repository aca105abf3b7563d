import { expect, test } from 'vitest'
import dhcp from './dhcp.ts'
import { Exclude, Match } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

interface Bootp {
  op?: number
  ciaddr?: string
  yiaddr?: string
  options: Uint8Array[]
}
const option = (code: number, data: Uint8Array) => concat(Uint8Array.of(code, data.length), data)
const bootp = ({ op = 1, ciaddr = '00000000', yiaddr = '00000000', options }: Bootp) =>
  concat(
    Uint8Array.of(op, 1, 6, 0),
    hex('3903f326 00000000'),
    hex(ciaddr),
    hex(yiaddr),
    new Uint8Array(8),
    hex('020000000c01'),
    new Uint8Array(202),
    hex('63825363'),
    ...options,
    hex('ff'),
  )
const ends = { clientPort: 68, serverPort: 67 }
const request = [
  option(53, hex('03')),
  option(12, latin1('Kitchen-TV')),
  option(50, hex('c0a80117')),
  option(55, hex('01 21 03 06 0f')),
  option(60, latin1('dhcpcd-9.4.1')),
]

test('a request tells name, class, fingerprint, address and MAC, and names the address', () => {
  const said = show(dhcp, [fromClient(bootp({ options: request }))], ends)
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    serverName: 'kitchen-tv',
    info: 'request Kitchen-TV',
    fields: {
      messageType: 'request',
      hostName: 'Kitchen-TV',
      clientMac: '02:00:00:00:0c:01',
      vendorClass: 'dhcpcd-9.4.1',
      fingerprint: '1,33,3,6,15',
      requestedAddress: '192.168.1.23',
    },
  })
  expect(said.names).toEqual([{ end: 'c0a80117', name: 'Kitchen-TV', from: 'dhcp' }])
})

test.each([
  ['a discover only wishes', bootp({ options: [option(53, hex('01')), ...request.slice(1)] }), []],
  ['a renewal has its address', bootp({ ciaddr: 'c0a80118', options: [option(53, hex('03')), option(12, latin1('tv'))] }), ['c0a80118']],
  [
    'an acknowledgement assigns',
    bootp({ op: 2, yiaddr: 'c0a80119', options: [option(53, hex('05')), option(12, latin1('tv'))] }),
    ['c0a80119'],
  ],
  ['an offer does not', bootp({ op: 2, yiaddr: 'c0a80119', options: [option(53, hex('02')), option(12, latin1('tv'))] }), []],
])('%s', (_case, bytes, addresses) => {
  expect(show(dhcp, [fromClient(bytes)], ends).names.map((n) => n.end)).toEqual(addresses)
})

test('the name may come as an FQDN in labels or text, with a NUL at its end', () => {
  const named = (o: Uint8Array) => show(dhcp, [fromClient(bootp({ options: [o] }))], ends).fields['hostName']
  expect(named(option(81, concat(hex('040000 04'), latin1('desk'), hex('03'), latin1('lan'), hex('00'))))).toBe('desk.lan')
  expect(named(option(81, concat(hex('000000'), latin1('desk.lan'))))).toBe('desk.lan')
  expect(named(option(12, latin1('desk\x00')))).toBe('desk')
  expect(named(option(12, latin1('<b>\x1b')))).toBe('<b>\u241b')
})

test('every message of a flow is read', () => {
  const said = show(
    dhcp,
    [
      fromClient(bootp({ options: [option(53, hex('01'))] })),
      fromServer(bootp({ op: 2, yiaddr: '0a000001', options: [option(53, hex('05'))] })),
    ],
    ends,
  )
  expect(said.fields).toMatchObject({ messageType: 'ack', assignedAddress: '10.0.0.1' })
})

test('a lying option length ends the options, keeping those before', () => {
  expect(show(dhcp, [fromClient(bootp({ options: [option(12, latin1('tv')), hex('37f001')] }))], ends)).toMatchObject({
    fields: { hostName: 'tv' },
  })
})

test.each([
  ['no magic cookie', bootp({ options: [] }).fill(0, 236, 240)],
  ['hardware type 0', bootp({ options: [] }).fill(0, 1, 2)],
  ['too many hops', bootp({ options: [] }).fill(99, 3, 4)],
  ['cut short', bootp({ options: [] }).subarray(0, 239)],
])('not DHCP: %s', (_case, bytes) => {
  expect(show(dhcp, [fromClient(bytes)], ends).verdict).toBe(Exclude)
})
