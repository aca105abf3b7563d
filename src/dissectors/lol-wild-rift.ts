import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// The hello of the client and the server's answer: a kind (little-endian) and keys.
const HELLO = 0x0400_0000
const HELLO_LEN = 69
const ANSWER = 0x1000_0000
const ANSWER_MIN_LEN = 256
const ASKED = 1
// Probes of servers: a mark, a number, and at the end a text behind its length.
const PROBE = 0x0102_c841
const PROBE_LEN = 22
const PROBE_TEXT_AT = 16

export default dissector({
  name: 'LoLWildRift',
  category: 'Game',
  about: 'League of Legends: Wild Rift: the hello of its client followed by the server’s answer, or a probe of a server',
  over: 'udp',
  firstBytes: [0x04, 0x10, 0x01],
  secondBytes: [0x00, 0x02],
  minLen: PROBE_LEN,

  signature(c, ctx) {
    const kind = c.peek32()
    if (kind === PROBE) return c.left === PROBE_LEN && c.peek16(PROBE_TEXT_AT) === PROBE_LEN - PROBE_TEXT_AT - 2 ? Match : Exclude
    if (ctx.memo === ASKED && !ctx.fromClient) return kind === ANSWER && c.left >= ANSWER_MIN_LEN ? Match : Exclude
    if (!ctx.fromClient || kind !== HELLO || c.left !== HELLO_LEN) return Exclude
    ctx.memo = ASKED
    return NeedMore
  },
})
