/** Streams of players that bring a transport of their own. */
import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import iqiyi from './iqiyi.ts'
import sdRtn from './sd-rtn.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'
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
  const hello = (server: string, { before = 20, count = 0, name = 'SNI\0' } = {}) => {
    const pairs = [
      ['PAD\0', '-'.repeat(30)],
      [name, server],
    ] as const
    let end = 0
    const index = pairs.map(([tag, value]) => concat(latin1(tag), bytes((end += value.length), 0, 0, 0)))
    const head = concat(latin1('CHLO'), bytes(pairs.length + count), u16(0), bytes(0))
    return concat(new Uint8Array(before).fill(9), head, ...index, latin1(pairs.map(([, value]) => value).join('')))
  }
  test('a hello to one of its servers', () => {
    expect(show(sdRtn, [fromClient(hello('Edge-1.Agora.io'))])).toMatchObject({
      verdict: Match,
      serverName: 'edge-1.agora.io',
      fields: { serverName: 'edge-1.agora.io' },
    })
  })
  test.each([
    ['another server', hello('www.google.com')],
    ['a name that only ends like its own', hello('xagora.io')],
    ['no server', hello('edge-1.agora.io', { name: 'UAID' })],
    ['more pairs than there are', hello('edge-1.agora.io', { count: 3 })],
    ['a hello too late', hello('edge-1.agora.io', { before: 70 })],
  ])('not: %s', (_case, payload) => expect(show(sdRtn, [fromClient(payload)]).verdict).toBe(Exclude))
})

describe('Zattoo', () => {
  const greeting = (begin: string) => concat(hex(begin), new Uint8Array(50).fill(7))
  test('its greeting, however it is cut', () => void sameHoweverCut(zattoo, greeting('03 04 00 04 0a 00')))
  test.each([
    ['cut', fromClient(greeting('03 04 00 04 0a 00').subarray(0, 49)), NeedMore],
    ['another', fromClient(greeting('03 04 00 04 0a 01')), Exclude],
    ['of a server', fromServer(greeting('03 04 00 04 0a 00')), Exclude],
  ])('%s', (_case, shown, verdict) => expect(show(zattoo, [shown]).verdict).toBe(verdict))
})
