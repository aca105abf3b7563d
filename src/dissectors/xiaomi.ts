import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// The push service of Xiaomi's phones: mark, version, length; within, the same for header and body; a checksum at the end.
const MARK = 0xc2fe
const VERSION = 5
const HEADER_LEN = 8
const MAX_LENGTH = 32_768
const BLOB = 2

export default dissector({
  name: 'Xiaomi',
  category: 'Web',
  about: "The push service of Xiaomi's phones: mark, version, lengths that agree",
  over: 'tcp',
  trialPorts: [5222, 443],
  firstBytes: [MARK >>> 8],
  secondBytes: [MARK & 255],
  minLen: 2,

  signature(c) {
    if (c.left < HEADER_LEN + 8) return c.left < 4 || c.peek16(2) === VERSION ? NeedMore : Exclude
    if (c.peek16() !== MARK || c.peek16(2) !== VERSION) return Exclude
    const length = c.peek32(4)
    const headerLen = c.peek16(10)
    if (length > MAX_LENGTH || c.peek16(8) !== BLOB) return Exclude
    return 8 + headerLen + c.peek32(12) === length ? Match : Exclude
  },
})
