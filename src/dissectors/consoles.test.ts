import { expect, test } from 'vitest'
import activision from './activision.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import nintendo from './nintendo.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import xbox from './xbox.ts'

const discovery = hex('dd00 000a 0000 00000000 0008 0000 0002')
const found = concat(hex('dd01 0014 0002 00000002 0001 0004'), latin1('Xbox\0'), hex('0000 00 00000000'))
test.each([
  ['a discovery', discovery, Match],
  ['a length that does not fit', discovery.slice(0, -1), Exclude],
  ['a version unknown', discovery.slice().fill(3, 5, 6), Exclude],
  ['a console', found, Match],
  ['a connection', concat(hex('cc00 0004 0011 0002'), new Uint8Array(4 + 32 + 32)), Match],
  ['a connection of a later version', concat(hex('cc00 0004 0011 0003'), new Uint8Array(4 + 32 + 32)), Exclude],
  ['a connection that is cut', concat(hex('cc00 0004 0011 0002'), new Uint8Array(4 + 32 + 31)), Exclude],
  ['a kind unknown', hex('cc02 0000 0000 0002'), Exclude],
])('Xbox: %s', (_case, bytes, verdict) => expect(show(xbox, [fromClient(bytes)], { serverPort: 5050 }).verdict).toBe(verdict))
test('Xbox: which console', () =>
  expect(show(xbox, [fromClient(discovery), fromServer(found)])).toMatchObject({
    fields: { message: 'found', console: 'Xbox' },
    info: 'Xbox',
  }))

const pia = concat(hex('32ab9864 02 00'), new Uint8Array(54))
const prudp = concat(hex('ead001 08 0004'), new Uint8Array(24 + 8 + 4))
test.each([
  ['Pia', pia, Match],
  ['Pia, encrypted', concat(hex('32ab9864 8b'), pia.slice(5)), Match],
  ['no version', concat(hex('32ab9864 80'), pia.slice(5)), Exclude],
  ['a version unknown', concat(hex('32ab9864 10'), pia.slice(5)), Exclude],
  ['another number', concat(hex('32ab9865'), pia.slice(4)), Exclude],
  ['PRUDP', prudp, Match],
  ['PRUDP that is cut', prudp.slice(0, -1), Exclude],
  ['another version of PRUDP', concat(hex('ead002'), prudp.slice(3)), Exclude],
])('Nintendo: %s', (_case, bytes, verdict) => expect(show(nintendo, [fromClient(bytes)]).verdict).toBe(verdict))

const answer = hex('1f0200 0a000001 0c02')
test.each([
  ['an address', [fromClient(hex('1e0200')), fromServer(answer)], Match],
  ['a router', [fromClient(hex('140200')), fromServer(hex('150200 0a000001 0c02 0a000002 0c02'))], Match],
  ['a question', [fromClient(hex('1e0200')), fromClient(hex('1e0200'))], NeedMore],
  ['the answer to another question', [fromClient(hex('140200')), fromServer(answer)], Exclude],
  ['an answer alone', [fromServer(answer)], Exclude],
  ['an answer of another length', [fromClient(hex('1e0200')), fromServer(answer.slice(0, -1))], Exclude],
  ['a long question', [fromClient(concat(hex('1e0200'), new Uint8Array(14)))], Exclude],
  ['another version', [fromClient(hex('1e0300'))], Exclude],
])('Activision: %s', (_case, packets, verdict) => expect(show(activision, packets, { serverPort: 3074 }).verdict).toBe(verdict))
