import type { Cursor } from '../wire/cursor.ts'
import { battleNetVerdict } from './battle-net.ts'
import { dissector, Exclude, Match, NeedMore, type Verdict } from './dissector.ts'
import { stringLength } from './strings.ts'

// BNETDocs, W3GS: a mark, the kind, the length of all of it.
const MARK = 0xf7
const HEADER_LEN = 4
const JOIN = 0x1e
/** A player joins: numbers before his name, and the address he listens at after it, with or without the eight zeros that fill it up. */
const JOIN_NAME_AT = 19
const JOIN_AFTER_NAME = [10, 18]
const MAX_NAME = 15
const MAX_JOIN = JOIN_NAME_AT + MAX_NAME + 1 + 18
// On the local network: search, a game's data, its beginning, a change of its slots, its end.
const SEARCH = 0x2f
const DATA = 0x30
const CREATED = 0x31
const CHANGED = 0x32
const ENDED = 0x33
const MAX_SLOTS = 24
const PRODUCTS = ['PX3W', '3RAW']

export default dissector({
  name: 'Warcraft3',
  category: 'Game',
  about: 'Warcraft III: games announced on the local network, players who join, the hello to Battle.net with its product',
  over: ['udp', 'tcp'],
  trialPorts: [6112, 6113, 6114, 6115, 6116, 6117, 6118, 6119],
  firstBytes: (byte, over) => byte === MARK || (over === 'tcp' && byte === 1),
  minLen: HEADER_LEN,

  signature(c, ctx) {
    if (c.peek() === 1) return battleNetVerdict(c, PRODUCTS)
    const length = c.peek(2) | (c.peek(3) << 8)
    if (ctx.proto === 6) return c.peek(1) === JOIN ? joinVerdict(c, length) : Exclude
    return length === c.left && isAnnouncement(c, length) ? Match : Exclude
  },
})

function isAnnouncement(c: Cursor, length: number): boolean {
  const kind = c.peek(1)
  if (kind === CHANGED) return length === 16 && isSmall(c, 8) && isSmall(c, 12)
  if (kind === ENDED) return length === 8
  if (kind !== DATA && !((kind === SEARCH || kind === CREATED) && length === 16)) return false
  return c.startsWith(PRODUCTS[0]!, HEADER_LEN) || c.startsWith(PRODUCTS[1]!, HEADER_LEN)
}
const isSmall = (c: Cursor, ahead: number) => c.peek(ahead) <= MAX_SLOTS && c.peek32(ahead) === c.peek(ahead) * 0x1_000000

function joinVerdict(c: Cursor, length: number): Verdict {
  if (length > MAX_JOIN) return Exclude
  if (c.left < length) return NeedMore
  const name = stringLength(c, MAX_NAME, JOIN_NAME_AT)
  return name > 0 && JOIN_AFTER_NAME.includes(length - JOIN_NAME_AT - name - 1) ? Match : Exclude
}
