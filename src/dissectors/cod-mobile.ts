import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

/** Activision names UDP 7085 to 7995 as the game's ports; its servers take a little more. */
const FIRST_PORT = 7000
const LAST_PORT = 8000
// A ping of eight bytes, which are the sender's, and a word; it comes back as it is.
const PING_LEN = 12
const WORD = 'ping'
const WORD_AT = 8
// The server's first packet to a player.
const ACCEPT_HIGH = 0x0e02_c000
const ACCEPT_LOW = 0x0001_0001
const ACCEPT_LEN = 8

export default dissector({
  name: 'CoD_Mobile',
  category: 'Game',
  about: 'Call of Duty: Mobile: a ping that its servers return as it is, or their first packet, at its ports',
  over: 'udp',
  trialPorts: Array.from({ length: LAST_PORT - FIRST_PORT }, (_, i) => FIRST_PORT + i),
  onlyOnPorts: true,
  minLen: ACCEPT_LEN,

  signature(c, ctx) {
    if (c.left === ACCEPT_LEN) return !ctx.fromClient && c.peek32() === ACCEPT_HIGH && c.peek32(4) === ACCEPT_LOW ? Match : Exclude
    if (c.left !== PING_LEN || !c.startsWith(WORD, WORD_AT)) return Exclude
    const token = c.peek32() * 65_536 + c.peek16(4)
    if (ctx.fromClient) ctx.memo = token
    return !ctx.fromClient && ctx.memo === token && token !== 0 ? Match : NeedMore
  },
})
