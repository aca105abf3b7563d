import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Source SDK: before a connection, client and server exchange challenges behind four bytes of ones, padded at the end with a text of zero digits.
const CONNECTIONLESS = 0xffff_ffff
const PADDING = 0x3030_3000
const MIN_LEN = 20
const FROM_CLIENT = 1
const FROM_SERVER = 2

export default dissector({
  name: 'HalfLife2',
  category: 'Game',
  about: 'Games of Valve’s Source engine: the padded challenge and its padded answer, both ways',
  over: 'udp',
  trialPorts: [27_015],
  firstBytes: [0xff],
  secondBytes: [0xff],
  minLen: MIN_LEN,

  signature(c, ctx) {
    if (c.peek32() !== CONNECTIONLESS || c.peek32(c.left - 4) !== PADDING) return Exclude
    ctx.memo |= ctx.fromClient ? FROM_CLIENT : FROM_SERVER
    return ctx.memo === (FROM_CLIENT | FROM_SERVER) ? Match : NeedMore
  },
})
