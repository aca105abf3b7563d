import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import heroes from './heroes-of-the-storm.ts'
import { sameHoweverCut } from './split-testing.ts'
import starcraft from './starcraft.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import warcraft3 from './warcraft3.ts'
import worldOfWarcraft from './world-of-warcraft.ts'

const battleNet = (product: string) =>
  concat(hex('01 ff50 3a00 00000000'), latin1(`68XI${product}`), hex('1b000000 53556e65'), new Uint8Array(34))
const tcp = { transport: 'tcp' } as const

test('StarCraft greets Battle.net', () => sameHoweverCut(starcraft, battleNet('RATS')))
test('Warcraft III greets Battle.net', () => sameHoweverCut(warcraft3, battleNet('PX3W')))
test.each([
  ['another game', battleNet('VD2D')],
  ['another message', concat(hex('01 ff51'), battleNet('RATS').slice(3))],
  ['another protocol', battleNet('RATS').fill(1, 5, 6)],
  ['a message too short', battleNet('RATS').fill(0x20, 3, 4)],
  ['a message too long', battleNet('RATS').fill(2, 4, 5)],
])('Battle.net: %s', (_case, bytes) => {
  expect(show(starcraft, [fromClient(bytes)]).verdict).toBe(Exclude)
  expect(show(warcraft3, [fromClient(bytes)], tcp).verdict).toBe(Exclude)
})

test.each([
  ['a search', concat(hex('f72f1000'), latin1('PX3W'), hex('1a000000 00000000')), Match],
  ['a search for another game', concat(hex('f72f1000'), latin1('PX3V'), hex('1a000000 00000000')), Exclude],
  ['a longer search', concat(hex('f72f1400'), latin1('PX3W'), new Uint8Array(12)), Exclude],
  ['a new game', concat(hex('f7311000'), latin1('PX3W'), hex('1a000000 00000000')), Match],
  ['a game', concat(hex('f7303000'), latin1('3RAW'), new Uint8Array(40)), Match],
  ['slots', hex('f7321000 01000000 02000000 0a000000'), Match],
  ['too many taken', hex('f7321000 01000000 1a000000 0a000000'), Exclude],
  ['slots without end', hex('f7321000 01000000 02000000 0a000001'), Exclude],
  ['too many slots', hex('f7321000 01000000 02000000 1a000000'), Exclude],
  ['an end', hex('f7330800 01000000'), Match],
  ['a length that does not fit', hex('f7330900 01000000'), Exclude],
])('Warcraft III, local: %s', (_case, bytes, verdict) => expect(show(warcraft3, [fromClient(bytes)]).verdict).toBe(verdict))

const join = concat(hex('f71e2900 01000000 0badcafe 00 e017 01000000'), latin1('Thr\0'), hex('01000200 17e0 0a000001 0000000000000000'))
test('Warcraft III: a player joins', () => sameHoweverCut(warcraft3, join))
test.each([
  ['a name that ends too soon', join.slice().fill(0, 20, 21)],
  ['a name without end', join.slice().fill(0x41, 22, 23)],
  ['another length', join.slice().fill(0x2e, 2, 3)],
])('Warcraft III: %s', (_case, bytes) => expect(show(warcraft3, [fromClient(bytes)], tcp).verdict).not.toBe(Match))

const greeting = (from: string, to: string) => concat(hex('3000'), latin1(`WORLD OF WARCRAFT CONNECTION - ${from} TO ${to}\0`))
test('World of Warcraft: greetings', () => {
  sameHoweverCut(worldOfWarcraft, greeting('SERVER', 'CLIENT'), {}, fromServer)
  sameHoweverCut(worldOfWarcraft, greeting('CLIENT', 'SERVER'))
})
const logon = concat(
  hex('00 08 2300'),
  latin1('WoW\0'),
  hex('030305 3430'),
  latin1('68x\0niW\0SUne'),
  hex('3c000000 0a000001 05'),
  latin1('THRAL'),
)
test('World of Warcraft: the client asks to log on', () =>
  expect(sameHoweverCut(worldOfWarcraft, logon)).toMatchObject({ fields: { version: '3.3.5 (12340)', language: 'enUS' } }))
test('World of Warcraft: who logs on', () =>
  expect(show(worldOfWarcraft, [fromClient(logon)])).toMatchObject({ fields: { account: 'THRAL' }, info: 'THRAL' }))
test.each([
  ['another game', concat(logon.slice(0, 4), latin1('WoV\0'), logon.slice(8)), {}, Exclude],
  ['another protocol', logon.slice().fill(9, 1, 2), {}, Exclude],
  ['a length beyond', logon.slice().fill(1, 3, 4), {}, Exclude],
  ['a greeting of another', latin1('0\0WORLD OF WARSHIPS CONNECTION - '), {}, Exclude],
  ['a challenge', hex('0006ec01 01020304'), { clientPort: 3724 }, Match],
  ['a challenge at the other port', hex('0006ec01 01020304'), { clientPort: 8085 }, Match],
  ['another number at the port', hex('0006ed01 01020304'), { clientPort: 3724 }, Exclude],
  ['a logon too short', logon.slice().fill(0x1d, 2, 3), {}, Exclude],
  ['a challenge elsewhere', hex('0006ec01 01020304'), {}, Exclude],
  ['a challenge that is cut', hex('0006ec01 010203'), { clientPort: 3724 }, Exclude],
])('World of Warcraft: %s', (_case, bytes, ends, verdict) => expect(show(worldOfWarcraft, [fromClient(bytes)], ends).verdict).toBe(verdict))

const ofClient = (first: number, second: number, id = 'e65d3400', kind = '4000') => {
  const counters = [first, second].map((n) => n.toString(16).padStart(4, '0')).join('')
  return hex(`${id} 972714f73f95aae03e36 ${kind} ${counters} bfb90899`)
}
const ofServer = (first: number, second: number) => concat(new Uint8Array(14), ofClient(first, second).slice(14))
test.each([
  [
    'three packets',
    [fromClient(ofClient(0x1abc, 0x63b3)), fromClient(ofClient(0x1ac0, 0x63bf)), fromClient(ofClient(0x1ac0, 0x63c3))],
    Match,
  ],
  ['of the server', [fromServer(ofServer(9, 1)), fromServer(ofServer(0x20, 5)), fromServer(ofServer(0x40, 9))], Match],
  ['over the end of a counter', [fromClient(ofClient(0xfffc, 1)), fromClient(ofClient(0, 2)), fromClient(ofClient(4, 3))], Match],
  ['two packets', [fromClient(ofClient(0x1abc, 0x63b3)), fromServer(ofServer(1, 1)), fromClient(ofClient(0x1ac0, 0x63bf))], NeedMore],
  ['the other counter that jumps', [fromClient(ofClient(1, 1)), fromClient(ofClient(5, 2)), fromClient(ofClient(0x800, 3))], NeedMore],
  ['a counter that jumps', [fromClient(ofClient(1, 1)), fromClient(ofClient(5, 2)), fromClient(ofClient(9, 0x800))], NeedMore],
  ['another client', [fromClient(ofClient(1, 1)), fromClient(ofClient(2, 2)), fromClient(ofClient(3, 3, 'e75d3400'))], NeedMore],
  ['another kind', [fromClient(ofClient(1, 1, 'e65d3400', '4020'))], Exclude],
  ['zero in part', [fromClient(ofClient(1, 1, '00000000'))], Exclude],
  ['zero but for the fifth byte', [fromServer(ofServer(1, 1).fill(1, 4, 5))], Exclude],
  ['zero but for the ninth', [fromServer(ofServer(1, 1).fill(1, 8, 9))], Exclude],
  ['zero but for the last', [fromServer(ofServer(1, 1).fill(1, 13, 14))], Exclude],
])('Heroes of the Storm: %s', (_case, packets, verdict) => expect(show(heroes, packets).verdict).toBe(verdict))
