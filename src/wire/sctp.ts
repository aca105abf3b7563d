import { u16 } from './bytes.ts'
import { END, isCut } from './layers.ts'
import { damaged, SCTP_TRUNCATED } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/** RFC 9260 §3.1: ports, verification tag, checksum; chunks follow. */
const HEADER_LEN = 12

export function sctp(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN && !(captured >= 4 && isCut(p))) return damaged(p, SCTP_TRUNCATED)
  p.l4At = at
  p.srcPort = u16(b, at)
  p.dstPort = u16(b, at + 2)
  p.payloadAt = Math.min(at + HEADER_LEN, p.payloadEnd)
  p.payloadWireLen = Math.max(p.payloadWireLen - HEADER_LEN, p.payloadEnd - p.payloadAt)
  p.kind = KIND_IP
  return END
}
