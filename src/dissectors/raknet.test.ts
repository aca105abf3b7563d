import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import raknet from './raknet.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const magic = hex('00ffff00 fefefefe fdfdfdfd 12345678')
test.each([
  ['a ping', concat(hex('01 0000000000000001'), magic, new Uint8Array(8)), Match],
  ['its reply', concat(hex('1c 0000000000000001 0000000000000002'), magic), Match],
  ['a request to open', concat(hex('05'), magic, hex('0a')), Match],
  ['Roblox opens', concat(hex('7b'), magic, hex('05')), Match],
  ['Roblox opens through a relay', concat(hex('0100 001f'), new Uint8Array(27), hex('7b'), magic, hex('05')), Match],
  ['a relay’s header of another length', concat(hex('0100 001e'), new Uint8Array(27), hex('7b'), magic, hex('05')), Exclude],
  ['the bytes at the wrong place', concat(hex('05 00'), magic), Exclude],
  ['a kind unknown', concat(hex('03'), magic, hex('0a')), Exclude],
  ['one byte changed', concat(hex('05'), magic.slice().fill(0, 15), hex('0a')), Exclude],
  ['cut', concat(hex('01 0000000000000001'), magic.subarray(0, 15)), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(raknet, [fromClient(bytes)]).verdict).toBe(verdict))

test.each([
  ['an empty answer', hex('0000')],
  ['an answer that is cut', concat(hex('0009'), latin1('MCPE;Inn'))],
])('no name in %s', (_case, text) =>
  expect(show(raknet, [fromServer(concat(hex('1c'), new Uint8Array(16), magic, text))])).toMatchObject({ verdict: Match, fields: {} }),
)

test('what a server says of itself', () =>
  expect(show(raknet, [fromServer(concat(hex('1c'), new Uint8Array(16), magic, hex('0008'), latin1('MCPE;Inn')))])).toMatchObject({
    fields: { server: 'MCPE;Inn' },
    info: 'MCPE;Inn',
  }))
