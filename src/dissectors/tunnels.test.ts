import { describe, expect, test } from 'vitest'
import alicloud from './alicloud.ts'
import cloudflareWarp from './cloudflare-warp.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import protobuf from './protobuf.ts'
import softether from './softether.ts'
import { sameHoweverCut } from './split-testing.ts'
import tailscale from './tailscale.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import yojimbo from './yojimbo.ts'

const udp = { transport: 'udp', serverPort: 50_000 } as const
const zeros = (n: number) => new Uint8Array(n)
const noise = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 89 + 41) & 255)
const number = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)

describe('Softether', () => {
  const name = (text: string) => concat(number(text.length + 1), latin1(text))
  const value = (key: string, text: string) => concat(name(key), number(2), number(1), number(text.length), latin1(text))
  const port = (n: number) => concat(name('private_port'), number(0), number(1), number(n))
  const pack = concat(
    number(4),
    value('host_name', 'attic'),
    value('opcode', 'nat_t_register'),
    port(51_381),
    value('ddns_fqdn', 'a.example'),
  )
  test('packed values', () => {
    expect(show(softether, [fromClient(pack)], udp)).toMatchObject({
      verdict: Match,
      fields: { operation: 'nat_t_register', hostname: 'attic', ddnsName: 'a.example' },
      info: 'a.example',
    })
  })
  test('an address that is asked for', () => {
    expect(show(softether, [fromClient(latin1('A')), fromServer(latin1('IP=192.0.2.1,PORT=51381'))], udp).verdict).toBe(Match)
    expect(show(softether, [fromClient(latin1('A'))], udp).verdict).toBe(NeedMore)
  })
  test.each([
    ['more values than there are', concat(number(5), pack.subarray(4))],
    ['fewer values than there are', concat(number(3), pack.subarray(4))],
    ['a type that does not exist', concat(number(2), name('a'), number(5), number(1), number(0), port(1))],
    ['a name that is none', concat(number(2), name('a b'), number(0), number(1), number(0), port(1))],
    ['a single value', concat(number(1), port(1))],
    ['more values than may be', concat(number(65), ...Array.from({ length: 65 }, () => port(1)))],
    ['a name of nothing', concat(number(2), number(1), number(0), number(1), number(0), port(1))],
    ['a name too long', concat(number(2), name('a'.repeat(64)), number(0), number(1), number(0), port(1))],
    ['another word', latin1('IQ=192.0.2.1,PORT=51381')],
    ['an address too short', latin1('IP=1,PORT=51381')],
    ['an address too long', latin1(`IP=${'1'.repeat(64)},PORT=1`)],
    ['an address of letters', latin1('IP=attic.example,PORT=1')],
    ['a port too long', latin1('IP=192.0.2.1,PORT=123456')],
    ['no port', latin1('IP=192.0.2.1,PORT=')],
    ['more than A', latin1('AB')],
  ])('not: %s', (_case, bytes) => expect(show(softether, [fromClient(bytes)], udp).verdict).toBe(Exclude))
})

describe('Tailscale', () => {
  const ping = concat(hex('5453f09f92ac'), noise(90))
  const initiation = concat(hex('01000000 11223344'), noise(108), noise(16), zeros(16))
  test.each([
    ['a discovery message', ping, 50_000, Match],
    ['one too short', ping.subarray(0, 79), 50_000, Exclude],
    ['another mark', concat(hex('5453f09f92ad'), noise(90)), 50_000, Exclude],
    ['WireGuard on the port', initiation, 41_641, Match],
    ['WireGuard elsewhere', initiation, 51_820, Exclude],
    ['WireGuard of a wrong length', initiation.subarray(1), 41_641, Exclude],
  ])('%s', (_case, bytes, serverPort, verdict) => {
    expect(show(tailscale, [fromClient(bytes)], { transport: 'udp', serverPort }).verdict).toBe(verdict)
  })
})

describe('CloudflareWarp', () => {
  const initiation = (head: string, length = 148) => concat(hex(head), hex('00908301'), noise(length - 8))
  const response = concat(hex('02027800 6884ee00'), noise(84))
  const data = (head: string) => concat(hex(head), hex('6884ee00 01000000 00000000'), noise(68))
  test.each([
    ['a handshake with an id', [fromClient(initiation('01027800')), fromServer(response)], Match],
    ['one of a newer client', [fromClient(initiation('c1000000', 194)), fromServer(concat(hex('c2027800'), noise(700)))], Match],
    ['data of the same id', [fromClient(data('04027800')), fromClient(data('04027800'))], Match],
    ['data of another id', [fromClient(data('04027800')), fromClient(data('04027900'))], NeedMore],
    ['an initiation alone', [fromClient(initiation('01027800'))], NeedMore],
    ['an answer alone', [fromServer(response)], NeedMore],
    ['nobody who sends', [fromClient(concat(hex('c1000000 00000000'), noise(160)))], Exclude],
    ['less than a handshake', [fromClient(initiation('c1000000', 147))], Exclude],
    ['WireGuard itself', [fromClient(initiation('01000000'))], Exclude],
    ['a handshake of another length', [fromClient(initiation('01027800', 149))], Exclude],
    ['a counter beyond reason', [fromClient(concat(hex('04027800 6884ee00 01000000 00000001'), noise(68)))], Exclude],
  ])('%s', (_case, shown, verdict) => expect(show(cloudflareWarp, shown).verdict).toBe(verdict))
})

test.each([
  ['a request', concat(latin1('\0NETCODE 1.02\0'), noise(1064)), Match],
  ['a request cut off', concat(latin1('\0NETCODE 1.02\0'), noise(900)), Exclude],
  ['more than a request', concat(latin1('\0NETCODE 1.02\0'), noise(1066)), Exclude],
  ['another word', concat(latin1('\0NETCODF 1.02\0'), noise(1064)), Exclude],
  ['a version that goes on', concat(latin1('\0NETCODE 1.020'), noise(1064)), Exclude],
])('Yojimbo: %s', (_case, bytes, verdict) => expect(show(yojimbo, [fromClient(bytes)], udp).verdict).toBe(verdict))

test.each([
  ['a message', concat(hex('cefabeba 80000000'), noise(128)), Match],
  ['its head alone', hex('cefabeba 30000000'), Match],
  ['half a block', hex('cefabeba 38000000'), Exclude],
  ['nothing within', hex('cefabeba 00000000'), Exclude],
  ['a length beyond reason', hex('cefabeba 10000100'), Exclude],
  ['a length of four bytes', hex('cefabeba 30000001'), Exclude],
  ['another mark', hex('cefabebb 30000000'), Exclude],
])('AliCloud: %s', (_case, bytes, verdict) => {
  expect(show(alicloud, [fromClient(bytes)], { transport: 'tcp' }).verdict).toBe(verdict)
  if (verdict === Match) sameHoweverCut(alicloud, bytes)
})

describe('Protobuf', () => {
  // Field 1: 150. Field 2: "attic". Field 3: four bytes. Field 4: eight.
  const message = concat(hex('08 9601 12 05'), latin1('attic'), hex('1d 01020304 21 0102030405060708'))
  const times = (n: number, bytes: Uint8Array) => Array.from({ length: n }, () => fromClient(bytes))
  test('four in a row', () => {
    expect(show(protobuf, times(4, message), udp)).toMatchObject({ verdict: Match, packets: 4 })
    expect(show(protobuf, times(3, message), udp).verdict).toBe(NeedMore)
  })
  test('not when one is none', () => {
    expect(show(protobuf, [fromServer(latin1('no protobuf')), ...times(4, message)], udp).verdict).toBe(Exclude)
  })
  test.each([
    ['a byte too many', concat(message, hex('08'))],
    ['fields in descending order', hex('1001 0801 0801')],
    ['a field without a number', hex('0001 0801 0801')],
    ['a group', hex('0801 0b01 0801')],
    ['a number longer than need be', hex('088100 1001 1801')],
    ['two fields', hex('0801 12 03 616263')],
    ['bytes beyond the end', hex('0801 1001 1a 05 6162')],
  ])('not: %s', (_case, bytes) => expect(show(protobuf, times(4, bytes), udp).verdict).toBe(Exclude))
})
