import { u16 } from './bytes.ts'
import { narrow, PPP, skip } from './layers.ts'
import { damaged, note, PPPOE_HEADER, PPPOE_TRUNCATED } from './malformed.ts'
import type { Packet } from './packet.ts'

/* RFC 2516 §4: 0 version and type, 1 code, 2 session id, 4 length */
const HEADER_LEN = 6
const VERSION_AND_TYPE = 0x11

/** A session frame; discovery has its own ethertype and is non-IP traffic. */
export function pppoe(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < HEADER_LEN) return damaged(p, PPPOE_TRUNCATED)
  if (b[at] !== VERSION_AND_TYPE || b[at + 1] !== 0) return damaged(p, PPPOE_HEADER)
  const length = u16(b, at + 4)
  skip(p, HEADER_LEN)
  if (length > p.payloadWireLen) note(p, PPPOE_HEADER)
  narrow(p, length)
  return PPP
}
