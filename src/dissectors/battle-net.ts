/** How a game of Blizzard's begins to speak with Battle.net (BNETDocs, SID_AUTH_INFO). */
import type { Cursor } from '../wire/cursor.ts'
import { Exclude, Match, NeedMore, type Verdict } from './dissector.ts'

/** The byte that chooses the game's protocol, then the message's mark and number. */
const BEGIN = [0x01, 0xff, 0x50] as const
const MIN_LEN = 40
const MAX_LEN = 256
const PRODUCT_AT = 13

/** Whether this is the hello of one of these products; four letters, written backwards. */
export function battleNetVerdict(c: Cursor, products: readonly string[]): Verdict {
  for (let i = 0; i < BEGIN.length && i < c.left; i++) if (c.peek(i) !== BEGIN[i]) return Exclude
  if (c.left < PRODUCT_AT + 4) return NeedMore
  const length = c.peek(3) | (c.peek(4) << 8)
  if (length < MIN_LEN || length > MAX_LEN || c.peek32(5) !== 0) return Exclude
  for (const product of products) if (c.startsWith(product, PRODUCT_AT)) return Match
  return Exclude
}
