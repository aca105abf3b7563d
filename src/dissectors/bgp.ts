import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, num, oneOf, text, type Verdict } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

// RFC 4271 §4.1: a marker of ones, a length, a type.
const MARKER_LEN = 16
const HEADER_LEN = 19
/** RFC 8654 lifts 4096 for all but OPEN and KEEPALIVE. */
const MAX_MESSAGE = 65_535
const MESSAGES = ['unknown', 'open', 'update', 'notification', 'keepalive', 'route-refresh'] as const
/** Smallest of each type (§4.2 to §4.5, RFC 2918 §3). */
const LEAST = [0, 29, 23, 21, 19, 23]
const OPEN = 1
const MAX_MESSAGES = 32
/** AS_TRANS (RFC 6793 §4.2.2): the real number, of four bytes, is in a capability. */
const AS_TRANS = 23_456

export default dissector({
  name: 'BGP',
  category: 'Network',
  about: 'Routing between networks (RFC 4271): sixteen bytes of ones, a length and a type that fit each other',
  over: 'tcp',
  // 2605: the port at which routing daemons serve their BGP console.
  ports: [179, 2605],
  firstBytes: [0xff],
  minLen: HEADER_LEN,
  maxMore: 8,
  fields: { message: oneOf('Message', MESSAGES), as: num('AS number'), routerId: text('Router ID') },

  signature: (c) => header(c),

  extract(c, out, ctx) {
    for (let i = 0; i < MAX_MESSAGES && c.left >= HEADER_LEN; i++) {
      if (header(c) !== Match) return
      const length = c.peek16(MARKER_LEN)
      if (c.left < length) return More
      const type = c.peek(MARKER_LEN + 2)
      const outer = c.enter(length)
      out.message = MESSAGES[type]
      if (type === OPEN) {
        const as = c.skip(HEADER_LEN + 1).u16()
        out.routerId = ipv4Text(c.skip(2))
        out.as = as === AS_TRANS ? (fourByteAs(c) ?? as) : as
        ctx.info(`AS ${out.as}`)
      }
      c.leave(outer)
    }
    return More
  },
})

function header(c: Cursor): Verdict {
  if (c.left < HEADER_LEN) return NeedMore
  for (let i = 0; i < MARKER_LEN; i++) if (c.peek(i) !== 0xff) return Exclude
  const length = c.peek16(MARKER_LEN)
  const type = c.peek(MARKER_LEN + 2)
  const least = LEAST[type]
  return least !== undefined && least > 0 && length >= least && length <= MAX_MESSAGE && (type !== 4 || length === HEADER_LEN)
    ? Match
    : Exclude
}

/** Capability 65 among the optional parameters of type 2 (RFC 5492 §4, RFC 6793 §3). */
function fourByteAs(c: Cursor): number | undefined {
  const parameters = c.u8()
  for (let i = 0; i < 16 && c.left >= 2 && parameters > 0; i++) {
    const type = c.u8()
    const outer = c.enter(c.u8())
    for (let j = 0; type === 2 && j < 32 && c.left >= 2; j++) {
      const code = c.u8()
      const length = c.u8()
      if (code === 65 && length === 4) return c.u32()
      c.skip(length)
    }
    c.leave(outer)
  }
  return undefined
}
