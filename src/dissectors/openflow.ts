import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, u8, type Verdict } from './dissector.ts'

// OpenFlow 1.0 to 1.5 §7.1: version, type, length of all, transaction.
const HEADER_LEN = 8
const LAST_VERSION = 6
const HELLO = 0
const LAST_TYPE = 35
/** From 1.3 on a hello may tell the versions: an element of type 1, its length, a bitmap. */
const BITMAP = 1
const BITMAP_LEN = 8
const PORTS = [6633, 6653]

export default dissector({
  name: 'OpenFlow',
  category: 'Network',
  about: 'Controllers of switches: a hello whose length and elements fit, on its ports any message; then the next message’s header',
  over: 'tcp',
  tcpPorts: [6653],
  trialPorts: [6633],
  firstBytes: (byte) => byte >= 1 && byte <= LAST_VERSION,
  secondBytes: (byte) => byte <= LAST_TYPE,
  minLen: HEADER_LEN,
  fields: { version: u8('Version') },

  signature(c, ctx) {
    const usual = PORTS.includes(ctx.dstPort) || PORTS.includes(ctx.srcPort)
    if (c.peek() < 1 || c.peek() > LAST_VERSION || c.peek(1) > LAST_TYPE || c.peek16(2) < HEADER_LEN) return Exclude
    if (c.peek(1) === HELLO) return hello(c, usual)
    return usual ? Match : Exclude
  },

  extract(c, out) {
    out.version = c.peek()
  },
})

function hello(c: Cursor, usual: boolean): Verdict {
  const length = c.peek16(2)
  if (length === HEADER_LEN) return usual ? Match : nextHeader(c, length)
  if (length !== HEADER_LEN + BITMAP_LEN) return Exclude
  if (c.left < HEADER_LEN + 4) return NeedMore
  return c.peek16(HEADER_LEN) === BITMAP && c.peek16(HEADER_LEN + 2) === BITMAP_LEN ? Match : Exclude
}

/** Elsewhere a bare hello is eight bytes of little meaning; what comes next must be a message of the protocol too. */
function nextHeader(c: Cursor, at: number): Verdict {
  if (c.left < at + HEADER_LEN) return NeedMore
  return c.peek(at) >= 1 &&
    c.peek(at) <= LAST_VERSION &&
    c.peek(at + 1) <= LAST_TYPE &&
    c.peek16(at + 2) >= HEADER_LEN &&
    c.peek16(at + 2) <= 4096
    ? Match
    : Exclude
}
