import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isText } from './lines.ts'

// The transport of Canonical's raft library (dqlite, LXD): words of 64 bits, little-endian. A connection begins with version, id and address.
const WORD = 8
const HANDSHAKE_LEN = 3 * WORD
const MAX_ADDRESS = 256
const LAST_VERSION = 2
/** Then messages: kind, bytes of the header that follows. */
const KINDS = 6
const MAX_HEADER = 1 << 20

export default dissector({
  name: 'Raft',
  category: 'Network',
  about:
    "Consensus of dqlite and LXD: the connecting node's version, id and address, or messages whose length agrees in a stream joined midway",
  over: 'tcp',
  firstBytes: [1, 2, 3, 4, 5, 6],
  secondBytes: [0],
  minLen: 2 * WORD,
  fields: { node: text('Address of the node') },

  signature(c, ctx) {
    const first = small(c, 0)
    if (first === 0 || first > KINDS) return Exclude
    if (!ctx.midStream && first <= LAST_VERSION && c.left < HANDSHAKE_LEN) return NeedMore
    const length = small(c, 2 * WORD)
    if (first <= LAST_VERSION && length >= WORD && length <= MAX_ADDRESS && length % WORD === 0) return handshake(c, length)
    return ctx.midStream && isMessage(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const length = small(c, 2 * WORD)
    if (c.left < HANDSHAKE_LEN + length || !isAddress(c, length)) return Done
    c.skip(HANDSHAKE_LEN)
    out.node = c.text(c.indexOf(0, length) < 0 ? length : c.indexOf(0, length))
    ctx.info(out.node)
    return Done
  },
})

/** The word at `ahead` when it is below 2^24; else 0. */
function small(c: Cursor, ahead: number): number {
  if (c.peek32(ahead + 4) !== 0 || c.peek(ahead + 3) !== 0) return 0
  return c.peek(ahead) | (c.peek(ahead + 1) << 8) | (c.peek(ahead + 2) << 16)
}

function handshake(c: Cursor, length: number) {
  if (c.left < HANDSHAKE_LEN + length) return NeedMore
  return isAddress(c, length) ? Match : Exclude
}
/** 'host:port', filled up with zeros to a whole word. */
function isAddress(c: Cursor, length: number): boolean {
  c.skip(HANDSHAKE_LEN)
  const end = c.indexOf(0, length)
  const textLen = end < 0 ? length : end
  let padding = 0
  for (let i = textLen; i < length; i++) padding |= c.peek(i)
  const ok = textLen > 2 && padding === 0 && length - textLen < 2 * WORD && isText(c, textLen) && c.indexOf(0x3a, textLen) > 0
  c.seek(c.pos - HANDSHAKE_LEN)
  return ok
}

/** A message that is all there is: header of whole words. */
function isMessage(c: Cursor): boolean {
  const length = small(c, WORD)
  return length >= 2 * WORD && length <= MAX_HEADER && length % WORD === 0 && c.left === 2 * WORD + length
}
