/** What packet filters are tried on: expressions from all over pcap-filter(7), and frames that tell them apart. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinBytes, type PcapPacket, pcapBytes } from './pcap-writer.ts'

export const EXPRESSIONS: readonly string[] = [
  'ip',
  'ip6',
  'arp',
  'rarp',
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'icmp6',
  'igmp',
  'vrrp',
  'esp or ah',
  'pim',
  'stp',
  'ether proto 0x88cc',
  'ether proto \\arp',
  'ip proto 47',
  'ip proto \\tcp or ip6 proto \\udp',
  'ip6 proto 58',
  'proto 17',
  'host 10.1.2.3',
  'src host 10.1.2.3',
  'dst host 10.1.2.3',
  'src or dst host 10.1.2.3',
  'src and dst host 10.1.2.3',
  'host 2001:db8::1',
  'src 2001:db8::1 and dst port 53',
  'ip host 10.1.2.3 or arp host 10.1.2.3',
  'arp net 10.1.0.0/16',
  'net 10.1.0.0/16',
  'net 10.1.2.0 mask 255.255.255.0',
  'src net 192.168',
  'dst net 10',
  'net 2001:db8::/32',
  'ip6 net fe80::/10',
  'port 53',
  'src port 53',
  'dst port 53',
  'tcp port 80 or tcp port 443',
  'udp src port 53',
  'tcp dst port 443',
  'port domain',
  'portrange 50-100',
  'src portrange 1024-65535',
  'udp dst portrange 5000-6000',
  'not port 53',
  'ether host 02:00:00:00:00:01',
  'ether src 02:00:00:00:00:01',
  'ether dst 02:00:00:00:00:02',
  'broadcast',
  'ether broadcast',
  'multicast',
  'ether multicast',
  'ip multicast',
  'ip6 multicast',
  'ip broadcast',
  'less 64',
  'greater 1000',
  'len >= 60 and len <= 90',
  'len = 60',
  'tcp[tcpflags] & tcp-syn != 0',
  'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn',
  'tcp[tcpflags] & (tcp-fin|tcp-rst) != 0',
  'tcp[13] = 0x12',
  'tcp[2:2] = 443',
  'tcp[(tcp[12] & 0xf0) >> 2] = 0x47',
  'tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)',
  'udp[4:2] > 100',
  'udp[8:4] & 0xffff0000 != 0',
  'icmp[icmptype] = icmp-echo',
  'icmp[icmptype] = icmp-echoreply or icmp[icmptype] == icmp-unreach',
  'icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply',
  'icmp[icmpcode] = 3',
  'icmp6[icmp6type] = icmp6-neighborsolicit',
  'ip[8] < 64',
  'ip[0] & 0xf != 5',
  'ip[6:2] & 0x1fff != 0',
  'ip[6:2] & 0x3fff != 0',
  'ip[9] * 2 + 1 = 13 or ip[9] / 17 = 1',
  'ip[2:2] % 2 = 1',
  'ip[16:4] ^ ip[12:4] = 0',
  'ip[1] - 1 > 100',
  'ip6[6] = 0',
  'ip6[40] = 128',
  'ether[0] & 1 = 0 and ip[16] >= 224',
  'ether[12:2] = 0x0800',
  'ether[12:2] > 0x5ff',
  'ether[100:4] != 0',
  'vlan',
  'not vlan',
  'vlan 10',
  'vlan 20',
  'vlan and host 10.1.2.3',
  'vlan 10 and tcp port 443',
  'vlan and vlan',
  'vlan 100 and vlan 10',
  'vlan 100 and vlan 10 and udp port 53',
  'vlan 10 or (host 10.1.2.3 and not port 53)',
  '(vlan 10 and udp) or (vlan and ip6)',
  'mpls',
  'mpls 100',
  'mpls 100 and mpls 200 and host 10.1.2.3',
  'pppoed',
  'pppoes',
  'pppoes 7 and ip',
  'pppoes and tcp port 443',
  'geneve',
  'geneve 5 and udp port 53',
  'llc',
  'llc u',
  'iso',
  'tcp and not (port 80 or port 443) and host 10.1.2.3',
  '! (tcp || udp || icmp)',
  '(udp and port 53) or (tcp[13] & 2 != 0 and not src net 10.0.0.0/8)',
  'host 10.1.2.3 and (port 80 or 443) and not ether src 02:00:00:00:00:09',
  'ip and ip[8] > 1 and not (dst net 224.0.0.0/4 or broadcast)',
]

const u16 = (n: number) => [n >> 8, n & 255]
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)]
const text = (length: number, first = 0x47) => Array.from({ length }, (_, i) => (i === 0 ? first : (i * 7) & 255))
const A = [2, 0, 0, 0, 0, 1]
const B = [2, 0, 0, 0, 0, 2]
const EVERYBODY = [255, 255, 255, 255, 255, 255]

type Bytes = readonly number[]

const ethernet = (type: number, body: Bytes, to: Bytes = B, from: Bytes = A): Bytes => [...to, ...from, ...u16(type), ...body]
const tag = (id: number, type: number, body: Bytes, pcp = 0): Bytes => [...u16((pcp << 13) | id), ...u16(type), ...body]
const quad = (address: string) => address.split('.').map(Number)

interface Ipv4 {
  readonly ttl?: number
  readonly tos?: number
  readonly fragment?: number
  readonly options?: Bytes
}
function ipv4(
  from: string,
  to: string,
  protocol: number,
  body: Bytes,
  { ttl = 64, tos = 0, fragment = 0, options = [] }: Ipv4 = {},
): Bytes {
  const headerLen = 20 + options.length
  const head = [0x40 | (headerLen / 4), tos, ...u16(headerLen + body.length), 0, 1, ...u16(fragment), ttl, protocol, 0, 0]
  return [...head, ...quad(from), ...quad(to), ...options, ...body]
}

const NET6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const LINK6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const ALL_NODES = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
const ipv6 = (from: Bytes, to: Bytes, next: number, body: Bytes): Bytes => [
  0x60,
  0,
  0,
  0,
  ...u16(body.length),
  next,
  64,
  ...from,
  ...to,
  ...body,
]

const udp = (from: number, to: number, body: Bytes = text(30)): Bytes => [...u16(from), ...u16(to), ...u16(8 + body.length), 0, 0, ...body]
const tcp = (from: number, to: number, flags: number, body: Bytes = [], options: Bytes = []): Bytes => [
  ...[...u16(from), ...u16(to), 0, 0, 0, 1, 0, 0, 0, 0, ((20 + options.length) / 4) << 4, flags, 255, 255, 0, 0, 0, 0],
  ...options,
  ...body,
]
const icmp = (type: number, code = 0): Bytes => [type, code, 0, 0, 0, 1, 0, 1, ...text(24)]
const label = (value: number, isLast: boolean): Bytes => u32((value << 12) | (isLast ? 0x100 : 0) | 64)

const VLAN = 0x8100
const SERVICE_VLAN = 0x88a8
const IP = 0x0800
const IP6 = 0x86dd
const [X, Y] = ['10.1.2.3', '192.168.7.9']

const dns = ipv4(X, Y, 17, udp(40000, 53))
const https = ipv4(Y, X, 6, tcp(443, 50000, 0x12))
const web = ipv4(X, Y, 6, tcp(50001, 80, 0x18, text(300), [1, 1, 1, 0]))
const dns6 = ipv6([...NET6, 1], [...NET6, 2], 17, udp(40000, 53))

/** Every header that the expressions ask for, and some that lie. */
const MADE: readonly Bytes[] = [
  ethernet(IP, dns),
  ethernet(IP, https),
  ethernet(IP, web),
  ethernet(IP, ipv4(X, X, 17, udp(5060, 5060, text(1200)))),
  ethernet(IP, ipv4('172.16.0.1', '10.1.200.200', 6, tcp(1023, 22, 0x02), { tos: 0xb8, ttl: 3 })),
  ethernet(IP, ipv4('172.16.0.1', '10.1.200.200', 6, tcp(6000, 65535, 0x04)), B, [2, 0, 0, 0, 0, 9]),
  ethernet(IP, ipv4(X, '10.200.0.1', 6, tcp(99, 100, 0x11), { options: [7, 4, 0, 0] })),
  ethernet(IP, ipv4(X, Y, 17, text(40), { fragment: 0x2000 })),
  ethernet(IP, ipv4(X, Y, 17, text(41), { fragment: 0x0005 })),
  ethernet(IP, ipv4(X, Y, 1, icmp(8))),
  ethernet(IP, ipv4(Y, X, 1, icmp(0))),
  ethernet(IP, ipv4(Y, X, 1, icmp(3, 3))),
  ethernet(IP, ipv4(Y, X, 1, icmp(11))),
  ethernet(IP, ipv4(X, '224.0.0.1', 2, [0x11, 0, 0, 0, 0, 0, 0, 0], { ttl: 1 }), [1, 0, 0x5e, 0, 0, 1]),
  ethernet(IP, ipv4(X, '239.1.1.1', 17, udp(5004, 5004)), [1, 0, 0x5e, 1, 1, 1]),
  ethernet(IP, ipv4(X, '239.1.1.1', 17, udp(5004, 5004))),
  ethernet(IP, ipv4('0.0.0.0', '255.255.255.255', 17, udp(68, 67, text(300))), EVERYBODY),
  ethernet(IP, ipv4(X, '10.1.2.255', 17, udp(137, 137)), EVERYBODY),
  ...[47, 50, 51, 103, 112, 132].map((protocol) => ethernet(IP, ipv4(X, Y, protocol, text(24, 0)))),
  ethernet(IP, ipv4(X, Y, 6, tcp(80, 80, 0x02)).slice(0, 30)),
  ethernet(IP, [0x4f, 0, 0, 20]),
  ethernet(IP6, dns6),
  ethernet(IP6, ipv6([...NET6, 3], [...NET6, 1], 6, tcp(443, 1024, 0x12))),
  ethernet(IP6, ipv6([...LINK6, 1], ALL_NODES, 58, [135, 0, 0, 0, ...text(20)]), [0x33, 0x33, 0, 0, 0, 1]),
  ethernet(IP6, ipv6([...NET6, 1], [...LINK6, 2], 58, [128, 0, 0, 0, ...text(20)])),
  ethernet(IP6, ipv6([...NET6, 1], ALL_NODES, 0, [58, 0, 5, 2, 0, 0, 1, 0, 143, 0, 0, 0, ...text(16)]), [0x33, 0x33, 0, 0, 0, 0x16]),
  ethernet(IP6, ipv6([...NET6, 1], [...NET6, 2], 44, [17, 0, 0, 1, 0, 0, 0, 9, ...udp(53, 53)])),
  ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...A, ...quad(X), 0, 0, 0, 0, 0, 0, ...quad(Y), ...new Array<number>(18).fill(0)], EVERYBODY),
  ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 2, ...B, ...quad('10.1.9.9'), ...A, ...quad('10.2.0.1')]),
  ethernet(0x8035, [0, 1, 8, 0, 6, 4, 0, 3, ...A, ...quad(X), ...A, ...quad(Y)], EVERYBODY),
  ethernet(0x88cc, text(50), [1, 0x80, 0xc2, 0, 0, 0x0e]),
  // IEEE 802.3 with a length instead of a type: spanning tree, IS-IS, SNAP.
  ethernet(38, [0x42, 0x42, 3, ...text(35), 0, 0, 0, 0, 0, 0, 0, 0], [1, 0x80, 0xc2, 0, 0, 0]),
  ethernet(40, [0xfe, 0xfe, 3, 0x83, ...text(36)], [1, 0x80, 0xc2, 0, 0, 0x14]),
  ethernet(60, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...dns.slice(0, 52)]),
  ethernet(VLAN, tag(10, IP, dns)),
  ethernet(VLAN, tag(10, IP, https, 5)),
  ethernet(VLAN, tag(20, IP, web)),
  ethernet(VLAN, tag(20, IP6, dns6)),
  ethernet(VLAN, tag(0, IP, dns, 3)),
  ethernet(VLAN, tag(10, 0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...A, ...quad(X), 0, 0, 0, 0, 0, 0, ...quad(Y)]), EVERYBODY),
  ethernet(SERVICE_VLAN, tag(100, VLAN, tag(10, IP, dns))),
  ethernet(SERVICE_VLAN, tag(100, VLAN, tag(20, IP, https))),
  ethernet(VLAN, tag(100, VLAN, tag(10, IP, web))),
  ethernet(VLAN, tag(100, VLAN, tag(10, VLAN, tag(5, IP6, dns6)))),
  ethernet(0x8847, [...label(100, true), ...dns]),
  ethernet(0x8847, [...label(100, false), ...label(200, true), ...https]),
  ethernet(0x8847, [...label(300, false), ...label(200, true), ...dns6]),
  ethernet(VLAN, tag(10, 0x8847, [...label(100, true), ...dns])),
  ethernet(0x8863, [0x11, 9, 0, 0, 0, 4, 1, 1, 0, 0, ...text(40)], EVERYBODY),
  ethernet(0x8864, [0x11, 0, 0, 7, ...u16(dns.length + 2), 0, 0x21, ...dns]),
  ethernet(0x8864, [0x11, 0, 0, 8, ...u16(https.length + 2), 0, 0x21, ...https]),
  ethernet(0x8864, [0x11, 0, 0, 8, ...u16(dns6.length + 2), 0, 0x57, ...dns6]),
  ethernet(VLAN, tag(20, 0x8864, [0x11, 0, 0, 7, ...u16(https.length + 2), 0, 0x21, ...https])),
  // Geneve (RFC 8926): network 5, an Ethernet frame within.
  ethernet(IP, ipv4(X, Y, 17, udp(6081, 6081, [0, 0, 0x65, 0x58, 0, 0, 5, 0, ...ethernet(IP, dns)]))),
  ethernet(IP, ipv4(X, Y, 17, udp(6081, 6081, [0, 0, 0x65, 0x58, 0, 0, 6, 0, ...ethernet(IP, https)]))),
  ethernet(IP, []),
  ethernet(0x9000, [1, 2, 3]),
]

const SAMPLES = join(import.meta.dirname, '../../samples')
const ETHERNET = 1
/** What a veth with jumbo frames carries. */
const MAX_FRAME_LEN = 9000

/** Ethernet frames as tests made them, then those of the samples. */
export function mixedFrames(): Uint8Array[] {
  const made = MADE.map((bytes) => Uint8Array.from(bytes))
  const samples = readdirSync(SAMPLES)
    .filter((name) => name.endsWith('.pcap'))
    .sort()
    .flatMap((name) => framesOf(readFileSync(join(SAMPLES, name))))
  return [...made, ...samples].filter((frame) => frame.length <= MAX_FRAME_LEN)
}

function framesOf(file: Buffer): Uint8Array[] {
  const isOurs = (file.readUInt32LE(0) === 0xa1b2c3d4 || file.readUInt32LE(0) === 0xa1b23c4d) && file.readUInt32LE(20) === ETHERNET
  const frames: Uint8Array[] = []
  for (let at = 24; isOurs && at + 16 <= file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8)
    frames.push(file.subarray(at + 16, end))
    at = end
  }
  return frames
}

export const FIRST_MS = 1_700_000_000_000
/** Each packet has a time of its own, by which it is found again: its number in ms. */
export function numberedCapture(linkType: number, frames: readonly Uint8Array[], wireLens: readonly number[] = []): Uint8Array {
  const packets = frames.map((data, i): PcapPacket => ({ tsMs: FIRST_MS + i, data, wireLen: wireLens[i] ?? data.length }))
  return pcapBytes({ linkType }, packets)
}

/** Of an Ethernet frame of IPv4 or IPv6, what lies in it. */
export const networkLayer = (frame: Uint8Array): Uint8Array => frame.subarray(14)

/** The same IP packets as on other links. */
export const OTHER_LINKS: readonly (readonly [name: string, linkType: number, head: (isIpv6: boolean) => Bytes])[] = [
  ['raw IP', 101, () => []],
  ['raw IP, as old systems number it', 12, () => []],
  ['BSD loopback', 0, (isIpv6) => (isIpv6 ? [30, 0, 0, 0] : [2, 0, 0, 0])],
  ['OpenBSD loopback', 108, (isIpv6) => (isIpv6 ? [0, 0, 0, 24] : [0, 0, 0, 2])],
  ['PPP', 9, (isIpv6) => (isIpv6 ? [0xff, 3, 0, 0x57] : [0xff, 3, 0, 0x21])],
  ['Linux cooked v1', 113, (isIpv6) => [0, 0, 0, 1, 0, 6, ...A, 0, 0, ...u16(isIpv6 ? IP6 : IP)]],
  ['Linux cooked v2', 276, (isIpv6) => [...u16(isIpv6 ? IP6 : IP), 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, ...A, 0, 0]],
  ['IEEE 802.11', 105, (isIpv6) => [8, 1, 0, 0, ...A, ...B, ...A, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, ...u16(isIpv6 ? IP6 : IP)]],
]

export const onOtherLink = (frame: Uint8Array, head: (isIpv6: boolean) => Bytes): Uint8Array =>
  joinBytes([Uint8Array.from(head(frame[12] === 0x86)), networkLayer(frame)])

export const isIpFrame = (frame: Uint8Array): boolean =>
  frame.length > 34 && ((frame[12] === 8 && frame[13] === 0) || (frame[12] === 0x86 && frame[13] === 0xdd))

const VLAN_TYPES = [VLAN, SERVICE_VLAN]
/** As a socket of the kernel sees the frame: its outermost VLAN tag is beside the bytes, not among them. */
export function withoutOuterTag(frame: Uint8Array): Uint8Array {
  const isTagged = VLAN_TYPES.includes((frame[12]! << 8) | frame[13]!)
  return isTagged ? joinBytes([frame.subarray(0, 12), frame.subarray(16)]) : frame
}
