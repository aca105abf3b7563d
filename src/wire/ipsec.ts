import { AH_TRUNCATED, ESP_TRUNCATED } from './malformed.ts'
import { message } from './message.ts'
import type { Packet } from './packet.ts'

/** RFC 4303 §2: security parameters index and sequence number; the rest is encrypted. */
const ESP_LEN = 8
/** RFC 4302 §2. */
const AH_LEN = 12

export const esp = (p: Packet): number => message(p, ESP_LEN, ESP_TRUNCATED)

/** Over IPv4 an AH packet is a flow of its own protocol; over IPv6 AH is an extension header and never comes here. */
export const ah = (p: Packet): number => message(p, AH_LEN, AH_TRUNCATED)
