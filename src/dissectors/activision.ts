import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Demonware, under Call of Duty: a game asks from outside which address it has and how its router treats it. Kind, version 2 (little-endian); the
// answer's kind is one more, and addresses with ports follow: the game's, and for the second kind another server's.
const PORT = 3074
const VERSION = 0x0200
const ADDRESS = 0x1e
const ROUTER = 0x14
const HEADER_LEN = 3
const ADDRESS_LEN = 6
const ANSWER_LENS: Readonly<Record<number, number>> = {
  [ADDRESS + 1]: HEADER_LEN + ADDRESS_LEN,
  [ROUTER + 1]: HEADER_LEN + 2 * ADDRESS_LEN,
}
const MAX_QUESTION = 16

export default dissector({
  name: 'Activision',
  category: 'Game',
  about: 'Call of Duty over Demonware: a question for one’s own address and its answer, at its port',
  over: 'udp',
  trialPorts: [PORT],
  onlyOnPorts: true,
  firstBytes: [ADDRESS, ADDRESS + 1, ROUTER, ROUTER + 1],
  secondBytes: [2],
  minLen: HEADER_LEN,

  signature(c, ctx) {
    const kind = c.peek()
    if (c.peek16(1) !== VERSION) return Exclude
    if (kind === ADDRESS || kind === ROUTER) {
      if (c.left > MAX_QUESTION) return Exclude
      ctx.memo = kind
      return NeedMore
    }
    return ctx.memo === kind - 1 && c.left === ANSWER_LENS[kind] ? Match : Exclude
  },
})
