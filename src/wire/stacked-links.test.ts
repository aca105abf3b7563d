import { describe, expect, test } from 'vitest'
import { ascii, type Bytes, be16, be32, decode, eth, ip4, ip6, type Said, said, tag, udp, zeros } from './testing.ts'

const packet = ip4(udp(1000, 2000, ascii('hi')))
const FLOW: Said = { kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto: 17, payload: 'hi' }
const label = (n: number, bottom: boolean): Bytes => be32((n << 12) | (bottom ? 0x100 : 0) | 64)
const labels = (n: number): Bytes => Array.from({ length: n }, (_, i) => label(i, i === n - 1)).flat()
const mpls = (inside: Bytes, depth = 1) => eth(0x8847, [...labels(depth), ...inside])
const pppoe = (protocol: Bytes, inside: Bytes, over: { head?: Bytes; length?: number } = {}) =>
  eth(0x8864, [...(over.head ?? [0x11, 0, 0, 7]), ...be16(over.length ?? protocol.length + inside.length), ...protocol, ...inside])
/** A pseudowire's frame whose first byte is that of an IP header. */
const wire = (firstByte: number, inside: Bytes) => [firstByte, ...eth(0x0800, inside).slice(1)]

describe('MPLS', () => {
  test.each<[string, Bytes, Said]>([
    ['IPv4', mpls(packet), FLOW],
    ['IPv6', mpls(ip6(udp(1, 2, []))), { kind: 'ip', flow: '[2001:db8::1]:1 [2001:db8::2]:2', proto: 17, payload: '' }],
    ['three labels', mpls(packet, 3), FLOW],
    ['sixteen labels', mpls(packet, 16), FLOW],
    ['seventeen labels', mpls(packet, 17), { kind: 'none', malformed: 'mpls-depth', etherType: 0x8847 }],
    ['labels without bottom', eth(0x8847, zeros(40)), { kind: 'none', malformed: 'mpls-truncated', etherType: 0x8847 }],
    ['cut in a label', eth(0x8848, [0, 0, 1]), { kind: 'none', malformed: 'mpls-truncated', etherType: 0x8848 }],
    ['pseudowire with control word', mpls([0, 0, 0, 0, ...eth(0x0800, packet)]), FLOW],
    ['pseudowire with control word and a tag', mpls([0, 0, 0, 0, ...eth(0x8100, tag(42, 0x0800, packet))]), { ...FLOW, vlan: 42 }],
    ['pseudowire without', mpls(eth(0x0800, packet)), FLOW],
    ['pseudowire whose address begins as IPv4', mpls(wire(0x44, packet)), FLOW],
    ['pseudowire whose address begins as IPv6', mpls(wire(0x6c, packet)), FLOW],
    ['associated channel', mpls([0x10, 0, 0, 0x22, 1, 2]), { kind: 'non-ip', etherType: 0x8847 }],
    ['nothing behind the labels', mpls([]), { kind: 'non-ip', etherType: 0x8847 }],
  ])('%s', (_name, frame, expected) => {
    expect(said(decode(frame))).toEqual(expected)
  })
})

test('link addresses are those of the outermost frame', () => {
  const p = decode(mpls([0, 0, 0, 0, ...eth(0x0800, packet)]))
  expect([p.dstMacAt - p.start, p.srcMacAt - p.start]).toEqual([0, 6])
})

describe('PPPoE', () => {
  test.each<[string, Bytes, Said]>([
    ['IPv4', pppoe([0, 0x21], packet), FLOW],
    ['behind a tag', eth(0x8100, tag(7, 0x8864, pppoe([0, 0x21], packet).slice(14))), { ...FLOW, vlan: 7 }],
    ['link control', pppoe([0xc0, 0x21], [9, 1, 0, 8]), { kind: 'non-ip', etherType: 0x8864 }],
    ['discovery', eth(0x8863, [0x11, 9, 0, 0, 0, 0]), { kind: 'non-ip', etherType: 0x8863 }],
    [
      'another version',
      pppoe([0, 0x21], packet, { head: [0x21, 0, 0, 7] }),
      { kind: 'none', malformed: 'pppoe-header', etherType: 0x8864 },
    ],
    ['another code', pppoe([0, 0x21], packet, { head: [0x11, 9, 0, 7] }), { kind: 'none', malformed: 'pppoe-header', etherType: 0x8864 }],
    ['length past the end counts all the same', pppoe([0, 0x21], packet, { length: 99 }), { ...FLOW, malformed: 'pppoe-header' }],
    ['length without a protocol', pppoe([0, 0x21], packet, { length: 1 }), { kind: 'none', malformed: 'ppp-truncated', etherType: 0x8864 }],
    ['cut short', eth(0x8864, [0x11, 0, 0, 7, 0]), { kind: 'none', malformed: 'pppoe-truncated', etherType: 0x8864 }],
  ])('%s', (_name, frame, expected) => {
    expect(said(decode(frame))).toEqual(expected)
  })
})
