import { u16 } from './bytes.ts'
import { END, IPV6, skip } from './layers.ts'
import type { Packet } from './packet.ts'

/* RFC 4380 §5.1.1: an authentication header, an origin indication, either, or neither come before the IPv6 packet */
const AUTHENTICATION = 0x0001
const AUTHENTICATION_LEN = 13
const ORIGIN = 0x0000
const ORIGIN_LEN = 8
const IPV6_HEADER_LEN = 40

export function teredo(p: Packet): number {
  const b = p.buf
  if (p.payloadEnd - p.payloadAt >= AUTHENTICATION_LEN && u16(b, p.payloadAt) === AUTHENTICATION) {
    const length = AUTHENTICATION_LEN + b[p.payloadAt + 2]! + b[p.payloadAt + 3]!
    if (length > p.payloadEnd - p.payloadAt) return END
    skip(p, length)
  }
  if (p.payloadEnd - p.payloadAt >= ORIGIN_LEN && u16(b, p.payloadAt) === ORIGIN) skip(p, ORIGIN_LEN)
  const at = p.payloadAt
  if (p.payloadEnd - at < IPV6_HEADER_LEN || b[at]! >> 4 !== 6) return END
  // Trailers (RFC 6081) may follow, so the packet is at most as long as what is there.
  if (u16(b, at + 4) + IPV6_HEADER_LEN > p.payloadWireLen && !p.moreFragments) return END
  p.etherType = 0x86dd
  return IPV6
}
