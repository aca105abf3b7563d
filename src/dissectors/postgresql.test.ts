import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u32 } from './dns-testing.ts'
import postgresql from './postgresql.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const startup = (text: string) => concat(u32(8 + text.length), u32(0x30000), latin1(text))
const alice = startup('user\0alice\0database\0shop\0application_name\0psql\0\0')
const tlsRequest = hex('00000008 04d2162f')
const typed = (type: string, body: Uint8Array) => concat(latin1(type), u32(4 + body.length), body)
const error = typed('E', latin1('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "alice"\0\0'))

test('start-up in pieces, then an error', () => {
  const said = show(postgresql, [
    fromClient(alice.subarray(0, 11)),
    fromClient(alice.subarray(11)),
    fromServer(typed('R', hex('00000005 01020304'))),
    fromServer(error),
  ])
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    fields: { user: 'alice', database: 'shop', application: 'psql', error: 'password authentication failed for user "alice"' },
  })
})
test('after TLS is agreed on, what follows is looked at afresh', () => {
  expect(show(postgresql, [fromClient(tlsRequest), fromServer(latin1('S'))])).toMatchObject({
    within: true,
    becomes: 'TLS',
    inside: 'PostgreSQL',
  })
  expect(show(postgresql, [fromClient(tlsRequest), fromServer(latin1('N')), fromClient(alice)])).toMatchObject({
    within: false,
    fields: { user: 'alice' },
  })
})
test.each([
  ['a cancel', hex('00000010 04d2162e 00000001 00000002')],
  ['GSS', hex('00000008 04d21630')],
])('%s', (_case, bytes) => expect(show(postgresql, [fromClient(bytes)]).verdict).toBe(Match))
test.each([
  ['wants a password', typed('R', hex('00000005 01020304'))],
  ['wants SCRAM', typed('R', concat(hex('0000000a'), latin1('SCRAM-SHA-256\0\0')))],
  ['turns away', error],
])('a server that %s, first seen', (_case, bytes) => expect(show(postgresql, [fromServer(bytes)], { midStream: true }).verdict).toBe(Match))

test.each([
  ['no user', startup('database\0shop\0\0'), Exclude],
  ['protocol 2', concat(u32(296), u32(0x20000), new Uint8Array(288)), Exclude],
  ['a TLS request of another length', hex('0000000c 04d2162f 00000000'), Exclude],
  ['an unknown kind of authentication', typed('R', hex('00000063')), Exclude],
  ['HTTP', latin1('GET / HTTP/1.1\r\n'), Exclude],
  ['REPLCONF', latin1('REPLCONF ack 0\r\n'), Exclude],
  ['a beginning', alice.subarray(0, 12), NeedMore],
])('%s', (_case, bytes, verdict) => {
  const shown = show(postgresql, [fromClient(bytes)])
  expect(shown.verdict).toBe(verdict)
})
test('a hostile user', () => {
  expect(show(postgresql, [fromClient(startup('user\0<script>\x1b[2J\0\0'))]).fields['user']).toBe('<script>\u241b[2J')
})

test('the same however it is cut', () => {
  sameHoweverCut(postgresql, alice)
  sameHoweverCut(postgresql, error, {}, fromServer)
  sameHoweverCut(postgresql, typed('R', concat(hex('0000000a'), latin1('SCRAM-SHA-256\0\0'))), {}, fromServer)
  expect(show(postgresql, [fromServer(typed('R', hex('00000003 00000000')))]).verdict).toBe(Exclude)
})
