import { i32le, u16le } from './bytes.ts'
import { narrow, skip, WIFI } from './layers.ts'
import { damaged, LINK_HEADER, LINK_TRUNCATED } from './malformed.ts'
import type { Packet } from './packet.ts'
import { wifiPadded } from './wifi.ts'

/* radiotap.org: 0 version, 1 padding, 2 length, 4 present words; numbers are little-endian */
const HEADER_LEN = 8
const PRESENT_TSFT = 1
const PRESENT_FLAGS = 2
const PRESENT_MORE = 0x8000_0000 | 0
/** Chains of present words: one a radio and one a vendor namespace are usual. */
const MAX_PRESENT_WORDS = 16
const FLAG_FCS = 0x10
const FLAG_PADDED = 0x20
const FCS_LEN = 4

export function radiotap(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN) return damaged(p, LINK_TRUNCATED)
  const length = u16le(b, at + 2)
  if (b[at] !== 0 || length < HEADER_LEN) return damaged(p, LINK_HEADER)
  if (length > captured) return damaged(p, LINK_TRUNCATED)
  const flags = frameFlags(b, at, at + length)
  skip(p, length)
  if ((flags & FLAG_FCS) !== 0) narrow(p, Math.max(p.payloadWireLen - FCS_LEN, 0))
  return (flags & FLAG_PADDED) !== 0 ? wifiPadded(p) : WIFI
}

/** The flags field: the first of all, or the second behind the eight-byte aligned time. */
function frameFlags(b: Uint8Array, at: number, end: number): number {
  const present = i32le(b, at + 4)
  if ((present & PRESENT_FLAGS) === 0) return 0
  let field = at + HEADER_LEN
  let word = present
  for (let words = 1; (word & PRESENT_MORE) !== 0; words++) {
    if (words === MAX_PRESENT_WORDS || field + 4 > end) return 0
    word = i32le(b, field)
    field += 4
  }
  if ((present & PRESENT_TSFT) !== 0) field = at + ((field - at + 7) & ~7) + 8
  return field < end ? b[field]! : 0
}
