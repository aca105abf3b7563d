import { describe, expect, test } from 'vitest'
import { ascii, decode, eth, ip4, type Said, said, tcp, udp, zeros } from './testing.ts'

const inside = udp(1000, 2000, ascii('hi'))
const FLOW: Said = { kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto: 17, payload: 'hi' }
const bad = (malformed: string): Said => ({ kind: 'none', malformed, etherType: 0x0800 })
const patched = (at: number, value: number) => ip4(inside).map((b, i) => (i === at ? value : b))

describe('IPv4', () => {
  test.each<[string, readonly number[], Said]>([
    ['options are passed over', ip4(inside, { options: [0x94, 4, 0, 0, 1, 1, 1, 0] }), FLOW],
    ['a protocol without ports', ip4(ascii('abcd'), { proto: 89 }), { kind: 'ip', flow: '10.0.0.1 10.0.0.2', proto: 89, payload: 'abcd' }],
    ['header cut short', ip4(inside).slice(0, 19), bad('ipv4-truncated')],
    ['options cut short', ip4([], { options: zeros(8) }).slice(0, 24), bad('ipv4-truncated')],
    ['header length 16', patched(0, 0x44), bad('ipv4-header-length')],
    ['another version', patched(0, 0x55), bad('ipv4-version')],
    ['total length below the header', ip4(inside, { totalLen: 19 }), bad('ipv4-total-length')],
    ['total length past the end counts all the same', ip4(inside, { totalLen: 31 }), { ...FLOW, malformed: 'ipv4-total-length' }],
    ['total length 0: the card was to split the segment', ip4(inside, { totalLen: 0 }), FLOW],
    ['bytes behind the total length are a trailer', [...ip4(inside), 1, 2, 3], FLOW],
  ])('%s', (_name, packet, expected) => {
    expect(said(decode(eth(0x0800, packet)))).toEqual(expected)
  })

  test('time to live and service class', () => {
    const p = decode(eth(0x0800, ip4(inside, { tos: 0xb8 })))
    expect([p.ttl, p.dscp, p.ipVersion, p.ipAt - p.start, p.l4At - p.start]).toEqual([64, 46, 4, 14, 34])
  })

  test('what the snap length cut is missing, not damaged', () => {
    const whole = eth(0x0800, ip4(tcp(1, 2, zeros(1000)), { proto: 6 }))
    const p = decode(whole.slice(0, 96), { wireLen: whole.length })
    expect(said(p)).toMatchObject({ kind: 'ip', flow: '10.0.0.1:1 10.0.0.2:2' })
    expect([p.malformed, p.payloadEnd - p.payloadAt, p.payloadWireLen]).toEqual([0, 42, 1000])
  })

  test('a wire length below what was captured is corrected', () => {
    const frame = eth(0x0800, ip4(inside))
    const p = decode(frame, { wireLen: 3 })
    expect([p.wireLen, p.payloadWireLen, p.malformed]).toEqual([frame.length, 2, 0])
  })
})
