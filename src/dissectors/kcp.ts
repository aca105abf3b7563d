import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, u32 } from './dissector.ts'

// KCP: segments of conversation, command, fragment, window, time, sequence number, what is awaited, length; little-endian. Several share a packet.
const HEADER_LEN = 24
const PUSH = 81
const LAST_COMMAND = 84
const MAX_SEGMENTS = 128
/** A message has fewer fragments than the receiver's window segments. */
const MAX_WINDOW = 8192

export default dissector({
  name: 'KCP',
  category: 'Network',
  about:
    'A quick and reliable transport over UDP: segments of one conversation whose lengths fill the packet, and a second such packet or segment',
  over: 'udp',
  minLen: HEADER_LEN,
  fields: { conversation: u32('Conversation') },

  signature(c, ctx) {
    const conversation = c.peek32()
    const segments = conversation === 0 ? 0 : segmentsOf(c, conversation)
    if (segments === 0) return Exclude
    if (segments > 1 || ctx.memo === conversation) return Match
    ctx.memo = conversation
    return NeedMore
  },

  extract(c, out) {
    out.conversation = c.u32le()
  },
})

/** How many segments of the conversation fill the packet, or 0. */
function segmentsOf(c: Cursor, conversation: number): number {
  let at = 0
  let n = 0
  while (at < c.left && n < MAX_SEGMENTS) {
    const command = c.peek(at + 4)
    const length = (c.peek(at + 20) | (c.peek(at + 21) << 8) | (c.peek(at + 22) << 16) | (c.peek(at + 23) << 24)) >>> 0
    const window = c.peek(at + 6) | (c.peek(at + 7) << 8)
    if (c.peek32(at) !== conversation || command < PUSH || command > LAST_COMMAND || window > MAX_WINDOW) return 0
    if (command === PUSH ? length === 0 || length > c.left : length !== 0 || c.peek(at + 5) !== 0) return 0
    at += HEADER_LEN + length
    n++
  }
  return at === c.left ? n : 0
}
