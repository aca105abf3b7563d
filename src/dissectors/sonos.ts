import { dissector, Exclude, Match } from './dissector.ts'

// Not published; as seen on the wire between players that are grouped: a counter, two flags, a place in the music, then music, or a command alone.
const PORT = 7080
const HEADER_LEN = 8
const COMMAND_LEN = HEADER_LEN + 1
const BEGIN = 0xfc
const END = 0xff
const SYNCHRONISE = 0xfd00000c

export default dissector({
  name: 'Sonos',
  category: 'Music',
  about: 'Music among grouped players of Sonos: commands of exact length behind a header that is mostly zero, at their port',
  over: 'udp',
  trialPorts: [PORT],
  onlyOnPorts: true,
  firstBytes: [0],
  minLen: COMMAND_LEN,

  signature(c) {
    if (c.peek16(6) !== 0) return Exclude
    const flags = c.peek16(4)
    if (c.left === COMMAND_LEN) return flags === 0 && (c.peek(HEADER_LEN) === BEGIN || c.peek(HEADER_LEN) === END) ? Match : Exclude
    return flags === 0x0100 && c.left === HEADER_LEN + 4 && c.peek32(HEADER_LEN) === SYNCHRONISE ? Match : Exclude
  },
})
