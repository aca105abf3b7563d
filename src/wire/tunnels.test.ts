import { describe, expect, test } from 'vitest'
import { MAX_TUNNELS } from './decode.ts'
import { ascii, type Bytes, be16, be32, decode, eth, ip4, ip6, type Said, said, tag, tcp, udp, zeros } from './testing.ts'
import { TUNNELS } from './tunnels.ts'

const packet = ip4(tcp(1000, 443, ascii('hi')), { proto: 6, src: '192.168.1.1', dst: '192.168.1.2' })
const packet6 = ip6(tcp(1000, 443, ascii('hi')), { next: 6, src: '2001:db8::a', dst: '2001:db8::b' })
const frame = eth(0x0800, packet)
const inner = (tunnel: string): Said => ({ kind: 'ip', flow: '192.168.1.1:1000 192.168.1.2:443', proto: 6, payload: 'hi', tunnel })
const inner6 = (tunnel: string): Said => ({ ...inner(tunnel), flow: '[2001:db8::a]:1000 [2001:db8::b]:443' })
const over = (proto: number, inside: Bytes) => eth(0x0800, ip4(inside, { proto }))
const overUdp = (port: number, inside: Bytes) => over(17, udp(5555, port, inside))

const gre = (type: number, inside: Bytes, flags = 0) => [
  ...[...be16(flags), ...be16(type)],
  ...[0x8000, 0x2000, 0x1000].flatMap((flag) => ((flags & flag) !== 0 ? be32(7) : [])),
  ...inside,
]
const pptp = (inside: Bytes, flags = 0x3081, length = inside.length) => [
  ...[...be16(flags), 0x88, 0x0b, ...be16(length), 0, 5],
  ...((flags & 0x1000) !== 0 ? be32(1) : []),
  ...((flags & 0x80) !== 0 ? be32(1) : []),
  ...inside,
]
const erspan2 = (inside: Bytes) => [0x10, 5, 0, 1, 0, 0, 0, 0, ...inside]
const erspan3 = (last: Bytes, inside: Bytes) => [0x20, 5, 0, 1, ...zeros(6), ...last, ...inside]
const vxlan = (inside: Bytes, head: Bytes = [8, 0, 0, 0]) => [...head, 0, 0, 7, 0, ...inside]
const geneve = (type: number, inside: Bytes, options: Bytes = []) => [
  options.length / 4,
  0,
  ...be16(type),
  0,
  0,
  7,
  0,
  ...options,
  ...inside,
]
const gtp = (inside: Bytes, flags = 0x30, type = 255, optional: Bytes = []) => [
  ...[flags, type, ...be16(optional.length + inside.length), ...be32(1)],
  ...optional,
  ...inside,
]
const ppp = [0xff, 3, 0, 0x21, ...packet]
const wifi = (control: Bytes, sequence: Bytes) => [...control, 0, 0, ...zeros(18), ...sequence, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]
const capwap = (flags: Bytes, inside: Bytes, rest: Bytes = [0, 0, 0, 0]) => [0, ...flags, ...rest, ...inside]

describe('tunnels are opened to the innermost packet', () => {
  test.each<[string, Bytes, Said]>([
    ['IPv4 in IPv4', over(4, packet), inner('IP-in-IP')],
    ['IPv6 in IPv4', over(41, packet6), inner6('6in4')],
    ['IPv4 in IPv6', eth(0x86dd, ip6(packet, { next: 4 })), inner('IP-in-IP')],
    ['IPv6 in IPv6', eth(0x86dd, ip6(packet6, { next: 41 })), inner6('6in4')],
    ['Ethernet in IP', over(97, [0x30, 0, ...frame]), inner('EtherIP')],
    ['MPLS in IP', over(137, [0, 0, 1, 64, ...packet]), inner('MPLS-in-IP')],
    ['GRE', over(47, gre(0x0800, packet)), inner('GRE')],
    ['GRE with checksum, key and sequence number', over(47, gre(0x86dd, packet6, 0xb000)), inner6('GRE')],
    ['GRE with Ethernet', over(47, gre(0x6558, frame, 0x2000)), inner('GRE')],
    ['GRE with MPLS', over(47, gre(0x8847, [0, 0, 1, 64, ...packet])), inner('GRE')],
    ['GRE with PPP', over(47, pptp(ppp)), inner('GRE')],
    ['GRE with PPP, no acknowledgement', over(47, pptp(ppp, 0x3001)), inner('GRE')],
    ['ERSPAN I', over(47, gre(0x88be, frame)), inner('ERSPAN')],
    ['ERSPAN II', over(47, gre(0x88be, erspan2(frame), 0x1000)), inner('ERSPAN')],
    ['ERSPAN III', over(47, gre(0x22eb, erspan3([0, 0], frame), 0x1000)), inner('ERSPAN')],
    ['ERSPAN III with a subheader', over(47, gre(0x22eb, erspan3([0, 1], [...zeros(8), ...frame]), 0x1000)), inner('ERSPAN')],
    ['ERSPAN III with bare IP', over(47, gre(0x22eb, erspan3([8, 0], packet), 0x1000)), inner('ERSPAN')],
    ['VXLAN', overUdp(4789, vxlan(frame)), inner('VXLAN')],
    ['VXLAN on its older port', overUdp(8472, vxlan(frame)), inner('VXLAN')],
    ['VXLAN with a tag inside', overUdp(4789, vxlan(eth(0x8100, tag(42, 0x0800, packet)))), { ...inner('VXLAN'), vlan: 42 }],
    ['VXLAN with group policy', overUdp(4789, vxlan(frame, [0x88, 0x40, 0, 9])), inner('VXLAN')],
    ['VXLAN-GPE with IPv4', overUdp(4790, vxlan(packet, [0x0c, 0, 0, 1])), inner('VXLAN-GPE')],
    ['VXLAN-GPE with IPv6', overUdp(4790, vxlan(packet6, [0x0c, 0, 0, 2])), inner6('VXLAN-GPE')],
    ['VXLAN-GPE with Ethernet', overUdp(4790, vxlan(frame, [0x0c, 0, 0, 3])), inner('VXLAN-GPE')],
    ['VXLAN-GPE with MPLS', overUdp(4790, vxlan([0, 0, 1, 64, ...packet], [0x0c, 0, 0, 5])), inner('VXLAN-GPE')],
    ['Geneve with Ethernet', overUdp(6081, geneve(0x6558, frame)), inner('Geneve')],
    ['Geneve with options and IPv6', overUdp(6081, geneve(0x86dd, packet6, zeros(12))), inner6('Geneve')],
    ['GTP', overUdp(2152, gtp(packet)), inner('GTP')],
    ['GTP from the port', over(17, udp(2152, 40_000, gtp(packet6))), inner6('GTP')],
    ['GTP with a sequence number', overUdp(2152, gtp(packet, 0x32, 255, [0, 1, 0, 0])), inner('GTP')],
    ['GTP with extension headers', overUdp(2152, gtp(packet, 0x34, 255, [0, 0, 0, 0x85, 1, 9, 9, 0xc0, 1, 9, 9, 0])), inner('GTP')],
    ['Teredo', overUdp(3544, packet6), inner6('Teredo')],
    ['Teredo with an origin', overUdp(3544, [0, 0, 1, 2, 3, 4, 5, 6, ...packet6]), inner6('Teredo')],
    [
      'Teredo with authentication and origin',
      overUdp(3544, [0, 1, 2, 1, 9, 9, 9, ...zeros(9), 0, 0, ...zeros(6), ...packet6]),
      inner6('Teredo'),
    ],
    ['L2TP', overUdp(1701, [0, 2, 0, 1, 0, 2, ...ppp]), inner('L2TP')],
    [
      'L2TP with length, sequence and offset',
      overUdp(1701, [0x4a, 2, ...be16(18 + ppp.length), 0, 1, 0, 2, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, ...ppp]),
      inner('L2TP'),
    ],
    ['TZSP with Ethernet', overUdp(37_008, [1, 0, 0, 1, 0, 10, 1, 200, 1, ...frame]), inner('TZSP')],
    ['TZSP with 802.11', overUdp(37_008, [1, 1, 0, 18, 1, ...wifi([8, 1], [0x10, 0])]), inner('TZSP')],
    ['CAPWAP with 802.11', overUdp(5247, capwap([0x10, 3, 0], wifi([8, 1], [0x10, 0]))), inner('CAPWAP')],
    ['CAPWAP with swapped 802.11', overUdp(5247, capwap([0x10, 3, 0], wifi([0x11, 8], [0x77, 0x30]))), inner('CAPWAP')],
    ['CAPWAP with 802.3', overUdp(5247, capwap([0x10, 2, 0], frame)), inner('CAPWAP')],
    ['CAPWAP with wireless information', overUdp(5247, capwap([0x20, 2, 0x20], [...zeros(8), ...frame])), inner('CAPWAP')],
    ['the outermost names the tunnel', overUdp(4789, vxlan(eth(0x0800, ip4(gre(0x0800, packet), { proto: 47 })))), inner('VXLAN')],
  ])('%s', (_name, bytes, expected) => {
    expect(said(decode(bytes))).toEqual(expected)
  })
})

describe('where no sound IP packet stands in it the packet around it stands', () => {
  const outer = (proto: number, malformed?: string) => ({
    ...{ kind: 'ip', flow: '10.0.0.1 10.0.0.2', proto },
    ...(malformed === undefined ? {} : { malformed }),
  })
  const outerUdp = (port: number, malformed?: string) => ({ ...outer(17, malformed), flow: `10.0.0.1:5555 10.0.0.2:${port}` })
  test.each<[string, Bytes, Said]>([
    ['IPv4 in IPv4 that is not', over(4, packet6), outer(4)],
    ['IPv4 in IPv4, nothing', over(4, []), outer(4)],
    ['inner header damaged', over(4, [0x41, ...packet.slice(1)]), outer(4, 'ipv4-header-length')],
    ['inner TCP damaged', over(4, ip4(zeros(20), { proto: 6 })), outer(4, 'tcp-header-length')],
    ['EtherIP of another version', over(97, [0x20, 0, ...frame]), outer(97)],
    ['GRE with routing', over(47, gre(0x0800, packet, 0x4000)), outer(47)],
    ['GRE of version 2', over(47, gre(0x0800, packet, 2)), outer(47)],
    ['GRE cut short', over(47, gre(0x0800, [], 0xb000).slice(0, 15)), outer(47)],
    ['GRE that says IPv4 and holds IPv6', over(47, gre(0x0800, packet6)), outer(47)],
    ['GRE with another protocol', over(47, gre(0x88cc, packet)), outer(47)],
    ['GRE acknowledgement', over(47, pptp([], 0x2081)), outer(47)],
    ['GRE with PPP control', over(47, pptp([0xff, 3, 0xc0, 0x21, 1, 1, 0, 4])), outer(47)],
    ['GRE with PPP longer than the packet', over(47, pptp(ppp, 0x3001, 999)), outer(47)],
    ['ERSPAN II of another version', over(47, gre(0x88be, [0x30, ...zeros(7), ...frame], 0x1000)), outer(47)],
    ['ERSPAN III of another version', over(47, gre(0x22eb, [0x10, ...zeros(11), ...frame])), outer(47)],
    ['VXLAN without the flag', overUdp(4789, vxlan(frame, [0, 0, 0, 0])), outerUdp(4789)],
    ['VXLAN with reserved bits', overUdp(4789, vxlan(frame, [8, 1, 0, 0])), outerUdp(4789)],
    ['VXLAN with ARP', overUdp(4789, vxlan(eth(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...zeros(20)]))), outerUdp(4789)],
    ['VXLAN with half a frame', overUdp(4789, vxlan(frame.slice(0, 13))), outerUdp(4789)],
    ['VXLAN-GPE control', overUdp(4790, vxlan(packet, [0x0d, 0, 0, 1])), outerUdp(4790)],
    ['Geneve control', overUdp(6081, [0, 0x80, 0x65, 0x58, 0, 0, 7, 0, ...frame]), outerUdp(6081)],
    ['Geneve of another version', overUdp(6081, [0x40, 0, 0x65, 0x58, 0, 0, 7, 0, ...frame]), outerUdp(6081)],
    ['Geneve options past the end', overUdp(6081, [63, 0, 0x65, 0x58, 0, 0, 7, 0, ...frame]), outerUdp(6081)],
    ['GTP echo', overUdp(2152, gtp([14, 0], 0x32, 1, [0, 1, 0, 0])), outerUdp(2152)],
    ['GTP of version 2', overUdp(2152, gtp(packet, 0x48)), outerUdp(2152)],
    ['GTP extension of length 0', overUdp(2152, gtp(packet, 0x34, 255, [0, 0, 0, 0x85, 0, 9, 9, 0x85])), outerUdp(2152)],
    [
      'GTP extensions without end',
      overUdp(2152, gtp([], 0x34, 255, [0, 0, 0, 1, ...Array.from({ length: 99 }, () => [1, 0, 0, 1]).flat()])),
      outerUdp(2152),
    ],
    [
      'GTP with nine extensions',
      overUdp(2152, gtp(packet, 0x34, 255, [0, 0, 0, 1, ...Array.from({ length: 9 }, (_, i) => [1, 0, 0, i < 8 ? 1 : 0]).flat()])),
      outerUdp(2152),
    ],
    ['GTP longer than the packet', overUdp(2152, [0x30, 255, 9, 9, 0, 0, 0, 1, ...packet]), outerUdp(2152)],
    ['Teredo with IPv4', overUdp(3544, packet), outerUdp(3544)],
    ['Teredo longer than the packet', overUdp(3544, packet6.slice(0, -1)), outerUdp(3544)],
    ['L2TP control', overUdp(1701, [0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0]), outerUdp(1701)],
    ['L2TP of version 3', overUdp(1701, [0, 3, 0, 1, 0, 2, ...ppp]), outerUdp(1701)],
    ['L2TP offset past the end', overUdp(1701, [2, 2, 0, 1, 0, 2, 0xff, 0xff, ...ppp]), outerUdp(1701)],
    ['TZSP keep-alive', overUdp(37_008, [1, 4, 0, 0, 1]), outerUdp(37_008)],
    ['TZSP tags without end', overUdp(37_008, [1, 0, 0, 1, ...zeros(200)]), outerUdp(37_008)],
    ['TZSP with more padding than is passed over', overUdp(37_008, [1, 0, 0, 1, ...zeros(64), 1, ...frame]), outerUdp(37_008)],
    ['TZSP tag past the end', overUdp(37_008, [1, 0, 0, 1, 10, 250, 1]), outerUdp(37_008)],
    ['CAPWAP by DTLS', overUdp(5247, [1, 0, 0, 0, 22, 254, 253, ...zeros(20)]), outerUdp(5247)],
    ['CAPWAP keep-alive', overUdp(5247, capwap([0x10, 2, 8], frame)), outerUdp(5247)],
    ['CAPWAP later fragment', overUdp(5247, capwap([0x10, 2, 0x80], frame, [0, 1, 1, 0])), outerUdp(5247)],
    ['CAPWAP native of another binding', overUdp(5247, capwap([0x10, 1, 0], wifi([8, 1], [0x10, 0]))), outerUdp(5247)],
    ['CAPWAP header past the end', overUdp(5247, capwap([0xf8, 2, 0], [])), outerUdp(5247)],
  ])('%s', (_name, bytes, expected) => {
    const { payload, ...rest } = said(decode(bytes))
    expect(payload).toBeDefined()
    expect(rest).toEqual(expected)
  })

  test('the payload of the packet around it is whole', () => {
    const p = decode(overUdp(4789, ascii('not a tunnel')))
    expect(said(p)).toEqual({ ...outerUdp(4789), payload: 'not a tunnel' })
  })
})

describe('depth', () => {
  const nested = (n: number): Bytes => (n === 0 ? packet : ip4(nested(n - 1), { proto: 4, src: `10.0.0.${n}` }))
  test('as many tunnels as are opened', () => {
    expect(said(decode(eth(0x0800, nested(MAX_TUNNELS))))).toEqual(inner('IP-in-IP'))
  })
  test('one more: the last opened stands, and it is counted', () => {
    expect(said(decode(eth(0x0800, nested(MAX_TUNNELS + 1))))).toMatchObject({
      ...{ kind: 'ip', flow: '10.0.0.1 10.0.0.2', proto: 4, tunnel: 'IP-in-IP', malformed: 'tunnel-depth' },
    })
  })
  test('ports of the packet around do not reach one without ports', () => {
    const p = decode(overUdp(4789, vxlan(eth(0x0800, ip4([8, 0, 0, 0, 1, 1, 1, 1], { proto: 1 })))))
    expect([p.proto, p.srcPort, p.dstPort, p.tcpFlags]).toEqual([1, 0, 0, 0])
  })
  test('link addresses are those of the outermost frame', () => {
    const p = decode(overUdp(4789, vxlan([...zeros(12), ...frame.slice(12)])))
    expect([p.dstMacAt - p.start, p.srcMacAt - p.start, p.tunnel]).toEqual([0, 6, TUNNELS.indexOf('VXLAN')])
  })
  test('a link without addresses has none, whatever is inside', () => {
    const p = decode(ip4(gre(0x6558, frame), { proto: 47 }), { linkType: 228 })
    expect([p.dstMacAt, p.srcMacAt, p.tunnel]).toEqual([-1, -1, TUNNELS.indexOf('GRE')])
  })
  test('every tunnel has a name', () => {
    expect(TUNNELS[0]).toBe('')
    for (let i = 1; i < TUNNELS.length; i++) expect(TUNNELS[i], `${i}`).toMatch(/\w/)
  })
})
