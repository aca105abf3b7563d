import { u16 } from './bytes.ts'
import { END, ERSPAN, GRE, narrow, PPP, skip } from './layers.ts'
import { mpls } from './mpls.ts'
import type { Packet } from './packet.ts'
import { innerEthernet, innerIp } from './tunnel-inner.ts'

/* RFC 2784, RFC 2890: 0 flags and version, 2 protocol; then checksum, key and sequence number as the flags say */
const HEADER_LEN = 4
const CHECKSUM = 0x8000
const KEY = 0x2000
const SEQUENCE = 0x1000
/** Routing (RFC 1701), strict route, recursion, reserved bits and version: a sound header has none of them. */
const UNKNOWN_BITS = 0x4fff
/* RFC 2637 §4.1: version 1, key of payload length and call id, acknowledgement flag */
const VERSION_BITS = 0x7
const ACKNOWLEDGEMENT = 0x80
const PPTP_UNKNOWN_BITS = 0xcf78

const TYPE_ERSPAN_2 = 0x88be
const TYPE_ERSPAN_3 = 0x22eb
const TYPE_PPP = 0x880b
const TYPE_ETHERNET = 0x6558

/** Mirrored frames in GRE have a name of their own. */
export function greKind(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < HEADER_LEN) return END
  const type = u16(p.buf, p.payloadAt + 2)
  return type === TYPE_ERSPAN_2 || type === TYPE_ERSPAN_3 ? ERSPAN : GRE
}

export function gre(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < HEADER_LEN) return END
  const flags = u16(p.buf, p.payloadAt)
  if ((flags & VERSION_BITS) === 1) return pptp(p, flags)
  if ((flags & UNKNOWN_BITS) !== 0) return END
  const hasSequence = (flags & SEQUENCE) !== 0
  const headerLen = HEADER_LEN + ((flags & CHECKSUM) !== 0 ? 4 : 0) + ((flags & KEY) !== 0 ? 4 : 0) + (hasSequence ? 4 : 0)
  if (p.payloadEnd - p.payloadAt < headerLen) return END
  const type = u16(p.buf, p.payloadAt + 2)
  skip(p, headerLen)
  return inside(p, type, hasSequence)
}

function inside(p: Packet, type: number, hasSequence: boolean): number {
  switch (type) {
    case 0x0800:
    case 0x86dd:
      return innerIp(p, type)
    case TYPE_ETHERNET:
      return innerEthernet(p)
    case 0x8847:
    case 0x8848:
      return mpls(p)
    case TYPE_ERSPAN_2:
      return hasSequence ? erspan2(p) : innerEthernet(p)
    case TYPE_ERSPAN_3:
      return erspan3(p)
    case TYPE_PPP:
      return PPP
    default:
      return END
  }
}

function pptp(p: Packet, flags: number): number {
  const { buf: b, payloadAt: at } = p
  const headerLen = 8 + ((flags & SEQUENCE) !== 0 ? 4 : 0) + ((flags & ACKNOWLEDGEMENT) !== 0 ? 4 : 0)
  if ((flags & PPTP_UNKNOWN_BITS) !== 0 || (flags & KEY) === 0 || u16(b, at + 2) !== TYPE_PPP) return END
  // Without a sequence number it is an acknowledgement and carries nothing.
  if ((flags & SEQUENCE) === 0 || p.payloadEnd - at < headerLen) return END
  const length = u16(b, at + 4)
  skip(p, headerLen)
  if (length === 0 || length > p.payloadWireLen) return END
  narrow(p, length)
  return PPP
}

const ERSPAN_2_LEN = 8
const ERSPAN_3_LEN = 12
const ERSPAN_3_SUBHEADER_LEN = 8

/* draft-foschiano-erspan §4.2: version 1 and VLAN, session, index */
function erspan2(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < ERSPAN_2_LEN || p.buf[p.payloadAt]! >> 4 !== 1) return END
  skip(p, ERSPAN_2_LEN)
  return innerEthernet(p)
}

/* §4.3: version 2 …, frame type in bits 10–14 of the last word's second half, its last bit says that a subheader follows */
function erspan3(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < ERSPAN_3_LEN || b[at]! >> 4 !== 2) return END
  const frameType = (b[at + 10]! >> 2) & 31
  const headerLen = ERSPAN_3_LEN + ((b[at + 11]! & 1) === 1 ? ERSPAN_3_SUBHEADER_LEN : 0)
  if (captured < headerLen) return END
  skip(p, headerLen)
  return frameType === 2 ? innerIp(p, 0) : frameType === 0 ? innerEthernet(p) : END
}
