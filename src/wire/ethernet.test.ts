import { describe, expect, test } from 'vitest'
import { arpOperation } from './arp.ts'
import { Decoder } from './decode.ts'
import { Packet } from './packet.ts'
import { ascii, be16, decode, eth, ip4, ip6, type Said, SRC_MAC, said, tag, tcp, udp, zeros } from './testing.ts'

const packet = ip4(udp(1000, 2000, ascii('hi')))
const FLOW: Said = { kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto: 17, payload: 'hi' }
const FLOW6: Said = { ...FLOW, flow: '[2001:db8::1]:1000 [2001:db8::2]:2000' }
const arp = [...be16(1), ...be16(0x0800), 6, 4, ...be16(2), ...SRC_MAC, 10, 0, 0, 1, ...zeros(6), 10, 0, 0, 9]
const snap = (oui: number[], type: number, inside: readonly number[]) => [0xaa, 0xaa, 3, ...oui, ...be16(type), ...inside]
const dot3 = (inside: readonly number[]) => eth(inside.length, inside)
const gre = (inside: readonly number[]) => [0, 0, 8, 0, ...ip4(inside, { proto: 6 })]
const tags = (n: number) => Array.from({ length: n }).reduce<readonly number[]>((inside) => tag(5, 0x8100, inside), tag(7, 0x0800, packet))

describe('Ethernet', () => {
  test.each<[string, readonly number[], Said]>([
    ['IPv4', eth(0x0800, packet), FLOW],
    ['IPv6', eth(0x86dd, ip6(udp(1000, 2000, ascii('hi')))), FLOW6],
    ['padding to 60 bytes is no payload', eth(0x0800, [...packet, ...zeros(16)]), FLOW],
    ['one tag', eth(0x8100, tag(42, 0x0800, packet)), { ...FLOW, vlan: 42 }],
    ['priority bits are not of the id', eth(0x8100, tag(0xe02a, 0x0800, packet)), { ...FLOW, vlan: 42 }],
    ['provider tag outside: the inner id counts', eth(0x88a8, tag(7, 0x8100, tag(42, 0x0800, packet))), { ...FLOW, vlan: 42 }],
    ['older provider types', eth(0x9100, tag(7, 0x9200, tag(42, 0x0800, packet))), { ...FLOW, vlan: 42 }],
    ['eight tags', eth(0x8100, tags(7)), { ...FLOW, vlan: 7 }],
    ['nine tags', eth(0x8100, tags(8)), { kind: 'none', malformed: 'vlan-depth', vlan: 5, etherType: 0x8100 }],
    ['cut in a tag', eth(0x8100, [0, 1, 8]), { kind: 'none', malformed: 'vlan-truncated', etherType: 0x8100 }],
    ['cut in the header', eth(0x0800, []).slice(0, 13), { kind: 'none', malformed: 'ethernet-truncated', etherType: 0 }],
    ['nothing', [], { kind: 'none', malformed: 'ethernet-truncated', etherType: 0 }],
    ['another ethertype', eth(0x88cc, [2, 7, 4]), { kind: 'non-ip', etherType: 0x88cc }],
    ['spanning tree', dot3([0x42, 0x42, 3, 0, 0]), { kind: 'non-ip', etherType: 0x42 }],
    ['LLC behind a tag', eth(0x8100, tag(3, 5, [0x42, 0x42, 3, 0, 0])), { kind: 'non-ip', etherType: 0x42, vlan: 3 }],
    ['Novell raw', dot3([0xff, 0xff, 0, 30]), { kind: 'non-ip', etherType: 0xff }],
    ['LLC with IP', dot3([6, 6, 3, ...packet]), FLOW],
    ['SNAP with IP', dot3(snap([0, 0, 0], 0x0800, packet)), FLOW],
    ['SNAP through a bridge tunnel', dot3(snap([0, 0, 0xf8], 0x0800, packet)), FLOW],
    ['SNAP of Cisco: CDP', dot3(snap([0, 0, 0x0c], 0x2000, [2, 180])), { kind: 'non-ip', etherType: 0x2000 }],
    ['Cisco protocol numbers are no ethertypes', dot3(snap([0, 0, 0x0c], 0x0800, packet)), { kind: 'non-ip', etherType: 0x0800 }],
    ['SNAP of another', dot3(snap([0, 1, 2], 0x0800, packet)), { kind: 'non-ip', etherType: 0xaa }],
    ['802.3 length past the end', eth(200, [0x42, 0x42, 3]), { kind: 'non-ip', etherType: 0x42, malformed: 'ethernet-length' }],
    ['neither length nor type', eth(1501, [0x42, 0x42, 3]), { kind: 'non-ip', etherType: 0x42, malformed: 'ethernet-length' }],
    ['LLC cut short', dot3([0x42]), { kind: 'non-ip', etherType: 0x42, malformed: 'ethernet-truncated' }],
    ['ARP', eth(0x0806, arp), { kind: 'arp', flow: '10.0.0.1 10.0.0.9' }],
    ['ARP cut short', eth(0x0806, arp.slice(0, 27)), { kind: 'non-ip', etherType: 0x0806, malformed: 'arp-truncated' }],
    ['ARP cut in its fixed part', eth(0x0806, arp.slice(0, 7)), { kind: 'non-ip', etherType: 0x0806, malformed: 'arp-truncated' }],
    ['ARP of other lengths', eth(0x0806, [...arp.slice(0, 4), 8, ...arp.slice(5)]), { kind: 'non-ip', etherType: 0x0806 }],
  ])('%s', (_name, frame, expected) => {
    expect(said(decode(frame))).toEqual(expected)
  })

  test('link addresses are found, and kept when IP is damaged', () => {
    for (const inside of [packet, [0x45]]) {
      const p = decode(eth(0x0800, inside))
      expect([...p.buf.subarray(p.srcMacAt, p.srcMacAt + 6)]).toEqual(SRC_MAC)
      expect(p.dstMacAt).toBe(p.start)
    }
  })

  test('an ARP operation is read', () => expect(arpOperation(decode(eth(0x0806, arp)))).toBe(2))

  test('the frame before leaves nothing behind in the reused record', () => {
    const decoder = new Decoder(1)
    const used = new Packet()
    const first = Uint8Array.from(eth(0x8100, tag(9, 0x0800, ip4(gre(tcp(5, 6, ascii('x'))), { proto: 47, tos: 0xb8 }))))
    const second = Uint8Array.from(eth(0x88cc, [1]))
    decoder.decode(first, 0, first.length, first.length, 1, used)
    expect([used.vlan, used.tcpFlags, used.tunnel]).toEqual([9, 0x18, 3])
    decoder.decode(second, 0, second.length, second.length, 1, used)
    const fresh = new Packet()
    new Decoder(1).decode(second, 0, second.length, second.length, 1, fresh)
    expect(used).toEqual(fresh)
  })
})
