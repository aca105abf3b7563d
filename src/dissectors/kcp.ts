import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, u32 } from './dissector.ts'

// skywind3000/kcp, protocol.txt: conversation, command, fragments to come, window, time, numbers, length; little-endian, any number in a packet.
const HEADER_LEN = 24
const PUSH = 81
const LAST_COMMAND = 84
/** A flow is joined early: numbers are still small, and windows have a usual size. */
const MAX_NUMBER = 1 << 16
const MAX_WINDOW = 8192
const MAX_FRAGMENTS = 128
const MAX_SEGMENTS = 64

export default dissector({
  name: 'KCP',
  category: 'Network',
  about: 'KCP, reliable streams over UDP: segments of one conversation whose lengths fill the packet, at least one with data',
  over: 'udp',
  minLen: HEADER_LEN + 1,
  fields: { conversation: u32('Conversation') },

  signature(c) {
    // Most packets of others are turned away by this one byte.
    const command = c.peek(4)
    return command >= PUSH && command <= LAST_COMMAND && fillsPacket(c) ? Match : Exclude
  },

  extract(c, out) {
    out.conversation = c.u32le()
    return Done
  },
})

const u32le = (c: Cursor, at: number) => (c.peek(at) | (c.peek(at + 1) << 8) | (c.peek(at + 2) << 16) | (c.peek(at + 3) << 24)) >>> 0

function fillsPacket(c: Cursor): boolean {
  const conversation = c.peek32()
  let data = 0
  let at = 0
  for (let n = 0; n < MAX_SEGMENTS && at + HEADER_LEN <= c.left; n++) {
    const command = c.peek(at + 4)
    const window = c.peek(at + 6) | (c.peek(at + 7) << 8)
    const length = u32le(c, at + 20)
    if (c.peek32(at) !== conversation || command < PUSH || command > LAST_COMMAND || window > MAX_WINDOW) return false
    if (c.peek(at + 5) > MAX_FRAGMENTS || u32le(c, at + 12) > MAX_NUMBER || u32le(c, at + 16) > MAX_NUMBER) return false
    // Only data has a length.
    if (command === PUSH ? length === 0 : length !== 0) return false
    data += length
    at += HEADER_LEN + length
  }
  return at === c.left && data > 0
}
