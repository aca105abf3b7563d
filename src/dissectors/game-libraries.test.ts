/** Games that are known by the library or engine under them. */
import { expect, test } from 'vitest'
import amongUs from './among-us.ts'
import cryNetwork from './cry-network.ts'
import { Exclude, Match } from './dissector.ts'
import epicGames from './epic-games.ts'
import genshinImpact from './genshin-impact.ts'
import riotGames from './riot-games.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'
import tocaBoca from './toca-boca.ts'
import yojimbo from './yojimbo.ts'

const hello = concat(hex('08 0001 00 54230303 05'), latin1('Guest'), hex('00000000'))
test.each([
  ['a hello', hello, Match],
  ['a hello without name', hex('08 0001 00 46d20203 00'), Match],
  ['a version of no date', hello.slice().fill(0, 7, 8), Exclude],
  ['a name that is cut', hello.slice(0, 12), Exclude],
  ['a name too long', concat(hello.slice(0, 8), hex('31'), new Uint8Array(49).fill(0x41)), Exclude],
  ['a version of the far future', hello.slice().fill(9, 7, 8), Exclude],
  ['another Hazel', hello.slice().fill(3, 3, 4), Exclude],
  ['a name of control characters', hello.slice().fill(1, 10, 11), Exclude],
  ['a later number', hello.slice().fill(0x20, 2, 3), Exclude],
])('AmongUs: %s', (_case, bytes, verdict) => expect(show(amongUs, [fromClient(bytes)]).verdict).toBe(verdict))
test('AmongUs: who plays', () =>
  expect(show(amongUs, [fromClient(hello)])).toMatchObject({ fields: { version: 0x03032354, player: 'Guest' }, info: 'Guest' }))

const setUp = concat(
  hex('3c 000008ed 00000000 00000000 00000001 00000007 00000003 07 00000004 00000000 00000004'),
  new Uint8Array(32).fill(0x77),
)
const keyOfServer = concat(hex('87'), new Uint8Array(31), hex('02'), new Uint8Array(100).fill(0x77))
const keyOfClient = concat(hex('b7'), new Uint8Array(32), new Uint8Array(192).fill(0x77))
test.each([
  ['a set-up', setUp, Match],
  ['profiles that differ', setUp.slice().fill(5, 37, 38), Exclude],
  ['a large build', setUp.slice().fill(1, 1, 2), Exclude],
  ['the first of two that are zero', setUp.slice().fill(1, 5, 6), Exclude],
  ['the second', setUp.slice().fill(1, 12, 13), Exclude],
  ['no version', setUp.slice().fill(0, 13, 17), Exclude],
  ['another version beyond', setUp.slice().fill(1, 18, 19), Exclude],
  ['a third', setUp.slice().fill(1, 22, 23), Exclude],
  ['something between the profiles', setUp.slice().fill(1, 31, 32), Exclude],
  ['a version beyond', setUp.slice().fill(1, 14, 15), Exclude],
  ['the server’s key', keyOfServer, Match],
  ['the client’s key', keyOfClient, Match],
  ['a key too short', keyOfServer.slice(0, 100), Exclude],
  ['a key without its kind', keyOfServer.slice().fill(3, 32, 33), Exclude],
  ['numbers that are not zero', keyOfClient.slice().fill(1, 20, 21), Exclude],
])('CryNetwork: %s', (_case, bytes, verdict) => expect(show(cryNetwork, [fromClient(bytes)]).verdict).toBe(verdict))

const initial = concat(hex('471a200008 9822657404'), new Uint8Array(29), hex('10a13b8878381ff67a1d17'))
test.each([
  ['the first packet', initial, Match],
  ['of another connection', concat(hex('87'), initial.slice(1)), Match],
  ['of another engine’s game', concat(hex('40'), initial.slice(1)), Exclude],
  ['a restart', concat(hex('471e'), initial.slice(2)), Exclude],
  ['versions the wrong way round', concat(hex('472a'), initial.slice(2)), Exclude],
  ['a challenge', concat(hex('471a2008'), initial.slice(4)), Exclude],
  ['a version before connections', concat(hex('470a20'), initial.slice(3)), Exclude],
  ['a version unknown', concat(hex('471aa0'), initial.slice(3)), Exclude],
  ['a high count', initial.slice().fill(0x9f, 5, 6), Exclude],
  ['a cookie', initial.slice().fill(1, 30, 31), Exclude],
])('EpicGames: %s', (_case, bytes, verdict) => {
  const asked = (epicGames.firstBytes as (b: number) => boolean)(bytes[0]!) && (epicGames.secondBytes as (b: number) => boolean)(bytes[1]!)
  expect(asked ? show(epicGames, [fromClient(bytes)]).verdict : Exclude).toBe(verdict)
})

const open = hex('000000ff 00000000 00000000 499602d2 ffffffff')
test.each([
  ['an opening', open, Match],
  ['an opening with another datum', open.slice().fill(1, 12, 13), Exclude],
  ['a confirmation', hex('00000145 00031832 3a0da215 499602d2 14514545'), Match],
  ['a closing', hex('00000194 00031832 3a0da215 00000005 19419494'), Match],
  ['marks that do not belong together', hex('00000145 00031832 3a0da215 499602d2 19419494'), Exclude],
  ['another end of a closing', hex('00000194 00031832 3a0da215 00000005 19419495'), Exclude],
  ['more', concat(open, hex('00')), Exclude],
])('GenshinImpact: %s', (_case, bytes, verdict) => expect(show(genshinImpact, [fromClient(bytes)]).verdict).toBe(verdict))
const first = concat(hex('01 0000002a 07 00000000 aec675e1 00004da6'), new Uint8Array(20), hex('62614382'))
test('GenshinImpact: its first message over TCP', () => sameHoweverCut(genshinImpact, first))
test.each([
  ['another length', first.slice().fill(0x2b, 4, 5)],
  ['another mark', first.slice().fill(0, 0, 1)],
  ['another number', first.slice().fill(1, 9, 10)],
  ['another kind', first.slice().fill(8, 5, 6)],
  ['something in it', first.slice().fill(1, 25, 26)],
  ['more', concat(first, hex('00'))],
])('GenshinImpact over TCP: %s', (_case, bytes) =>
  expect(show(genshinImpact, [fromClient(bytes)], { transport: 'tcp' }).verdict).toBe(Exclude),
)

const connect = concat(hex('00000000 0badcafe 82ff0001 0000 03e4 00008000 00000020 00000000 00000000 00001388 00000002 00000002 29000000'))
const at5100 = { serverPort: 5100 }
test.each([
  ['a connection', connect, Match],
  ['behind a shorter header', connect.slice(2), Match],
  ['a confirmation', connect.slice().fill(0x83, 8, 9), Match],
  ['a later number', connect.slice().fill(2, 11, 12), Exclude],
  ['another acceleration', connect.slice().fill(3, 39, 40), Exclude],
  ['another deceleration', connect.slice().fill(3, 43, 44), Exclude],
  ['another command', connect.slice().fill(0x85, 8, 9), Exclude],
  ['another channel', connect.slice().fill(0, 9, 10), Exclude],
  ['another interval', connect.slice().fill(0, 34, 36), Exclude],
])('RiotGames: %s', (_case, bytes, verdict) => expect(show(riotGames, [fromClient(bytes)], at5100).verdict).toBe(verdict))

const photon = concat(
  hex('ffff 00 01 00000004 22b6e6ba'),
  hex('02ff0104 0000002c 00000001 000004b0 00008000 00000002 00000000 00000000 00001388 00000002 00000002'),
)
test.each([
  ['a connection', photon, Match],
  ['with a checksum', concat(photon.slice(0, 2), hex('cc'), photon.slice(3, 12), hex('01020304'), photon.slice(12)), Match],
  ['a command that is cut', photon.slice(0, -1), Exclude],
  ['another command announced', photon.slice().fill(2, 3, 4), Exclude],
  ['a command unknown', photon.slice().fill(0, 12, 13), Exclude],
  ['a command beyond', photon.slice().fill(18, 12, 13), Exclude],
  ['no command', photon.slice(0, 12).fill(0, 3, 4), Exclude],
  [
    'many commands',
    concat(photon.slice(0, 3), hex('65'), photon.slice(4, 12), ...Array<Uint8Array>(101).fill(hex('05000000 0000000c 00000000'))),
    Exclude,
  ],
  ['a command shorter than its header', concat(photon.slice(0, 12), hex('05000000 00000008')), Exclude],
  ['a ping', concat(new Uint8Array(12).fill(0x7d), hex('54')), Match],
  ['a ping of other bytes', concat(new Uint8Array(11).fill(0x7d), hex('7c54')), Exclude],
])('TocaBoca: %s', (_case, bytes, verdict) => expect(show(tocaBoca, [fromClient(bytes)]).verdict).toBe(verdict))

const request = concat(hex('00'), latin1('NETCODE 1.02\0'), new Uint8Array(1064))
test('Yojimbo: the version of a request', () => expect(show(yojimbo, [fromClient(request)]).fields).toEqual({ version: '1.02' }))
test.each([
  ['another standard', concat(hex('00'), latin1('NETCODE 2.02\0'), new Uint8Array(64))],
  ['a version without end', concat(hex('00'), latin1('NETCODE 1.021'), new Uint8Array(64))],
  ['too short', request.slice(0, 20)],
])('Yojimbo: %s', (_case, bytes) => expect(show(yojimbo, [fromClient(bytes)]).verdict).toBe(Exclude))
