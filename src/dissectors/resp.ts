import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'
import { beginsWith, isPartOf } from './words.ts'

const REDIS_PORT = 6379
const ARRAY = 0x2a
const BULK = 0x24
const CR = 0x0d
const MAX_COMMAND = 32
/** Replies whose words are Redis' own. */
const TELLING_REPLIES = ['+PONG\r\n', '-NOAUTH ', '-WRONGPASS ', '-WRONGTYPE ', '-MOVED ', '-LOADING ', '-READONLY ', '-ERR ', '-DENIED ']

export default dissector({
  name: 'RESP',
  category: 'Database',
  about: 'Redis and its relatives: an array whose first element is a command word, or a telling reply on its port',
  over: 'tcp',
  ports: [REDIS_PORT],
  firstBytes: [ARRAY, 0x2b, 0x2d],
  minLen: 4,
  fields: { command: text('Command'), error: text('Error') },

  signature(c, ctx) {
    if (c.peek() === ARRAY) return command(c)
    const usual = ctx.srcPort === REDIS_PORT || ctx.dstPort === REDIS_PORT
    if (!usual) return Exclude
    return beginsWith(c, TELLING_REPLIES) >= 0 ? Match : isPartOf(c, TELLING_REPLIES) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (c.peek() === 0x2d) {
      out.error = c.skip(1).text(Math.max(0, c.lineLength(256)))
      return
    }
    if (command(c) !== Match) return
    const length = c.indexOf(CR, MAX_COMMAND + 1)
    if (length > 0) ctx.info((out.command = c.text(length).toUpperCase()))
  },
})

/** `*2\r\n$4\r\nPING\r\n`: a count, a length, and a word of letters with that length. Leaves the cursor at the word. */
function command(c: Cursor): Verdict {
  c.skip(1)
  const count = number(c)
  if (count < 0) return count === -2 ? NeedMore : Exclude
  if (count < 1 || count > 1_048_576) return Exclude
  if (c.left === 0) return NeedMore
  if (c.u8() !== BULK) return Exclude
  const length = number(c)
  if (length < 0) return length === -2 ? NeedMore : Exclude
  if (length < 1 || length > MAX_COMMAND) return Exclude
  for (let i = 0; i < length; i++) {
    const byte = c.peek(i)
    if (byte < 0) return NeedMore
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
    if (!isLetter && (i === 0 || (byte !== 0x2e && byte !== 0x5f && byte !== 0x2d && (byte < 0x30 || byte > 0x39)))) return Exclude
  }
  const after = c.peek(length)
  return after < 0 ? NeedMore : after === CR ? Match : Exclude
}

/** Digits and CR LF; -1 when it is something else, -2 when the end has not come. */
function number(c: Cursor): number {
  let value = 0
  for (let digits = 0; digits < 8; digits++) {
    const byte = c.peek()
    if (byte < 0) return -2
    if (byte === CR) {
      if (digits === 0) return -1
      const next = c.peek(1)
      if (next >= 0 && next !== 0x0a) return -1
      if (next < 0) return -2
      c.skip(2)
      return value
    }
    if (byte < 0x30 || byte > 0x39) return -1
    value = value * 10 + c.u8() - 0x30
  }
  return -1
}
