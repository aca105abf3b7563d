import { END, isCut } from './layers.ts'
import { AH_TRUNCATED, damaged, ESP_TRUNCATED } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/** RFC 4303 §2: security parameters index and sequence number; the rest is encrypted. */
const ESP_LEN = 8
/** RFC 4302 §2. */
const AH_LEN = 12

/** The payload begins with the header: ESP has nothing else to read. */
export function esp(p: Packet): number {
  return ipsec(p, ESP_LEN, ESP_TRUNCATED)
}

/** Over IPv4 an AH packet is a flow of its own protocol; over IPv6 AH is an extension header and never comes here. */
export function ah(p: Packet): number {
  return ipsec(p, AH_LEN, AH_TRUNCATED)
}

function ipsec(p: Packet, headerLen: number, cause: number): number {
  if (p.payloadEnd - p.payloadAt < headerLen && !isCut(p)) return damaged(p, cause)
  p.l4At = p.payloadAt
  p.kind = KIND_IP
  return END
}
