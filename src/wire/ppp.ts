import { u16 } from './bytes.ts'
import { END, IPV4, IPV6, skip } from './layers.ts'
import { damaged, PPP_TRUNCATED } from './malformed.ts'
import { mpls } from './mpls.ts'
import { KIND_NON_IP, type Packet } from './packet.ts'

const ADDRESS_AND_CONTROL = 0xff03

/** RFC 1661 §2, with or without RFC 1662's address and control fields; the protocol may be compressed to one byte (RFC 1661 §6.5). */
export function ppp(p: Packet): number {
  const b = p.buf
  if (p.payloadEnd - p.payloadAt >= 2 && u16(b, p.payloadAt) === ADDRESS_AND_CONTROL) skip(p, 2)
  const { payloadAt: at, payloadEnd: end } = p
  if (end - at < 1) return damaged(p, PPP_TRUNCATED)
  const isShort = (b[at]! & 1) === 1
  if (!isShort && end - at < 2) return damaged(p, PPP_TRUNCATED)
  const protocol = isShort ? b[at]! : u16(b, at)
  skip(p, isShort ? 1 : 2)
  switch (protocol) {
    case 0x0021:
      p.etherType = 0x0800
      return IPV4
    case 0x0057:
      p.etherType = 0x86dd
      return IPV6
    case 0x0281:
    case 0x0283:
      p.etherType = 0x8847
      return mpls(p)
    default:
      // PPP's own ethertype (RFC 3378 and IANA) stands for its control protocols where the link gave none.
      if (p.etherType === 0) p.etherType = 0x880b
      p.kind = KIND_NON_IP
      return END
  }
}
