import { u16 } from './bytes.ts'
import { END, narrow, skip } from './layers.ts'
import type { Packet } from './packet.ts'
import { innerIp } from './tunnel-inner.ts'

/* 3GPP TS 29.281 §5.1: 0 version and flags, 1 message type, 2 length, 4 endpoint; 8 sequence number, N-PDU number, next extension */
const HEADER_LEN = 8
const OPTIONAL_LEN = 4
const T_PDU = 255
/** Version 1, protocol type GTP, spare bit 0. */
const FIXED_BITS = 0xf8
const FIXED = 0x30
const HAS_EXTENSION = 4
const HAS_OPTIONAL = 7
const MAX_EXTENSIONS = 8

/** User packets; signalling between the gateways is traffic of its own. */
export function gtpU(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < HEADER_LEN + 1 || (b[at]! & FIXED_BITS) !== FIXED || b[at + 1] !== T_PDU) return END
  const length = u16(b, at + 2)
  const flags = b[at]!
  skip(p, HEADER_LEN)
  if (length === 0 || (length > p.payloadWireLen && !p.moreFragments)) return END
  narrow(p, length)
  if ((flags & HAS_OPTIONAL) !== 0 && !skipOptional(p, (flags & HAS_EXTENSION) !== 0)) return END
  return innerIp(p, 0)
}

function skipOptional(p: Packet, hasExtension: boolean): boolean {
  const b = p.buf
  if (p.payloadEnd - p.payloadAt < OPTIONAL_LEN) return false
  let next = hasExtension ? b[p.payloadAt + 3]! : 0
  skip(p, OPTIONAL_LEN)
  // §5.2.1: length in words, contents, type of the next one; 0 ends the chain.
  for (let n = 0; next !== 0; n++) {
    const { payloadAt: at } = p
    if (n === MAX_EXTENSIONS || p.payloadEnd - at < 4) return false
    const length = b[at]! << 2
    if (length === 0 || length > p.payloadEnd - at) return false
    next = b[at + length - 1]!
    skip(p, length)
  }
  return true
}
