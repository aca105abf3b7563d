import { Done, dissector, Exclude, Match, NeedMore, text, u32 } from './dissector.ts'
import { isOicq, OICQ_BEGIN, OICQ_MIN_LEN, oicqAccount, oicqCommand } from './oicq-header.ts'

const PORT = 8000

export default dissector({
  name: 'OICQ',
  category: 'Chat',
  about: 'OICQ, the protocol of QQ over UDP: marks at both ends around a known command and an account; twice when not at its port',
  over: 'udp',
  udpPorts: [PORT],
  firstBytes: [OICQ_BEGIN],
  minLen: OICQ_MIN_LEN,
  fields: { command: text('Command'), account: u32('Account') },

  signature(c, ctx) {
    if (!isOicq(c)) return Exclude
    const account = oicqAccount(c)
    if (ctx.srcPort === PORT || ctx.dstPort === PORT || ctx.memo === account) return Match
    ctx.memo = account
    return NeedMore
  },

  extract(c, out) {
    out.command = oicqCommand(c)
    out.account = oicqAccount(c)
    return Done
  },
})
