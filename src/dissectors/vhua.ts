import { dissector, Exclude, Match } from './dissector.ts'

// Not published; the greeting of its clients as it is known in the field.
const GREETING = [0x05, 0x14, 0x3a, 0x05, 0x08, 0xf8, 0xa1, 0xb1, 0x03]

export default dissector({
  name: 'VHUA',
  category: 'VoIP',
  about: 'VHUA, calls of a provider: a greeting of nine bytes, to its port',
  over: 'udp',
  udpPorts: [58_267],
  onlyOnPorts: true,
  firstBytes: [GREETING[0]!],
  minLen: GREETING.length,

  signature(c) {
    for (let i = 0; i < GREETING.length; i++) if (c.peek(i) !== GREETING[i]) return Exclude
    return Match
  },
})
