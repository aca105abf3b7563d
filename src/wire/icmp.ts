import { END, isCut, type Layer } from './layers.ts'
import { damaged, ICMP_TRUNCATED, IGMP_TRUNCATED } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/** RFC 792, RFC 4443: type, code, checksum, then what the type says. */
const ICMP_LEN = 4
/** RFC 2236 §2; every version begins with eight bytes. */
const IGMP_LEN = 8

/** Headers without ports stay in the payload: their dissectors read all of it. */
const messageOf =
  (headerLen: number, cause: number): Layer =>
  (p) => {
    if (p.payloadEnd - p.payloadAt < headerLen && !isCut(p)) return damaged(p, cause)
    p.l4At = p.payloadAt
    p.kind = KIND_IP
    return END
  }

export const icmp = messageOf(ICMP_LEN, ICMP_TRUNCATED)
export const igmp = messageOf(IGMP_LEN, IGMP_TRUNCATED)

/** Type and code of a KIND_IP packet of ICMP or ICMPv6; -1 when they were cut off or lie in another fragment. */
export const icmpType = (p: Packet): number => (p.l4At >= 0 && p.l4At < p.payloadEnd ? p.buf[p.l4At]! : -1)
export const icmpCode = (p: Packet): number => (p.l4At >= 0 && p.l4At + 1 < p.payloadEnd ? p.buf[p.l4At + 1]! : -1)
