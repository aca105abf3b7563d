import { describe, expect, test } from 'vitest'
import { MALFORMED } from './malformed.ts'
import { ascii, be16, be32, decode, eth, extension, ip6, type Said, said, udp, zeros } from './testing.ts'

const inside = udp(1000, 2000, ascii('hi'))
const FLOW: Said = { kind: 'ip', flow: '[2001:db8::1]:1000 [2001:db8::2]:2000', proto: 17, payload: 'hi' }
const PAIR = '2001:db8::1 2001:db8::2'
const bad = (malformed: string): Said => ({ kind: 'none', malformed, etherType: 0x86dd })
const chain = (n: number, rest: readonly number[]): readonly number[] =>
  n === 0 ? rest : extension(n === 1 ? 17 : 60, 8, chain(n - 1, rest))
const ah = (next: number, rest: readonly number[]) => [next, 4, 0, 0, ...zeros(20), ...rest]
const jumbo = (length: number, rest: readonly number[]) => [17, 0, 0xc2, 4, ...be32(length), ...rest]

describe('IPv6', () => {
  test.each<[string, readonly number[], Said]>([
    ['no extension', ip6(inside), FLOW],
    ['hop-by-hop', ip6(extension(17, 8, inside), { next: 0 }), FLOW],
    ['routing, destination options', ip6(extension(60, 24, extension(17, 16, inside)), { next: 43 }), FLOW],
    ['authentication header', ip6(ah(17, inside), { next: 51 }), FLOW],
    ['an atomic fragment is a whole packet', ip6([17, 0, 0, 0, 0, 0, 0, 9, ...inside], { next: 44 }), FLOW],
    ['HIP before UDP', ip6(extension(17, 40, inside), { next: 139 }), FLOW],
    [
      'mobility ends the chain',
      ip6(extension(59, 8, []), { next: 135 }),
      { kind: 'ip', flow: PAIR, proto: 135, payload: '\u003b\0\x01\x04\0\0\0\0' },
    ],
    [
      'shim6 ends the chain',
      ip6(extension(59, 8, []), { next: 140 }),
      { kind: 'ip', flow: PAIR, proto: 140, payload: '\u003b\0\x01\x04\0\0\0\0' },
    ],
    ['ESP cannot be looked into', ip6(ascii('12345678'), { next: 50 }), { kind: 'ip', flow: PAIR, proto: 50, payload: '12345678' }],
    ['no next header', ip6([], { next: 59 }), { kind: 'ip', flow: PAIR, proto: 59, payload: '' }],
    ['no next header, then a trailer', [...ip6([], { next: 59 }), 1, 2], { kind: 'ip', flow: PAIR, proto: 59, payload: '' }],
    ['sixteen extension headers', ip6(chain(16, inside), { next: 60 }), FLOW],
    ['seventeen', ip6(chain(17, inside), { next: 60 }), bad('ipv6-extension-loop')],
    ['header cut short', ip6(inside).slice(0, 39), bad('ipv6-truncated')],
    ['another version', ip6(inside).map((b, i) => (i === 0 ? 0x45 : b)), bad('ipv6-version')],
    ['payload length past the end counts all the same', ip6(inside, { payloadLen: 99 }), { ...FLOW, malformed: 'ipv6-payload-length' }],
    ['extension header longer than the packet', ip6([17, 200, ...zeros(6), ...inside], { next: 0 }), bad('ipv6-extension-truncated')],
    ['extension header cut short', ip6([17, 0, 0], { next: 60 }), bad('ipv6-extension-truncated')],
    ['jumbogram', ip6(jumbo(18, inside), { next: 0, payloadLen: 0 }), FLOW],
    ['jumbogram that lies', ip6(jumbo(999, inside), { next: 0, payloadLen: 0 }), { ...FLOW, malformed: 'ipv6-payload-length' }],
    ['length 0: the card was to split the segment', ip6(inside, { payloadLen: 0 }), FLOW],
    ['bytes behind the payload length are a trailer', [...ip6(inside), 1, 2], FLOW],
  ])('%s', (_name, packet, expected) => {
    expect(said(decode(eth(0x86dd, packet)))).toEqual(expected)
  })

  test('a jumbogram longer than a UDP length can say', () => {
    const data = zeros(70_000)
    const p = decode(eth(0x86dd, ip6(jumbo(8 + 8 + data.length, udp(1, 2, data, 0)), { next: 0, payloadLen: 0 })))
    expect([p.malformed, p.payloadWireLen, p.payloadEnd - p.payloadAt]).toEqual([0, 70_000, 70_000])
  })

  test('a jumbo option past the end of the packet is not read', () => {
    const p = decode(eth(0x86dd, ip6([17, 0, 1, 0, 0xc2, 4, 0, 0], { next: 0, payloadLen: 0 })), { wireLen: 2000 })
    expect([p.malformed, p.payloadWireLen]).toEqual([MALFORMED.indexOf('udp-truncated'), 1938])
  })

  test('options without end are looked through a bounded number of times', () => {
    const options = [17, 255, ...Array.from({ length: 1023 }, () => [1, 0]).flat()]
    expect(said(decode(eth(0x86dd, ip6([...options, ...inside], { next: 0, payloadLen: 0 }))))).toEqual(FLOW)
  })

  test('hop limit, traffic class and offsets', () => {
    const p = decode(eth(0x86dd, ip6(extension(17, 16, inside), { next: 0 })))
    expect([p.ttl, p.dscp, p.ipVersion, p.ipAt - p.start, p.l4At - p.start]).toEqual([63, 46, 6, 14, 70])
  })

  test('an extension header of a fragment that has more is followed to the ports', () => {
    const first = [60, 0, ...be16(1), ...be32(7), ...extension(17, 8, inside)]
    expect(said(decode(eth(0x86dd, ip6(first, { next: 44 }))))).toEqual(FLOW)
  })
})
