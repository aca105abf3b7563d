import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

// Not published; as it is seen in a client's first message: its length, two ones, the length of what follows them, an operation, the name of the account.
const LENGTHS_LEN = 12
const HEADER_LEN = LENGTHS_LEN + 4
const MAX_MESSAGE = 16_384
const MAX_NAME = 64

export default dissector({
  name: 'TES_Online',
  category: 'Game',
  about: 'The Elder Scrolls Online: a client’s first message, whose two lengths agree, with a name in it',
  over: 'tcp',
  firstBytes: [0],
  secondBytes: [0],
  minLen: HEADER_LEN + 1,

  signature(c, ctx) {
    if (!ctx.fromClient) return Exclude
    const length = c.u32()
    const versions = c.u32()
    const rest = c.u32()
    if (versions !== 0x0001_0001 || length !== rest + 8 || length > MAX_MESSAGE) return Exclude
    const nameLength = c.skip(2).u16()
    return nameLength >= 1 && nameLength <= MAX_NAME && nameLength < rest && isReadable(c, nameLength) ? Match : Exclude
  },
})

function isReadable(c: Cursor, length: number): boolean {
  const n = Math.min(length, c.left)
  for (let i = 0; i < n; i++) if (c.peek(i) <= 0x20 || c.peek(i) >= 0x7f) return false
  return n > 0
}
