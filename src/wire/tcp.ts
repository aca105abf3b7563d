import { i32, u16 } from './bytes.ts'
import { END, isCut } from './layers.ts'
import { damaged, TCP_HEADER_LENGTH, TCP_TRUNCATED } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/* RFC 9293 §3.1 */
const DST_PORT = 2
const SEQ = 4
const ACK = 8
const DATA_OFFSET = 12
const FLAGS = 13
const WINDOW = 14
const HEADER_LEN = 20

export function tcp(p: Packet): number {
  const b = p.buf
  const at = p.payloadAt
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN) return isCut(p) ? tcpPart(p, b, at, captured) : damaged(p, TCP_TRUNCATED)
  const headerLen = (b[at + DATA_OFFSET]! >> 4) << 2
  if (headerLen < HEADER_LEN || headerLen > p.payloadWireLen) {
    if (!(p.moreFragments && headerLen >= HEADER_LEN)) return damaged(p, TCP_HEADER_LENGTH)
  }
  p.l4At = at
  p.srcPort = u16(b, at)
  p.dstPort = u16(b, at + DST_PORT)
  p.tcpSeq = i32(b, at + SEQ)
  p.tcpAck = i32(b, at + ACK)
  p.tcpFlags = b[at + FLAGS]!
  p.tcpWindow = u16(b, at + WINDOW)
  p.kind = KIND_IP
  dropHeader(p, headerLen)
  return END
}

function dropHeader(p: Packet, headerLen: number): void {
  p.payloadAt = Math.min(p.payloadAt + headerLen, p.payloadEnd)
  p.payloadWireLen = Math.max(p.payloadWireLen - headerLen, p.payloadEnd - p.payloadAt)
}

/** What the snap length, or a first fragment below RFC 791's smallest, left of a header. */
function tcpPart(p: Packet, b: Uint8Array, at: number, captured: number): number {
  if (captured < 4) return damaged(p, TCP_TRUNCATED)
  p.l4At = at
  p.srcPort = u16(b, at)
  p.dstPort = u16(b, at + DST_PORT)
  if (captured >= SEQ + 4) p.tcpSeq = i32(b, at + SEQ)
  if (captured >= ACK + 4) p.tcpAck = i32(b, at + ACK)
  if (captured > FLAGS) p.tcpFlags = b[at + FLAGS]!
  if (captured >= WINDOW + 2) p.tcpWindow = u16(b, at + WINDOW)
  const headerLen = captured > DATA_OFFSET ? (b[at + DATA_OFFSET]! >> 4) << 2 : HEADER_LEN
  p.kind = KIND_IP
  dropHeader(p, headerLen)
  return END
}
