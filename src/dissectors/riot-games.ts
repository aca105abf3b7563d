import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

/** Riot's support pages: the game itself uses UDP 5000 to 5500. */
const FIRST_PORT = 5000
const PORTS = 501
// Riot's ENet: a header of eight bytes, of six in places; then commands. A connection begins with CONNECT or its confirmation, on the control channel.
const HEADER_LENS = [8, 6, 4]
const CONNECT = 0x82
const CONFIRM = 0x83
const CONTROL = 0xff
/** ENet's defaults, near the end of both: the interval of throttling in ms, its acceleration and its deceleration. */
const INTERVAL = 5000
const ACCELERATION = 2
const DECELERATION = 2
const LONGEST = 64

export default dissector({
  name: 'RiotGames',
  category: 'Game',
  about: 'League of Legends: the beginning of a connection of its ENet, at its ports',
  over: 'udp',
  trialPorts: Array.from({ length: PORTS }, (_, i) => FIRST_PORT + i),
  onlyOnPorts: true,
  minLen: 40,

  signature(c) {
    for (const at of HEADER_LENS) {
      const command = c.peek(at)
      if ((command === CONNECT || command === CONFIRM) && c.peek(at + 1) === CONTROL && c.peek16(at + 2) === 1 && hasDefaults(c, at + 4))
        return Match
    }
    return Exclude
  },
})

function hasDefaults(c: Cursor, from: number): boolean {
  for (let at = from; at < LONGEST; at += 2)
    if (c.peek32(at) === INTERVAL && c.peek32(at + 4) === ACCELERATION && c.peek32(at + 8) === DECELERATION) return true
  return false
}
