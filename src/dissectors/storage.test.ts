import { describe, expect, test } from 'vitest'
import afp from './afp.ts'
import ceph from './ceph.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import elasticsearch from './elasticsearch.ts'
import lustre from './lustre.ts'
import raft from './raft.ts'
import rx from './rx.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const tcp = { transport: 'tcp', serverPort: 50_000 } as const

describe('AFP', () => {
  const status = hex('00 03 0001 00000000 00000000 00000000')
  const open = hex('00 04 0001 00000000 00000006 00000000 01 04 00000400')
  test('the status of a server', () => {
    // Offsets, flags, then the name of the server.
    const block = concat(hex('0020 0028 0030 0000 8ff3 05'), latin1('Attic'), new Uint8Array(16))
    const answer = concat(hex('01 03 0001 00000000 00000020 00000000'), block)
    expect(show(afp, [fromClient(status), fromServer(answer)], tcp)).toMatchObject({
      verdict: Match,
      fields: { command: 'get status', server: 'Attic' },
      info: 'Attic',
    })
  })
  test('a session that opens, however it is cut', () => {
    expect(sameHoweverCut(afp, open, { serverPort: 548 }).fields).toEqual({ command: 'open session' })
    expect(show(afp, [fromClient(open)], tcp).verdict).toBe(Match)
  })
  test('what comes later, on the port alone', () => {
    const write = hex('00 06 0009 00000008 00000002 00000000 2100')
    expect(show(afp, [fromClient(write)], { ...tcp, serverPort: 548 }).fields).toEqual({ command: 'write' })
    const command = hex('00 02 0009 00000000 00000002 00000000 1200')
    expect(show(afp, [fromClient(command)], { ...tcp, serverPort: 548 }).verdict).toBe(Match)
    expect(show(afp, [fromClient(command)], tcp).verdict).toBe(Exclude)
  })
  test.each([
    ['a length beyond reason', '00 02 0001 00000000 00010001 00000000', 548],
    ['a command that does not exist, on the port', '00 07 0001 00000000 00000000 00000000', 548],
    ['a command that does not exist', '00 07 0001 00000000 00000000 00000000'],
    ['something in the reserved word', '00 03 0001 00000000 00000000 00000001'],
    ['a request with an error', '00 03 0001 00000001 00000000 00000000'],
    ['a length that does not agree', '00 03 0001 00000000 00000001 00000000'],
    ['a session without its option', '00 04 0001 00000000 00000006 00000000 05 04 00000400'],
  ])('not: %s', (_case, bytes, serverPort = 50_000) => {
    expect(show(afp, [fromClient(hex(bytes))], { transport: 'tcp', serverPort }).verdict).toBe(Exclude)
  })
})

describe('Ceph', () => {
  test('either banner', () => {
    expect(sameHoweverCut(ceph, concat(latin1('ceph v2\n'), hex('1000 0100000000000000')), tcp).fields).toEqual({ version: 'v2' })
    expect(sameHoweverCut(ceph, latin1('ceph v027'), tcp).verdict).toBe(Match)
    expect(show(ceph, [fromServer(latin1('ceph v027'))], tcp).fields).toEqual({ version: 'v1' })
  })
  test.each(['ceph v028', 'ceph v3\n', 'cephalopod'])('not: %j', (text) => {
    expect(show(ceph, [fromClient(latin1(text))], tcp).verdict).toBe(Exclude)
  })
})

describe('Elasticsearch', () => {
  const message = (status: string, version: string) => hex(`4553 00000030 0000000000000005 ${status} ${version} 00000000`)
  test('a handshake, however it is cut', () => {
    // 7.17.9
    expect(sameHoweverCut(elasticsearch, message('08', '006d8563'), tcp).fields).toEqual({ requestId: 5, version: '7.17.75' })
  })
  test('a ping', () => expect(show(elasticsearch, [fromClient(hex('4553 ffffffff'))], tcp).verdict).toBe(Match))
  test('a version that only counts', () => {
    expect(show(elasticsearch, [fromServer(message('01', '00878928'))], tcp).fields['version']).toBe('8882472')
  })
  test.each([
    ['unknown bits of the status', message('10', '006d8563')],
    ['a version that cannot be', message('08', '00000001')],
    ['another mark', hex('4554 00000030 0000000000000005 08 006d8563')],
    ['a version beyond reason', message('08', '06000000')],
    ['a length too short', hex('4553 0000000c 0000000000000005 08 006d8563')],
    ['a length too long', hex('4553 7fffffff 0000000000000005 08 006d8563')],
  ])('not: %s', (_case, bytes) => expect(show(elasticsearch, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
})

describe('Lustre', () => {
  test.each([
    ['the request to the acceptor', '0071ceac 01000000 0100000a0000 0200', 'connect'],
    ['the same of a big-endian host', 'acce7100 00000001 00020000 0a000001', 'connect'],
    ['a hello', '63697245 03000000 01000a0a00000200', 'hello'],
    ['a hello of before', 'ed0dbcee 0100 0000 01000a0a00000200', 'hello'],
  ])('%s', (_case, bytes, message) => {
    expect(show(lustre, [fromClient(hex(bytes))], tcp)).toMatchObject({ verdict: Match, fields: { message } })
  })
  test('a message, midway or on the port', () => {
    const put = concat(hex('c1000000'), new Uint8Array(44), hex('01000000 80000000'))
    expect(show(lustre, [fromClient(put)], { ...tcp, midStream: true }).fields).toEqual({ message: 'message' })
    expect(show(lustre, [fromClient(put)], { transport: 'tcp' }).verdict).toBe(Match)
    expect(show(lustre, [fromClient(put)], tcp).verdict).toBe(Exclude)
    const other = concat(hex('c1000000'), new Uint8Array(44), hex('05000000 80000000'))
    expect(show(lustre, [fromClient(other)], { ...tcp, midStream: true }).verdict).toBe(Exclude)
  })
  test('a message is not known before its kind has come', () => {
    expect(show(lustre, [fromClient(hex('c1000000 00000000'))], { ...tcp, midStream: true }).verdict).toBe(Exclude)
  })
  test.each([
    ['no version', '0071ceac 00000000 0100'],
    ['a version beyond', '63697245 05000000 0100'],
    ['another old version', 'ed0dbcee 0200 0000 0100'],
    ['another magic', '0072ceac 01000000 0100'],
  ])('not: %s', (_case, bytes) => expect(show(lustre, [fromClient(hex(bytes))], tcp).verdict).toBe(Exclude))
  test('however it is cut', () => sameHoweverCut(lustre, hex('0071ceac 01000000'), tcp))
})

describe('Raft', () => {
  const word = (n: number) => hex(`${n.toString(16).padStart(2, '0')}00000000000000`)
  const hello = concat(word(1), word(2), word(16), latin1('10.0.0.7:9001\0\0\0'))
  test('the handshake of a node', () => {
    expect(sameHoweverCut(raft, hello, tcp)).toMatchObject({ fields: { node: '10.0.0.7:9001' }, info: '10.0.0.7:9001' })
  })
  test('a message, midway only', () => {
    const vote = concat(word(3), word(40), ...Array.from({ length: 5 }, () => word(6)))
    expect(show(raft, [fromClient(vote)], { ...tcp, midStream: true }).verdict).toBe(Match)
    expect(show(raft, [fromClient(vote)], tcp).verdict).toBe(Exclude)
    expect(show(raft, [fromClient(concat(vote, word(0)))], { ...tcp, midStream: true }).verdict).toBe(Exclude)
    for (const kind of [0, 7]) {
      const other = concat(word(kind), vote.subarray(8))
      expect(show(raft, [fromClient(other)], { ...tcp, midStream: true }).verdict).toBe(Exclude)
    }
    const odd = concat(word(3), word(39), vote.subarray(16, 55))
    expect(show(raft, [fromClient(odd)], { ...tcp, midStream: true }).verdict).toBe(Exclude)
  })
  test.each([
    ['an address without a port', concat(word(1), word(2), word(8), latin1('10.0.0.7'))],
    ['more than a word of padding', concat(word(1), word(2), word(32), latin1('10.0.0.7:9001'), new Uint8Array(19))],
    ['something in the padding', concat(word(1), word(2), word(16), latin1('10.0.0.7:9001\0a\0'))],
    ['a length that is not whole words', concat(word(1), word(2), word(13), latin1('10.0.0.7:9001'))],
    ['another version', concat(word(3), word(2), word(16), latin1('10.0.0.7:9001\0\0\0'))],
  ])('not: %s', (_case, bytes) => expect(show(raft, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
  test('an address still to come is waited for', () => {
    expect(show(raft, [fromClient(hello.subarray(0, 30))], tcp).verdict).toBe(NeedMore)
  })
})

describe('RX', () => {
  const packet = (type: string, rest = '', security = '00') =>
    hex(`570fb560 5c3fc988 00000001 00000001 00000001 ${type} 05 00 ${security} 0000 0049 ${rest}`)
  test('a call', () => {
    expect(show(rx, [fromClient(packet('01', '000001f8'))])).toMatchObject({
      verdict: Match,
      fields: { packet: 'data', service: 73, serviceName: 'protection' },
    })
    expect(show(rx, [fromServer(packet('03', 'fffffffe'))]).fields['packet']).toBe('abort')
    expect(show(rx, [fromServer(packet('04', '00000000 00000001 00000001 00000000 08 00'))]).fields['packet']).toBe('ack')
  })
  test.each([
    ['another port', packet('01'), 50_000],
    ['a type that does not exist', packet('09'), 7000],
    ['a security class that does not exist', packet('01', '', '06'), 7000],
    ['an abort without its code', packet('03'), 7000],
    ['an acknowledgement without a reason', packet('04', '00000000 00000001 00000001 00000000 00 00'), 7000],
    ['no epoch', concat(new Uint8Array(4), packet('01').subarray(4)), 7000],
    ['a serial number beyond reason', hex('570fb560 5c3fc988 00000001 00000001 01000001 01 05 00 00 0000 0049'), 7000],
    ['unknown flags', hex('570fb560 5c3fc988 00000001 00000001 00000001 01 45 00 00 0000 0049'), 7000],
    ['a sequence number beyond reason', hex('570fb560 5c3fc988 00000001 01000001 00000001 01 05 00 00 0000 0049'), 7000],
    ['data without a sequence number', hex('570fb560 5c3fc988 00000001 00000000 00000001 01 05 00 00 0000 0049'), 7000],
    ['data of no call', hex('570fb560 5c3fc988 00000000 00000001 00000001 01 05 00 00 0000 0049'), 7000],
  ])('not: %s', (_case, bytes, serverPort) => {
    const asked = serverPort === 7000 ? show(rx, [fromClient(bytes)], { serverPort }).verdict : rx.onlyOnPorts ? Exclude : Match
    expect(asked).toBe(Exclude)
  })
})
