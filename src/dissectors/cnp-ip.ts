import { dissector, Exclude, Match, u32 } from './dissector.ts'

// ISO/IEC 14908-4: length of all, version, packet type, size of the extended header, flags, vendor, session, sequence number, time.
const HEADER_LEN = 20
const VERSION = 1
const DATA = 1
/** Packets of configuration and of routing. */
const LAST_TYPE = 0x7f
const MAX_EXTENDED = 16
/** LonTalk normal and urgent. */
const PORTS = [1628, 1629]

export default dissector({
  name: 'CNP-IP',
  category: 'IoT-Scada',
  about: 'Control networks (LonWorks) tunnelled over UDP: exact length, version and type',
  over: 'udp',
  udpPorts: PORTS,
  firstBytes: (byte) => byte <= 5,
  minLen: HEADER_LEN,
  fields: { session: u32('Session') },

  signature(c, ctx) {
    const type = c.peek(3)
    if (c.peek16() !== c.left || c.peek(2) !== VERSION || type === 0 || type > LAST_TYPE || c.peek(4) > MAX_EXTENDED) return Exclude
    if (PORTS.includes(ctx.srcPort) || PORTS.includes(ctx.dstPort)) return Match
    return type === DATA && c.peek(4) === 0 && c.peek(5) <= 0x3f && c.left > HEADER_LEN ? Match : Exclude
  },

  extract(c, out) {
    out.session = c.peek32(8)
  },
})
