/** Streams of players that bring a transport of their own. */
import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import iqiyi from './iqiyi.ts'
import sdRtn from './sd-rtn.ts'
import sonos from './sonos.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes } from './tls-testing.ts'
import zattoo from './zattoo.ts'

describe('iQIYI', () => {
  const datagram = (length: number, says: number, mark = 0x43) =>
    concat(bytes(says & 255, says >> 8, mark), new Uint8Array(length - 3).fill(7))
  test.each([
    ['three lengths, counted in each way', [datagram(60, 60), datagram(60, 56), datagram(90, 84)], Match],
    ['two', [datagram(60, 60), datagram(60, 60)], NeedMore],
    ['a length that is none', [datagram(60, 61)], Exclude],
    ['another mark', [datagram(60, 60, 0x44)], Exclude],
  ])('%s', (_case, payloads, verdict) => expect(show(iqiyi, payloads.map(fromClient)).verdict).toBe(verdict))
})

describe('SD-RTN', () => {
  const named = (server: string, length = server.length) =>
    concat(new Uint8Array(18).fill(9), bytes(length), latin1(server), new Uint8Array(40))
  const tagged = (tag: string) => concat(new Uint8Array(20), latin1(`CHLO\x01\0\0\0${tag}\x0f\0\0\0`), latin1('edge-1.agora.io'))
  test('an opening that names one of its servers', () => {
    expect(show(sdRtn, [fromClient(named('Edge-1.agora.io'))])).toMatchObject({
      verdict: Match,
      serverName: 'edge-1.agora.io',
      fields: { serverName: 'edge-1.agora.io' },
    })
    expect(show(sdRtn, [fromClient(tagged('SNI\0'))]).verdict).toBe(Match)
  })
  test.each([
    ['another server', named('www.google.com')],
    ['a name that only ends like its own', named('edge.xagora.io')],
    ['the domain alone', named('.agora.io')],
    ['another length', named('edge-1.agora.io', 16)],
    ['another tag', tagged('UAID')],
    ['labels as in DNS', concat(new Uint8Array(18), latin1('\x04edge\x05agora\x02io\0'))],
  ])('not: %s', (_case, payload) => expect(show(sdRtn, [fromClient(payload)]).verdict).toBe(Exclude))
})

test.each([
  ['begin', '0013598400000000fc', Match],
  ['end', '00135f9900000000ff', Match],
  ['synchronise', '0013598501000000fd00000c', Match],
  ['music', '0013598a0000ffff56010020', Exclude],
  ['another command', '0013598400000000fb', Exclude],
  ['a flag', '0013598401000000fc', Exclude],
  ['a longer command', '0013598400000000fc00', Exclude],
])('Sonos: %s', (_case, payload, verdict) => expect(show(sonos, [fromClient(hex(payload))], { serverPort: 7080 }).verdict).toBe(verdict))

describe('Zattoo', () => {
  const greeting = (begin: string) => concat(hex(begin), new Uint8Array(50).fill(7))
  test('its greeting, however it is cut', () => void sameHoweverCut(zattoo, greeting('03 04 00 04 0a 00')))
  test.each([
    ['cut', fromClient(greeting('03 04 00 04 0a 00').subarray(0, 49)), NeedMore],
    ['another', fromClient(greeting('03 04 00 04 0a 01')), Exclude],
    ['of a server', fromServer(greeting('03 04 00 04 0a 00')), Exclude],
  ])('%s', (_case, shown, verdict) => expect(show(zattoo, [shown]).verdict).toBe(verdict))
})
