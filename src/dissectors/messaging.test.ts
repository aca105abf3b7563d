import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import gearman from './gearman.ts'
import jrmi from './jrmi.ts'
import jsonRpc from './json-rpc.ts'
import openwire from './openwire.ts'
import smpp from './smpp.ts'
import { sameHoweverCut } from './split-testing.ts'
import stomp from './stomp.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import thrift from './thrift.ts'

const tcp = { transport: 'tcp', serverPort: 50_000 } as const
const udp = { transport: 'udp', serverPort: 50_000 } as const

describe('Gearman', () => {
  test('a worker that offers a function', () => {
    expect(sameHoweverCut(gearman, hex('00524551 00000009 00000000'), tcp).fields).toEqual({ packet: 'request' })
    const whole = concat(hex('00524551 00000007 00000008'), latin1('wc\0id\0abc'))
    expect(show(gearman, [fromClient(whole.subarray(0, -2))], tcp).fields).toEqual({ packet: 'request' })
    expect(show(gearman, [fromClient(whole)], tcp)).toMatchObject({ verdict: Match, fields: { function: 'wc' }, info: 'wc' })
  })
  test('an answer', () => {
    expect(show(gearman, [fromServer(hex('00524553 0000000a 00000000'))], tcp)).toMatchObject({ fields: { packet: 'response' } })
  })
  test.each([
    ['type 0', '00524551 00000000 00000000'],
    ['a type beyond the last', '00524551 0000002b 00000000'],
    ['a length beyond reason', '00524551 00000001 10000001'],
    ['another mark', '00524550 00000001 00000000'],
  ])('not: %s', (_case, bytes) => expect(show(gearman, [fromClient(hex(bytes))], tcp).verdict).toBe(Exclude))
})

describe('OpenWire', () => {
  const info = concat(hex('01'), latin1('ActiveMQ'), hex('0000000c 01 00000000'))
  test('the wire format, behind its length or without', () => {
    expect(sameHoweverCut(openwire, concat(hex('00000012'), info), tcp).fields).toEqual({ version: 12 })
    expect(sameHoweverCut(openwire, info, tcp).fields).toEqual({ version: 12 })
  })
  test.each([
    ['a length beyond reason', concat(hex('00020000'), info)],
    ['another command', concat(hex('00000012 02'), info.subarray(1))],
    ['the beginning of another name', concat(hex('00000012 01'), latin1('Actor'))],
    ['another name', concat(hex('00000012 01'), latin1('ActiveMx'))],
  ])('not: %s', (_case, bytes) => expect(show(openwire, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
})

describe('STOMP', () => {
  test('a client and its server', () => {
    const report = show(
      stomp,
      [
        fromClient(latin1('STOMP\naccept-version:1.2\nhost:a\n\n\0')),
        fromServer(latin1('CONNECTED\r\nversion:1.2\r\nserver:ActiveMQ/5.15\r\n\r\n\0')),
        fromClient(latin1('SEND\ndestination:/queue/a\n\nhello\0')),
      ],
      tcp,
    )
    expect(report).toMatchObject({ verdict: Match, fields: { version: '1.2', server: 'ActiveMQ/5.15', destination: '/queue/a' } })
  })
  test('however it is cut', () => sameHoweverCut(stomp, latin1('CONNECT\naccept-version:1.1\n\n\0'), tcp))
  test('a later frame, midway only', () => {
    const frame = latin1('MESSAGE\nsubscription:0\n\na\0')
    expect(show(stomp, [fromServer(frame)], { ...tcp, midStream: true }).verdict).toBe(Match)
    expect(show(stomp, [fromServer(frame)], tcp).verdict).toBe(Exclude)
  })
  test.each([
    ['a proxy', 'CONNECT example.org:443 HTTP/1.1\r\n\r\n'],
    ['a command without headers', 'CONNECT\n\n\0'],
    ['a header without a colon', 'CONNECT\nhost\n\n\0'],
    ['binary behind the command', 'CONNECT\n\x01\x02:\n'],
  ])('not: %s', (_case, bytes) => expect(show(stomp, [fromClient(latin1(bytes))], tcp).verdict).toBe(Exclude))
})

describe('JRMI', () => {
  test('a client, and what the server says of it', () => {
    const ack = concat(hex('4e 0009'), latin1('127.0.0.1'), hex('0000d431'))
    const report = show(jrmi, [fromClient(hex('4a524d49 0002 4b')), fromServer(ack)], tcp)
    expect(report).toMatchObject({ verdict: Match, fields: { protocol: 'stream', client: '127.0.0.1' } })
  })
  test('however it is cut', () => sameHoweverCut(jrmi, hex('4a524d49 0002 4c'), tcp))
  test.each([
    ['another version', '4a524d49 0003 4b'],
    ['another protocol', '4a524d49 0002 4e'],
    ['another mark', '4a524d4a 0002 4b'],
  ])('not: %s', (_case, bytes) => expect(show(jrmi, [fromClient(hex(bytes))], tcp).verdict).toBe(Exclude))
})

describe('Thrift', () => {
  const binary = concat(hex('80010001 00000004'), latin1('ping'), hex('00000001 00'))
  // Call, sequence 1, 'emitBatch', field 1 of a structure.
  const compact = concat(hex('82 81 01 09'), latin1('emitBatch'), hex('1c 1c 18'))
  test('binary', () => {
    expect(sameHoweverCut(thrift, binary, tcp).fields).toEqual({ form: 'binary', message: 'call', method: 'ping' })
  })
  test('framed', () => {
    const framed = concat(hex('00000011'), binary)
    expect(sameHoweverCut(thrift, framed, tcp).fields).toMatchObject({ method: 'ping' })
    expect(show(thrift, [fromClient(framed)], udp).verdict).toBe(Match)
    expect(show(thrift, [fromClient(concat(framed, hex('00')))], udp).verdict).toBe(Exclude)
  })
  test('compact', () => {
    expect(show(thrift, [fromClient(compact)], udp)).toMatchObject({
      verdict: Match,
      fields: { form: 'compact', message: 'oneway', method: 'emitBatch' },
      info: 'emitBatch',
    })
    sameHoweverCut(thrift, compact, tcp)
  })
  test.each([
    ['type 0', concat(hex('80010000 00000004'), latin1('ping'), hex('00000001 00'))],
    ['type 5', concat(hex('80010005 00000004'), latin1('ping'), hex('00000001 00'))],
    ['another version', concat(hex('80020001 00000004'), latin1('ping'), hex('00000001 00'))],
    ['compact with a name too short', concat(hex('82 81 01 02'), latin1('em'), hex('1c'))],
    ['a name too short', concat(hex('80010001 00000002'), latin1('pi'), hex('00000001 00 00 00'))],
    ['a name that is none', concat(hex('80010001 00000004'), latin1('p ng'), hex('00000001 00'))],
    ['a field of no type', concat(hex('80010001 00000004'), latin1('ping'), hex('00000001 11 0001'))],
    ['a field of a high number', concat(hex('80010001 00000004'), latin1('ping'), hex('00000001 08 0100'))],
    ['compact of another version', concat(hex('82 82 01 09'), latin1('emitBatch'), hex('1c'))],
    ['a compact field of no type', concat(hex('82 81 01 09'), latin1('emitBatch'), hex('1e'))],
    ['a compact field without a number', concat(hex('82 81 01 09'), latin1('emitBatch'), hex('0c'))],
    ['a compact message cut off', concat(hex('82 81 01 09'), latin1('emitBatch'))],
  ])('not: %s', (_case, bytes) => expect(show(thrift, [fromClient(bytes)], udp).verdict).toBe(Exclude))
})

describe('JSON-RPC', () => {
  test('a call, however it is cut', () => {
    const call = latin1('{"jsonrpc": "2.0", "method": "echo", "params": ["a"], "id": 1}\n')
    expect(show(jsonRpc, [fromClient(call)], tcp)).toMatchObject({ verdict: Match, fields: { method: 'echo' }, info: 'echo' })
    expect(show(jsonRpc, [fromClient(call.subarray(0, 8)), fromClient(call.subarray(8))], tcp).verdict).toBe(Match)
    expect(show(jsonRpc, [fromServer(latin1('{"result":1,"id":1,"jsonrpc":"2.0"}'))], tcp).verdict).toBe(Match)
    expect(show(jsonRpc, [fromClient(latin1('[{"jsonrpc":"2.0","method":"a"}]'))], tcp).verdict).toBe(Match)
  })
  test('without its version it is waited for, and mining is not ours', () => {
    expect(show(jsonRpc, [fromClient(latin1('{"method":"echo"}'))], tcp).verdict).toBe(NeedMore)
    expect(show(jsonRpc, [fromClient(latin1(`{"a":"${'b'.repeat(1100)}"}`))], tcp).verdict).toBe(Exclude)
    expect(show(jsonRpc, [fromClient(latin1('{"jsonrpc":"2.0","id":1,"method":"mining.subscribe"}'))], tcp).verdict).toBe(Exclude)
    expect(show(jsonRpc, [fromClient(latin1('{1}'))], tcp).verdict).toBe(Exclude)
  })
})

describe('SMPP', () => {
  const bind = concat(hex('00000022 00000009 00000000 00000001'), latin1('user\0pass\0SMPP\0'), hex('34 00 00'))
  test('a bind', () => {
    expect(bind.length).toBe(0x22)
    expect(sameHoweverCut(smpp, bind, tcp)).toMatchObject({ fields: { command: 'bind_transceiver', systemId: 'user' }, info: 'user' })
  })
  test('its answer, and two requests in a segment', () => {
    expect(show(smpp, [fromServer(concat(hex('00000015 80000009 00000000 00000001'), latin1('SMSC\0')))], tcp).verdict).toBe(Match)
    const link = hex('00000010 00000015 00000000 00000002')
    expect(show(smpp, [fromClient(concat(link, link))], tcp)).toMatchObject({ verdict: Match, fields: { command: 'enquire_link' } })
    expect(show(smpp, [fromClient(concat(link, hex('00000010 00000055 00000000 00000002')))], tcp).verdict).toBe(Exclude)
  })
  test.each([
    ['a length too long', '00010001 00000015 00000000 00000001'],
    ['a sequence number beyond the last', '00000010 00000015 00000000 80000000'],
    ['a length too short', '0000000f 00000015 00000000 00000001'],
    ['a command that does not exist', '00000010 00000016 00000000 00000001'],
    ['a request with a status', '00000010 00000015 00000001 00000001'],
    ['no sequence number', '00000010 00000015 00000000 00000000'],
    ['a status beyond the last', '00000010 80000015 00000500 00000001'],
  ])('not: %s', (_case, bytes) => expect(show(smpp, [fromClient(hex(bytes))], tcp).verdict).toBe(Exclude))
})
