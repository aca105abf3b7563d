import { dissector, Exclude, Match, NeedMore, type Verdict } from './dissector.ts'

// As players have described it: a mark, the size of the data (little-endian), a number of two bytes, zero, the data, a mark at the end.
const BEGIN = 0xf1
const END = 0xf2
const HEAD_LEN = 6
const MAX_SIZE = 8192
/** Messages that are looked at; one is enough when the stream holds no more. */
const ENOUGH = 3

export default dissector({
  name: 'Crossfire',
  category: 'RPC',
  about: 'CrossFire: messages between two marks, whose sizes lead from one to the next',
  over: 'tcp',
  firstBytes: [BEGIN],
  minLen: 1,

  signature(c): Verdict {
    for (let n = 0; n < ENOUGH && c.left > 0; n++) {
      if (c.peek() !== BEGIN || (c.left >= HEAD_LEN && c.peek(5) !== 0)) return Exclude
      if (c.left < HEAD_LEN) return NeedMore
      const size = c.skip(1).u16le()
      if (size > MAX_SIZE) return Exclude
      c.skip(3)
      if (c.left <= size) return NeedMore
      if (c.skip(size).u8() !== END) return Exclude
    }
    return Match
  },
})
