import { Done, dissector, Exclude, Match, u32 } from './dissector.ts'

// Brazil's measurement of connections: a number, a time in seconds and microseconds, 0x9000 going and 0x6000 coming back.
const LEN = 16
const ASKED = 0x9000
const ANSWERED = 0x6000
const MICROSECONDS = 1_000_000
const MAX_NUMBER = 1024

export default dissector({
  name: 'EAQ',
  category: 'Network',
  about: "Brazil's measurement of connections: probes of a number, a time, and one of two marks",
  over: 'udp',
  udpPorts: [6000],
  onlyOnPorts: true,
  firstBytes: [0],
  secondBytes: [0],
  minLen: LEN,
  fields: { probe: u32('Number of the probe') },

  signature(c) {
    const mark = c.peek32(12)
    return c.left === LEN && (mark === ASKED || mark === ANSWERED) && c.peek32() < MAX_NUMBER && c.peek32(8) < MICROSECONDS
      ? Match
      : Exclude
  },

  extract(c, out) {
    out.probe = c.u32()
    return Done
  },
})
