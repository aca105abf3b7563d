import { END, skip } from './layers.ts'
import { mpls } from './mpls.ts'
import type { Packet } from './packet.ts'
import { innerEthernet, innerIp } from './tunnel-inner.ts'

/* RFC 7348 §5: 0 flags, 4 network identifier, 7 reserved */
const HEADER_LEN = 8
const HAS_ID = 0x08
/** Group policy (draft-smith-vxlan-group-policy) may come with it. */
const GROUP_POLICY = 0x80

export function vxlan(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < HEADER_LEN || (b[at]! & ~GROUP_POLICY) !== HAS_ID || b[at + 7] !== 0) return END
  if ((b[at]! & GROUP_POLICY) === 0 && (b[at + 1] !== 0 || b[at + 2] !== 0 || b[at + 3] !== 0)) return END
  skip(p, HEADER_LEN)
  return innerEthernet(p)
}

/* draft-ietf-nvo3-vxlan-gpe §3: version, next protocol and control flags beside */
const GPE_HAS_PROTOCOL = 0x04
const GPE_UNKNOWN_BITS = 0xf1
const GPE_IPV4 = 1
const GPE_IPV6 = 2
const GPE_ETHERNET = 3
const GPE_MPLS = 5

export function vxlanGpe(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < HEADER_LEN || (b[at]! & GPE_UNKNOWN_BITS) !== 0 || (b[at]! & HAS_ID) === 0) return END
  if (b[at + 1] !== 0 || b[at + 2] !== 0 || b[at + 7] !== 0) return END
  const protocol = (b[at]! & GPE_HAS_PROTOCOL) === 0 ? GPE_ETHERNET : b[at + 3]!
  skip(p, HEADER_LEN)
  switch (protocol) {
    case GPE_IPV4:
      return innerIp(p, 0x0800)
    case GPE_IPV6:
      return innerIp(p, 0x86dd)
    case GPE_ETHERNET:
      return innerEthernet(p)
    case GPE_MPLS:
      return mpls(p)
    default:
      return END
  }
}
