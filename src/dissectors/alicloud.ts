import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Messages of a mark, a length, and what is encrypted in whole blocks.
const MARK = 0xcefa_beba
const HEADER_LEN = 8
const MAX_LENGTH = 1 << 16
const BLOCK = 16

export default dissector({
  name: 'AliCloud',
  category: 'Cloud',
  about: "Alibaba Cloud's tunnel of devices: a mark, and the length of the blocks behind it",
  over: 'tcp',
  firstBytes: [MARK >>> 24],
  secondBytes: [(MARK >>> 16) & 255],
  minLen: 2,

  signature(c) {
    if (c.left < HEADER_LEN) return c.left < 4 || c.peek32() === MARK ? NeedMore : Exclude
    const length = c.peek(4) | (c.peek(5) << 8) | (c.peek(6) << 16)
    return c.peek32() === MARK && c.peek(7) === 0 && length > 0 && length <= MAX_LENGTH && length % BLOCK === 0 ? Match : Exclude
  },
})
