import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Sound from one player to another: a number that counts packets, a kind of four bytes. A stream begins with two short ones.
const FIRST_LEN = 9
const SECOND_LEN = 12
const START = 0xfc
const FORMAT = 0xfd
const FORMAT_KIND = 0x0100_0000

export default dissector({
  name: 'Sonos',
  category: 'Music',
  about: 'Sound between Sonos players: the two short packets, one after the other, with which a stream begins',
  over: 'udp',
  firstBytes: [0],
  minLen: FIRST_LEN,

  // `memo`: the number of the first, and one.
  signature(c, ctx) {
    const number = c.peek32()
    if (c.left === FIRST_LEN && c.peek32(4) === 0 && c.peek(8) === START) {
      ctx.memo = number + 1
      return NeedMore
    }
    const follows = ctx.memo !== 0 && number === ctx.memo && c.left === SECOND_LEN
    return follows && c.peek32(4) === FORMAT_KIND && c.peek(8) === FORMAT ? Match : Exclude
  },
})
