import { i32, u16 } from './bytes.ts'
import { BY_PROTO, FRAGMENT, IPV6_EXTENSION, narrow, skip } from './layers.ts'
import {
  damaged,
  IPV6_EXTENSION_LOOP,
  IPV6_EXTENSION_TRUNCATED,
  IPV6_PAYLOAD_LENGTH,
  IPV6_TRUNCATED,
  IPV6_VERSION,
  note,
} from './malformed.ts'
import type { Packet } from './packet.ts'

/* RFC 8200 §3 */
const PAYLOAD_LENGTH = 4
const NEXT_HEADER = 6
const HOP_LIMIT = 7
const SRC = 8
const DST = 24
const HEADER_LEN = 40

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT_HEADER = 44
const AH = 51
const NO_NEXT_HEADER = 59
const DESTINATION_OPTIONS = 60
const MOBILITY = 135
const HIP = 139
const SHIM6 = 140

const JUMBO_OPTION = 0xc2
/** RFC 8200 §4.1 expects seven at most; more is an attack. */
const MAX_EXTENSIONS = 16
/** Options of one hop-by-hop header that are looked through for a jumbo payload. */
const MAX_OPTIONS = 32

export function ipv6(p: Packet): number {
  const b = p.buf
  const at = p.payloadAt
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN) return damaged(p, IPV6_TRUNCATED)
  if (b[at]! >> 4 !== 6) return damaged(p, IPV6_VERSION)
  const inFragment = p.moreFragments
  p.ipVersion = 6
  p.ipAt = at
  p.dscp = (u16(b, at) >> 6) & 0x3f
  p.ttl = b[at + HOP_LIMIT]!
  p.proto = b[at + NEXT_HEADER]!
  p.src0 = i32(b, at + SRC)
  p.src1 = i32(b, at + SRC + 4)
  p.src2 = i32(b, at + SRC + 8)
  p.src3 = i32(b, at + SRC + 12)
  p.dst0 = i32(b, at + DST)
  p.dst1 = i32(b, at + DST + 4)
  p.dst2 = i32(b, at + DST + 8)
  p.dst3 = i32(b, at + DST + 12)
  p.fragmentOffset = 0
  p.moreFragments = false
  p.payloadAt = at + HEADER_LEN
  p.payloadWireLen -= HEADER_LEN
  const length = u16(b, at + PAYLOAD_LENGTH)
  // 0: a jumbogram (RFC 2675 §3), or a segment that the card was to split: all that was captured. With no next header it is nothing.
  if (length !== 0 || p.proto === NO_NEXT_HEADER) {
    setLength(p, length, inFragment)
  } else if (p.proto === HOP_BY_HOP) narrowToJumbo(p)
  return IS_EXTENSION[p.proto] === 1 ? IPV6_EXTENSION : BY_PROTO
}

function setLength(p: Packet, length: number, inFragment: boolean): void {
  if (length <= p.payloadWireLen) narrow(p, length)
  else if (inFragment) p.payloadWireLen = length
  else note(p, IPV6_PAYLOAD_LENGTH)
}

const IS_EXTENSION = new Uint8Array(256)
for (const n of [HOP_BY_HOP, ROUTING, FRAGMENT_HEADER, AH, DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6]) IS_EXTENSION[n] = 1

/** The extension headers from payloadAt on; p.proto says which is first. In IPv6 AH is one of them (RFC 4302 §3.1.1). */
export function ipv6Extension(p: Packet): number {
  const b = p.buf
  for (let headers = 0; IS_EXTENSION[p.proto] === 1; headers++) {
    if (headers === MAX_EXTENSIONS) return damaged(p, IPV6_EXTENSION_LOOP)
    const { payloadAt: at, proto } = p
    const captured = p.payloadEnd - at
    const length = captured < 8 ? 8 : extensionLen(proto, b[at + 1]!)
    if (length > captured) return damaged(p, IPV6_EXTENSION_TRUNCATED)
    const next = b[at]!
    // Mobility, HIP and shim6 messages end the chain; they, not "no next header", name the flow.
    if (next === NO_NEXT_HEADER && proto >= MOBILITY) return BY_PROTO
    p.proto = next
    skip(p, length)
    if (proto === FRAGMENT_HEADER && isFragment(p, at)) return FRAGMENT
  }
  return BY_PROTO
}

function extensionLen(proto: number, n: number): number {
  if (proto === FRAGMENT_HEADER) return 8
  return proto === AH ? (n + 2) << 2 : (n + 1) << 3
}

/** An atomic fragment (RFC 6946) is a whole packet. */
function isFragment(p: Packet, at: number): boolean {
  const word = u16(p.buf, at + 2)
  p.fragmentOffset = word & 0xfff8
  p.moreFragments = (word & 1) === 1
  return p.fragmentOffset !== 0 || p.moreFragments
}

/** RFC 2675 §2: option 0xc2 of the hop-by-hop header holds the length. */
function narrowToJumbo(p: Packet): void {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < 8) return
  const end = Math.min(p.payloadEnd, at + extensionLen(HOP_BY_HOP, b[at + 1]!))
  let option = at + 2
  for (let n = 0; n < MAX_OPTIONS && option + 6 <= end; n++) {
    if (b[option] === JUMBO_OPTION) {
      setLength(p, i32(b, option + 2) >>> 0, false)
      return
    }
    option += b[option] === 0 ? 1 : 2 + b[option + 1]!
  }
}

/** Fragment id of a packet that stands at layer FRAGMENT. */
export const ipv6FragmentId = (p: Packet): number => i32(p.buf, p.payloadAt - 4)
