import { expect, test } from 'vitest'
import codMobile from './cod-mobile.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import lolWildRift from './lol-wild-rift.ts'
import { sameHoweverCut } from './split-testing.ts'
import tencentGames from './tencent-games.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const syn = hex('3366 000b 000a 1001 00 00000001 00000029 00000000')
test('TencentGames: the beginning of a connection', () => sameHoweverCut(tencentGames, syn))
test.each([
  ['a version beyond', syn.slice().fill(1, 2, 3)],
  ['no version', syn.slice().fill(0, 3, 4)],
  ['a version of the body beyond', syn.slice().fill(1, 4, 5)],
  ['a command of no number', syn.slice().fill(0x11, 6, 7)],
  ['an encryption unknown', syn.slice().fill(4, 8, 9)],
  ['a head too long', syn.slice().fill(1, 14, 15)],
  ['a command of no group', syn.slice().fill(0, 6, 7)],
  ['a head too short', syn.slice().fill(0x14, 16, 17)],
  ['a body beyond', syn.slice().fill(1, 17, 18)],
])('TencentGames: %s', (_case, bytes) => expect(show(tencentGames, [fromClient(bytes)]).verdict).toBe(Exclude))

const hello = concat(hex('04000000'), new Uint8Array(65).fill(0x77))
const answer = concat(hex('10000000'), new Uint8Array(355).fill(0x77))
const probe = hex('0102c841 00000001 00010000 001e 0004 0004 41304231')
test.each([
  ['a hello and its answer', [fromClient(hello), fromServer(answer)], Match],
  ['a hello', [fromClient(hello), fromClient(hello)], NeedMore],
  ['an answer alone', [fromServer(answer)], Exclude],
  ['another answer', [fromClient(hello), fromServer(concat(hex('11'), answer.slice(1)))], Exclude],
  ['a short answer', [fromClient(hello), fromServer(answer.slice(0, 200))], Exclude],
  ['a hello of another length', [fromClient(concat(hello, hex('00')))], Exclude],
  ['another hello', [fromClient(hello.slice().fill(5, 0, 1))], Exclude],
  ['a hello of the server', [fromServer(hello), fromServer(answer)], Exclude],
  ['a probe', [fromClient(probe)], Match],
  ['a probe whose text is longer', [fromClient(probe.slice().fill(5, 17, 18))], Exclude],
])('LoLWildRift: %s', (_case, packets, verdict) => expect(show(lolWildRift, packets).verdict).toBe(verdict))

const at7500 = { serverPort: 7500 }
const ping = concat(hex('bbb653ea96fdbb03'), latin1('ping'))
test.each([
  ['a ping that comes back', [fromClient(ping), fromServer(ping)], Match],
  ['a ping', [fromClient(ping), fromClient(ping)], NeedMore],
  ['a ping with another token', [fromClient(ping), fromServer(ping.slice().fill(1, 5, 6))], NeedMore],
  ['an empty ping', [fromClient(new Uint8Array(8)), fromServer(new Uint8Array(8))], Exclude],
  ['the first packet of a server', [fromServer(hex('0e02c000 00010001'))], Match],
  ['another first packet', [fromServer(hex('0e02c001 00010001'))], Exclude],
  ['yet another', [fromServer(hex('0e02c000 00010002'))], Exclude],
  ['a ping of zeros', [fromServer(concat(new Uint8Array(8), latin1('ping')))], NeedMore],
  ['a longer ping', [fromClient(concat(ping, hex('00')))], Exclude],
  ['the same from a client', [fromClient(hex('0e02c000 00010001'))], Exclude],
  ['another word', [fromClient(concat(ping.slice(0, 8), latin1('pong')))], Exclude],
])('CoD_Mobile: %s', (_case, packets, verdict) => expect(show(codMobile, packets, at7500).verdict).toBe(verdict))
