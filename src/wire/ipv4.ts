import { i32, u16 } from './bytes.ts'
import { BY_PROTO, FRAGMENT } from './layers.ts'
import { damaged, IPV4_HEADER_LENGTH, IPV4_TOTAL_LENGTH, IPV4_TRUNCATED, IPV4_VERSION, note } from './malformed.ts'
import type { Packet } from './packet.ts'

/* RFC 791 §3.1 */
const TOS = 1
const TOTAL_LENGTH = 2
const ID = 4
const FRAGMENT_WORD = 6
const TTL = 8
const PROTO = 9
const SRC = 12
const DST = 16
const HEADER_LEN = 20
const MORE_FRAGMENTS = 0x2000
const OFFSET = 0x1fff
const MAPPED = 0xffff

/** Checks the header at payloadAt, reads it and moves behind it and its options; the total length keeps padding and trailers out. */
export function ipv4(p: Packet): number {
  const b = p.buf
  const at = p.payloadAt
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN) return damaged(p, IPV4_TRUNCATED)
  const first = b[at]!
  if (first >> 4 !== 4) return damaged(p, IPV4_VERSION)
  const headerLen = (first & 15) << 2
  if (headerLen < HEADER_LEN) return damaged(p, IPV4_HEADER_LENGTH)
  if (headerLen > captured) return damaged(p, IPV4_TRUNCATED)
  // 0: the card was to split a larger segment (TSO), so all that was captured belongs to it.
  const totalLen = u16(b, at + TOTAL_LENGTH) || p.payloadWireLen
  if (totalLen < headerLen) return damaged(p, IPV4_TOTAL_LENGTH)
  if (totalLen > p.payloadWireLen) {
    // In the first fragment of an outer packet the rest follows in later frames; else the length lies.
    if (p.moreFragments) p.payloadWireLen = totalLen
    else note(p, IPV4_TOTAL_LENGTH)
  } else {
    p.payloadWireLen = totalLen
    if (totalLen < captured) p.payloadEnd = at + totalLen
  }
  p.ipVersion = 4
  p.ipAt = at
  p.dscp = b[at + TOS]! >> 2
  p.ttl = b[at + TTL]!
  p.proto = b[at + PROTO]!
  p.src0 = p.src1 = p.dst0 = p.dst1 = 0
  p.src2 = p.dst2 = MAPPED
  p.src3 = i32(b, at + SRC)
  p.dst3 = i32(b, at + DST)
  p.payloadAt = at + headerLen
  p.payloadWireLen -= headerLen
  const word = u16(b, at + FRAGMENT_WORD)
  p.fragmentOffset = (word & OFFSET) << 3
  p.moreFragments = (word & MORE_FRAGMENTS) !== 0
  return (word & (MORE_FRAGMENTS | OFFSET)) === 0 ? BY_PROTO : FRAGMENT
}

/** Fragment id of the IPv4 header at `at`. */
export const ipv4Id = (b: Uint8Array, at: number): number => u16(b, at + ID)
