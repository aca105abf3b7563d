import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// Not published; as seen on the wire: a mark and two bytes, then elements of type, length and value: version, kind of key, key, numbers, and who the client is.
const MARK = 0x1064
const ELEMENTS_AT = 4
const VERSION = 0x01_0001
const KIND_OF_KEY = [0x02, 0x00, 0x02, 0x64, 0x6b]
const KEY = 0x03_0020
const KEY_AT = ELEMENTS_AT + 4 + KIND_OF_KEY.length
const HELLO_LEN = KEY_AT + 3 + 32
const CLIENT = 'android/'

export default dissector({
  name: 'DingTalk',
  category: 'Chat',
  about: 'DingTalk: the hello of its own handshake, a mark and elements in order up to a key',
  over: 'tcp',
  trialPorts: [443],
  firstBytes: [MARK >> 8],
  secondBytes: [MARK & 255],
  minLen: 16,
  fields: { client: text('Client') },

  signature(c, ctx) {
    if (!ctx.fromClient || c.peek16() !== MARK || u24(c, ELEMENTS_AT) !== VERSION) return Exclude
    for (let i = 0; i < KIND_OF_KEY.length; i++) if (c.peek(ELEMENTS_AT + 4 + i) !== KIND_OF_KEY[i]) return Exclude
    if (c.left < HELLO_LEN) return NeedMore
    return u24(c, KEY_AT) === KEY ? Match : Exclude
  },

  extract(c, out) {
    const at = c.find(CLIENT, 256)
    if (at < 2) return Done
    const length = c.skip(at - 2).u16()
    if (length <= c.left) out.client = c.text(length)
    return Done
  },
})

const u24 = (c: Cursor, ahead: number) => (c.peek(ahead) << 16) | c.peek16(ahead + 1)
