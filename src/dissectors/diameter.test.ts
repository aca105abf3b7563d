import { expect, test } from 'vitest'
import diameter from './diameter.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u32 } from './dns-testing.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const avp = (code: number, data: Uint8Array, flags = 0x40) =>
  concat(u32(code), u32((flags * 0x1000000 + 8 + data.length) >>> 0), data, new Uint8Array(-data.length & 3))
const message = (flags: number, command: number, ...avps: Uint8Array[]) => {
  const body = concat(...avps)
  return concat(u32(0x01000000 + 20 + body.length), u32((flags * 0x1000000 + command) >>> 0), new Uint8Array(12), body)
}
const request = message(0x80, 257, avp(264, latin1('mme.example.org')), avp(296, latin1('example.org')))
const answer = message(0, 257, avp(268, u32(2001)), avp(264, latin1('hss.example.org')))

test('a request in pieces, and its answer', () => {
  const said = show(diameter, [fromClient(request.subarray(0, 30)), fromClient(request.subarray(30)), fromServer(answer)])
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    info: 'capabilities-exchange answer hss.example.org',
    fields: { command: 'capabilities-exchange answer', originHost: 'hss.example.org', originRealm: 'example.org', resultCode: 2001 },
  })
})
test.each([
  ['version 2', concat(hex('02'), request.subarray(1)), Exclude],
  ['reserved flags', message(0x81, 257, avp(264, latin1('a'))), Exclude],
  ['an unknown command', message(0x80, 999, avp(264, latin1('a'))), Exclude],
  ['an attribute longer than its message', concat(request.subarray(0, 25), hex('ffff'), request.subarray(27)), Exclude],
  ['a beginning', request.subarray(0, 22), NeedMore],
])('%s', (_case, bytes, verdict) => {
  expect(show(diameter, [fromClient(bytes)]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(diameter, request)
})
