import { dissector, Exclude, Match } from './dissector.ts'

// The wiki of RakNet's protocol: packets outside a connection carry sixteen bytes that never change, at a place that depends on their kind.
const MAGIC = [0x00ffff00, 0xfefefefe, 0xfdfdfdfd, 0x12345678] as const
const MAGIC_LEN = 16
/** Pings (1, 2), replies to them (0x1c), requests and replies of opening (5 to 8), refusals. */
const PLACES: Readonly<Record<number, number>> = { 1: 9, 2: 9, 28: 17, 5: 1, 6: 1, 7: 1, 8: 1, 18: 1, 20: 1, 25: 2 }

export default dissector({
  name: 'RakNet',
  category: 'Game',
  about: 'RakNet, under many games: the bytes that packets outside a connection carry',
  over: 'udp',
  trialPorts: [19_132, 19_133],
  firstBytes: Object.keys(PLACES).map(Number),
  minLen: 1 + MAGIC_LEN,

  signature(c) {
    const at = PLACES[c.peek()]
    if (at === undefined) return Exclude
    for (let i = 0; i < MAGIC.length; i++) if (c.peek32(at + 4 * i) !== MAGIC[i]) return Exclude
    return Match
  },
})
