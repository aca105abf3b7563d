import { dissector, Exclude, Match, oneOf, u8 } from './dissector.ts'

const PORTS = [319, 320]
// IEEE 1588-2008 §13.3.
const HEADER_LEN = 34
const VERSION = 2
const MESSAGES = {
  0: 'sync',
  1: 'delay-request',
  2: 'peer-delay-request',
  3: 'peer-delay-response',
  8: 'follow-up',
  9: 'delay-response',
  10: 'peer-delay-follow-up',
  11: 'announce',
  12: 'signalling',
  13: 'management',
} as const

export default dissector({
  name: 'PTPv2',
  category: 'System',
  about: 'Precise time (IEEE 1588): version 2, a known message and its own length, on its ports',
  over: 'udp',
  ports: PORTS,
  // The upper half is the profile: 0 to 2 are given out.
  firstBytes: (byte) => byte < 0x30 && (byte & 15) in MESSAGES,
  onlyOnPorts: true,
  minLen: HEADER_LEN,
  fields: { message: oneOf('Message', Object.values(MESSAGES)), domain: u8('Domain') },

  signature(c, ctx) {
    if (!PORTS.includes(ctx.dstPort) && !PORTS.includes(ctx.srcPort)) return Exclude
    const length = c.peek16(2)
    return (c.peek(1) & 15) === VERSION && length >= HEADER_LEN && length <= Math.max(c.left, ctx.wireLeft) ? Match : Exclude
  },

  extract(c, out) {
    out.message = MESSAGES[(c.u8() & 15) as keyof typeof MESSAGES]
    out.domain = c.skip(3).u8()
  },
})
