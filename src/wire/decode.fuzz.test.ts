import { describe, expect, test } from 'vitest'
import { Decoder } from './decode.ts'
import { LINK_TYPES } from './link-types.ts'
import { MALFORMED } from './malformed.ts'
import { KIND_IP, KIND_NON_IP, KIND_NONE, Packet } from './packet.ts'
import { type Bytes, be16, be32, eth, extension, ip4, ip6, le16, le32, seeded, tag, tcp, udp, zeros } from './testing.ts'
import { TUNNELS } from './tunnels.ts'

const data = Array.from({ length: 20 }, (_, i) => i)
const packet = ip4(tcp(1000, 443, data, 0x18, [1, 1, 1, 1]), { proto: 6 })
const packet6 = ip6(extension(44, 8, [60, 0, 0, 1, 0, 0, 0, 7, ...extension(17, 8, udp(53, 1000, data, 999))]), { next: 0 })
const frame = eth(0x0800, packet)
const wifi = [0x88, 1, ...zeros(22), 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]
const overUdp = (port: number, inside: Bytes) => eth(0x0800, ip4(udp(port, port, inside)))
const over = (proto: number, inside: Bytes) => eth(0x0800, ip4(inside, { proto }))
const gre = (type: number, inside: Bytes, flags = 0xb000) => [...be16(flags), ...be16(type), ...zeros(12), ...inside]

const FRAMES: readonly (readonly [name: string, linkType: number, frame: Bytes])[] = [
  ['TCP', 1, frame],
  ['IPv6 with extensions, fragmented', 1, eth(0x86dd, packet6)],
  ['tags', 1, eth(0x88a8, tag(5, 0x8100, tag(6, 0x0800, packet)))],
  ['ARP', 1, eth(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...data])],
  ['SNAP', 1, eth(8 + packet.length, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet])],
  ['MPLS', 1, eth(0x8847, [0, 0, 0, 64, 0, 0, 0x11, 64, 0, 0, 0, 0, ...frame])],
  ['PPPoE', 1, eth(0x8864, [0x11, 0, 0, 1, ...be16(packet.length + 2), 0, 0x21, ...packet])],
  ['fragment', 1, eth(0x0800, ip4(udp(1, 2, data, 500), { more: true, id: 9 }))],
  ['later fragment', 1, eth(0x0800, ip4(data, { offset: 32, id: 9 }))],
  ['ICMP', 1, over(1, [8, 0, 0, 0, ...data])],
  ['IGMP', 1, over(2, [0x16, 0, 0, 0, ...data])],
  ['SCTP', 1, over(132, [0, 7, 0, 8, ...data])],
  ['ESP', 1, over(50, data)],
  ['AH', 1, over(51, data)],
  ['IP in IP', 1, over(4, packet)],
  ['6in4', 1, over(41, packet6)],
  ['EtherIP', 1, over(97, [0x30, 0, ...frame])],
  ['MPLS in IP', 1, over(137, [0, 0, 1, 1, ...packet])],
  ['GRE', 1, over(47, gre(0x0800, packet))],
  ['GRE with PPP', 1, over(47, [0x30, 0x81, 0x88, 0x0b, ...be16(packet.length + 4), 0, 1, ...zeros(8), 0xff, 3, 0, 0x21, ...packet])],
  ['ERSPAN', 1, over(47, gre(0x88be, [0x10, ...zeros(7), ...frame], 0x1000).toSpliced(8, 8))],
  ['ERSPAN III', 1, over(47, gre(0x22eb, [0x20, ...zeros(10), 1, ...zeros(8), ...frame], 0x1000).toSpliced(8, 8))],
  ['VXLAN', 1, overUdp(4789, [8, 0, 0, 0, 0, 0, 1, 0, ...frame])],
  ['VXLAN-GPE', 1, overUdp(4790, [12, 0, 0, 1, 0, 0, 1, 0, ...packet])],
  ['Geneve', 1, overUdp(6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, ...zeros(4), ...frame])],
  ['GTP', 1, overUdp(2152, [0x34, 255, ...be16(packet.length + 8), ...zeros(7), 0x85, 1, 0, 0, 0, ...packet])],
  ['Teredo', 1, overUdp(3544, [0, 1, 0, 0, ...zeros(9), 0, 0, ...zeros(6), ...packet6])],
  ['L2TP', 1, overUdp(1701, [0x02, 2, 0, 1, 0, 2, 0, 1, 9, 0xff, 3, 0, 0x21, ...packet])],
  ['TZSP', 1, overUdp(37_008, [1, 0, 0, 1, 10, 2, 0, 0, 1, ...frame])],
  ['CAPWAP', 1, overUdp(5247, [0, 0x10, 3, 0, 0, 0, 0, 0, ...wifi])],
  ['tunnels in tunnels', 1, overUdp(4789, [8, 0, 0, 0, 0, 0, 1, 0, ...over(47, gre(0x86dd, ip6(packet, { next: 4 })))])],
  ['loopback', 0, [...le32(2), ...packet]],
  ['PPP', 9, [0xff, 3, 0, 0x57, ...packet6]],
  ['Cisco HDLC', 104, [15, 0, 8, 0, ...packet]],
  ['cooked', 113, [0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0, ...packet]],
  ['cooked 2', 276, [8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, ...packet]],
  ['802.11', 105, wifi],
  ['aggregate', 105, [0x88, 1, ...zeros(22), 0x80, 0, ...zeros(12), ...be16(packet.length + 8), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...packet]],
  ['radiotap', 127, [0, 0, ...le16(17), ...le32(3), ...zeros(8), 0x30, ...wifi, ...zeros(4)]],
  ['PPI', 192, [0, 0, ...le16(8), ...le32(1), ...frame]],
  ['Prism', 119, [...be32(0x44), ...be32(144), ...zeros(136), ...wifi]],
]

const FIELDS = Object.keys(new Packet()).filter((key) => key !== 'buf' && key !== 'moreFragments') as (keyof Packet)[]
const OFFSETS: readonly string[] = ['start', 'end', 'srcMacAt', 'dstMacAt', 'ipAt', 'l4At', 'payloadAt', 'payloadEnd']

/** Two decoders that always see the same frames amid other bytes, and must say the same. */
class Pair {
  private readonly decoders = [new Decoder(5), new Decoder(5)] as const
  private readonly packets = [new Packet(), new Packet()] as const
  private readonly buffers = [new Uint8Array(80_000).fill(0x00), new Uint8Array(80_000).fill(0xff)] as const
  frames = 0

  check(name: string, linkType: number, bytes: ArrayLike<number>, length = bytes.length, cut = 0): Packet {
    this.frames++
    for (const i of [0, 1] as const) {
      const at = i * 37
      const b = this.buffers[i]
      for (let n = 0; n < length; n++) b[at + n] = bytes[n]!
      this.decoders[i].decode(b, at, at + length, length + cut, linkType, this.packets[i])
      if (i === 1) b.fill(0xff, at, at + length)
      sound(`${name} ${Array.from({ length: Math.min(length, 200) }, (_, n) => bytes[n])}`, this.packets[i])
      if (i === 0) b.fill(0, at, at + length)
    }
    this.same(name)
    return this.packets[0]
  }

  private same(name: string): void {
    const [a, b] = this.packets
    for (const field of FIELDS) {
      const value = (p: Packet) => (OFFSETS.includes(field) && (p[field] as number) >= 0 ? (p[field] as number) - p.start : p[field])
      if (value(a) !== value(b)) expect.fail(`${name}: ${field} is ${value(a)} or ${value(b)} by the bytes around the frame`)
    }
  }
}

function sound(name: string, p: Packet): void {
  const inFrame = (at: number, length: number) => at === -1 || (at >= p.start && at + length <= p.end)
  const rules: readonly boolean[] = [
    FIELDS.every((field) => Number.isInteger(p[field])),
    p.start <= p.payloadAt && p.payloadAt <= p.payloadEnd && p.payloadEnd <= p.end,
    p.payloadWireLen >= p.payloadEnd - p.payloadAt,
    inFrame(p.srcMacAt, 6) && inFrame(p.dstMacAt, 6),
    inFrame(p.ipAt, p.ipVersion === 4 ? 20 : p.ipVersion === 6 ? 40 : 0) && inFrame(p.l4At, 0),
    p.kind >= KIND_NONE && p.kind <= KIND_NON_IP && (p.kind !== KIND_NONE || p.malformed !== 0),
    p.malformed < MALFORMED.length && p.tunnel < TUNNELS.length,
    p.kind !== KIND_IP || p.ipVersion === 4 || p.ipVersion === 6,
    p.srcPort >= 0 && p.srcPort < 65_536 && p.dstPort >= 0 && p.dstPort < 65_536 && p.vlan < 4096,
  ]
  const broken = rules.indexOf(false)
  if (broken >= 0) expect.fail(`rule ${broken} does not hold for ${name}: ${JSON.stringify({ ...p, buf: 0 })}`)
}

describe('hostile frames', () => {
  test.each(FRAMES)('%s: whole it is read, cut anywhere it stays within', (name, linkType, bytes) => {
    const pair = new Pair()
    const whole = pair.check(name, linkType, bytes)
    expect([whole.kind !== KIND_NONE, MALFORMED[whole.malformed]]).toEqual([true, ''])
    for (let length = 0; length <= bytes.length; length++) {
      pair.check(`${name} ended at ${length}`, linkType, bytes, length)
      pair.check(`${name} cut at ${length}`, linkType, bytes, length, bytes.length - length)
    }
    expect(pair.frames).toBe(1 + 2 * (bytes.length + 1))
  })

  test('changed bytes', () => {
    const pair = new Pair()
    const random = seeded(11)
    for (const [name, linkType, bytes] of FRAMES) {
      for (let n = 0; n < 400; n++) {
        const changed = Uint8Array.from(bytes)
        for (let c = 0; c <= n % 4; c++) changed[random(changed.length)] = [0, 0xff, 0x40, random(256)][random(4)]!
        pair.check(name, linkType, changed, changed.length - (n % 8 === 0 ? random(changed.length) : 0), n % 3)
      }
    }
    expect(pair.frames).toBe(FRAMES.length * 400)
  })

  test('random bytes for every link type, and one that is none', () => {
    const pair = new Pair()
    const random = seeded(12)
    for (const linkType of [...LINK_TYPES.keys(), 65_535]) {
      for (let length = 0; length < 64; length++)
        for (let n = 0; n < 8; n++)
          pair.check(
            `random, link type ${linkType}`,
            linkType,
            Uint8Array.from({ length }, () => random(256)),
          )
    }
    expect(pair.frames).toBe((LINK_TYPES.size + 1) * 64 * 8)
  })

  const repeated = (n: number, part: Bytes) => new Array<Bytes>(n).fill(part).flat()
  test.each<[string, number, Bytes, string]>([
    ['tags', 1, eth(0x8100, repeated(15_000, [0, 5, 0x81, 0])), 'vlan-depth'],
    ['labels', 1, eth(0x8847, zeros(60_000)), 'mpls-depth'],
    ['extension headers', 1, eth(0x86dd, ip6(repeated(8000, [60, 0, 1, 4, 0, 0, 0, 0]), { next: 60 })), 'ipv6-extension-loop'],
    ['fragment headers', 1, eth(0x86dd, ip6(repeated(8000, [44, 0, 0, 1, 0, 0, 0, 0]), { next: 44 })), 'header-depth'],
    ['IPv4 in IPv4', 1, eth(0x0800, repeated(3000, ip4([], { proto: 4, totalLen: 0 }))), 'tunnel-depth'],
    ['pseudowires', 1, eth(0x8847, repeated(3000, [0, 0, 1, 64, ...eth(0x8847, [])])), ''],
    [
      'pseudowires with tags',
      1,
      eth(0x8847, repeated(3000, [0, 0, 1, 64, 0, 0, 0, 0, ...eth(0x8100, [0, 1, 0x88, 0x47])])),
      'header-depth',
    ],
    ['PPP in MPLS in PPP', 9, repeated(9000, [0x02, 0x81, 0, 0, 1, 64]), ''],
  ])('%s without end: bounded', (name, linkType, bytes, cause) => {
    const p = new Pair().check(name, linkType, bytes)
    expect(MALFORMED[p.malformed]).toBe(cause)
  })

  test('each frame counts once, under its first damage', () => {
    const decoder = new Decoder(1)
    const p = new Packet()
    const twice = Uint8Array.from(eth(0x0800, ip4(udp(1, 2, [], 99), { totalLen: 99 })))
    for (let n = 0; n < 3; n++) decoder.decode(twice, 0, twice.length, twice.length, 1, p)
    expect(decoder.malformed[MALFORMED.indexOf('ipv4-total-length')]).toBe(3)
    expect(decoder.malformed.reduce((sum, n) => sum + n)).toBe(3)
  })
})
