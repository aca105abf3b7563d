import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import openvpn from './openvpn.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'
import { u16 } from './tls-testing.ts'

const CLIENT = '1122334455667788'
const SERVER = 'a1a2a3a4a5a6a7a8'
const bare = hex(`38 ${CLIENT} 00 00000000`)
const answer = hex(`40 ${SERVER} 01 00000000 ${CLIENT} 00000000`)
const replay = hex('00000001 65000000')
const authenticated = (mac: number) => concat(hex(`38 ${CLIENT}`), new Uint8Array(mac).fill(0x77), replay, hex('00 00000000'))
const crypted = concat(hex(`38 ${CLIENT}`), replay, new Uint8Array(37).fill(0x99))
const elsewhere = { serverPort: 443 }

test.each([16, 20, 32, 64])('a reset authenticated with %i bytes, at once', (mac) => {
  expect(show(openvpn, [fromClient(authenticated(mac))], elsewhere)).toMatchObject({
    verdict: Match,
    fields: { opcode: 'reset by client', session: CLIENT },
  })
})
test('an encrypted one, of both versions', () => {
  expect(show(openvpn, [fromClient(crypted)], elsewhere).verdict).toBe(Match)
  const v3 = concat(hex(`50 ${CLIENT}`), hex('0f000001 65000000'), new Uint8Array(337).fill(0x99))
  expect(show(openvpn, [fromClient(v3)], elsewhere).verdict).toBe(Match)
})
describe('a bare reset', () => {
  test.each([
    ['waits', [fromClient(bare)], NeedMore],
    ['and its answer', [fromClient(bare), fromServer(answer)], Match],
    ['sent again', [fromClient(bare), fromClient(bare)], Match],
    ['and what the client sends next', [fromClient(bare), fromClient(hex(`20 ${CLIENT} 00 00000001 1603`))], Match],
    [
      'and an answer to another session',
      [fromClient(bare), fromServer(hex(`40 ${SERVER} 02 00000000 00000001 9999999999999999 00000000`))],
      Exclude,
    ],
  ])('%s', (_name, packets, verdict) => expect(show(openvpn, packets, elsewhere).verdict).toBe(verdict))
  test('on its own port, at once', () => expect(show(openvpn, [fromClient(bare)]).verdict).toBe(Match))
})
test('a server first', () =>
  expect(show(openvpn, [fromServer(answer)], elsewhere).fields).toMatchObject({ opcode: 'reset by server', session: SERVER }))
test('over TCP behind its length, in pieces', () => {
  const stream = concat(u16(42), authenticated(20))
  expect(
    show(openvpn, [fromClient(stream.subarray(0, 15)), fromClient(stream.subarray(15))], { transport: 'tcp', ...elsewhere }).verdict,
  ).toBe(Match)
})
describe('never', () => {
  test.each([
    ['a time before it was written', concat(hex(`38 ${CLIENT}`), hex('00000001 00000005'), new Uint8Array(37))],
    ['a key id other than 0', hex(`39 ${CLIENT} 00 00000000`)],
    ['no session', hex('38 0000000000000000 00 00000000')],
    ['bytes behind a bare reset', concat(bare, new Uint8Array(3))],
    ['a packet id that is not the first', hex(`38 ${CLIENT} 00 00000009`)],
    ['control without a reset', hex(`20 ${CLIENT} 00 00000001 160301`)],
  ])('%s', (_name, payload) => expect(show(openvpn, [fromClient(payload)], elsewhere).verdict).toBe(Exclude))
})
