import { ICMP_TRUNCATED } from './malformed.ts'
import { message } from './message.ts'
import type { Packet } from './packet.ts'

/** RFC 792, RFC 4443: type, code, checksum, then what the type says. */
const HEADER_LEN = 4

/** ICMP and ICMPv6. */
export const icmp = (p: Packet): number => message(p, HEADER_LEN, ICMP_TRUNCATED)

/** Type and code of a KIND_IP packet of ICMP or ICMPv6; -1 when they were cut off or lie in another fragment. */
export const icmpType = (p: Packet): number => (p.l4At >= 0 && p.l4At < p.payloadEnd ? p.buf[p.l4At]! : -1)
export const icmpCode = (p: Packet): number => (p.l4At >= 0 && p.l4At + 1 < p.payloadEnd ? p.buf[p.l4At + 1]! : -1)
