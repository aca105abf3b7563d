import { Done, dissector, Exclude, Match, u8 } from './dissector.ts'

// ASHRAE 135 annex J: type, function, length of all; then, but for a few functions, the network layer's version and control.
const BACNET_IP = 0x81
const FORWARDED = 0x04
const ORIGINAL_UNICAST = 0x0a
const LAST_FUNCTION = 0x0c
const HEADER_LEN = 4
/** The address of who sent it first. */
const FORWARDED_HEADER_LEN = HEADER_LEN + 6
const NETWORK_VERSION = 1
/** Functions that carry a network message; distribute to network is the ninth. */
const CARRIES = [FORWARDED, 0x09, ORIGINAL_UNICAST, 0x0b]

export default dissector({
  name: 'BACnet',
  category: 'IoT-Scada',
  about: 'Building automation over UDP: type, function, exact length and the version of the network layer',
  over: 'udp',
  udpPorts: [47_808],
  firstBytes: [BACNET_IP],
  minLen: HEADER_LEN + 2,
  fields: { function: u8('Function') },

  signature(c, ctx) {
    const kind = c.peek(1)
    // A snap length may have cut the packet.
    if (c.peek() !== BACNET_IP || kind > LAST_FUNCTION || (c.peek16(2) !== c.left && c.peek16(2) !== ctx.wireLeft)) return Exclude
    if (CARRIES.includes(kind)) return c.peek(kind === FORWARDED ? FORWARDED_HEADER_LEN : HEADER_LEN) === NETWORK_VERSION ? Match : Exclude
    return ctx.dstPort === 47_808 || ctx.srcPort === 47_808 ? Match : Exclude
  },

  extract(c, out) {
    out.function = c.peek(1)
    return Done
  },
})
