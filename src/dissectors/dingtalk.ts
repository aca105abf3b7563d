import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// The first message of a client: kind and length in two bytes, two more, then values of tag, length and bytes, by ascending tag.
const KIND = 1
const LENGTH_BITS = 0xfff
const HEADER_LEN = 4
const VALUE_HEADER_LEN = 3
/** The first value is one byte, the second two. */
const FIRST_TAG = 1
const SECOND_TAG = 2
const CLIENT = 0x84
const MAX_VALUES = 32
const MIN_VALUES = 4

export default dissector({
  name: 'DingTalk',
  category: 'Chat',
  about: "DingTalk's own connections: the client's first values, by ascending tag, that fill its message",
  over: 'tcp',
  trialPorts: [443],
  firstBytes: (byte) => byte >> 4 === KIND,
  minLen: HEADER_LEN + VALUE_HEADER_LEN,
  fields: { client: text('Client') },

  signature(c) {
    const end = HEADER_LEN + (c.peek16() & LENGTH_BITS)
    if (c.peek(HEADER_LEN) !== FIRST_TAG || c.peek16(HEADER_LEN + 1) !== 1 || c.left > end) return Exclude
    return c.left < end ? NeedMore : fillsMessage(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    c.skip(HEADER_LEN)
    for (let n = 0; n < MAX_VALUES && c.left >= VALUE_HEADER_LEN; n++) {
      const tag = c.u8()
      const length = c.u16()
      if (tag !== CLIENT) c.skip(length)
      else {
        out.client = c.text(length)
        ctx.info(out.client)
      }
    }
    return Done
  },
})

function fillsMessage(c: Cursor): boolean {
  let at = HEADER_LEN
  let before = 0
  let values = 0
  while (at + VALUE_HEADER_LEN <= c.left && values < MAX_VALUES) {
    const tag = c.peek(at)
    if (tag <= before || (values === 1 && (tag !== SECOND_TAG || c.peek16(at + 1) !== 2))) return false
    before = tag
    at += VALUE_HEADER_LEN + c.peek16(at + 1)
    values++
  }
  return at === c.left && values >= MIN_VALUES
}
