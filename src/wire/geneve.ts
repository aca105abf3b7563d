import { u16 } from './bytes.ts'
import { END, skip } from './layers.ts'
import type { Packet } from './packet.ts'
import { innerEthernet, innerIp } from './tunnel-inner.ts'

/* RFC 8926 §3.4: 0 version and options' length in words, 1 flags, 2 protocol, 4 network identifier, 7 reserved */
const HEADER_LEN = 8
const VERSION_BITS = 0xc0
const OPTION_WORDS = 0x3f
/** All flags but "critical options": control packets carry nothing of users. */
const UNWANTED_FLAGS = 0xbf

export function geneve(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN || (b[at]! & VERSION_BITS) !== 0 || (b[at + 1]! & UNWANTED_FLAGS) !== 0 || b[at + 7] !== 0) return END
  const headerLen = HEADER_LEN + ((b[at]! & OPTION_WORDS) << 2)
  if (captured < headerLen) return END
  const type = u16(b, at + 2)
  skip(p, headerLen)
  if (type === 0x6558) return innerEthernet(p)
  return type === 0x0800 || type === 0x86dd ? innerIp(p, type) : END
}
