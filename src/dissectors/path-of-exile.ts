import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// The client's hello: kind, build, a number, then the name of the account behind its length, and more.
const HELLO = 0x0003
const HEAD_LEN = 10
const NUMBER_AT = 6
const NUMBER = 0x0002
const MAX_NAME = 64
const AFTER_NAME_LEN = 12

export default dissector({
  name: 'PathofExile',
  category: 'Game',
  about: 'Path of Exile: the client’s hello with its build and the name of the account, at its ports',
  over: 'tcp',
  trialPorts: [6112, 20_481],
  onlyOnPorts: true,
  firstBytes: [0],
  secondBytes: [HELLO],
  minLen: HEAD_LEN,
  fields: { account: text('Account') },

  signature(c) {
    const length = c.peek16(8)
    if (c.peek(2) !== 0 || c.peek16(NUMBER_AT) !== NUMBER || length === 0 || length > MAX_NAME) return Exclude
    for (let i = HEAD_LEN; i < HEAD_LEN + length && i < c.left; i++) if (c.peek(i) < 0x20) return Exclude
    return c.left < HEAD_LEN + length + AFTER_NAME_LEN ? NeedMore : Match
  },

  extract(c, out, ctx) {
    out.account = c.skip(8).text(c.u16())
    ctx.info(out.account)
  },
})
