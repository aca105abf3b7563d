import { describe, expect, test } from 'vitest'
import { ascii, type Bytes, be16, decode, hexBytes, ip4, type Said, said, udp, zeros } from './testing.ts'

const packet = ip4(udp(1000, 2000, ascii('hi')))
const FLOW: Said = { kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto: 17, payload: 'hi' }
const NON_IP: Said = { kind: 'non-ip', etherType: 0 }
const snap: Bytes = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
const macs = hexBytes('020000000001 020000000002 020000000003')
const fourth = hexBytes('020000000004')
const frame = (control: Bytes, sequence: Bytes, rest: Bytes) => [...control, 0, 0, ...macs, ...sequence, ...rest]
const data = (flags: number, rest: Bytes) => frame([0x08, flags], [0x10, 0], rest)
const qos = (flags: number, rest: Bytes) => frame([0x88, flags], [0x10, 0], rest)
const aggregate = (length: number) => [0x80, 0, ...macs.slice(0, 12), ...be16(length), ...snap, ...packet, ...zeros(9)]

describe('802.11', () => {
  test.each<[string, Bytes, Said]>([
    ['data to the distribution system', data(1, [...snap, ...packet]), FLOW],
    ['data from it', data(2, [...snap, ...packet]), FLOW],
    ['four addresses', data(3, [...fourth, ...snap, ...packet]), FLOW],
    ['quality of service', qos(1, [0, 0, ...snap, ...packet]), FLOW],
    ['quality of service with HT control', qos(0x81, [0, 0, 1, 2, 3, 4, ...snap, ...packet]), FLOW],
    ['quality of service and four addresses', qos(3, [...fourth, 0, 0, ...snap, ...packet]), FLOW],
    ['first part of an aggregate', qos(1, aggregate(snap.length + packet.length)), FLOW],
    ['aggregate cut short', qos(1, aggregate(5).slice(0, 9)), { ...NON_IP, malformed: 'wifi-truncated' }],
    ['protected', data(0x41, [...snap, ...packet]), NON_IP],
    ['without data', frame([0x48, 1], [0, 0], [...snap, ...packet]), NON_IP],
    ['later fragment', frame([0x08, 1], [0x11, 0], [...snap, ...packet]), NON_IP],
    ['management', frame([0x80, 0], [0, 0], [1, 2, 3]), NON_IP],
    ['control', [0xd4, 0, 0, 0, 2, 0, 0, 0, 0, 1], NON_IP],
    ['another version', frame([0x09, 1], [0, 0], [...snap, ...packet]), NON_IP],
    ['LLC of others', data(1, [0x42, 0x42, 3, 0]), { kind: 'non-ip', etherType: 0x42 }],
    ['cut in the addresses', data(1, []).slice(0, 23), { kind: 'none', etherType: 0, malformed: 'wifi-truncated' }],
    ['cut before the quality of service', qos(1, [0]), { kind: 'none', etherType: 0, malformed: 'wifi-truncated' }],
    ['nothing', [8, 1], { kind: 'none', etherType: 0, malformed: 'wifi-truncated' }],
  ])('%s', (_name, bytes, expected) => {
    expect(said(decode(bytes, { linkType: 105 }))).toEqual(expected)
  })

  // IEEE 802.11-2020 table 9-30: the last byte of each address is its number.
  test.each([
    [0, 1, 2],
    [1, 3, 2],
    [2, 1, 3],
    [3, 3, 4],
  ])('addresses for distribution bits %i', (bits, dst, src) => {
    const p = decode(data(bits, [...fourth, ...snap, ...packet]), { linkType: 105 })
    expect([p.buf[p.dstMacAt + 5], p.buf[p.srcMacAt + 5]]).toEqual([dst, src])
  })
})
