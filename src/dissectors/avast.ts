import { dissector, Exclude, Match, num } from './dissector.ts'

// Not published; as it is seen: a mark, the length of the whole message, a version and a kind; behind it identifiers and what is encrypted.
const HEADER_LEN = 8
const MAX_MESSAGE = 4096

export default dissector({
  name: 'AVAST',
  category: 'Network',
  about: 'Avast’s updates and pushed messages: a mark and a length that fits',
  over: 'tcp',
  trialPorts: [80],
  firstBytes: [0x4e],
  secondBytes: [0x4f],
  minLen: HEADER_LEN,
  fields: { kind: num('Kind') },

  signature(c) {
    if (!c.startsWith('NOSA')) return Exclude
    const length = c.skip(4).u16()
    const isFirst = c.u8() === 1
    return isFirst && length >= HEADER_LEN && length <= MAX_MESSAGE && length >= c.left + HEADER_LEN - 1 ? Match : Exclude
  },

  extract(c, out) {
    out.kind = c.skip(HEADER_LEN - 1).u8()
  },
})
