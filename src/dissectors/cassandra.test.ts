import { expect, test } from 'vitest'
import cassandra from './cassandra.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u16, u32 } from './dns-testing.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const frame = (version: number, opcode: number, body: Uint8Array) => concat(Uint8Array.of(version, 0, 0, 1, opcode), u32(body.length), body)
const startup = frame(4, 1, concat(u16(1), u16(11), latin1('CQL_VERSION'), u16(5), latin1('3.0.0')))
const query = 'SELECT * FROM system.local'

test('start-up in pieces', () => {
  expect(show(cassandra, [fromClient(startup.subarray(0, 12)), fromClient(startup.subarray(12))], { serverPort: 9999 })).toMatchObject({
    verdict: Match,
    fields: { version: 4 },
  })
})
test('options and what is supported', () => {
  expect(show(cassandra, [fromClient(frame(5, 5, hex('')))], { serverPort: 9999 }).verdict).toBe(Match)
  expect(
    show(cassandra, [fromServer(frame(0x84, 6, concat(u16(1), u16(11), latin1('CQL_VERSION'), u16(0))))], { serverPort: 9999 }).verdict,
  ).toBe(Match)
})
test('a query on the port', () => {
  const said = show(cassandra, [fromClient(frame(4, 7, concat(u32(query.length), latin1(query))))], { serverPort: 9042 })
  expect(said).toMatchObject({ verdict: Match, fields: { query } })
})
test.each([
  ['a query elsewhere', frame(4, 7, concat(u32(query.length), latin1(query))), Exclude],
  ['a start-up without the version', frame(4, 1, latin1('0123456789abcdef')), Exclude],
  ['a start-up as an answer', frame(0x84, 1, latin1('CQL_VERSION')), Exclude],
  ['an unknown opcode', frame(4, 0x11, hex('')), Exclude],
  ['a beginning', startup.subarray(0, 20), NeedMore],
])('%s', (_case, bytes, verdict) => {
  expect(show(cassandra, [fromClient(bytes)], { serverPort: 9999 }).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(cassandra, startup, { serverPort: 9999 })
  expect(show(cassandra, [fromServer(frame(0x84, 5, hex('')))], { serverPort: 9999 }).verdict).toBe(Exclude)
  expect(show(cassandra, [fromClient(concat(frame(4, 5, hex('')), hex('00')))], { serverPort: 9999 }).verdict).toBe(Exclude)
  expect(show(cassandra, [fromClient(frame(4, 5, hex('00')))], { serverPort: 9042 }).verdict).toBe(Exclude)
})
