import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import rdp from './rdp.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

/** TPKT, then X.224 with class 0. */
const x224 = (code: number, body: Uint8Array) => {
  const length = 11 + body.length
  return concat(Uint8Array.of(3, 0, length >> 8, length & 255, length - 5, code), hex('0000 0000 00'), body)
}
const negotiation = (type: number, protocols: number) => Uint8Array.of(type, 0, 8, 0, protocols, 0, 0, 0)
const request = x224(0xe0, concat(latin1('Cookie: mstshash=alice\r\n'), negotiation(1, 3)))

test('a request, in pieces, then TLS: what follows is looked at afresh', () => {
  const said = show(rdp, [fromClient(request.subarray(0, 20)), fromClient(request.subarray(20)), fromServer(x224(0xd0, negotiation(2, 2)))])
  expect(said).toMatchObject({
    verdict: Match,
    within: true,
    becomes: 'TLS',
    inside: 'RDP',
    fields: { user: 'alice', security: 'CredSSP' },
  })
})
test('without TLS it stays', () => {
  const said = show(rdp, [fromClient(request), fromServer(x224(0xd0, negotiation(2, 0)))])
  expect(said).toMatchObject({ within: false, fields: { security: 'RDP' } })
})
test('a bare request only on its port', () => {
  const bare = x224(0xe0, new Uint8Array(0))
  expect(show(rdp, [fromClient(bare)]).verdict).toBe(Match)
  expect(show(rdp, [fromClient(bare)], { serverPort: 102 }).verdict).toBe(Exclude)
})
test('over UDP', () => {
  const syn = concat(hex('ffffffff 0040 0001 12345678 04d0 04d0'), new Uint8Array(1216))
  expect(show(rdp, [fromClient(syn)], { transport: 'udp' }).verdict).toBe(Match)
  expect(
    show(rdp, [fromClient(concat(hex('ffffffff 0040 0001 12345678 0500 04d0'), new Uint8Array(1216)))], { transport: 'udp' }).verdict,
  ).toBe(Exclude)
  expect(show(rdp, [fromClient(hex('ffffffff 54536f75726365 20456e67696e65'))], { transport: 'udp' }).verdict).toBe(Exclude)
})
test.each([
  ['S7 over the same X.224', hex('03000016 11e00000000100 c0010a c1020100 c2020102'), Exclude],
  ['lengths that differ', concat(request.subarray(0, 4), hex('06'), request.subarray(5)), Exclude],
  ['another class', concat(request.subarray(0, 10), hex('40'), request.subarray(11)), Exclude],
  ['a beginning', request.subarray(0, 12), NeedMore],
])('%s', (_case, bytes, verdict) => {
  expect(show(rdp, [fromClient(bytes)]).verdict).toBe(verdict)
})
test('a hostile cookie', () => {
  expect(show(rdp, [fromClient(x224(0xe0, latin1('Cookie: mstshash=<b>\x1b[1m\r\n')))]).fields['user']).toBe('<b>\u241b[1m')
})

test('the same however it is cut', () => {
  sameHoweverCut(rdp, request)
  expect(show(rdp, [fromServer(x224(0xd0, negotiation(2, 1)))]).verdict).toBe(Match)
})
test.each([
  ['a disconnect', x224(0x80, negotiation(1, 3))],
  ['a response in a request', x224(0xe0, negotiation(2, 1))],
  ['a negotiation of another length', x224(0xe0, Uint8Array.of(1, 0, 9, 0, 3, 0, 0, 0))],
  ['protocols beyond those defined', x224(0xe0, Uint8Array.of(1, 0, 8, 0, 3, 0, 1, 0))],
  ['a reserved byte', concat(hex('0301'), request.subarray(2))],
])('not RDP: %s', (_case, bytes) => {
  expect(show(rdp, [fromClient(bytes)]).verdict).toBe(Exclude)
})
