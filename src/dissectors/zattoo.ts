import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; the greeting of its player as it is known in the field.
const GREETING = [0x03, 0x04, 0x00, 0x04, 0x0a, 0x00]
const MIN_LEN = 50

export default dissector({
  name: 'Zattoo',
  category: 'Video',
  about: 'Streams of Zattoo: the greeting of its player',
  over: 'tcp',
  firstBytes: [GREETING[0]!],
  secondBytes: [GREETING[1]!],
  minLen: GREETING.length,

  signature(c, ctx) {
    for (let i = 0; i < GREETING.length; i++) if (c.peek(i) !== GREETING[i]) return Exclude
    if (!ctx.fromClient) return Exclude
    return c.left >= MIN_LEN ? Match : NeedMore
  },
})
