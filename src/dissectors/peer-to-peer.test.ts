import { describe, expect, test } from 'vitest'
import bitcoin from './bitcoin.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import edonkey from './edonkey.ts'
import ethereum from './ethereum.ts'
import gnutella from './gnutella.ts'
import nano from './nano.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const tcp = { transport: 'tcp', serverPort: 50_000 } as const
const udp = { transport: 'udp', serverPort: 50_000 } as const
const zeros = (n: number) => new Uint8Array(n)
const noise = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 89 + 41) & 255)

describe('eDonkey', () => {
  const tags = concat(hex('02000000 02 0100 01 0500'), latin1('attic'), hex('03 0100 11 3c000000'))
  const body = concat(noise(16), hex('01020304 3612'), tags)
  const greeting = concat(hex('e3'), Uint8Array.of(body.length + 2, 0, 0, 0), hex('01 10'), body)
  const answer = concat(hex('e3'), Uint8Array.of(body.length + 1, 0, 0, 0), hex('4c'), body)
  test('clients that greet each other', () => {
    expect(sameHoweverCut(edonkey, greeting, tcp)).toMatchObject({ fields: { network: 'eDonkey', nickname: 'attic' }, info: 'attic' })
    expect(show(edonkey, [fromServer(answer)], tcp)).toMatchObject({ verdict: Match, fields: { nickname: 'attic' } })
  })
  test('eMule, and what a server says first', () => {
    expect(sameHoweverCut(edonkey, hex('c5 07000000 01 44 01 00000000'), tcp).fields).toEqual({ network: 'eMule' })
    expect(show(edonkey, [fromServer(concat(hex('e3 05000000 38 0200'), latin1('hi')))], tcp).verdict).toBe(Match)
  })
  test.each([
    ['a length beyond reason', concat(hex('e3 00002001 01 10'), body)],
    ['a greeting of too many tags', concat(hex('e3 38000000 4c'), noise(22), hex('ff000000'), zeros(29))],
    ['an operation nobody begins with', concat(hex('e3 02000000 99 00'))],
    ['a message of no length', hex('e3 00000000 38 0200')],
    ['a text of a server beyond reason', concat(hex('e3 01002000 38'), zeros(9))],
    ['an answer in the dialect of eMule', concat(hex('c5'), Uint8Array.of(body.length + 1, 0, 0, 0), hex('4c'), body)],
    ['a greeting too short', hex('e3 0a000000 4c 000000000000000000')],
    ['a greeting too long', concat(hex('e3 01040000 4c'), noise(22), hex('01000000'), zeros(998))],
    ['a count of tags in four bytes', concat(hex('e3 38000000 4c'), noise(22), hex('01010000'), zeros(29))],
    ['packed at the beginning', hex('d4 02000000 01 00')],
    ['eMule of another version', hex('c5 07000000 01 44 02 00000000')],
  ])('not: %s', (_case, bytes) => expect(show(edonkey, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
  test.each([
    ['Kad asks', concat(hex('e4 21 0b'), noise(32)), Match],
    ['Kad asks for another kind', concat(hex('e4 21 0c'), noise(32)), Exclude],
    ['Kad asks too long', concat(hex('e4 21 0b'), noise(33)), Exclude],
    ['Kad answers', concat(hex('e4 29'), noise(16), hex('02'), noise(50)), Match],
    ['Kad answers with less than it says', concat(hex('e4 29'), noise(16), hex('03'), noise(50)), Exclude],
    ['Kad greets', concat(hex('e4 11'), noise(16), hex('3612 08 00')), Match],
    ['Kad greets with a tag', concat(hex('e4 19'), noise(16), hex('3612 08 01 08 0100 fc 3612')), Match],
    ['Kad of a version to come', concat(hex('e4 11'), noise(16), hex('3612 0b 00')), Exclude],
    ['Kad begins', concat(hex('e4 09'), noise(16), hex('3612 08 0100'), noise(25)), Match],
    ['Kad begins with fewer than it says', concat(hex('e4 09'), noise(16), hex('3612 08 0200'), noise(25)), Exclude],
    ['Kad begins in a version to come', concat(hex('e4 09'), noise(16), hex('3612 0b 0100'), noise(25)), Exclude],
    ['Kad greets by another operation', concat(hex('e4 12'), noise(16), hex('3612 08 00')), Exclude],
    ['Kad greets without a version', concat(hex('e4 11'), noise(16), hex('3612 00 00')), Exclude],
    ['Kad greets with many tags', concat(hex('e4 19'), noise(16), hex('3612 08 05 08 0100 fc 3612')), Exclude],
    ['Kad greets with a long name of a tag', concat(hex('e4 19'), noise(16), hex('3612 08 01 08 0200 fc 3612')), Exclude],
    ['another dialect', concat(hex('e3 21 0b'), noise(32)), Exclude],
  ])('over UDP: %s', (_case, bytes, verdict) => expect(show(edonkey, [fromClient(bytes)], udp).verdict).toBe(verdict))
})

describe('BITCOIN', () => {
  const agent = concat(hex('0d'), latin1('/Attic:1.0.0/'), hex('00000000 01'))
  const payload = concat(hex('7f110100'), zeros(76), agent)
  const message = (magic: string, command: string, length: number) =>
    concat(hex(magic), latin1(command.padEnd(12, '\0')), Uint8Array.of(length, 0, 0, 0), hex('5df6e0e2'))
  const version = concat(message('f9beb4d9', 'version', payload.length), payload)
  test('a node that says its version', () => {
    expect(sameHoweverCut(bitcoin, version, tcp)).toMatchObject({
      fields: { network: 'main', command: 'version', version: 70_015, userAgent: '/Attic:1.0.0/' },
      info: '/Attic:1.0.0/',
    })
  })
  test('other networks and commands', () => {
    expect(show(bitcoin, [fromServer(message('e3e1f3e8', 'verack', 0))], tcp).fields).toEqual({ network: 'cash main', command: 'verack' })
  })
  test.each([
    ['another magic', message('f9beb4d8', 'verack', 0)],
    ['a command with a gap', message('f9beb4d9', 'ver\0ack', 0)],
    ['a command in capitals', message('f9beb4d9', 'VERACK', 0)],
    ['no command', message('f9beb4d9', '', 0)],
    ['a length beyond reason', concat(message('f9beb4d9', 'block', 0).subarray(0, 16), hex('00000003 5df6e0e2'))],
  ])('not: %s', (_case, bytes) => expect(show(bitcoin, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
})

describe('ETHEREUM', () => {
  const packet = (type: number, list: Uint8Array) => concat(noise(96), Uint8Array.of(1, type), list)
  const end = hex('cb84 7f000001 82 765f 82 765f')
  const time = hex('84 66b2a3c4')
  const list = (...items: Uint8Array[]) => {
    const all = concat(...items)
    return concat(all.length < 56 ? Uint8Array.of(0xc0 + all.length) : Uint8Array.of(0xf8, all.length), all)
  }
  test.each([
    ['ping', packet(1, list(hex('04'), end, end, time))],
    ['pong', packet(2, list(end, hex('a0'), noise(32), time))],
    ['find node', packet(3, list(hex('b840'), noise(64), time))],
    ['neighbors', packet(4, list(list(list(end, hex('b840'), noise(64))), time))],
    ['ENR request', packet(5, list(time))],
    ['ENR response', packet(6, list(hex('a0'), noise(32), list(noise(40))))],
  ])('%s', (message, bytes) => {
    expect(show(ethereum, [fromClient(bytes)], udp)).toMatchObject({ verdict: Match, fields: { message } })
  })
  test.each([
    ['a type beyond the last', packet(7, list(time))],
    ['type 0', packet(0, list(hex('a0'), noise(32), list(noise(40))))],
    ['an answer with a hash of a type beyond', packet(7, list(hex('a0'), noise(32), list(noise(40))))],
    ['an answer without its record', packet(6, list(hex('a0'), noise(32), hex('00')))],
    ['a pong whose end does not fit', packet(2, list(hex('f7'), noise(20)))],
    ['a packet too long', packet(6, concat(hex('f904c8a0'), noise(32), hex('f904a5'), noise(1189)))],
    ['no list', packet(5, hex('84 66b2a3c4'))],
    ['a list that does not fill the packet', packet(5, concat(list(time), hex('00')))],
    ['a ping of another version', packet(1, list(hex('05'), end, end, time))],
    ['a recovery id beyond', concat(noise(96), hex('02 05'), list(time))],
    ['a key of another length', packet(3, list(hex('b83f'), noise(64), time))],
  ])('not: %s', (_case, bytes) => expect(show(ethereum, [fromClient(bytes)], udp).verdict).toBe(Exclude))

  // The generator of secp256k1 (SEC 2 §2.4.1).
  const point = hex(`04 79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
    483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8`)
  test('RLPx, with its length and without', () => {
    expect(sameHoweverCut(ethereum, concat(hex('0190'), point, noise(335)), tcp).fields).toEqual({ message: 'RLPx handshake' })
    expect(show(ethereum, [fromClient(concat(point, noise(242)))], tcp).verdict).toBe(Match)
    expect(show(ethereum, [fromServer(concat(point, noise(145)))], tcp).verdict).toBe(Match)
  })
  test('a point that is not on the curve is no key', () => {
    const off = point.slice()
    off[40]! ^= 1
    expect(show(ethereum, [fromClient(concat(hex('0190'), off, noise(335)))], tcp).verdict).toBe(Exclude)
    expect(show(ethereum, [fromClient(concat(hex('0190'), hex('05'), noise(400)))], tcp).verdict).toBe(Exclude)
    expect(show(ethereum, [fromClient(concat(hex('0500'), point, noise(1220)))], tcp).verdict).toBe(Exclude)
  })
})

describe('Nano', () => {
  const question = concat(hex('52 43 15 15 12 0a 0100'), noise(32))
  test('a handshake', () => {
    expect(sameHoweverCut(nano, question, tcp).fields).toEqual({ network: 'live', version: 0x15 })
    expect(show(nano, [fromServer(concat(hex('52 43 15 15 12 0a 0300'), noise(128)))], tcp).verdict).toBe(Match)
  })
  test('other messages on the port alone', () => {
    const keepalive = concat(hex('52 43 15 15 12 02 0000'), zeros(144))
    expect(show(nano, [fromClient(keepalive)], { transport: 'tcp' }).verdict).toBe(Match)
    expect(show(nano, [fromClient(keepalive)], tcp).verdict).toBe(Exclude)
    expect(show(nano, [fromClient(concat(hex('52 43 15 15 12 10 0000'), zeros(144)))], { transport: 'tcp' }).verdict).toBe(Exclude)
  })
  test.each([
    ['a least version above the used one', concat(hex('52 43 15 11 12 0a 0100'), noise(32))],
    ['a used version above the greatest', concat(hex('52 43 15 16 12 0a 0100'), noise(32))],
    ['versions too high', concat(hex('52 43 41 15 12 0a 0100'), noise(32))],
    ['a version too low', concat(hex('52 43 15 06 06 0a 0100'), noise(32))],
    ['versions that are letters', latin1('RCPT TO:<attic@example.org>\r\n.........')],
    ['a handshake that neither asks nor answers', concat(hex('52 43 15 15 12 0a 0000'), noise(32))],
    ['a handshake too long', concat(question, noise(100))],
  ])('not: %s', (_case, bytes) => expect(show(nano, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
  test('is waited for', () => expect(show(nano, [fromClient(question.subarray(0, 20))], tcp).verdict).toBe(NeedMore))
})

test.each([
  ['a ping', concat(noise(8), hex('ff'), noise(7), hex('00 01 00 00000000')), Match],
  ['nothing but zeros', zeros(23), Exclude],
  ['a pong', concat(noise(16), hex('01 01 00 0e000000'), noise(14)), Match],
  ['a pong too short', concat(noise(16), hex('01 01 00 02000000'), noise(2)), Exclude],
  ['a kind that does not exist', concat(noise(16), hex('03 01 00 02000000'), noise(2)), Exclude],
  ['a vendor', concat(noise(16), hex('31 01 00 08000000'), noise(8)), Match],
  ['too many hops', concat(noise(16), hex('31 01 08 08000000'), noise(8)), Exclude],
  ['too long to live', concat(noise(16), hex('31 08 01 08000000'), noise(8)), Exclude],
  ['neither come nor going', concat(noise(16), hex('31 00 00 08000000'), noise(8)), Exclude],
  ['another length', concat(noise(16), hex('31 01 00 09000000'), noise(8)), Exclude],
  ['a length of four bytes', concat(noise(16), hex('31 01 00 08000100'), noise(8)), Exclude],
])('Gnutella over UDP: %s', (_case, bytes, verdict) => expect(show(gnutella, [fromClient(bytes)], udp).verdict).toBe(verdict))
