import { u16 } from './bytes.ts'
import { END, skip, WIFI } from './layers.ts'
import type { Packet } from './packet.ts'
import { innerEthernet } from './tunnel-inner.ts'
import { isSwapped, wifiSwapped } from './wifi.ts'

/*
 * RFC 5415 §4.3: 0 preamble (0: plain, 1: DTLS), then 24 bits: header length in words (5), radio (5), binding (5), flags T F L W M K and
 * three reserved; 4 fragment id, 6 fragment offset
 */
const MIN_LEN = 8
const NATIVE_FRAME = 0x01
const BINDING_802_11 = 1
const FRAGMENT = 0x80
const LAST_FRAGMENT = 0x40
const KEEP_ALIVE = 0x08
const RESERVED_FLAGS = 0x07

/** Data messages in the clear: frames of the stations, as 802.11 or as 802.3. */
export function capwap(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < MIN_LEN || b[at] !== 0) return END
  const headerLen = (b[at + 1]! >> 3) << 2
  const flags = b[at + 3]!
  if (headerLen < MIN_LEN || headerLen > captured || (flags & (KEEP_ALIVE | RESERVED_FLAGS)) !== 0) return END
  const isFragment = (flags & FRAGMENT) !== 0
  if (isFragment && u16(b, at + 6) >> 3 !== 0) return END
  const isNative = (b[at + 2]! & NATIVE_FRAME) !== 0
  if (isNative && ((b[at + 2]! >> 1) & 31) !== BINDING_802_11) return END
  if (isFragment && (flags & LAST_FRAGMENT) === 0) p.moreFragments = true
  skip(p, headerLen)
  if (!isNative) return innerEthernet(p)
  return isSwapped(p) ? wifiSwapped(p) : WIFI
}
