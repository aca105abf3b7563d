import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import mysql from './mysql.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const le32 = (n: number) => Uint8Array.of(n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24)
const packet = (sequence: number, ...parts: Uint8Array[]) => {
  const body = concat(...parts)
  return concat(Uint8Array.of(body.length & 255, body.length >> 8, 0, sequence), body)
}
const greeting = packet(
  0,
  hex('0a'),
  latin1('8.0.36\0'),
  le32(7),
  latin1('12345678'),
  hex('00 fff7 ff 0200 ffdf 15'),
  new Uint8Array(10),
  latin1('123456789012\0caching_sha2_password\0'),
)
const login = (capabilities: number, ...rest: Uint8Array[]) =>
  packet(1, le32(capabilities), le32(1 << 24), hex('ff'), new Uint8Array(23), ...rest)
const PROTOCOL_41 = 0x200
const named = login(PROTOCOL_41 | 0x8000 | 8, latin1('root\0'), hex('03 010203'), latin1('shop\0'))
const tls = login(PROTOCOL_41 | 0x800)

test('greeting and login', () => {
  const said = show(mysql, [fromServer(greeting), fromClient(named)])
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    info: 'root',
    fields: { serverVersion: '8.0.36', protocolVersion: 10, user: 'root', database: 'shop' },
  })
})
test('a greeting in pieces', () => {
  const said = show(
    mysql,
    [fromServer(greeting.subarray(0, 5)), fromServer(greeting.subarray(5, 30)), fromServer(greeting.subarray(30)), fromClient(named)],
    { serverPort: 13306 },
  )
  expect(said).toMatchObject({ verdict: Match, fields: { user: 'root', serverVersion: '8.0.36' } })
})
test('after a request for TLS what follows is looked at afresh', () => {
  expect(show(mysql, [fromServer(greeting), fromClient(tls)])).toMatchObject({
    within: true,
    becomes: 'TLS',
    inside: 'MySQL',
    fields: { serverVersion: '8.0.36' },
  })
})
test('a login without its greeting is one on its own port only', () => {
  expect(show(mysql, [fromClient(named)])).toMatchObject({ verdict: Match, fields: { user: 'root' } })
  expect(show(mysql, [fromClient(named)], { serverPort: 4000 }).verdict).toBe(Exclude)
})
test('turned away', () => {
  expect(show(mysql, [fromServer(packet(0, hex('ff 1004'), latin1('Too many connections')))]).verdict).toBe(Match)
})

describe('not MySQL', () => {
  test.each([
    ['SSH', latin1('SSH-2.0-OpenSSH_9.2p1 Debian\r\n'), Exclude],
    ['a sequence number', concat(greeting.subarray(0, 3), hex('01'), greeting.subarray(4)), Exclude],
    ['a version with control characters', packet(0, hex('0a'), latin1('8.0\x01\0'), new Uint8Array(60)), Exclude],
    ['a version without dots', packet(0, hex('0a'), latin1('80a36\0'), new Uint8Array(60)), Exclude],
    ['no filler', concat(greeting.subarray(0, 24), hex('41'), greeting.subarray(25)), Exclude],
    ['a beginning', greeting.subarray(0, 8), NeedMore],
  ])('%s', (_case, bytes, verdict) => {
    expect(show(mysql, [fromServer(bytes)]).verdict).toBe(verdict)
  })
  test('a greeting from the client is none', () => {
    expect(show(mysql, [fromClient(greeting)], { serverPort: 5000 }).verdict).toBe(Exclude)
  })
  test('a name without an end is none', () => {
    expect(show(mysql, [fromServer(greeting), fromClient(login(PROTOCOL_41, latin1('rooooot')))]).fields['user']).toBeUndefined()
  })
})

test('the same however it is cut', () => {
  sameHoweverCut(mysql, greeting, {}, fromServer)
  sameHoweverCut(mysql, named)
  sameHoweverCut(mysql, packet(0, hex('ff 1004'), latin1('Too many connections')), {}, fromServer)
  expect(show(mysql, [fromServer(packet(0, hex('ff 1004'), latin1('Too\x01many connections')))]).verdict).toBe(Exclude)
  expect(show(mysql, [fromServer(packet(0, hex('0a'), latin1('8.\0'), new Uint8Array(60)))]).verdict).toBe(Exclude)
})
