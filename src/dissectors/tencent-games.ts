import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Tencent's connections for games (TGCP): mark, versions of head and body, command, whether encrypted, number, lengths of head and body.
const MARK = 0x3366
const FIXED_LEN = 21
const MAX_VERSION = 64
const MAX_HEAD = 4096
const MAX_BODY = 1 << 20

export default dissector({
  name: 'TencentGames',
  category: 'Game',
  about: 'Games of Tencent: the mark of its game connections with versions, command and lengths in their ranges',
  over: 'tcp',
  firstBytes: [MARK >> 8],
  secondBytes: [MARK & 0xff],
  minLen: 2,

  signature(c) {
    if (c.left < FIXED_LEN) return NeedMore
    c.skip(2)
    const head = c.u16()
    const body = c.u16()
    // 0x1001, 0x2001, 0x4013 and the like: group and number.
    const command = c.u16()
    const isEncrypted = c.u8()
    c.skip(4)
    const headLength = c.u32()
    const bodyLength = c.u32()
    if (head === 0 || head > MAX_VERSION || body > MAX_VERSION || (command & 0x0fc0) !== 0 || command < 0x1000 || isEncrypted > 3)
      return Exclude
    return headLength >= FIXED_LEN && headLength <= MAX_HEAD && bodyLength <= MAX_BODY ? Match : Exclude
  },
})
