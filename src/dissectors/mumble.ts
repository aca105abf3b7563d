import { Done, dissector, Exclude, Match, NeedMore, num, text } from './dissector.ts'

// mumble-protocol, "Establishing a connection / Ping": a request of no type and an identifier; the answer repeats it behind the server's version and tells its
// users, their limit and the bandwidth of each. Control goes over TLS, voice over enciphered UDP.
const PORT = 64_738
const REQUEST_LEN = 12
const ANSWER_LEN = 24
const IDENTIFIER_AT = 4
const MAX_MAJOR = 2
const MAX_USERS = 100_000

export default dissector({
  name: 'Mumble',
  category: 'VoIP',
  about: 'Mumble: a ping of exact length, and the answer that repeats its identifier behind a version',
  over: 'udp',
  trialPorts: [PORT],
  firstBytes: [0],
  minLen: REQUEST_LEN,
  fields: { version: text('Version'), users: num('Users'), maxUsers: num('Maximum of users') },

  signature(c, ctx) {
    const identifier = c.peek32(IDENTIFIER_AT + 4)
    if (c.left === REQUEST_LEN) {
      if (c.peek32() !== 0) return Exclude
      if (ctx.dstPort === PORT) return Match
      ctx.memo = identifier
      return NeedMore
    }
    const major = c.peek16()
    const isAnswer = c.left === ANSWER_LEN && major >= 1 && major <= MAX_MAJOR
    const counts = c.peek32(12) <= c.peek32(16) && c.peek32(16) <= MAX_USERS
    return isAnswer && counts && (ctx.srcPort === PORT || (ctx.memo !== 0 && ctx.memo === identifier)) ? Match : Exclude
  },

  extract(c, out) {
    if (c.left !== ANSWER_LEN) return c.left === REQUEST_LEN ? undefined : Done
    out.version = `${c.u16()}.${c.u8()}.${c.u8()}`
    c.skip(8)
    out.users = c.u32()
    out.maxUsers = c.u32()
    return Done
  },
})
