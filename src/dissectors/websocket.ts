import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'

// RFC 6455 §5.2. The upgrade itself is HTTP's; here are flows joined behind it.
const FINAL = 0x80
const MASKED = 0x80
const MASK_LEN = 4
const OPCODES = ['continuation', 'text', 'binary', '', '', '', '', '', 'close', 'ping', 'pong'] as const
const KINDS = ['text', 'binary', 'close', 'ping', 'pong'] as const
const MAX_FRAMES = 32

const FRAMES_SEEN = 1

export default dissector({
  name: 'WebSocket',
  category: 'Web',
  about: 'WebSocket frames (RFC 6455) that fill their segments, twice, in a stream joined midway',
  over: 'tcp',
  firstBytes: [0x81, 0x82, 0x88, 0x89, 0x8a],
  minLen: 2,
  fields: { frame: oneOf('First frame', KINDS) },

  signature(c, ctx) {
    if (!ctx.midStream) return Exclude
    const frames = framesThatFill(c)
    if (frames < 0) return Exclude
    if (frames === 0) return NeedMore
    return frames > 1 || seenBefore(ctx) ? Match : NeedMore
  },

  extract(c, out) {
    const kind = OPCODES[c.peek() & 15]
    out.frame = KINDS.find((k) => k === kind)
    return Done
  },
})

/** A frame before this one, either way. */
function seenBefore(ctx: Context): boolean {
  const before = ctx.memo
  ctx.memo = FRAMES_SEEN
  return before !== 0
}
/** Text holds UTF-8: no control characters but tab, line feed, carriage return. */
function isText(c: Cursor, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const b = c.peek(i)
    if (b >= 0 && b < 0x20 && b !== 9 && b !== 10 && b !== 13) return false
  }
  return true
}

const headerLen = (c: Cursor, at: number) => {
  const size = c.peek(at + 1) & 127
  return 2 + (size === 126 ? 2 : size === 127 ? 8 : 0) + ((c.peek(at + 1) & MASKED) !== 0 ? MASK_LEN : 0)
}
/** Number of frames that are exactly the bytes that came; 0 when the last is not whole; -1 when these are none. */
function framesThatFill(c: Cursor): number {
  let at = 0
  for (let n = 1; n <= MAX_FRAMES; n++) {
    const first = c.peek(at)
    const opcode = first & 15
    if ((first & 0x70) !== 0 || (first & FINAL) === 0 || opcode > 10 || OPCODES[opcode] === '') return -1
    if (c.left - at < 10 && c.left - at < headerLen(c, at)) return 0
    const size = c.peek(at + 1) & 127
    if (opcode >= 8 && size > 125) return -1
    // The shortest form of the length must be used (§5.2); longer frames than a stream holds are not looked at.
    const length = size < 126 ? size : size === 126 ? c.peek16(at + 2) : c.peek32(at + 2) === 0 ? c.peek32(at + 6) : -1
    if (length < 0 || (size === 126 && length < 126) || (size === 127 && length < 65_536)) return -1
    const body = at + headerLen(c, at)
    if (opcode === 1 && (c.peek(at + 1) & MASKED) === 0 && !isText(c, body, Math.min(body + length, c.left))) return -1
    at = body + length
    if (at === c.left) return n
    if (at > c.left) return 0
  }
  return -1
}
