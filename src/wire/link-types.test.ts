import { describe, expect, test } from 'vitest'
import { isKnownLinkType, LINK_TYPES } from './link-types.ts'
import { ascii, type Bytes, be16, be32, decode, eth, ip4, ip6, le16, le32, type Said, SRC_MAC, said, udp, zeros } from './testing.ts'

const packet = ip4(udp(1000, 2000, ascii('hi')))
const packet6 = ip6(udp(1000, 2000, ascii('hi')))
const FLOW: Said = { kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto: 17, payload: 'hi' }
const FLOW6: Said = { ...FLOW, flow: '[2001:db8::1]:1000 [2001:db8::2]:2000' }
const OSPF: Said = { kind: 'ip', flow: '10.0.0.1 10.0.0.2', proto: 89, payload: 'abc' }
const bad = (malformed: string): Said => ({ kind: 'none', malformed, etherType: 0 })
const sll = (arphrd: number, protocol: number, inside: Bytes) => [
  ...[...be16(0), ...be16(arphrd), ...be16(6), ...SRC_MAC, 0, 0, ...be16(protocol)],
  ...inside,
]
const sll2 = (arphrd: number, protocol: number, inside: Bytes) => [
  ...[...be16(protocol), 0, 0, ...be32(3), ...be16(arphrd), 0, 6, ...SRC_MAC, 0, 0],
  ...inside,
]
const wifi = (inside: Bytes) => [8, 1, ...zeros(20), 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...inside]
const radiotap = (fields: Bytes, present: number, inside: Bytes) => [
  0,
  0,
  ...le16(8 + fields.length),
  ...le32(present),
  ...fields,
  ...inside,
]
const ppi = (linkType: number, inside: Bytes) => [0, 0, ...le16(12), ...le32(linkType), ...zeros(4), ...inside]
const prism = (order: (n: number) => Bytes, inside: Bytes) => [...order(0x44), ...order(144), ...zeros(136), ...inside]

describe('link types', () => {
  test.each<[string, number, Bytes, Said]>([
    ['BSD loopback, little-endian', 0, [...le32(2), ...packet], FLOW],
    ['BSD loopback, big-endian', 0, [...be32(2), ...packet], FLOW],
    ['BSD loopback, IPv6 of FreeBSD', 0, [...le32(28), ...packet6], FLOW6],
    ['BSD loopback, IPv6 of macOS', 0, [...be32(30), ...packet6], FLOW6],
    ['BSD loopback, another family', 0, [...le32(7), 1], { kind: 'non-ip', etherType: 0 }],
    ['BSD loopback, cut short', 0, [2, 0, 0], bad('link-truncated')],
    ['OpenBSD loopback', 108, [...be32(24), ...packet6], FLOW6],
    ['PPP', 9, [0xff, 3, 0, 0x21, ...packet], FLOW],
    ['PPP without address and control', 9, [0, 0x57, ...packet6], FLOW6],
    ['PPP with a short protocol', 9, [0x21, ...packet], FLOW],
    ['PPP with MPLS', 50, [0xff, 3, 0x02, 0x81, 0, 0, 0x11, 64, ...packet], FLOW],
    ['PPP control', 9, [0xff, 3, 0xc0, 0x21, 1, 1, 0, 4], { kind: 'non-ip', etherType: 0x880b }],
    ['PPP cut short', 9, [0xff, 3, 0], bad('ppp-truncated')],
    ['PPP with nothing', 9, [], bad('ppp-truncated')],
    ['PPPoE as link', 51, [0x11, 0, ...be16(1), ...be16(packet.length + 2), 0, 0x21, ...packet], FLOW],
    ['raw IPv4', 101, packet, FLOW],
    ['raw IPv6', 12, packet6, FLOW6],
    ['raw, neither', 14, [0x75, 0], bad('link-header')],
    ['raw, nothing', 101, [], bad('link-truncated')],
    ['IPv4', 228, packet, FLOW],
    ['IPv6', 229, packet6, FLOW6],
    ['IPv6 in IPv4 frames', 228, packet6, { kind: 'none', malformed: 'ipv4-version', etherType: 0x0800 }],
    ['Cisco HDLC', 104, [0x0f, 0, 8, 0, ...packet], FLOW],
    ['Cisco HDLC keep-alive', 104, [0x8f, 0, 0x80, 0x35, 0, 0], { kind: 'non-ip', etherType: 0x8035 }],
    ['Cisco HDLC cut short', 104, [0x0f, 0, 8], bad('link-truncated')],
    ['cooked', 113, sll(1, 0x0800, packet), FLOW],
    ['cooked with a tag', 113, sll(1, 0x8100, [0, 42, 8, 0, ...packet]), { ...FLOW, vlan: 42 }],
    ['cooked with LLC', 113, sll(1, 4, [0x42, 0x42, 3, 0]), { kind: 'non-ip', etherType: 0x42 }],
    ['cooked of netlink', 113, sll(824, 0x0800, packet), { kind: 'non-ip', etherType: 0 }],
    ['cooked cut short', 113, sll(1, 0x0800, []).slice(0, 15), bad('link-truncated')],
    ['cooked 2', 276, sll2(1, 0x86dd, packet6), FLOW6],
    ['cooked 2 cut short', 276, sll2(1, 0x86dd, []).slice(0, 19), bad('link-truncated')],
    ['802.11', 105, wifi(packet), FLOW],
    ['radiotap', 127, radiotap([], 0, wifi(packet)), FLOW],
    [
      'radiotap with a checksum behind',
      127,
      radiotap([0x10], 2, [...wifi(ip4(ascii('abc'), { proto: 89, totalLen: 0 })), 9, 9, 9, 9]),
      OSPF,
    ],
    [
      'radiotap with a padded header',
      127,
      radiotap([0x20], 2, [0x88, 1, ...zeros(22), 0, 0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]),
      FLOW,
    ],
    [
      'radiotap: flags behind the time',
      127,
      radiotap([...zeros(8), 0x20], 3, [0x88, 1, ...zeros(26), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]),
      FLOW,
    ],
    [
      'radiotap: two present words',
      127,
      radiotap([0, 0, 0, 0, 0x20], 2 - 2 ** 31, [0x88, 1, ...zeros(26), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]),
      FLOW,
    ],
    [
      'radiotap: present words without end',
      127,
      [0, 0, ...le16(408), ...Array.from({ length: 101 }, () => [0xff, 0xff, 0xff, 0xff]).flat(), ...wifi(packet)],
      FLOW,
    ],
    [
      'radiotap: flags said to be where the frame is',
      127,
      radiotap([], 3, [0x88, 1, 0, 0, ...new Array<number>(18).fill(0x20), 0, 0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]),
      FLOW,
    ],
    ['radiotap longer than the frame', 127, [0, 0, ...le16(99), ...zeros(20)], bad('link-truncated')],
    ['radiotap of length 7', 127, [0, 0, ...le16(7), ...zeros(20)], bad('link-header')],
    ['PPI with Ethernet', 192, ppi(1, eth(0x0800, packet)), FLOW],
    ['PPI with 802.11', 192, ppi(105, wifi(packet)), FLOW],
    ['PPI with another', 192, ppi(147, packet), { kind: 'non-ip', etherType: 0 }],
    ['PPI of length 7', 192, [0, 0, ...le16(7), ...zeros(10)], bad('link-header')],
    ['PPI longer than the frame', 192, [0, 0, ...le16(70), ...zeros(10)], bad('link-truncated')],
    ['Prism', 119, prism(le32, wifi(packet)), FLOW],
    ['Prism, big-endian', 119, prism(be32, wifi(packet)), FLOW],
    ['Prism too long', 119, prism(le32, []).slice(0, 100), bad('link-truncated')],
    ['unknown', 147, packet, bad('link-unknown')],
  ])('%s', (_name, linkType, frame, expected) => {
    expect(said(decode(frame, { linkType }))).toEqual(expected)
  })

  test('a cooked frame has the sender alone', () => {
    for (const [linkType, frame] of [
      [113, sll(1, 0x0800, packet)],
      [276, sll2(1, 0x0800, packet)],
    ] as const) {
      const p = decode(frame, { linkType })
      expect([...p.buf.subarray(p.srcMacAt, p.srcMacAt + 6)]).toEqual(SRC_MAC)
      expect(p.dstMacAt).toBe(-1)
    }
  })

  test('what is known has a name', () => {
    expect([isKnownLinkType(1), isKnownLinkType(276), isKnownLinkType(147)]).toEqual([true, true, false])
    for (const name of LINK_TYPES.values()) expect(name).not.toBe('')
  })
})
