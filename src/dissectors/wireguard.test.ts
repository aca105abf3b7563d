import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'
import { bytes } from './tls-testing.ts'
import wireguard from './wireguard.ts'

const fill = (n: number) => new Uint8Array(n).fill(0xab)
const initiation = concat(hex('01000000 78563412'), fill(140))
const response = concat(hex('02000000 01000000 78563412'), fill(80))
const data = (counter: number, receiver = 'ddccbbaa', size = 32) =>
  concat(hex('04000000'), hex(receiver), bytes(counter & 255, counter >> 8, 0, 0, 0, 0, 0, 0), fill(size))

test('a handshake, from either side', () => {
  expect(show(wireguard, [fromClient(initiation)])).toMatchObject({ verdict: Match, fields: { message: 'initiation', sender: 0x12345678 } })
  expect(show(wireguard, [fromServer(response)])).toMatchObject({
    verdict: Match,
    fields: { message: 'response', sender: 1, receiver: 0x12345678 },
  })
})
test('data joined midway, by counters that follow', () => {
  const report = show(wireguard, [fromServer(data(400)), fromClient(data(9, '01020304')), fromServer(data(401))])
  expect(report).toMatchObject({ verdict: Match, packets: 3, fields: { message: 'data', receiver: 0xaabbccdd } })
})
describe('not yet or never', () => {
  test.each([
    ['data once', [data(1)], NeedMore],
    ['the same counter again', [data(5), data(5)], NeedMore],
    ['another receiver', [data(5), data(6, '01020304')], NeedMore],
    ['data that is not padded', [data(1, 'ddccbbaa', 33)], Exclude],
    ['an initiation of another length', [initiation.subarray(0, 147)], Exclude],
    ['reserved bytes', [concat(hex('01000100'), fill(144))], Exclude],
    ['no sender', [concat(hex('01000000 00000000'), fill(140))], Exclude],
    ['codes that are zero', [concat(hex('01000000 78563412'), fill(108), new Uint8Array(32))], Exclude],
  ])('%s', (_name, packets, verdict) => expect(show(wireguard, packets.map(fromClient)).verdict).toBe(verdict))
})
