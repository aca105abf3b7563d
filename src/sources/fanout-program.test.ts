import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BpfProgram, bpfProgram, LD_IMM, LD_W_ABS } from '../wire/bpf.ts'
import { interpretedBpf } from '../wire/bpf-interpreter.ts'
import { Decoder } from '../wire/decode.ts'
import { KIND_IP, Packet } from '../wire/packet.ts'
import { type Bytes, be16, be32, eth, extension, ip4, ip6, tag, udp, zeros } from '../wire/testing.ts'
import { ANCILLARY_PACKET_TYPE, ANCILLARY_PROTOCOL, fanoutProgram } from './fanout-program.ts'
import { PcapFile } from './pcap-file.ts'
import { collect } from './testing.ts'

const OUTGOING = 4
const HOST = 0

const sound = (link: 'ethernet' | 'ip', seed = 77): BpfProgram => {
  const program = bpfProgram(fanoutProgram({ seed, link }))
  if (typeof program === 'string') throw new Error(program)
  return program
}
const ethernet = sound('ethernet')

/** What the kernel knows beside the bytes stands in the program as a constant. */
function knowing(program: BpfProgram, packetType: number, protocol: number): BpfProgram {
  const code = program.code.slice()
  const k = program.k.slice()
  for (let i = 0; i < program.length; i++) {
    if (code[i] !== LD_W_ABS || (k[i] !== ANCILLARY_PACKET_TYPE && k[i] !== ANCILLARY_PROTOCOL)) continue
    k[i] = k[i] === ANCILLARY_PACKET_TYPE ? packetType : protocol
    code[i] = LD_IMM
  }
  return { ...program, code, k }
}

const run = (program: BpfProgram, bytes: Uint8Array) => interpretedBpf(program)(bytes, 0, bytes.length, bytes.length)

/** The frame as the program sees it on its way out: whole. */
const sent = (frame: Bytes | Uint8Array, program = ethernet) => run(knowing(program, OUTGOING, 0), Uint8Array.from(frame))

/** And on its way in: behind its link header and its first tag. */
function received(frame: Bytes | Uint8Array, program = ethernet): number {
  const bytes = Uint8Array.from(frame)
  const typeAt = [0x8100, 0x88a8].includes((bytes[12]! << 8) | bytes[13]!) ? 16 : 12
  return run(knowing(program, HOST, (bytes[typeAt]! << 8) | bytes[typeAt + 1]!), bytes.subarray(typeAt + 2))
}

const gre = (flags: number, type: number, inside: Bytes, options: Bytes = []): Bytes => [
  ...be16(flags),
  ...be16(type),
  ...options,
  ...inside,
]
const vxlan = (inside: Bytes): Bytes => [8, 0, 0, 0, 0, 0, 42, 0, ...inside]
const geneve = (optionWords: number, type: number, inside: Bytes): Bytes => [
  optionWords,
  0,
  ...be16(type),
  0,
  0,
  42,
  0,
  ...zeros(4 * optionWords),
  ...inside,
]
const gtp = (flags: number, inside: Bytes): Bytes => [0x30 | flags, 255, ...be16(inside.length), ...be32(7), ...inside]

const A = '10.0.0.1'
const B = '192.0.2.77'
const there = ip4(udp(4000, 53, zeros(4)), { src: A, dst: B })
const back = ip4(udp(53, 4000, zeros(40)), { src: B, dst: A })
const there6 = ip6(udp(4000, 53, zeros(4)), { src: '2001:db8::1', dst: '2001:db8:77::2' })
const back6 = ip6(udp(53, 4000, zeros(4)), { src: '2001:db8:77::2', dst: '2001:db8::1' })

describe('the program', () => {
  test('is one that kernels take', () => {
    expect(ethernet.length).toBeLessThan(1500)
    expect(sound('ip').length).toBeLessThan(1500)
  })

  const plain = received(eth(0x0800, there))
  const plain6 = received(eth(0x86dd, there6))

  test.each<[string, Bytes, number]>([
    ['the way back', eth(0x0800, back), plain],
    ['IPv6, the way back', eth(0x86dd, back6), plain6],
    ['a VLAN', eth(0x8100, tag(7, 0x0800, there)), plain],
    ['VLANs in a VLAN', eth(0x88a8, tag(7, 0x8100, tag(9, 0x8100, tag(10, 0x0800, back)))), plain],
    ['a first fragment', eth(0x0800, ip4(udp(4000, 53, zeros(64)), { src: A, dst: B, more: true })), plain],
    ['a later fragment', eth(0x0800, ip4(zeros(64), { src: A, dst: B, offset: 64 })), plain],
    ['options', eth(0x0800, ip4(udp(4000, 53, zeros(4)), { src: A, dst: B, options: zeros(40) })), plain],
    ['MPLS', eth(0x8847, [...be32(5 << 12), ...be32((5 << 12) | 256), ...there]), plain],
    ['Ethernet over MPLS', eth(0x8847, [...be32((5 << 12) | 256), ...zeros(4), ...eth(0x0800, there)]), plain],
    ['PPPoE', eth(0x8864, [0x11, 0, 0, 1, ...be16(there.length + 2), 0, 0x21, ...there]), plain],
    ['VXLAN', eth(0x0800, ip4(udp(50_000, 4789, vxlan(eth(0x0800, there))))), plain],
    ['VXLAN of the other end', eth(0x0800, ip4(udp(33_333, 4789, vxlan(eth(0x0800, back))), { src: '10.0.0.2', dst: '10.0.0.1' })), plain],
    ['VXLAN over IPv6, a VLAN within', eth(0x86dd, ip6(udp(50_000, 8472, vxlan(eth(0x8100, tag(3, 0x86dd, back6)))))), plain6],
    ['Geneve with options', eth(0x0800, ip4(udp(50_000, 6081, geneve(3, 0x6558, eth(0x0800, there))))), plain],
    ['Geneve of IPv6', eth(0x0800, ip4(udp(50_000, 6081, geneve(0, 0x86dd, there6)))), plain6],
    ['GRE', eth(0x0800, ip4(gre(0, 0x0800, back), { proto: 47 })), plain],
    ['GRE with checksum, key and number', eth(0x0800, ip4(gre(0xb000, 0x6558, eth(0x0800, there), zeros(12)), { proto: 47 })), plain],
    ['ERSPAN', eth(0x0800, ip4(gre(0x1000, 0x88be, [...zeros(4), 0x10, ...zeros(7), ...eth(0x0800, there)]), { proto: 47 })), plain],
    ['IP in IP', eth(0x0800, ip4(back, { proto: 4 })), plain],
    ['IPv6 in IPv4', eth(0x0800, ip4(there6, { proto: 41 })), plain6],
    ['IPv4 in IPv6 behind options', eth(0x86dd, ip6(extension(4, 16, there), { next: 60 })), plain],
    ['GTP-U', eth(0x0800, ip4(udp(2152, 2152, gtp(0, there)))), plain],
    ['GTP-U with a number', eth(0x0800, ip4(udp(2152, 2152, gtp(2, [...zeros(4), ...there])))), plain],
    ['GTP-U with an extension', eth(0x0800, ip4(udp(2152, 2152, gtp(4, [0, 0, 0, 0x85, 1, 0, 9, 0, ...there])))), plain],
    ['VXLAN in GRE', eth(0x0800, ip4(gre(0, 0x0800, ip4(udp(50_000, 4789, vxlan(eth(0x0800, there))))), { proto: 47 })), plain],
  ])('%s goes where the plain packet goes, sent or received', (_, frame, expected) => {
    expect(received(frame)).toBe(expected)
    expect(sent(frame)).toBe(expected)
  })

  const outer = received(eth(0x0800, ip4(zeros(8), { proto: 1 })))
  test.each<[string, Bytes]>([
    ['a short payload on the port of VXLAN', ip4(udp(1000, 4789, zeros(3)))],
    ['another payload there', ip4(udp(1000, 4789, zeros(80)))],
    ['a VXLAN header and no frame', ip4(udp(1000, 4789, vxlan(zeros(5))))],
    ['a frame and half an IP header', ip4(udp(1000, 4789, vxlan(eth(0x0800, there.slice(0, 15)))))],
    ['Geneve options longer than the packet', ip4(udp(1000, 6081, [63, 0, 0x65, 0x58, 0, 0, 1, 0, ...zeros(30)]))],
    ['a control message of GTP', ip4(udp(2152, 2152, [0x32, 1, ...zeros(20)]))],
    ['a GTP extension of no length', ip4(udp(2152, 2152, gtp(4, [0, 0, 0, 0x85, 0, 0, 9, 0, ...there])))],
    ['half a GRE header', ip4([0, 0], { proto: 47 })],
    ['PPTP', ip4(gre(0x3001, 0x880b, zeros(40)), { proto: 47 })],
    ['another IP version within', ip4(zeros(40), { proto: 4 })],
    ['a fragment of a tunnel', ip4(udp(50_000, 4789, vxlan(eth(0x0800, there))), { more: true })],
  ])('%s goes by the outer addresses', (_, packet) => {
    expect(received(eth(0x0800, packet))).toBe(outer)
    expect(sent(eth(0x0800, packet))).toBe(outer)
  })

  test.each<[string, Bytes]>([
    ['ARP', eth(0x0806, zeros(28))],
    ['LLC', eth(0x0026, zeros(46))],
    ['an IP header cut short', eth(0x0800, there.slice(0, 15))],
    ['too many tags', eth(0x88a8, tag(1, 0x8100, tag(2, 0x8100, tag(3, 0x8100, tag(4, 0x8100, tag(5, 0x0800, there))))))],
  ])('%s goes to the first worker', (_, frame) => {
    expect(received(frame)).toBe(0)
    expect(sent(frame)).toBe(0)
  })

  test('links without a header', () => {
    const program = sound('ip')
    for (const packetType of [HOST, OUTGOING]) {
      expect(run(knowing(program, packetType, 0x0800), Uint8Array.from(back))).toBe(plain)
      expect(run(knowing(program, packetType, 0x86dd), Uint8Array.from(back6))).toBe(plain6)
    }
  })
})

describe('of samples', () => {
  test.each(['office', 'vxlan', 'gre', 'ipip', '6in4', 'ipv6', 'fragments', 'vlan', 'qinq', 'sip-rtp'])(
    '%s: packets of the same two innermost hosts go together',
    async (name) => {
      const decoder = new Decoder(1)
      const p = new Packet()
      const workers = new Map<string, number>()
      for (const { data, linkType } of await collect(new PcapFile(join(import.meta.dirname, `../../samples/${name}.pcap`)))) {
        const frame = Uint8Array.from(Buffer.from(data, 'hex'))
        decoder.decode(frame, 0, frame.length, frame.length, linkType, p)
        const ends = [[p.src0, p.src1, p.src2, p.src3].join(), [p.dst0, p.dst1, p.dst2, p.dst3].join()].sort().join(' ')
        const worker = received(frame)
        expect(sent(frame)).toBe(worker)
        if (p.kind !== KIND_IP) expect(worker).toBe(0)
        else {
          if (!workers.has(ends)) workers.set(ends, worker)
          expect(workers.get(ends), ends).toBe(worker)
        }
      }
      expect(workers.size).toBeGreaterThan(0)
    },
  )
})

describe('spreads', () => {
  const pairs: [string, (i: number) => Bytes][] = [
    ['clients of one server', (i) => eth(0x0800, ip4(zeros(8), { src: `10.1.${i >> 8}.${i & 255}`, dst: '10.0.0.1' }))],
    // Their sums are all the same.
    [
      'pairs like mirrored ones',
      (i) => eth(0x0800, ip4(zeros(8), { src: `10.0.${i >> 8}.${i & 255}`, dst: `10.0.${255 - (i >> 8)}.${255 - (i & 255)}` })),
    ],
    ['one /64', (i) => eth(0x86dd, ip6(zeros(8), { src: `2001:db8::${i.toString(16)}`, dst: '2001:db8:1::1' }))],
    ['multiples of 256', (i) => eth(0x0800, ip4(zeros(8), { src: `10.${i >> 8}.${i & 255}.0`, dst: '10.0.0.1' }))],
  ]
  test.each(pairs)('%s', (_, frame) => {
    for (const count of [2, 3, 4, 7]) {
      const load = new Array<number>(count).fill(0)
      for (let i = 0; i < 4096; i++) load[received(frame(i)) % count]! += 1
      const even = 4096 / count
      expect(Math.min(...load)).toBeGreaterThan(even * 0.8)
      expect(Math.max(...load)).toBeLessThan(even * 1.2)
    }
  })

  test('otherwise with another seed', () => {
    const [one, two] = [sound('ethernet', 1), sound('ethernet', 2)]
    const differ = Array.from({ length: 1000 }, (_, i) => pairs[0]![1](i)).filter(
      (frame) => received(frame, one) % 2 !== received(frame, two) % 2,
    )
    expect(differ.length).toBeGreaterThan(400)
    expect(differ.length).toBeLessThan(600)
  })
})
