import { Done, dissector, Exclude, Match, NeedMore, text, u32 } from './dissector.ts'
import { isOicq, OICQ_MIN_LEN, oicqAccount, oicqCommand } from './oicq-header.ts'

const LENGTH_LEN = 2
const MAX_LEN = 4096

export default dissector({
  name: 'QQ',
  category: 'Chat',
  about: 'QQ over TCP: a message of OICQ behind its length',
  over: 'tcp',
  trialPorts: [80, 443, 8000],
  firstBytes: (byte) => byte <= MAX_LEN >> 8,
  minLen: LENGTH_LEN + OICQ_MIN_LEN,
  fields: { command: text('Command'), account: u32('Account') },

  signature(c) {
    const length = c.peek16()
    if (length < LENGTH_LEN + OICQ_MIN_LEN || length > MAX_LEN || c.peek(LENGTH_LEN) !== 2) return Exclude
    if (c.left < length) return oicqCommand(c.skip(LENGTH_LEN)) === undefined ? Exclude : NeedMore
    c.enter(length)
    return isOicq(c.skip(LENGTH_LEN)) ? Match : Exclude
  },

  extract(c, out) {
    c.skip(LENGTH_LEN)
    out.command = oicqCommand(c)
    out.account = oicqAccount(c)
    return Done
  },
})
