import { IGMP_TRUNCATED } from './malformed.ts'
import { message } from './message.ts'
import type { Packet } from './packet.ts'

/** RFC 2236 §2; every version begins with eight bytes. */
const HEADER_LEN = 8

export const igmp = (p: Packet): number => message(p, HEADER_LEN, IGMP_TRUNCATED)
