import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

// RFC 4380 §5.1.1: authentication (0 1, lengths of id and value, nonce, confirmation), origin (0 0, port, address), then IPv6.
const AUTHENTICATION = 1
const ORIGIN = 0
const ORIGIN_LEN = 8
const IPV6_LEN = 40
const SOURCE_AT = 8
const DESTINATION_AT = 24
const TEREDO_PREFIX = 0x20010000
/** Servers and clients solicit from link-local addresses. */
const LINK_LOCAL = 0xfe80
const ALL_ROUTERS = 0xff02

export default dissector({
  name: 'Teredo',
  category: 'Network',
  about:
    'IPv6 over UDP through NAT (RFC 4380) where the packet inside is none that is opened: its indications and an IPv6 header of exact length',
  over: 'udp',
  trialPorts: [3544],
  firstBytes: (byte) => byte === 0 || byte >> 4 === 6,
  minLen: IPV6_LEN,

  signature(c, ctx) {
    const at = behindIndications(c)
    if (c.peek(at) >> 4 !== 6 || c.peek16(at + 4) !== Math.max(c.left, ctx.wireLeft) - at - IPV6_LEN) return Exclude
    return hasPrefix(c, at) || (isLocal(c, at + SOURCE_AT) && isLocal(c, at + DESTINATION_AT)) ? Match : Exclude
  },
})

function behindIndications(c: Cursor): number {
  let at = 0
  if (c.peek16(at) === AUTHENTICATION) at += 4 + c.peek(2) + c.peek(3) + 9
  if (c.peek16(at) === ORIGIN) at += ORIGIN_LEN
  return at
}
const hasPrefix = (c: Cursor, at: number) => c.peek32(at + SOURCE_AT) === TEREDO_PREFIX || c.peek32(at + DESTINATION_AT) === TEREDO_PREFIX
const isLocal = (c: Cursor, at: number) => c.peek16(at) === LINK_LOCAL || c.peek16(at) === ALL_ROUTERS
