import { dissector, Exclude, Match } from './dissector.ts'

// Armagetron Advanced, its network's second layer: messages of a descriptor, an id, a count of 16-bit words and those words; at the end of the
// packet the sender's number, 0 for a server and for one who is not yet logged in.
const HEADER_LEN = 6
const TRAILER_LEN = 2
const LAST_DESCRIPTOR = 512
const MAX_SENDER = 32
const MAX_MESSAGES = 64

export default dissector({
  name: 'Armagetron',
  category: 'Game',
  about: 'Armagetron Advanced: messages whose lengths fill the packet up to the sender’s number, at its ports',
  over: 'udp',
  trialPorts: [4533, 4534, 4535, 4536, 4537, 4538, 4539, 4540],
  onlyOnPorts: true,
  firstBytes: [0, 1],
  minLen: HEADER_LEN + TRAILER_LEN,

  signature(c) {
    for (let n = 0; n < MAX_MESSAGES && c.left > TRAILER_LEN; n++) {
      const descriptor = c.u16()
      c.skip(2)
      const words = c.u16()
      if (descriptor === 0 || descriptor > LAST_DESCRIPTOR) return Exclude
      c.skip(2 * words)
    }
    return c.left === TRAILER_LEN && c.u16() <= MAX_SENDER ? Match : Exclude
  },
})
