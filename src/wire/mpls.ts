import { u16 } from './bytes.ts'
import { END, ETHERNET, IPV4, IPV6, skip } from './layers.ts'
import { damaged, MPLS_DEPTH, MPLS_TRUNCATED } from './malformed.ts'
import { KIND_NON_IP, type Packet } from './packet.ts'

const LABEL_LEN = 4
const BOTTOM_OF_STACK = 1
const MAX_LABELS = 16
const CONTROL_WORD_LEN = 4
const ETHERNET_HEADER_LEN = 14

/** RFC 3032. The labels do not say what they carry: the first nibble does (RFC 4928 §3, RFC 4385 §3). */
export function mpls(p: Packet): number {
  const b = p.buf
  for (let labels = 0; ; labels++) {
    if (labels === MAX_LABELS) return damaged(p, MPLS_DEPTH)
    const at = p.payloadAt
    if (p.payloadEnd - at < LABEL_LEN) return damaged(p, MPLS_TRUNCATED)
    skip(p, LABEL_LEN)
    if ((b[at + 2]! & BOTTOM_OF_STACK) !== 0) return afterLabels(p)
  }
}

function afterLabels(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const nibble = p.payloadEnd > at ? b[at]! >> 4 : 1
  const asEthernet = isPlausibleEthernet(p, at)
  // A pseudowire without control word may begin with a MAC whose first nibble is 4 or 6; then the rest of an IP header does not fit.
  if (nibble === 4 && !(asEthernet && (b[at]! & 15) < 5)) return ip(p, 0x0800, IPV4)
  if (nibble === 6 && !asEthernet) return ip(p, 0x86dd, IPV6)
  if (nibble === 0 && isPlausibleEthernet(p, at + CONTROL_WORD_LEN)) {
    skip(p, CONTROL_WORD_LEN)
    return ETHERNET
  }
  if (asEthernet) return ETHERNET
  p.kind = KIND_NON_IP
  return END
}

function ip(p: Packet, etherType: number, layer: number): number {
  p.etherType = etherType
  return layer
}

function isPlausibleEthernet(p: Packet, at: number): boolean {
  if (p.payloadEnd - at < ETHERNET_HEADER_LEN) return false
  switch (u16(p.buf, at + 12)) {
    case 0x0800:
      return p.buf[at + 14]! >> 4 === 4
    case 0x86dd:
      return p.buf[at + 14]! >> 4 === 6
    case 0x0806:
    case 0x8100:
    case 0x88a8:
      return true
    default:
      return false
  }
}
