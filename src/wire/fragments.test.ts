import { describe, expect, test } from 'vitest'
import { Decoder } from './decode.ts'
import { FRAGMENT_EXPIRY_S } from './fragments.ts'
import { type Bytes, be16, be32, decode, eth, ip4, ip6, said, tag, tcp, udp, zeros } from './testing.ts'

const first = (id: number, port = 1000) => ip4(udp(port, 2000, zeros(8), 40), { id, more: true })
const later = (id: number, o: { offset?: number; src?: string; proto?: number } = {}) => ip4(zeros(24), { id, offset: 16, ...o })
const fragment6 = (id: number, offset: number, more: boolean, inside: Bytes, next = 17) =>
  ip6([next, 0, ...be16(offset | (more ? 1 : 0)), ...be32(id), ...inside], { next: 44 })
const flowOf = (decoder: Decoder, packet: Bytes, type = 0x0800) => said(decode(eth(type, packet), { decoder })).flow
const FLOW = '10.0.0.1:1000 10.0.0.2:2000'
const NO_PORTS = '10.0.0.1 10.0.0.2'

describe('fragments', () => {
  test('later ones belong to the flow of the first', () => {
    const decoder = new Decoder(1)
    expect(flowOf(decoder, first(7))).toBe(FLOW)
    expect(flowOf(decoder, later(7))).toBe(FLOW)
    expect(flowOf(decoder, later(7, { offset: 40 }))).toBe(FLOW)
    const p = decode(eth(0x0800, later(7)), { decoder })
    expect([p.fragmentOffset, p.moreFragments, p.l4At, p.payloadEnd - p.payloadAt]).toEqual([16, false, -1, 24])
  })

  test.each<[string, Bytes]>([
    ['another id', later(8)],
    ['another sender', later(7, { src: '10.0.0.3' })],
    ['another protocol', later(7, { proto: 6 })],
  ])('%s is another packet', (_name, packet) => {
    const decoder = new Decoder(1)
    flowOf(decoder, first(7))
    expect(flowOf(decoder, packet)).not.toContain(':')
  })

  test('another VLAN is another packet', () => {
    const decoder = new Decoder(1)
    flowOf(decoder, tag(5, 0x0800, first(7)), 0x8100)
    expect(flowOf(decoder, later(7))).toBe(NO_PORTS)
    expect(flowOf(decoder, tag(5, 0x0800, later(7)), 0x8100)).toBe(FLOW)
  })

  test('what comes before the first one has no ports', () => {
    const decoder = new Decoder(1)
    expect(flowOf(decoder, later(7))).toBe(NO_PORTS)
    flowOf(decoder, first(7))
    expect(flowOf(decoder, later(7))).toBe(FLOW)
  })

  test('they are forgotten by packet time', () => {
    const decoder = new Decoder(1)
    decoder.nowMs = 1_700_000_000_500
    flowOf(decoder, first(7))
    decoder.nowMs += FRAGMENT_EXPIRY_S * 1000
    expect(flowOf(decoder, later(7))).toBe(FLOW)
    decoder.nowMs += 1000
    expect(flowOf(decoder, later(7))).toBe(NO_PORTS)
  })

  test('an id that is used again names the newer flow', () => {
    const decoder = new Decoder(1)
    flowOf(decoder, first(7, 1000))
    flowOf(decoder, first(7, 1001))
    expect(flowOf(decoder, later(7))).toBe('10.0.0.1:1001 10.0.0.2:2000')
  })

  test('more than there is room for: the newest are known', () => {
    const decoder = new Decoder(1)
    for (let id = 0; id < 65_536; id++) {
      decoder.nowMs += 0.4
      flowOf(decoder, first(id, 1 + (id & 0x7fff)))
    }
    expect(flowOf(decoder, later(65_535))).toBe('10.0.0.1:32768 10.0.0.2:2000')
    expect(flowOf(decoder, later(0))).toBe(NO_PORTS)
  })

  test('a damaged first fragment names nothing', () => {
    const decoder = new Decoder(1)
    decode(
      eth(
        0x0800,
        ip4(
          tcp(1, 2, []).map((b, i) => (i === 12 ? 0x10 : b)),
          { id: 7, more: true, proto: 6 },
        ),
      ),
      { decoder },
    )
    expect(flowOf(decoder, later(7, { proto: 6 }))).toBe(NO_PORTS)
  })

  test('IPv6: only the first one says which protocol', () => {
    const decoder = new Decoder(1)
    const flow = '[2001:db8::1]:1000 [2001:db8::2]:2000'
    expect(flowOf(decoder, fragment6(9, 0, true, udp(1000, 2000, zeros(8), 40)), 0x86dd)).toBe(flow)
    const p = decode(eth(0x86dd, fragment6(9, 16, false, zeros(24), 60)), { decoder })
    expect(said(p)).toMatchObject({ flow, proto: 17 })
    expect(flowOf(decoder, fragment6(10, 16, false, zeros(24)), 0x86dd)).toBe('2001:db8::1 2001:db8::2')
  })

  test('the fragments of a tunnel packet belong to the packet inside', () => {
    const decoder = new Decoder(1)
    const inside = ip4(udp(53, 5353, zeros(1000)), { src: '192.168.0.1', dst: '192.168.0.2' })
    const outer = (offset: number, more: boolean, part: Bytes) => ip4(part, { proto: 4, id: 3, offset, more })
    const expected = { flow: '192.168.0.1:53 192.168.0.2:5353', proto: 17, tunnel: 'IP-in-IP' }
    const one = decode(eth(0x0800, outer(0, true, inside.slice(0, 504))), { decoder })
    expect(said(one)).toMatchObject(expected)
    expect(one.malformed).toBe(0)
    expect(said(decode(eth(0x0800, outer(504, false, inside.slice(504))), { decoder }))).toMatchObject(expected)
  })

  test('fragments of a packet inside a tunnel', () => {
    const decoder = new Decoder(1)
    const overGre = (packet: Bytes) => ip4([0, 0, 8, 0, ...packet], { proto: 47, src: '192.0.2.1', dst: '192.0.2.2' })
    expect(flowOf(decoder, overGre(first(7)))).toBe(FLOW)
    expect(flowOf(decoder, overGre(later(7)))).toBe(FLOW)
  })
})
