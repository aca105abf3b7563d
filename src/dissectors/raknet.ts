import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// The wiki of RakNet's protocol: packets outside a connection carry sixteen bytes that never change, at a place that depends on their kind.
const MAGIC = [0x00ffff00, 0xfefefefe, 0xfdfdfdfd, 0x12345678] as const
const MAGIC_LEN = 16
const PONG = 28
/** Pings (1, 2), replies to them (0x1c), requests and replies of opening (5 to 8), refusals; Roblox has numbers of its own for the opening. */
const PLACES: Readonly<Record<number, number>> = {
  1: 9,
  2: 9,
  [PONG]: 17,
  5: 1,
  6: 1,
  7: 1,
  8: 1,
  18: 1,
  20: 1,
  25: 2,
  120: 1,
  123: 1,
  125: 1,
  126: 1,
}
/** Roblox's relays put a header before it: 1, 0, and its length. */
const RELAYED = 0x0100

export default dissector({
  name: 'RakNet',
  category: 'Game',
  about: 'RakNet, under many games: the bytes that packets outside a connection carry',
  over: 'udp',
  trialPorts: [19_132, 19_133],
  firstBytes: Object.keys(PLACES).map(Number),
  minLen: 1 + MAGIC_LEN,
  fields: { server: text('Server') },

  signature(c) {
    if (hasMagic(c)) return Match
    return c.peek16() === RELAYED && hasMagic(c.skip(c.peek16(2))) ? Match : Exclude
  },

  /** What a server answers to a ping: edition, name, version, players and more, divided by semicolons. */
  extract(c, out, ctx) {
    if (c.peek() !== PONG) return Done
    const server = c.skip(PLACES[PONG]! + MAGIC_LEN).text(c.u16())
    if (c.bad || server === '') return Done
    out.server = server
    ctx.info(server)
    return Done
  },
})

function hasMagic(c: Cursor): boolean {
  const at = PLACES[c.peek()]
  if (at === undefined) return false
  for (let i = 0; i < MAGIC.length; i++) if (c.peek32(at + 4 * i) !== MAGIC[i]) return false
  return true
}
