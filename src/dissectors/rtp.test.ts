import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import rtcp from './rtcp.ts'
import rtp from './rtp.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'

const packet = (sequence: number, { type = 0, source = 0xdeadbeef, first = 0x80 } = {}) =>
  concat(bytes(first, type), u16(sequence & 0xffff), hex('00000001'), u16(source >>> 16, source & 0xffff), new Uint8Array(160).fill(0x55))

describe('RTP', () => {
  test('three packets of one source that follow each other, across the wrap', () => {
    expect(
      show(
        rtp,
        [65_535, 65_536, 65_537].map((n) => fromServer(packet(n))),
      ),
    ).toMatchObject({
      verdict: Match,
      packets: 3,
      fields: { payloadType: 'PCMU', source: 0xdeadbeef },
    })
  })
  test('the other way between them, and packets seen twice, do no harm', () => {
    const packets = [
      fromServer(packet(5)),
      fromServer(packet(5)),
      fromClient(packet(900, { source: 7 })),
      fromServer(packet(6)),
      fromServer(packet(8)),
    ]
    expect(show(rtp, packets).verdict).toBe(Match)
  })
  test.each([
    ['sequence numbers at random', [1, 9000, 77, 30_000, 5].map((n) => packet(n)), NeedMore],
    ['another source each time', [1, 2, 3, 4].map((n) => packet(n, { source: n })), NeedMore],
    ['two packets', [1, 2].map((n) => packet(n)), NeedMore],
    ['a payload type that nobody has', [packet(1, { type: 50 })], Exclude],
    ['RTCP', [packet(1, { type: 200 })], Exclude],
    ['version 1', [packet(1, { first: 0x40 })], Exclude],
    ['an extension longer than the packet', [packet(1, { first: 0x90 })], Exclude],
    ['no source', [packet(1, { source: 0 })], Exclude],
  ])('not yet or never: %s', (_name, packets, verdict) => expect(show(rtp, packets.map(fromClient)).verdict).toBe(verdict))
  test('a type of its own is shown by its number', () => {
    expect(
      show(
        rtp,
        [1, 2, 3].map((n) => fromClient(packet(n, { type: 111 }))),
      ).fields['payloadType'],
    ).toBe('111')
  })
})

describe('RTP over TCP', () => {
  const framed = (...packets: Uint8Array[]) => concat(...packets.flatMap((p) => [u16(p.length), p]))
  test('three frames of one source, however they are cut', () => {
    expect(
      sameHoweverCut(rtp, framed(packet(7, { type: 8, source: 0 }), packet(8, { type: 8, source: 0 }), packet(9, { type: 8, source: 0 }))),
    ).toMatchObject({
      fields: { payloadType: 'PCMA' },
    })
  })
  test.each([
    ['two frames', framed(packet(7), packet(8)), NeedMore],
    ['a gap', framed(packet(7), packet(9)), Exclude],
    ['another source', framed(packet(7), packet(8, { source: 1 })), Exclude],
    ['a length that does not fit', concat(u16(200), packet(7), u16(172), packet(8)), Exclude],
    ['no version', framed(packet(7, { first: 0x40 })), Exclude],
    ['headers alone', framed(packet(7).subarray(0, 12), packet(8).subarray(0, 12), packet(9).subarray(0, 12)), Exclude],
    ['frames longer than packets', framed(...[7, 8, 9].map((n) => concat(packet(n), new Uint8Array(1400)))), Exclude],
  ])('%s', (_name, stream, verdict) => expect(show(rtp, [fromClient(stream)], { transport: 'tcp' }).verdict).toBe(verdict))
})

describe('RTCP', () => {
  const senderReport = concat(hex('80c80006 12345678'), new Uint8Array(20))
  const description = concat(hex('81ca0005 12345678'), bytes(1, 11), latin1('a@b.example'), new Uint8Array(3))
  const receiverReport = concat(hex('81c90007 00000001'), new Uint8Array(24))
  test('a compound packet at once', () => {
    expect(show(rtcp, [fromClient(concat(senderReport, description))])).toMatchObject({
      verdict: Match,
      fields: { source: 0x12345678, canonicalName: 'a@b.example' },
    })
  })
  test.each([
    ['one report, once', [senderReport], NeedMore],
    ['one report, twice', [receiverReport, senderReport], Match],
    ['a length that leaves bytes', [concat(senderReport, bytes(0))], Exclude],
    ['a length beyond the end', [senderReport.subarray(0, 24)], Exclude],
    ['more reports than fit', [concat(hex('9fc80006 12345678'), new Uint8Array(20))], Exclude],
    ['a description first', [description], Exclude],
  ])('%s', (_name, packets, verdict) => expect(show(rtcp, packets.map(fromClient)).verdict).toBe(verdict))
})
