/** Protocols that set up calls and steer conferences. */
import { describe, expect, test } from 'vitest'
import bfcp from './bfcp.ts'
import skinny from './cisco-skinny.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import h323 from './h323.ts'
import iax from './iax.ts'
import megaco from './megaco.ts'
import mgcp from './mgcp.ts'
import sip from './sip.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'

const udp = { transport: 'udp' } as const
const tcp = { transport: 'tcp' } as const

describe('BFCP', () => {
  const header = (first: number, primitive: number, words: number, conference = 0x12345678) =>
    concat(bytes(first, primitive), u16(words, conference >>> 16, conference & 0xffff, 7, 234))
  const floorId = hex('0504 021f')
  const priority = hex('0904 4000')
  const request = concat(header(0x20, 1, 2), floorId, priority)

  test('a floor request over TCP, however it is cut', () => {
    expect(sameHoweverCut(bfcp, request).fields).toEqual({ primitive: 'FloorRequest', conference: 0x12345678, user: 234 })
  })
  test('an answer over UDP', () => {
    expect(show(bfcp, [fromServer(concat(header(0x50, 14, 1), floorId))], udp)).toMatchObject({
      verdict: Match,
      fields: { primitive: 'FloorRequestStatusAck' },
    })
  })
  test('a fragment is known by its length', () => {
    expect(show(bfcp, [fromClient(concat(header(0x48, 4, 2), hex('00000002 00000000 00000000')))], udp).verdict).toBe(Match)
  })
  test.each([
    ['a hello without attributes', header(0x40, 11, 0), Match],
    ['a floor request without', header(0x40, 1, 0), Exclude],
    ['a primitive that is none', concat(header(0x40, 18, 1), floorId), Exclude],
    ['a length that does not fit', concat(header(0x40, 1, 2), floorId), Exclude],
    ['attributes beyond the end', concat(header(0x40, 1, 1), hex('0508 0000')), Exclude],
    ['an attribute that is none', concat(header(0x40, 1, 1), hex('2604 0000')), Exclude],
    ['no conference', concat(header(0x40, 1, 1, 0), floorId), Exclude],
  ])('%s', (_case, payload, verdict) => expect(show(bfcp, [fromClient(payload)], udp).verdict).toBe(verdict))
  test('reserved bits keep it from being asked', () => {
    const begins = bfcp.firstBytes as (byte: number, over: 'tcp' | 'udp') => boolean
    expect([0x20, 0x21, 0x40, 0x41, 0x58].map((byte) => begins(byte, 'udp'))).toEqual([true, false, true, false, true])
    expect(begins(0x40, 'tcp')).toBe(false)
  })
})

describe('MGCP', () => {
  // RFC 3435 §3.5.2
  const create = latin1('CRCX 1204 aaln/1@rgw-2567.whatever.net MGCP 1.0\r\nC: A3C47F21456789F0\r\n')
  test('a command names its endpoint', () => {
    expect(show(mgcp, [fromClient(create)], { serverPort: 9999 })).toMatchObject({
      verdict: Match,
      info: 'CRCX aaln/1@rgw-2567.whatever.net',
      fields: { verb: 'CRCX', endpoint: 'aaln/1@rgw-2567.whatever.net' },
    })
  })
  test('an answer, at its port alone', () => {
    const answer = latin1('200 1204 OK\r\nI: FDE234C8\r\n')
    expect(show(mgcp, [fromServer(answer)], { serverPort: 2727 })).toMatchObject({ verdict: Match, fields: { status: 200 } })
    expect(show(mgcp, [fromServer(answer)], { serverPort: 9999 }).verdict).toBe(Exclude)
    for (const end of ['\r\n', '\n']) expect(show(mgcp, [fromServer(latin1(`250 1204${end}`))], { serverPort: 2427 }).verdict).toBe(Match)
  })
  test.each([
    ['a verb without the version', 'CRCX 1204 aaln/1@rgw.example HTTP/1.0\r\n'],
    ['the version in another line', 'CRCX 1204\r\n MGCP 1.0\r\n'],
    ['an FTP answer', '220 Ready.\r\n'],
    ['a transaction that is too long', '200 1234567890 OK\r\n'],
  ])('not: %s', (_case, text) => expect(show(mgcp, [fromClient(latin1(text))], { serverPort: 2427 }).verdict).toBe(Exclude))
})

describe('Megaco', () => {
  const tpkt = (body: Uint8Array) => concat(hex('0300'), u16(body.length + 4), body)
  test.each([
    ['MEGACO/1 [124.124.124.222]\nTransaction=9998 {', '[124.124.124.222]'],
    ['!/2 [124.124.124.222]:55555 T=9998{', '[124.124.124.222]:55555'],
    ['Megaco/1 <mgc.example.net>:2944 Reply=1{', '<mgc.example.net>:2944'],
    ['MEGACO/1 ga0001 T=1{', 'ga0001'],
    ['Authentication = 0x12345678:0x12345678:0x1234567890\nMEGACO/1 [1.2.3.4] T=1{', '[1.2.3.4]'],
  ])('%j', (text, messageId) => {
    expect(show(megaco, [fromClient(latin1(text))], { ...udp, serverPort: 9999 })).toMatchObject({ verdict: Match, fields: { messageId } })
  })
  test('over TCP behind a header, however it is cut', () => {
    const report = sameHoweverCut(megaco, tpkt(latin1('MEGACO/3 [124.124.124.222] T=9998{}')))
    expect(report.fields).toEqual({ version: 3, messageId: '[124.124.124.222]' })
  })
  test.each([
    ['no version', 'MEGACO/ [1.2.3.4] T=1{', udp],
    ['no address', 'MEGACO/1 [1.2.3.4 T=1{', udp],
    ['nothing behind the version', '!/1        \n  ', udp],
    ['an interpreter', '!/usr/bin/env node', udp],
    ['over TCP without a header', 'MEGACO/1 [1.2.3.4] T=1{', tcp],
  ])('not: %s', (_case, text, ends) => expect(show(megaco, [fromClient(latin1(text))], ends).verdict).toBe(Exclude))
  test('not: another behind TPKT', () => {
    expect(show(megaco, [fromClient(tpkt(hex('02f0807203000012')))], tcp).verdict).toBe(Exclude)
  })
})

describe('IAX', () => {
  const element = (type: number, value: Uint8Array) => concat(bytes(type, value.length), value)
  const version = element(11, hex('0002'))
  const frame = (subclass: number, body: Uint8Array, { destination = 0, order = 0, type = 6, first = 0x8001 } = {}) =>
    concat(u16(first, destination), hex('00000003'), bytes(order, 0, type, subclass), body)
  const start = concat(version, element(1, latin1('8500')), element(2, latin1('1000')), element(6, latin1('ann')))
  test('the beginning of a call, at any port', () => {
    expect(show(iax, [fromClient(frame(1, start))], { serverPort: 9999 })).toMatchObject({
      verdict: Match,
      info: '8500',
      fields: { message: 'NEW', called: '8500', calling: '1000', user: 'ann' },
    })
  })
  test.each([
    ['an answer, at its port', frame(4, bytes(), { destination: 2, order: 1 }), 4569, Match],
    ['an answer, elsewhere', frame(4, bytes(), { destination: 2, order: 1 }), 9999, Exclude],
    ['voice, at its port', frame(0x82, new Uint8Array(33), { type: 2, destination: 2 }), 4569, NeedMore],
    ['a registration', frame(13, concat(element(6, latin1('ann')), element(19, hex('003c')))), 9999, Match],
    ['elements beyond the end', frame(1, concat(version, bytes(6, 9, 1))), 4569, Exclude],
    ['a call of another version', frame(1, element(11, hex('0001'))), 9999, Exclude],
    ['a call that does not tell the version first', frame(1, element(1, latin1('85'))), 9999, Exclude],
    ['a mini frame', frame(1, start, { first: 0x0001 }), 4569, Exclude],
    ['no source', frame(1, start, { first: 0x8000 }), 4569, Exclude],
  ])('%s', (_case, payload, serverPort, verdict) => {
    expect(show(iax, [fromClient(payload)], { serverPort }).verdict).toBe(verdict)
  })
})

describe('H.323', () => {
  const q931 = (message: number, ...elements: Uint8Array[]) => concat(hex('08 02 2b4c'), bytes(message), ...elements)
  const tpkt = (body: Uint8Array, extra = 0) => concat(hex('0300'), u16(body.length + 4 + extra), body)
  const element = (type: number, value: Uint8Array) => concat(bytes(type, value.length), value)
  const userUser = concat(bytes(0x7e), u16(11), hex('05 2098 0600 0891 4a00 0428'))
  const bearer = hex('04 03 8893a5')
  const setup = tpkt(
    q931(
      5,
      bearer,
      hex('a1'),
      element(0x28, latin1('Ann')),
      element(0x6c, concat(hex('0081'), latin1('1001'))),
      element(0x70, concat(hex('81'), latin1('2002'))),
      userUser,
    ),
  )
  test('a call, however it is cut', () => {
    expect(sameHoweverCut(h323, setup, { serverPort: 9999 })).toMatchObject({
      info: '2002',
      fields: { message: 'SETUP', display: 'Ann', calling: '1001', called: '2002' },
    })
  })
  test.each([
    ['a release', tpkt(q931(0x5a, element(0x08, hex('8090')), userUser)), Match],
    ['Q.931 without H.225.0', tpkt(q931(5, bearer)), Exclude],
    ['a user-user element of another coding', tpkt(q931(5, concat(hex('7e 0002 04 00')))), Exclude],
    ['something behind the user-user element', tpkt(q931(5, userUser, bytes(0))), Exclude],
    ['a message that is none', tpkt(q931(0x44, userUser)), Exclude],
    ['a longer message', tpkt(q931(5, userUser), 4), NeedMore],
    ['remote desktop', hex('0300 0013 0ee0 0000 0000 00 01 0008 0003 0000 00'), Exclude],
  ])('%s', (_case, payload, verdict) => expect(show(h323, [fromClient(payload)], tcp).verdict).toBe(verdict))

  const capabilities = (identifier: string) => tpkt(concat(hex('0270 01'), hex(identifier), hex('80 000b 0d00')))
  test('the capabilities that open H.245, however they are cut', () => {
    expect(sameHoweverCut(h323, capabilities('0600 0881 7500 07'), { serverPort: 9999 }).fields).toEqual({})
    expect(show(h323, [fromClient(capabilities('0600 0881 7501 07'))], tcp).verdict).toBe(Exclude)
  })

  const registration = hex('0ec0 0001 0600 0891 4a00 04 0280 01c0 a801 0a06 b801 00')
  test.each([
    ['a registration', registration, 1719, Match],
    ['at another port', registration, 9999, Match],
    ['of a later version than there is', hex('0ec0 0001 0600 0891 4a00 0902 8001'), 1719, Exclude],
    ['without the identifier', hex('2680 0001 0600 0891 4b00 0400 0000'), 1719, Exclude],
  ])('%s', (_case, payload, serverPort, verdict) => {
    expect(show(h323, [fromClient(payload)], { ...udp, serverPort }).verdict).toBe(verdict)
  })
})

describe('Skinny', () => {
  const le = (n: number) => bytes(n & 255, (n >> 8) & 255, (n >> 16) & 255, 0)
  const message = (id: number, body: Uint8Array, version = 20) => concat(le(body.length + 4), le(version), le(id), body)
  const register = message(1, concat(latin1('SEP001122334455\0'), new Uint8Array(20)), 0)
  test('a registration, however it is cut', () => {
    expect(sameHoweverCut(skinny, register).fields).toEqual({ message: 'Register', device: 'SEP001122334455' })
  })
  test('after a length that is none it reads no further', () => {
    for (const length of [3, 0x10000])
      expect(show(skinny, [fromClient(concat(register, le(length), le(0), le(0x82), new Uint8Array(20)))])).toMatchObject({
        fields: { message: 'Register' },
        wantsMore: false,
      })
  })
  test('media are announced, by old and new addresses', () => {
    const old = message(0x8a, concat(le(1), le(2), bytes(192, 0, 2, 1), le(16_384), le(20)), 0)
    const wide = message(0x22, concat(le(0), le(0), bytes(192, 0, 2, 2), new Uint8Array(12), le(16_386)))
    const v6 = message(0x22, concat(le(0), le(1), new Uint8Array(16).fill(1), le(16_388)))
    expect(show(skinny, [fromServer(concat(old, wide, v6))]).expects).toEqual([
      { proto: 'udp', end: 'c0000201', port: 16_384, app: 'RTP' },
      { proto: 'udp', end: 'c0000202', port: 16_386, app: 'RTP' },
    ])
  })
  test.each([
    ['a keep-alive', message(0, bytes()), Match],
    ['a version that is none', message(0, bytes(), 33), Exclude],
    ['a message that is none', message(0x401, bytes()), Exclude],
    ['a length that is none', concat(le(3), le(0), le(0)), Exclude],
    ['text', latin1('GET / HTTP/1.1\r\n\r\n'), Exclude],
    ['a message that has not come', concat(le(20), le(0), le(1)), NeedMore],
  ])('%s', (_case, payload, verdict) => expect(show(skinny, [fromClient(payload)]).verdict).toBe(verdict))
})

test.each([
  ['SERVICE sip:ann@example.com SIP/2.0\r\n\r\n', Match],
  ['BENOTIFY sip:ann@example.com SIP/2.0\r\n\r\n', Match],
  ['\r\n\r\nREGISTER sip:example.com SIP/2.0\r\n\r\n', Match],
  ['\r\n\r\n\r\n\r\n', NeedMore],
  ['\r\n\r\nGET / HTTP/1.1\r\n\r\n', Exclude],
])('SIP: %j', (text, verdict) => expect(show(sip, [fromClient(latin1(text.padEnd(12)))], tcp).verdict).toBe(verdict))
