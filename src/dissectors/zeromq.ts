import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'

// ZMTP 3 (RFC 23 of the ZeroMQ project): signature of ten bytes, version, mechanism; ZMTP 2 has the same signature.
const SIGNATURE_LEN = 10
const GREETING_LEN = 64
const MECHANISM_AT = 12
const MECHANISM_LEN = 20
const LAST_MAJOR = 3

export default dissector({
  name: 'ZeroMQ',
  category: 'RPC',
  about: 'ZeroMQ messaging (ZMTP 2 and 3): the greeting, which both ends send',
  over: 'tcp',
  firstBytes: [0xff],
  minLen: SIGNATURE_LEN,
  fields: { mechanism: text('Mechanism') },
  maxMore: 4,

  signature(c) {
    if (c.peek() !== 0xff || c.peek(9) !== 0x7f) return Exclude
    for (let i = 1; i < 8; i++) if (c.peek(i) !== 0) return Exclude
    if (c.left === SIGNATURE_LEN) return NeedMore
    return c.peek(SIGNATURE_LEN) >= 1 && c.peek(SIGNATURE_LEN) <= LAST_MAJOR ? Match : Exclude
  },

  extract(c, out) {
    if (c.peek(SIGNATURE_LEN) !== LAST_MAJOR) return Done
    if (c.left < GREETING_LEN) return More
    c.skip(MECHANISM_AT)
    const length = c.indexOf(0, MECHANISM_LEN)
    if (length > 0) out.mechanism = c.text(length)
    return Done
  },
})
