import { dissector, Exclude, Match, oneOf, u8 } from './dissector.ts'

// UFTP 4 and 5 (protocol document of the program): version, function, sequence number, source, group, instance, round trip, …, reserved; then the
// message: its function again, length of its header in words.
const VERSIONS = [0x40, 0x50]
const HEADER_LEN = 16
const RESERVED_AT = 15
const ENCRYPTED = 18

const FUNCTIONS = [
  '',
  'announce',
  'register',
  'client key',
  'registration confirmed',
  'key info',
  'key info acknowledgement',
  'file info',
  'file info acknowledgement',
  'file segment',
  'done',
  'status',
  'complete',
  'done confirmed',
  'heartbeat request',
  'heartbeat response',
  'key request',
  'proxy key',
  'encrypted',
  'abort',
  'congestion control',
  'congestion control acknowledgement',
] as const
const PORT = 1044

export default dissector({
  name: 'UFTP',
  category: 'Download',
  about: 'Files to many receivers by UFTP: version, function named twice, and the length of the message’s header',
  over: 'udp',
  udpPorts: [PORT],
  firstBytes: VERSIONS,
  secondBytes: (byte) => byte >= 1 && byte < FUNCTIONS.length,
  minLen: HEADER_LEN + 4,
  fields: { function: oneOf('Function', FUNCTIONS.slice(1)), version: u8('Version') },

  signature(c, ctx) {
    const code = c.peek(1)
    if (!VERSIONS.includes(c.peek()) || code < 1 || code >= FUNCTIONS.length || c.peek(RESERVED_AT) !== 0) return Exclude
    if (ctx.srcPort !== PORT && ctx.dstPort !== PORT) {
      // Sources and groups are never 0.
      if (code === ENCRYPTED || c.peek32(4) === 0 || c.peek32(8) === 0) return Exclude
    } else if (code === ENCRYPTED) return Match
    const header = 4 * c.peek(HEADER_LEN + 1)
    return c.peek(HEADER_LEN) === code && header >= 4 && header <= c.left - HEADER_LEN ? Match : Exclude
  },

  extract(c, out) {
    out.version = c.peek() >> 4
    out.function = FUNCTIONS[c.peek(1)]
  },
})
