import { formatAddress, parseAddress } from './address.ts'
import { Decoder } from './decode.ts'
import { MALFORMED } from './malformed.ts'
import { KIND_ARP, KIND_IP, KIND_NON_IP, Packet } from './packet.ts'
import { TUNNELS } from './tunnels.ts'

/** Frames by hand: each builder puts its header before what it carries. */
export type Bytes = readonly number[]

export const be16 = (n: number): Bytes => [(n >> 8) & 255, n & 255]
export const be32 = (n: number): Bytes => [...be16(n >>> 16), ...be16(n & 0xffff)]
export const le16 = (n: number): Bytes => [n & 255, (n >> 8) & 255]
export const le32 = (n: number): Bytes => [...le16(n & 0xffff), ...le16(n >>> 16)]
export const zeros = (n: number): Bytes => new Array<number>(n).fill(0)
export const ascii = (text: string): Bytes => [...text].map((c) => c.charCodeAt(0))
export const hexBytes = (text: string): Bytes => (text.replace(/\s/g, '').match(/../g) ?? []).map((h) => Number.parseInt(h, 16))

export const DST_MAC = [2, 0, 0, 0, 0, 0xdd]
export const SRC_MAC = [2, 0, 0, 0, 0, 0x55]

export const eth = (type: number, inside: Bytes): Bytes => [...DST_MAC, ...SRC_MAC, ...be16(type), ...inside]
export const tag = (vlan: number, type: number, inside: Bytes): Bytes => [...be16(vlan), ...be16(type), ...inside]

interface Ip4 {
  proto?: number
  src?: string
  dst?: string
  id?: number
  /** Offset in bytes. */
  offset?: number
  more?: boolean
  options?: Bytes
  totalLen?: number
  tos?: number
}
export function ip4(inside: Bytes, o: Ip4 = {}): Bytes {
  const options = o.options ?? []
  const headerLen = 20 + options.length
  return [
    ...[0x40 | (headerLen >> 2), o.tos ?? 0, ...be16(o.totalLen ?? headerLen + inside.length), ...be16(o.id ?? 0)],
    ...be16(((o.more ?? false) ? 0x2000 : 0) | ((o.offset ?? 0) >> 3)),
    ...[64, o.proto ?? 17, 0, 0],
    ...addressBytes(o.src ?? '10.0.0.1').slice(12),
    ...addressBytes(o.dst ?? '10.0.0.2').slice(12),
    ...options,
    ...inside,
  ]
}

interface Ip6 {
  next?: number
  src?: string
  dst?: string
  payloadLen?: number
}
export function ip6(inside: Bytes, o: Ip6 = {}): Bytes {
  return [
    ...[0x6b, 0x80, 0, 0, ...be16(o.payloadLen ?? inside.length), o.next ?? 17, 63],
    ...addressBytes(o.src ?? '2001:db8::1'),
    ...addressBytes(o.dst ?? '2001:db8::2'),
    ...inside,
  ]
}

function addressBytes(text: string): Bytes {
  return parseAddress(text)!.flatMap((word) => be32(word >>> 0))
}

/** An extension header of `length` bytes (a multiple of eight). */
export const extension = (next: number, length: number, inside: Bytes): Bytes => [
  next,
  length / 8 - 1,
  1,
  length - 4,
  ...zeros(length - 4),
  ...inside,
]

export const udp = (srcPort: number, dstPort: number, inside: Bytes, length?: number): Bytes => [
  ...be16(srcPort),
  ...be16(dstPort),
  ...be16(length ?? 8 + inside.length),
  ...[0, 0],
  ...inside,
]

export const tcp = (srcPort: number, dstPort: number, inside: Bytes, flags = 0x18, options: Bytes = []): Bytes => [
  ...be16(srcPort),
  ...be16(dstPort),
  ...be32(0x90000001),
  ...be32(0x80000002),
  ...[(5 + options.length / 4) << 4, flags, ...be16(512), 0, 0, 0, 0],
  ...options,
  ...inside,
]

export interface DecodeOptions {
  linkType?: number
  wireLen?: number
  decoder?: Decoder
}

/** Decodes a frame that lies amid other bytes, as frames in batches do. */
export function decode(frame: Bytes, o: DecodeOptions = {}): Packet {
  const before = 7
  const buf = new Uint8Array(before + frame.length + 64).fill(0xa5)
  buf.set(frame, before)
  const p = new Packet()
  const decoder = o.decoder ?? new Decoder(1)
  decoder.decode(buf, before, before + frame.length, o.wireLen ?? frame.length, o.linkType ?? 1, p)
  return p
}

const KINDS: readonly (readonly [number, string])[] = [
  [KIND_IP, 'ip'],
  [KIND_ARP, 'arp'],
  [KIND_NON_IP, 'non-ip'],
]

/** A packet in words; what is not set is left out. */
export interface Said {
  kind?: string
  malformed?: string
  etherType?: number
  vlan?: number
  flow?: string
  proto?: number
  payload?: string
  tunnel?: string
}

export function said(p: Packet): Said {
  const out: Said = { kind: KINDS.find(([k]) => k === p.kind)?.[1] ?? 'none' }
  if (p.malformed !== 0) out.malformed = MALFORMED[p.malformed]!
  if (p.vlan !== 0) out.vlan = p.vlan
  if (p.tunnel !== 0) out.tunnel = TUNNELS[p.tunnel]!
  if (p.kind === KIND_IP || p.kind === KIND_ARP) out.flow = `${end(p, true)} ${end(p, false)}`
  else out.etherType = p.etherType
  if (p.kind === KIND_IP) {
    out.proto = p.proto
    out.payload = String.fromCharCode(...p.buf.subarray(p.payloadAt, p.payloadEnd))
  }
  return out
}

function end(p: Packet, src: boolean): string {
  const address = src ? formatAddress(p.src0, p.src1, p.src2, p.src3) : formatAddress(p.dst0, p.dst1, p.dst2, p.dst3)
  const port = src ? p.srcPort : p.dstPort
  if (port === 0) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A seeded generator (mulberry32): numbers below `n`. */
export function seeded(seed: number): (n: number) => number {
  let state = seed | 0
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
}
