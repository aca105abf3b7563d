import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { restOfLine } from './lines.ts'

// The Gnutella protocol 0.6 §2; its extension over UDP begins with GND or an HTTP-like request for a file.
const HELLO = 'GNUTELLA '
const CALL_BACK = 'GIV '
const UDP_MARK = 'GND'
const MAX_HELLO = 2048
// Messages of 0.6 §2.2, alone in a packet: GUID, kind, time to live, hops, length (little-endian).
const HEADER_LEN = 23
const PING = 0x00
/** The least that each kind holds: bye's code and text, a vendor's name and number, a push's two ends, a query's speed and text, a hit. */
const LEAST = new Map([
  [PING, 0],
  [0x01, 14],
  [0x02, 3],
  [0x31, 8],
  [0x40, 26],
  [0x80, 4],
  [0x81, 27],
])
const MAX_HOPS = 7

export default dissector({
  name: 'Gnutella',
  category: 'Download',
  about: 'Gnutella sharing: the hello of its connections, the mark of its packets',
  over: ['tcp', 'udp'],
  trialPorts: [6346, 6347],
  // A message begins with a random number.
  firstBytes: (byte, over) => over === 'udp' || byte === 0x47,
  minLen: 8,
  fields: { software: text('Software') },

  signature(c, ctx) {
    if (ctx.proto !== 6) {
      if (isMessage(c)) return Match
      // Mark, flags, sequence (two bytes), part and count of parts.
      return c.startsWith(UDP_MARK) && c.peek(3) <= 3 && c.peek(7) <= 64 && c.peek(6) <= Math.max(1, c.peek(7)) ? Match : Exclude
    }
    if (c.startsWith(HELLO.slice(0, Math.min(HELLO.length, c.left)))) {
      if (c.left < 17) return NeedMore
      return c.startsWith('CONNECT/0.', HELLO.length) || c.startsWith('OK', HELLO.length) || c.startsWith('PONG', HELLO.length)
        ? Match
        : Exclude
    }
    if (!c.startsWith(CALL_BACK)) return Exclude
    // `GIV index:servent/name`: a number, then 32 hexadecimal digits.
    const colon = c.indexOf(0x3a, 16)
    return colon > 4 && c.peek(colon + 33) === 0x2f ? Match : c.left < 50 ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto !== 6) return Done
    for (let n = 0; n < 32 && c.left > 0; n++) {
      const length = c.lineLength(MAX_HELLO)
      if (length <= 0) return Done
      if (c.startsWithFold('user-agent:')) {
        out.software = restOfLine(c, 11, length)
        return Done
      }
      c.skipLine(MAX_HELLO)
    }
    return Done
  },
})

function isMessage(c: Cursor): boolean {
  const kind = c.peek(16)
  const least = LEAST.get(kind)
  const length = c.peek(19) | (c.peek(20) << 8)
  if (least === undefined || length < least || c.left !== HEADER_LEN + length || c.peek16(21) !== 0) return false
  // It may still go somewhere, or has come from somewhere.
  const ways = c.peek(17) + c.peek(18)
  if (ways === 0 || ways > 2 * MAX_HOPS || c.peek(17) > MAX_HOPS || c.peek(18) > MAX_HOPS) return false
  // New servents mark themselves in the number (§2.2.1): a ping of nothing but zeros is none.
  return kind !== PING || c.peek(8) === 0xff
}
