import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, u8 } from './dissector.ts'

// H.248.1 annex B.2: 'MEGACO/1 [192.0.2.1]:2944' or '!/1 <gw.example.net>', then transactions; over TCP behind a TPKT header (annex D.2).
const LONG = 'megaco/'
const SHORT = '!/'
const TPKT = 0x0300
const TPKT_LEN = 4
const MAX_STREAM_MESSAGE = 8192
const MAX_MESSAGE_ID = 80
/** Authentication goes before the version. */
const AUTHENTICATION = 'authentication'
const MAX_AUTHENTICATION = 160
const LETTERS = [0x21, 0x4d, 0x6d, 0x41, 0x61]

export default dissector({
  name: 'Megaco',
  category: 'VoIP',
  about: 'Megaco, H.248.1: the textual form, by token and version, then an address or a name in brackets',
  over: ['udp', 'tcp'],
  udpPorts: [2944],
  firstBytes: (byte, over) => (over === 'tcp' ? byte === TPKT >> 8 : LETTERS.includes(byte)),
  minLen: 10,
  fields: { version: u8('Version'), messageId: text('Message ID') },

  signature(c, ctx) {
    if (ctx.proto === 6) {
      const length = c.peek16(2)
      if (c.peek16() !== TPKT || !LETTERS.includes(c.peek(TPKT_LEN)) || length > MAX_STREAM_MESSAGE) return Exclude
      if (c.left < length) return NeedMore
      c.skip(TPKT_LEN)
    }
    skipAuthentication(c)
    const version = versionAt(c)
    if (version < 0) return Exclude
    const digit = c.peek(version)
    return digit >= 0x31 && digit <= 0x39 && isSpace(c.peek(version + 1)) && idLength(c.skip(version + 1)) > 0 ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) c.skip(TPKT_LEN)
    skipAuthentication(c)
    c.skip(versionAt(c))
    out.version = c.u8() - 0x30
    const length = idLength(c)
    if (length > 0) out.messageId = c.text(length)
    return Done
  },
})

const isSpace = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a
const skipSpaces = (c: Cursor) => {
  while (isSpace(c.peek())) c.skip(1)
}
function skipAuthentication(c: Cursor): void {
  if (!c.startsWithFold(AUTHENTICATION)) return
  const end = c.indexOf(0x0a, MAX_AUTHENTICATION)
  if (end > 0) c.skip(end + 1)
}
/** Where the digit of the version stands, or -1. */
const versionAt = (c: Cursor): number => (c.startsWith(SHORT) ? SHORT.length : c.startsWithFold(LONG) ? LONG.length : -1)

/** '[address]:port', '<name>:port' or a device's name behind white space; moves to it. 0 when it is none. */
function idLength(c: Cursor): number {
  skipSpaces(c)
  const first = c.peek()
  const close = first === 0x5b ? c.indexOf(0x5d, MAX_MESSAGE_ID) : first === 0x3c ? c.indexOf(0x3e, MAX_MESSAGE_ID) : -1
  if ((first === 0x5b || first === 0x3c) && close < 2) return 0
  let length = Math.max(0, close)
  while (length < Math.min(MAX_MESSAGE_ID, c.left) && c.peek(length) > 0x20 && c.peek(length) < 0x7f) length++
  return length
}
