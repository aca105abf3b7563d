import { u16 } from './bytes.ts'
import { END, skip, WIFI } from './layers.ts'
import type { Packet } from './packet.ts'
import { innerEthernet } from './tunnel-inner.ts'

/* TaZmen Sniffer Protocol: 0 version, 1 type, 2 encapsulated protocol, then tags: a type, a length, contents */
const HEADER_LEN = 4
const VERSION = 1
const TYPE_RECEIVED = 0
const TYPE_TO_SEND = 1
const TAG_PADDING = 0
const TAG_END = 1
const MAX_TAGS = 64
const ETHERNET = 1
const IEEE_802_11 = 18

export function tzsp(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN || b[at] !== VERSION || (b[at + 1] !== TYPE_RECEIVED && b[at + 1] !== TYPE_TO_SEND)) return END
  const length = tagsEnd(b, at + HEADER_LEN, p.payloadEnd) - at
  if (length < 0) return END
  const protocol = u16(b, at + 2)
  skip(p, length)
  if (protocol === ETHERNET) return innerEthernet(p)
  return protocol === IEEE_802_11 ? WIFI : END
}

/** Offset behind the end tag, or -1. */
function tagsEnd(b: Uint8Array, start: number, end: number): number {
  let at = start
  for (let tags = 0; tags < MAX_TAGS && at < end; tags++) {
    const tag = b[at]!
    if (tag === TAG_END) return at + 1
    if (tag === TAG_PADDING) at++
    else if (at + 1 < end) at += 2 + b[at + 1]!
    else return -1
  }
  return -1
}
