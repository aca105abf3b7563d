import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, u32 } from './dissector.ts'

// The protocol's README: conversation, command, fragments that follow, window, time, number, first number not acknowledged, length; all little-endian.
const HEADER_LEN = 24
const PUSH = 81
const LAST_COMMAND = 84
const MAX_FRAGMENTS = 128
const MAX_WINDOW = 8192
/** Numbers begin at 0; a flow that is met later than this is not claimed. */
const MAX_NUMBER = 1 << 20
const MAX_SEGMENTS = 64
/** Both ends, or one end twice, must speak of one conversation. */
const SEEN = 0x1_0000_0000

export default dissector({
  name: 'KCP',
  category: 'Network',
  about: 'KCP, reliable streams over UDP: segments of one conversation that fill packet after packet exactly',
  over: 'udp',
  minLen: HEADER_LEN,
  fields: { conversation: u32('Conversation') },

  signature(c, ctx) {
    const command = c.peek(4)
    if (command < PUSH || command > LAST_COMMAND) return Exclude
    const conversation = c.u32le()
    if (conversation === 0 || !isFilled(c.seek(0), conversation)) return Exclude
    if (ctx.memo === SEEN + conversation) return Match
    ctx.memo = SEEN + conversation
    return NeedMore
  },

  extract(c, out) {
    out.conversation = c.u32le()
  },
})

function isFilled(c: Cursor, conversation: number): boolean {
  for (let n = 0; n < MAX_SEGMENTS && c.left >= HEADER_LEN; n++) {
    if (c.u32le() !== conversation) return false
    const command = c.u8()
    const fragments = c.u8()
    const window = c.u16le()
    const number = c.skip(4).u32le()
    const acknowledged = c.u32le()
    const length = c.u32le()
    if (command < PUSH || command > LAST_COMMAND || window > MAX_WINDOW || number > MAX_NUMBER || acknowledged > MAX_NUMBER) return false
    if (command === PUSH ? fragments > MAX_FRAGMENTS : fragments + length > 0) return false
    if (length > c.left) return false
    c.skip(length)
  }
  return c.left === 0
}
