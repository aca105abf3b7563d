import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

// RFC 2608 §8; version 1 (RFC 2165) has a length of two bytes.
const V2_HEADER_LEN = 14
const V1_HEADER_LEN = 12
const MAX_TCP_MESSAGE = 65_535
const FUNCTIONS = [
  'unknown',
  'service-request',
  'service-reply',
  'registration',
  'deregistration',
  'acknowledgement',
  'attribute-request',
  'attribute-reply',
  'directory-advertisement',
  'service-type-request',
  'service-type-reply',
  'service-advertisement',
] as const

export default dissector({
  name: 'Service_Location_Protocol',
  category: 'RPC',
  about: 'Finding services (RFC 2608): a version, a function, the message’s length and a language',
  over: ['udp', 'tcp'],
  ports: [427],
  firstBytes: [1, 2],
  secondBytes: (byte) => byte >= 1 && byte < FUNCTIONS.length,
  minLen: V1_HEADER_LEN,
  fields: { function: oneOf('Function', FUNCTIONS), language: text('Language') },

  signature(c, ctx) {
    const code = c.peek(1)
    if (code < 1 || code >= FUNCTIONS.length) return Exclude
    const length = c.peek() === 2 ? (c.peek(2) << 16) | c.peek16(3) : c.peek16(2)
    const isWhole = ctx.proto === 17 ? length === Math.max(c.left, ctx.wireLeft) : length >= V1_HEADER_LEN && length <= MAX_TCP_MESSAGE
    if (!isWhole) return Exclude
    if (c.peek() === 2 && c.left < V2_HEADER_LEN + 2) return ctx.proto === 6 ? NeedMore : Exclude
    return isLanguage(c) ? Match : Exclude
  },

  extract(c, out) {
    out.function = FUNCTIONS[c.peek(1)]
    out.language = c.peek() === 2 ? c.skip(V2_HEADER_LEN).text(Math.min(c.peek16(-2), c.left)) : c.skip(6).text(2)
  },
})

/** A tag as "en" or "en-GB"; version 1 has two letters at a fixed place. */
function isLanguage(c: Cursor): boolean {
  const at = c.peek() === 2 ? V2_HEADER_LEN : 6
  const length = c.peek() === 2 ? c.peek16(12) : 2
  return length >= 2 && length <= 16 && isLetter(c.peek(at)) && isLetter(c.peek(at + 1))
}
const isLetter = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
