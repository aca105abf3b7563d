import { dissector, Exclude, Match } from './dissector.ts'

// Pings to Valve's relays bear their name behind two bytes of header; what they lack in length is filled with zeros.
const PING_KIND = 1
const NAME = 'sdping'
const MIN_LEN = 32

export default dissector({
  name: 'SteamDatagramRelay',
  category: 'Game',
  about: 'Steam’s relays for games: the name in their pings',
  over: 'udp',
  trialPorts: Array.from({ length: 54 }, (_, i) => 27_015 + i),
  firstBytes: [PING_KIND],
  minLen: MIN_LEN,

  signature: (c) => (c.startsWith(NAME, 2) ? Match : Exclude),
})
