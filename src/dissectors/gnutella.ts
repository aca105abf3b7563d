import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { restOfLine } from './lines.ts'

// The Gnutella protocol 0.6 §2; its extension over UDP begins with GND or an HTTP-like request for a file.
const HELLO = 'GNUTELLA '
const CALL_BACK = 'GIV '
const UDP_MARK = 'GND'
const MAX_HELLO = 2048

export default dissector({
  name: 'Gnutella',
  category: 'Download',
  about: 'Gnutella sharing: the hello of its connections, the mark of its packets',
  over: ['tcp', 'udp'],
  trialPorts: [6346, 6347],
  firstBytes: [0x47],
  minLen: 8,
  fields: { software: text('Software') },

  signature(c, ctx) {
    if (ctx.proto !== 6) {
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

  extract(c, out) {
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
