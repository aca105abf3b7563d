import { dissector, Exclude, Match, num } from './dissector.ts'

// RFC 7348 §5: flags of which one is set, reserved, network, reserved; then an Ethernet frame.
const NETWORK_GIVEN = 0x08000000
const HEADER_LEN = 8
const LEAST_FRAME = 14

export default dissector({
  name: 'VXLAN',
  category: 'Network',
  about: 'Ethernet over UDP (RFC 7348) where the frame inside is none that is opened: flags and reserved bits, on its port',
  over: 'udp',
  udpPorts: [4789],
  // The port of the Linux kernel's first years.
  trialPorts: [8472],
  onlyOnPorts: true,
  firstBytes: [NETWORK_GIVEN >>> 24],
  minLen: HEADER_LEN + LEAST_FRAME,
  fields: { network: num('Network') },

  signature: (c) => (c.peek32() === NETWORK_GIVEN && c.peek(7) === 0 ? Match : Exclude),

  extract(c, out) {
    out.network = c.skip(4).u24()
  },
})
