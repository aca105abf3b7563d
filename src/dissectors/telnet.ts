import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, text, type Verdict } from './dissector.ts'

const TELNET_PORT = 23
// RFC 854, RFC 855.
const IAC = 255
const SB = 250
const SE = 240
const WILL = 251
const DONT = 254
/** IANA "TELNET Options" go to 49, and 138 to 140; 255 extends the list. */
const LAST_OPTION = 49
const TERMINAL_TYPE = 24
const IS = 0
const MAX_SUBNEGOTIATION = 256
const MAX_COMMANDS = 64

export default dissector({
  name: 'Telnet',
  category: 'RemoteAccess',
  about: 'Terminal sessions (RFC 854): begins with option negotiation, one command on its port, three elsewhere',
  over: 'tcp',
  ports: [TELNET_PORT],
  firstBytes: [IAC],
  minLen: 3,
  fields: { terminal: text('Terminal type') },

  signature(c, ctx) {
    return negotiation(c, ctx.srcPort === TELNET_PORT || ctx.dstPort === TELNET_PORT ? 1 : 3)
  },

  extract(c, out) {
    for (let i = 0; i < MAX_COMMANDS && c.peek() === IAC; i++) {
      if (c.peek(1) !== SB) {
        if (c.left < 3) break
        c.skip(3)
        continue
      }
      const end = subnegotiationEnd(c)
      if (end < 0) break
      if (c.peek(2) === TERMINAL_TYPE && c.peek(3) === IS && end > 6) {
        out.terminal = c.skip(4).text(end - 6)
        c.skip(2)
      } else c.skip(end)
    }
    // Lines of text between negotiations are not ours to keep.
    if (c.peek() !== IAC) c.skip(c.left)
    return More
  },
})

function negotiation(c: Cursor, needed: number): Verdict {
  for (let found = 0; found < needed; found++) {
    if (c.left === 0) return NeedMore
    if (c.peek() !== IAC) return Exclude
    const command = c.peek(1)
    if (command >= 0 && command !== SB && (command < WILL || command > DONT)) return Exclude
    const option = c.peek(2)
    if (option > LAST_OPTION && (option < 138 || option > 140) && option !== 255) return Exclude
    if (option < 0) return NeedMore
    if (command !== SB) c.skip(3)
    else {
      const end = subnegotiationEnd(c)
      if (end < 0) return c.left < MAX_SUBNEGOTIATION ? NeedMore : Exclude
      c.skip(end)
    }
  }
  return Match
}

/** Length with IAC SE at its end, or -1. */
function subnegotiationEnd(c: Cursor): number {
  const max = Math.min(c.left, MAX_SUBNEGOTIATION)
  for (let i = 3; i < max - 1; i++) if (c.peek(i) === IAC && c.peek(i + 1) === SE) return i + 2
  return -1
}
