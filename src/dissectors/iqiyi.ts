import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// The peer-to-peer transport that iQIYI has from PPStream, as it is known in the field: the length least byte first, without or with itself and what follows
// it, then a mark.
const MARK = 0x43
const MARK_AT = 2
const ENOUGH = 3

export default dissector({
  name: 'iQIYI',
  category: 'Streaming',
  about: 'Peers of iQIYI (PPStream): the length of the datagram and a mark, in three datagrams',
  over: 'udp',
  secondBytes: (byte) => byte < 6,
  minLen: 12,

  signature(c, ctx) {
    const length = c.peek() | (c.peek(1) << 8)
    const rest = c.left - length
    if (c.peek(MARK_AT) !== MARK || (rest !== 0 && rest !== 4 && rest !== 6)) return Exclude
    if (ctx.memo + 1 >= ENOUGH) return Match
    ctx.memo++
    return NeedMore
  },
})
