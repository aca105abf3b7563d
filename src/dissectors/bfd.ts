import { dissector, Exclude, Match, oneOf, u32 } from './dissector.ts'

const CONTROL_PORTS = [3784, 4784, 6784, 7784]
const ECHO_PORT = 3785
// RFC 5880 §4.1.
const HEADER_LEN = 24
const VERSION = 1
const LAST_DIAGNOSTIC = 9
const MULTIPOINT = 0x01
const AUTHENTICATED = 0x04
const STATES = ['admin-down', 'down', 'init', 'up'] as const

export default dissector({
  name: 'BFD',
  category: 'Network',
  about: 'Is the path to the next router alive (RFC 5880): version 1, a known diagnostic and lengths that agree, on its ports',
  over: 'udp',
  ports: [3784, ECHO_PORT],
  trialPorts: CONTROL_PORTS,
  firstBytes: (byte) => byte >> 5 === VERSION && (byte & 31) <= LAST_DIAGNOSTIC,
  onlyOnPorts: true,
  minLen: HEADER_LEN,
  fields: { state: oneOf('State', STATES), discriminator: u32('My discriminator') },

  signature(c, ctx) {
    if (!CONTROL_PORTS.includes(ctx.dstPort)) return Exclude
    const flags = c.peek(1)
    const length = c.peek(3)
    const fits = length === ctx.wireLeft && (flags & AUTHENTICATED ? length > HEADER_LEN : length === HEADER_LEN)
    return fits && c.peek(2) > 0 && c.peek32(4) !== 0 && (flags & MULTIPOINT) === 0 ? Match : Exclude
  },

  extract(c, out) {
    out.state = STATES[c.skip(1).u8() >> 6]
    out.discriminator = c.skip(2).u32()
  },
})
