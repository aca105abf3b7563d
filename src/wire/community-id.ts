import { SHA1_LEN, sha1 } from '../lib/crypto/sha1.ts'
import { isIpv4 } from './address.ts'
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from './packet.ts'

const digest = new Uint8Array(SHA1_LEN)

/** The five-tuple, as a Packet holds it. For ICMP and ICMPv6 srcPort is the type and dstPort the code. */
export interface FiveTuple {
  readonly src0: number
  readonly src1: number
  readonly src2: number
  readonly src3: number
  readonly dst0: number
  readonly dst1: number
  readonly dst2: number
  readonly dst3: number
  readonly proto: number
  readonly srcPort: number
  readonly dstPort: number
}

/** Types that ask and answer each other, both ways: each is the other's port (Community ID specification, version 1). */
const ICMP_PAIRS: readonly (readonly [number, number])[] = [
  [8, 0], // echo
  [13, 14], // time stamp
  [15, 16], // information
  [10, 9], // router solicitation and advertisement
  [17, 18], // address mask
]
const ICMPV6_PAIRS: readonly (readonly [number, number])[] = [
  [128, 129], // echo
  [133, 134], // router solicitation and advertisement
  [135, 136], // neighbour solicitation and advertisement
  [130, 131], // multicast listener query and report
  [144, 145], // home agent address discovery
]

function counterTypes(pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map(pairs.flatMap(([ask, answer]) => [[ask, answer] as const, [answer, ask] as const]))
}
const COUNTER_TYPES = counterTypes(ICMP_PAIRS)
const COUNTER_TYPES_V6 = counterTypes([...ICMPV6_PAIRS, [139, 140]])

// Seed, two IPv6 addresses, protocol and padding, two ports.
const bytes = new Uint8Array(2 + 32 + 2 + 4)

/** The Community ID (github.com/corelight/community-id-spec, version 1) of a flow, the same for both directions. */
export function communityId(t: FiveTuple, seed = 0): string {
  const isIcmp = t.proto === PROTO_ICMP || t.proto === PROTO_ICMPV6
  const counter = isIcmp ? (t.proto === PROTO_ICMP ? COUNTER_TYPES : COUNTER_TYPES_V6).get(t.srcPort) : undefined
  const srcPort = t.srcPort
  const dstPort = counter ?? t.dstPort
  const isOneWay = isIcmp && counter === undefined
  const hasPorts = isIcmp || t.proto === PROTO_TCP || t.proto === PROTO_UDP || t.proto === PROTO_SCTP
  const v4 = isIpv4(t.src0, t.src1, t.src2) && isIpv4(t.dst0, t.dst1, t.dst2)
  const swap = !isOneWay && order(t, hasPorts ? srcPort - dstPort : 0) > 0
  let at = put16(0, seed)
  at = putAddress(at, t, swap, v4)
  at = putAddress(at, t, !swap, v4)
  at = put16(at, t.proto << 8)
  if (hasPorts) at = put16(put16(at, swap ? dstPort : srcPort), swap ? srcPort : dstPort)
  sha1(bytes, 0, at, digest)
  return `1:${base64(digest)}`
}

/** Addresses compare as bytes, that is as unsigned words; ports decide between equal ones. */
function order(t: FiveTuple, ports: number): number {
  return (
    (t.src0 >>> 0) - (t.dst0 >>> 0) ||
    (t.src1 >>> 0) - (t.dst1 >>> 0) ||
    (t.src2 >>> 0) - (t.dst2 >>> 0) ||
    (t.src3 >>> 0) - (t.dst3 >>> 0) ||
    ports
  )
}

function put16(at: number, value: number): number {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
  return at + 2
}

function putAddress(at: number, t: FiveTuple, dst: boolean, v4: boolean): number {
  const put = (where: number, word: number) => put16(put16(where, word >>> 16), word & 0xffff)
  if (v4) return put(at, dst ? t.dst3 : t.src3)
  return put(put(put(put(at, dst ? t.dst0 : t.src0), dst ? t.dst1 : t.src1), dst ? t.dst2 : t.src2), dst ? t.dst3 : t.src3)
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(b: Uint8Array): string {
  let text = ''
  for (let i = 0; i < b.length; i += 3) {
    const group = (b[i]! << 16) | ((b[i + 1] ?? 0) << 8) | (b[i + 2] ?? 0)
    text += DIGITS[group >> 18]! + DIGITS[(group >> 12) & 63]!
    text += (i + 1 < b.length ? DIGITS[(group >> 6) & 63]! : '=') + (i + 2 < b.length ? DIGITS[group & 63]! : '=')
  }
  return text
}
