import { Done, dissector, Exclude, Match, text, u32 } from './dissector.ts'

// Hazel, its networking library: the hello is a reliable packet with its own number, then Hazel's version and what the game adds: its version and the
// player's name behind its length.
const HELLO = 8
const MAX_NUMBER = 16
const LAST_HAZEL_VERSION = 2
const VERSION_AT = 4
const NAME_AT = 8
const MAX_NAME = 48
/** A version counts 25,000 a year, 1,800 a month, 50 a day: from 2018 to 2050. */
const FIRST_VERSION = 2018 * 25_000
const LAST_VERSION = 2050 * 25_000

export default dissector({
  name: 'AmongUs',
  category: 'Game',
  about: 'Among Us: the hello with the game’s version, which tells a date, and the player’s name',
  over: 'udp',
  udpPorts: [22_023],
  trialPorts: [22_123, 22_223, 22_323, 22_423, 22_523, 22_623, 22_723, 22_823, 22_923],
  firstBytes: [HELLO],
  secondBytes: [0],
  minLen: NAME_AT + 1,
  fields: { version: u32('Version'), player: text('Player') },

  signature(c) {
    if (c.peek(2) > MAX_NUMBER || c.peek(3) > LAST_HAZEL_VERSION) return Exclude
    const version = c.seek(VERSION_AT).u32le()
    const length = c.u8()
    if (version < FIRST_VERSION || version > LAST_VERSION || length > MAX_NAME || length > c.left) return Exclude
    for (let i = 0; i < length; i++) if (c.peek(i) < 0x20) return Exclude
    return Match
  },

  extract(c, out, ctx) {
    out.version = c.seek(VERSION_AT).u32le()
    const length = c.u8()
    if (length === 0) return Done
    out.player = c.text(length)
    ctx.info(out.player)
    return Done
  },
})
