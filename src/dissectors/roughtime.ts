import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, type Verdict } from './dissector.ts'

// draft-ietf-ntp-roughtime: "ROUGHTIM", length; then (Google's protocol has only this) count of tags, offsets, tags in order, values; little-endian.
const MAGIC = 'ROUGHTIM'
const FRAME_LEN = 12
const MAX_TAGS = 32
const MIN_TAGS = 2
const MAX_MESSAGE = 65_535
/** A request has a nonce, an answer a signed one. */
const NONCE = 'NONC'
const SIGNED = 'SREP'

export default dissector({
  name: 'Roughtime',
  category: 'System',
  about: 'Authenticated time: its letters, or a map of tags with rising offsets that holds a nonce or a signed answer',
  over: ['udp', 'tcp'],
  ports: [2002],
  firstBytes: (byte, over) => byte === 0x52 || (over === 'udp' && byte >= MIN_TAGS && byte <= MAX_TAGS),
  minLen: FRAME_LEN + 8,
  fields: { direction: oneOf('Message', ['request', 'answer']) },

  signature(c, ctx): Verdict {
    if (!c.startsWith(MAGIC)) return ctx.proto === 17 && tagOf(c) !== undefined ? Match : Exclude
    const length = u32le(c, MAGIC.length)
    if (length < 8 || length > MAX_MESSAGE || length % 4 !== 0) return Exclude
    if (ctx.proto === 17 ? length !== Math.max(c.left, ctx.wireLeft) - FRAME_LEN : c.left < FRAME_LEN + length)
      return ctx.proto === 17 ? Exclude : NeedMore
    return Match
  },

  extract(c, out) {
    if (c.startsWith(MAGIC)) c.skip(FRAME_LEN)
    const tag = tagOf(c)
    if (tag !== undefined) out.direction = tag === NONCE ? 'request' : 'answer'
  },
})

const u32le = (c: Cursor, at: number) => (c.peek(at) | (c.peek(at + 1) << 8) | (c.peek(at + 2) << 16) | (c.peek(at + 3) << 24)) >>> 0

/** The tag that tells which message this sound map is. Answers repeat the nonce, so the signed one goes before. */
function tagOf(c: Cursor): typeof NONCE | typeof SIGNED | undefined {
  const count = u32le(c, 0)
  if (count < MIN_TAGS || count > MAX_TAGS || c.left < 8 * count) return undefined
  let last = 0
  for (let i = 1; i < count; i++) {
    const offset = u32le(c, 4 * i)
    if (offset < last || offset % 4 !== 0 || offset > c.left - 8 * count) return undefined
    last = offset
  }
  let found: typeof NONCE | typeof SIGNED | undefined
  for (let i = 0; i < count; i++) {
    if (c.startsWith(SIGNED, 4 * (count + i))) return SIGNED
    if (c.startsWith(NONCE, 4 * (count + i))) found = NONCE
  }
  return found
}
