import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; as seen on the wire: four bits 1101, a flag that the message opens the session, eleven bits of length (of all behind them but two bytes),
// a counter of each side, and in an opening message its type and version. RTP goes beside them in the same flow.
const MARK = 0xd
const OPENS = 0x0800
const LENGTH = 0x07ff
const LENGTH_BEGINS = 4
const OPENING = 0x0602
const OPENING_MIN_LEN = 100
/** Messages of one side with counters that follow each other, when the opening was not seen. */
const ENOUGH = 3

// `memo`: messages (2 bits), way (1), counter.
const MESSAGES = 4

export default dissector({
  name: 'LineCall',
  category: 'VoIP',
  about:
    'Calls of LINE: a mark with the exact length, then the opening of a session, or three messages of a side whose counters follow each other',
  over: 'udp',
  firstBytes: (byte) => byte >> 4 === MARK,
  minLen: 12,

  signature(c, ctx) {
    const head = c.peek16()
    if ((head & LENGTH) !== c.left - LENGTH_BEGINS) return Exclude
    if ((head & OPENS) !== 0) return c.left >= OPENING_MIN_LEN && c.peek16(4) === OPENING ? Match : Exclude
    const way = ctx.fromClient ? 1 : 0
    const counter = c.peek16(2)
    const sideAndCounter = counter * 2 + way
    const follows = ctx.memo !== 0 && Math.floor(ctx.memo / MESSAGES) === ((counter - 1) & 0xffff) * 2 + way
    const messages = follows ? (ctx.memo % MESSAGES) + 1 : 1
    if (messages >= ENOUGH) return Match
    ctx.memo = sideAndCounter * MESSAGES + messages
    return NeedMore
  },
})
