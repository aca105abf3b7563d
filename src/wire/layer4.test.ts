import { describe, expect, test } from 'vitest'
import { icmpCode, icmpType } from './icmp.ts'
import { ascii, be16, decode, eth, ip4, ip6, type Said, said, tcp, udp, zeros } from './testing.ts'
import { TUNNEL_PORTS, tunnelAt } from './udp.ts'

const ip = (proto: number, inside: readonly number[], more = false) => eth(0x0800, ip4(inside, { proto, more }))
const flow = (proto: number, payload: string): Said => ({ kind: 'ip', flow: '10.0.0.1:1000 10.0.0.2:2000', proto, payload })
const lone = (proto: number, payload: string): Said => ({ kind: 'ip', flow: '10.0.0.1 10.0.0.2', proto, payload })
const bad = (malformed: string): Said => ({ kind: 'none', malformed, etherType: 0x0800 })
const doff = (n: number) => tcp(1000, 2000, ascii('hi')).map((b, i) => (i === 12 ? n << 4 : b))
const sctp = [...be16(1000), ...be16(2000), ...zeros(8), ...ascii('chunk')]

describe('layer 4', () => {
  test.each<[string, readonly number[], Said]>([
    ['TCP', ip(6, tcp(1000, 2000, ascii('hi'))), flow(6, 'hi')],
    ['TCP with options', ip(6, tcp(1000, 2000, ascii('hi'), 2, [2, 4, 5, 0xb4])), flow(6, 'hi')],
    ['TCP without payload, padded frame', [...ip(6, tcp(1000, 2000, [])), ...zeros(6)], flow(6, '')],
    ['TCP cut short', ip(6, tcp(1000, 2000, []).slice(0, 19)), bad('tcp-truncated')],
    ['TCP data offset 4', ip(6, doff(4)), bad('tcp-header-length')],
    ['TCP data offset past the end', ip(6, doff(6)), bad('tcp-header-length')],
    ['TCP data offset at the end', ip(6, [...doff(6), 0, 0]), flow(6, '')],
    ['UDP', ip(17, udp(1000, 2000, ascii('hi'))), flow(17, 'hi')],
    ['UDP shorter than its packet', ip(17, [...udp(1000, 2000, ascii('hi')), 1, 2]), flow(17, 'hi')],
    [
      'UDP length past the end counts all the same',
      ip(17, udp(1000, 2000, ascii('hi'), 11)),
      { ...flow(17, 'hi'), malformed: 'udp-length' },
    ],
    ['UDP length 7', ip(17, udp(1000, 2000, ascii('hi'), 7)), bad('udp-length')],
    ['UDP length 0 in a small packet', ip(17, udp(1000, 2000, ascii('hi'), 0)), bad('udp-length')],
    ['UDP cut short', ip(17, udp(1000, 2000, []).slice(0, 7)), bad('udp-truncated')],
    ['SCTP', ip(132, sctp), flow(132, 'chunk')],
    ['SCTP cut short', ip(132, sctp.slice(0, 11)), bad('sctp-truncated')],
    ['ICMP keeps its header in the payload', ip(1, ascii('\x08\0abcdef')), lone(1, '\x08\0abcdef')],
    ['ICMP cut short', ip(1, [8, 0, 0]), bad('icmp-truncated')],
    ['IGMP', ip(2, ascii('12345678')), lone(2, '12345678')],
    ['IGMP cut short', ip(2, ascii('1234567')), bad('igmp-truncated')],
    ['ESP', ip(50, ascii('12345678')), lone(50, '12345678')],
    ['ESP cut short', ip(50, ascii('1234567')), bad('esp-truncated')],
    [
      'AH over IPv4 is a flow of its own',
      ip(51, [6, 4, ...zeros(22), ...tcp(1, 2, [])]),
      { ...lone(51, ''), payload: expect.any(String) as unknown as string },
    ],
    ['AH cut short', ip(51, zeros(11)), bad('ah-truncated')],
    ['first fragment with half a TCP header', ip(6, tcp(1000, 2000, []).slice(0, 8), true), flow(6, '')],
    ['first fragment without ports', ip(6, [3, 4], true), bad('tcp-truncated')],
    ['first fragment of a longer UDP message', ip(17, udp(1000, 2000, ascii('hi'), 999), true), flow(17, 'hi')],
  ])('%s', (_name, frame, expected) => {
    expect(said(decode(frame))).toEqual(expected)
  })

  test.each([
    ['TCP', 6, tcp(1000, 2000, [])],
    ['UDP', 17, udp(1000, 2000, [])],
    ['SCTP', 132, sctp],
  ] as const)('%s: the snap length may leave the ports alone', (_name, proto, segment) => {
    const whole = ip(proto, segment)
    for (let left = 4; left <= segment.length; left++) {
      const p = decode(whole.slice(0, 34 + left), { wireLen: whole.length })
      expect([p.srcPort, p.dstPort, p.malformed, p.kind], `${left}`).toEqual([1000, 2000, 0, 1])
      expect(p.payloadWireLen).toBeGreaterThanOrEqual(p.payloadEnd - p.payloadAt)
    }
    expect(said(decode(whole.slice(0, 37), { wireLen: whole.length })).kind).toBe('none')
  })

  test('TCP numbers', () => {
    const p = decode(ip(6, tcp(1000, 2000, ascii('hi'), 0x12)))
    expect([p.tcpSeq >>> 0, p.tcpAck >>> 0, p.tcpFlags, p.tcpWindow]).toEqual([0x90000001, 0x80000002, 0x12, 512])
  })

  test('ICMP type and code', () => {
    const p = decode(ip(1, [3, 1, 0, 0]))
    expect([icmpType(p), icmpCode(p)]).toEqual([3, 1])
    const cut = decode(ip(1, [3, 1, 0, 0]).slice(0, 35), { wireLen: 38 })
    expect([cut.kind, icmpType(cut), icmpCode(cut)]).toEqual([1, 3, -1])
    expect(icmpType(decode(eth(0x86dd, ip6([128, 0, 0, 0], { next: 58 }))))).toBe(128)
  })

  test('every tunnel port is found and no other', () => {
    const ports = new Map(TUNNEL_PORTS)
    for (let port = 0; port < 65_536; port++) expect(tunnelAt(port), `${port}`).toBe(ports.get(port) ?? 0)
  })
})
