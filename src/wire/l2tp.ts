import { u16 } from './bytes.ts'
import { END, narrow, PPP, skip } from './layers.ts'
import type { Packet } from './packet.ts'

/* RFC 2661 §3.1: flags and version; length, tunnel, session, sequence numbers, offset as the flags say */
const CONTROL = 0x8000
const HAS_LENGTH = 0x4000
const HAS_SEQUENCE = 0x0800
const HAS_OFFSET = 0x0200
const RESERVED_AND_VERSION = 0x34ff
const VERSION_2 = 0x0002

/** Data messages of version 2, which carry PPP. */
export function l2tp(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < 6) return END
  const flags = u16(b, at)
  if ((flags & CONTROL) !== 0 || (flags & RESERVED_AND_VERSION) !== VERSION_2) return END
  const beforeIds = (flags & HAS_LENGTH) !== 0 ? 4 : 2
  let headerLen = beforeIds + 4 + ((flags & HAS_SEQUENCE) !== 0 ? 4 : 0)
  if ((flags & HAS_OFFSET) !== 0) {
    if (captured < headerLen + 2) return END
    headerLen += 2 + u16(b, at + headerLen)
  }
  if (captured <= headerLen) return END
  if ((flags & HAS_LENGTH) !== 0) {
    const length = u16(b, at + 2)
    if (length <= headerLen || (length > p.payloadWireLen && !p.moreFragments)) return END
    narrow(p, length)
  }
  skip(p, headerLen)
  return PPP
}
