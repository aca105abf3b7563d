import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, u16, u32 } from './dissector.ts'

// RFC 8855 §5.1: version and flags, primitive, length in words, conference, transaction, user. Version 1 over streams, 2 over UDP, where it may be in fragments.
const HEADER_LEN = 12
const STREAM_FIRST = 0x20
const DATAGRAM_VERSION = 2
const FRAGMENTED = 0x08
const FRAGMENT_HEADER_LEN = 4
const MAX_WORDS = 512
const PRIMITIVES = [
  '',
  'FloorRequest',
  'FloorRelease',
  'FloorRequestQuery',
  'FloorRequestStatus',
  'UserQuery',
  'UserStatus',
  'FloorQuery',
  'FloorStatus',
  'ChairAction',
  'ChairActionAck',
  'Hello',
  'HelloAck',
  'Error',
  'FloorRequestStatusAck',
  'FloorStatusAck',
  'Goodbye',
  'GoodbyeAck',
]
/** §5.3: those that may be without attributes. */
const MAY_BE_EMPTY = ['UserQuery', 'UserStatus', 'FloorQuery', 'FloorStatus', 'ChairActionAck', 'Hello', 'Goodbye', 'GoodbyeAck']
const CAN_BE_EMPTY = PRIMITIVES.map((name) => MAY_BE_EMPTY.includes(name))
const LAST_ATTRIBUTE = 18
const MAX_ATTRIBUTES = 64

export default dissector({
  name: 'BFCP',
  category: 'Video',
  about: 'Binary Floor Control Protocol (RFC 8855): reserved bits, primitive and exact length; attributes that fill the message',
  over: ['udp', 'tcp'],
  firstBytes: (byte, over) => byte === STREAM_FIRST || (over === 'udp' && byte >> 5 === DATAGRAM_VERSION && (byte & 7) === 0),
  minLen: HEADER_LEN,
  fields: { primitive: text('Primitive'), conference: u32('Conference'), user: u16('User') },

  signature(c, ctx) {
    const primitive = c.peek(1)
    const words = c.peek16(2)
    if (primitive === 0 || primitive >= PRIMITIVES.length || words > MAX_WORDS || c.peek32(4) === 0) return Exclude
    const isFragment = c.peek() !== STREAM_FIRST && (c.peek() & FRAGMENTED) !== 0
    const end = HEADER_LEN + (isFragment ? FRAGMENT_HEADER_LEN : 0) + 4 * words
    if (ctx.proto === 6 ? c.left < end : c.left !== end) return ctx.proto === 6 ? NeedMore : Exclude
    if (words === 0) return CAN_BE_EMPTY[primitive] ? Match : Exclude
    return isFragment || attributesFill(c, end) ? Match : Exclude
  },

  extract(c, out) {
    out.primitive = PRIMITIVES[c.peek(1)]
    out.conference = c.peek32(4)
    out.user = c.peek16(10)
    return Done
  },
})

/** §5.2: type and mandatory bit, length with these two bytes; each filled up to words. */
function attributesFill(c: Cursor, end: number): boolean {
  let at = HEADER_LEN
  for (let n = 0; n < MAX_ATTRIBUTES && at < end; n++) {
    const type = c.peek(at) >> 1
    const length = c.peek(at + 1)
    if (type === 0 || type > LAST_ATTRIBUTE || length < 2) return false
    at += (length + 3) & ~3
  }
  return at === end
}
