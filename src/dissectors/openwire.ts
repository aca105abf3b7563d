import { Done, dissector, Exclude, Match, NeedMore, u32 } from './dissector.ts'

// activemq.apache.org, "OpenWire version 2 specification": WIREFORMAT_INFO, mostly behind its length.
const INFO = '\x01ActiveMQ'
const LENGTH_LEN = 4
const MAX_INFO = 1 << 16

export default dissector({
  name: 'OpenWire',
  category: 'RPC',
  about: 'ActiveMQ: the wire format that each end says first',
  over: 'tcp',
  tcpPorts: [61_616],
  firstBytes: [0, 1],
  secondBytes: [0, 0x41],
  minLen: 2,
  fields: { version: u32('Version') },

  signature(c) {
    const at = c.peek() === 0 ? LENGTH_LEN : 0
    if (at > 0 && c.left >= LENGTH_LEN && c.peek32() > MAX_INFO) return Exclude
    if (c.startsWith(INFO, at)) return c.left < at + INFO.length + 4 ? NeedMore : Match
    return c.left < at + INFO.length && c.startsWith(INFO.slice(0, Math.max(0, c.left - at)), Math.min(at, c.left)) ? NeedMore : Exclude
  },

  extract(c, out) {
    c.skip((c.peek() === 0 ? LENGTH_LEN : 0) + INFO.length)
    out.version = c.u32()
    return Done
  },
})
