/** Calls and chats of programs whose protocols nobody has published: what little is constant in them, and how much of it must be there. */
import { describe, expect, test } from 'vitest'
import dingTalk from './ding-talk.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import imo from './imo.ts'
import mumble from './mumble.ts'
import oicq from './oicq.ts'
import qq from './qq.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, type Shown, show } from './testing.ts'
import threema from './threema.ts'
import { bytes, u16 } from './tls-testing.ts'
import vhua from './vhua.ts'
import viber from './viber.ts'
import webex from './webex.ts'

const udp = { transport: 'udp' } as const
const tcp = { transport: 'tcp' } as const
const filled = (length: number, byte = 0x9c) => new Uint8Array(length).fill(byte)

describe('Viber', () => {
  const datagram = (type: number, length: number, rest = 0x9c) => concat(hex('edf6'), bytes(type, 0), filled(length - 4, rest))
  const message = (length: number, behind: string) => {
    const head = concat(bytes(length & 255, length >> 8), hex(behind))
    return concat(head, filled(length - head.length))
  }
  test.each([
    ['a ping', datagram(0x09, 20), Match],
    ['a login', concat(hex('edf6 0100 0500'), filled(90)), Match],
    ['a login of another version', concat(hex('edf6 0100 0600'), filled(90)), Exclude],
    ['a ping of another length', datagram(0x09, 21), Exclude],
    ['a type that is none', datagram(0x02, 20), Exclude],
    ['a type with something behind it', concat(hex('edf6 0901'), filled(16)), Exclude],
  ])('UDP, %s', (_case, payload, verdict) => expect(show(viber, [fromClient(payload)], udp).verdict).toBe(verdict))
  test.each([
    ['a counter', message(0x65, '0a00 0000')],
    ['a mark', message(0x18, '0000 0000 fcff 0580 0900')],
    ['a mark before whom it is for', message(0x16, '7605 0380 add4')],
  ])('TCP, with %s, however it is cut', (_case, payload) => void sameHoweverCut(viber, payload))
  test.each([
    ['without either', message(0x65, '0a11 2233 4455 6677'), Exclude],
    ['too short', message(0x0f, '0a00 0000'), Exclude],
    ['longer than it is', concat(bytes(0x66, 0), message(0x65, '0a00 0000').subarray(2)), NeedMore],
  ])('TCP, %s', (_case, payload, verdict) => expect(show(viber, [fromClient(payload)], tcp).verdict).toBe(verdict))
})

describe('Threema', () => {
  const hello = fromClient(filled(48))
  const answer = fromServer(filled(80))
  const login = fromClient(filled(175))
  test.each<[string, Shown[], number]>([
    ['hellos and login', [hello, answer, login], Match],
    ['hellos alone', [hello, answer], NeedMore],
    ['a hello of another length', [fromClient(filled(49)), answer, login], Exclude],
    ['an answer of another length', [hello, fromServer(filled(81)), login], Exclude],
    ['a short login', [hello, answer, fromClient(filled(100))], Exclude],
    ['no answer', [hello, login], Exclude],
    ['text', [fromClient(filled(48, 0x41)), answer, login], Exclude],
    ['a server first', [answer, hello, login], Exclude],
  ])('%s', (_case, shown, verdict) => expect(show(threema, shown, { ...tcp, serverPort: 5222 }).verdict).toBe(verdict))
})

describe('OICQ and QQ', () => {
  const message = (command = 0x0022, account = 123_456, last = 0x03) =>
    concat(hex('02 0e1b'), u16(command, 77, account >>> 16, account & 0xffff), filled(20), bytes(last))
  const framed = (body: Uint8Array) => concat(u16(body.length + 2), body)
  test.each<[string, Uint8Array[], number, number]>([
    ['at its port', [message()], 8000, Match],
    ['elsewhere, once', [message()], 9999, NeedMore],
    ['elsewhere, twice', [message(), message(0x0002)], 9999, Match],
    ['elsewhere, of two accounts', [message(), message(0x0002, 654_321)], 9999, NeedMore],
    ['a command that is none', [message(0x0003)], 8000, Exclude],
    ['an account that is none', [message(0x0022, 9999)], 8000, Exclude],
    ['another end', [message(0x0022, 123_456, 0x04)], 8000, Exclude],
  ])('OICQ, %s', (_case, payloads, serverPort, verdict) => {
    expect(show(oicq, payloads.map(fromClient), { serverPort }).verdict).toBe(verdict)
  })
  test('QQ over TCP, however it is cut', () => {
    expect(sameHoweverCut(qq, framed(message())).fields).toEqual({ command: 'Log in', account: 123_456 })
  })
  test.each([
    ['a command that is none', framed(message(0x0003))],
    ['another end', framed(message(0x0022, 123_456, 0x04))],
    ['another mark', framed(concat(bytes(1), message().subarray(1)))],
    ['a length of no message', concat(u16(13), message().subarray(0, 11), bytes(3), filled(8))],
    ['a length beyond all messages', concat(u16(4097), message(), filled(5000))],
  ])('QQ, not: %s', (_case, payload) => expect(show(qq, [fromClient(payload)]).verdict).toBe(Exclude))
})

describe('imo', () => {
  const probe = hex('0902 dc9a0200 00000000')
  const answer = hex('0903 dc9a0200 00000000')
  test.each<[string, Uint8Array, number]>([
    ['a probe', probe, Match],
    ['an answer', answer, Match],
    ['an answer of a relay', concat(bytes(0), answer), Match],
    ['a time of months', hex('0902 dc9a0200 01000000'), Exclude],
    ['no time', hex('0902 00000000 00000000'), Exclude],
    ['a longer probe', concat(probe, bytes(0)), Exclude],
    ['something else before it', concat(bytes(1), answer), Exclude],
    ['another kind', hex('0904 dc9a0200 00000000'), Exclude],
  ])('%s', (_case, payload, verdict) => expect(show(imo, [fromClient(payload)]).verdict).toBe(verdict))
})

describe('Mumble', () => {
  const request = concat(hex('00000000'), hex('0102030405060708'))
  const answer = (identifier = '0102030405060708', users = 3) =>
    concat(hex('00010204'), hex(identifier), hex('00000000').fill(users, 3), hex('00000064 00012000'))
  test('a ping and its answer, at any port', () => {
    expect(show(mumble, [fromClient(request), fromServer(answer())], { serverPort: 9999 })).toMatchObject({
      verdict: Match,
      fields: { version: '1.2.4', users: 3, maxUsers: 100 },
    })
  })
  test.each<[string, Shown[], number, number]>([
    ['a ping to its port', [fromClient(request)], 64_738, Match],
    ['a ping elsewhere', [fromClient(request)], 9999, NeedMore],
    ['an answer to another ping', [fromClient(request), fromServer(answer('0102030405060709'))], 9999, Exclude],
    ['more users than fit', [fromClient(request), fromServer(answer('0102030405060708', 101))], 9999, Exclude],
    ['another request', [fromClient(concat(hex('00000001'), request.subarray(4)))], 64_738, Exclude],
    ['a longer one', [fromClient(concat(request, bytes(0)))], 64_738, Exclude],
  ])('%s', (_case, shown, serverPort, verdict) => expect(show(mumble, shown, { serverPort }).verdict).toBe(verdict))
})

describe('DingTalk', () => {
  const hello = (mark = '1064', key = '03 0020') =>
    concat(hex(mark), hex('8780 01 0001 00 02 0002 646b'), hex(key), filled(32), hex('84 001a'), latin1('android/3.0.28-dingtalk.gp'))
  test('a hello tells the client, if it is all there', () => {
    expect(show(dingTalk, [fromClient(hello())])).toMatchObject({ verdict: Match, fields: { client: 'android/3.0.28-dingtalk.gp' } })
    for (let n = 1; n < 40; n++)
      expect(show(dingTalk, [fromClient(hello().subarray(0, n)), fromClient(hello().subarray(n))]).verdict).toBe(Match)
  })
  test.each([
    ['another mark', fromClient(hello('1065'))],
    ['another key', fromClient(hello('1064', '03 0021'))],
    ['a server', fromServer(hello())],
  ])('not: %s', (_case, shown) => expect(show(dingTalk, [shown]).verdict).toBe(Exclude))
})

test.each([
  ['its greeting', '05143a0508f8a1b103', Match],
  ['another', '05143a0508f8a1b104', Exclude],
])('VHUA: %s', (_case, payload, verdict) => expect(show(vhua, [fromClient(hex(payload))]).verdict).toBe(verdict))

test.each([
  ['a probe', fromClient(hex('0100000000000001')), Match],
  ['its answer', fromServer(hex('0200000000b89d01')), Match],
  ['a probe from the port', fromServer(hex('0100000000000001')), Exclude],
  ['an answer without a port', fromServer(hex('0200000000000001')), Exclude],
  ['another count', fromClient(hex('0100000000000002')), Exclude],
  ['a longer probe', fromClient(hex('010000000000000100')), Exclude],
])('Webex: %s', (_case, shown, verdict) => expect(show(webex, [shown], { serverPort: 9000 }).verdict).toBe(verdict))
