import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import raknet from './raknet.ts'
import { concat, fromClient, hex, show } from './testing.ts'

const magic = hex('00ffff00 fefefefe fdfdfdfd 12345678')
test.each([
  ['a ping', concat(hex('01 0000000000000001'), magic, new Uint8Array(8)), Match],
  ['its reply', concat(hex('1c 0000000000000001 0000000000000002'), magic), Match],
  ['a request to open', concat(hex('05'), magic, hex('0a')), Match],
  ['the bytes at the wrong place', concat(hex('05 00'), magic), Exclude],
  ['a kind unknown', concat(hex('03'), magic, hex('0a')), Exclude],
  ['one byte changed', concat(hex('05'), magic.slice().fill(0, 15), hex('0a')), Exclude],
  ['cut', concat(hex('01 0000000000000001'), magic.subarray(0, 15)), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(raknet, [fromClient(bytes)]).verdict).toBe(verdict))
