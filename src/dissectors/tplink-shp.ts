import { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

/** JSON in which every byte is combined with the byte before it as sent; the first with this. Over TCP its length stands before it. */
const KEY = 0xab
const PREFIX_LEN = 4
const MAX_LENGTH = 16_384
const OPEN = 0x7b
const CLOSE = 0x7d
const QUOTE = 0x22
/** Characters that must be clear text for a verdict. */
const LOOKED_AT = 32
const MAX_READ = 2048

export default dissector({
  name: 'TPLINK_SHP',
  category: 'IoT-Scada',
  about: 'Smart-home devices by TP-Link: JSON behind their running key, from its first brace to its last',
  over: ['udp', 'tcp'],
  ports: [9999],
  // What '{' becomes, or the high byte of a length.
  firstBytes: (byte, over) => byte === (over === 'tcp' ? 0 : KEY ^ OPEN),
  minLen: PREFIX_LEN + 4,
  fields: { request: text('Request'), alias: text('Alias'), model: text('Model') },

  signature(c, ctx) {
    if (ctx.proto === 17) return clearText(c, 0, c.left)
    const length = c.peek32()
    if (length < 4 || length > MAX_LENGTH || c.peek(PREFIX_LEN) !== (KEY ^ OPEN)) return Exclude
    return c.left < PREFIX_LEN + length ? NeedMore : clearText(c, PREFIX_LEN, length)
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) c.skip(PREFIX_LEN)
    const clear = decode(c)
    const length = clear.skip(2).indexOf(QUOTE, 64)
    if (length > 0) ctx.info((out.request = clear.text(length)))
    out.alias = value(clear, '"alias":"')
    out.model = value(clear, '"model":"')
  },
})

function clearText(c: Cursor, at: number, length: number): Verdict {
  let before = KEY
  const end = at + Math.min(length, LOOKED_AT)
  for (let i = at; i < end; i++) {
    const byte = c.peek(i) ^ before
    if (byte < 0x20 || byte > 0x7e || (i === at && byte !== OPEN) || (i === at + 1 && byte !== QUOTE && byte !== CLOSE)) return Exclude
    before = c.peek(i)
  }
  return (c.peek(at + length - 1) ^ c.peek(at + length - 2)) === CLOSE ? Match : Exclude
}

const clearBytes = new Uint8Array(MAX_READ)
const clearCursor = new Cursor()
function decode(c: Cursor): Cursor {
  const length = Math.min(c.left, MAX_READ)
  let before = KEY
  for (let i = 0; i < length; i++) {
    clearBytes[i] = c.peek(i) ^ before
    before = c.peek(i)
  }
  return clearCursor.reset(clearBytes, 0, length)
}

/** The text that stands behind these characters, up to the next quote. */
function value(c: Cursor, name: string): string | undefined {
  const at = c.seek(0).find(name)
  if (at < 0) return undefined
  const length = c.skip(at + name.length).indexOf(QUOTE, 128)
  return length > 0 ? c.text(length) : undefined
}
