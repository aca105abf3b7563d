import { Done, dissector, Exclude, Match, NeedMore, oneOf, u8 } from './dissector.ts'

// docs.nano.org, "Network protocol": 'R', network, greatest, used and least version, type, extensions.
const HEADER_LEN = 8
const NETWORKS: Readonly<Record<number, 'live' | 'beta' | 'test' | 'development'>> = {
  67: 'live',
  66: 'beta',
  88: 'test',
  65: 'development',
}
const NETWORK_NAMES = ['live', 'beta', 'test', 'development'] as const
const FIRST_VERSION = 7
const LAST_VERSION = 0x40
const HANDSHAKE = 0x0a
const LAST_TYPE = 0x0f
/** Bits of the handshake: a question (a cookie of 32 bytes), an answer (account and signature). */
const QUESTION = 1
const ANSWER = 2
const COOKIE_LEN = 32
const ANSWER_LEN = 96

export default dissector({
  name: 'Nano',
  category: 'Crypto_Currency',
  about: 'Nodes of Nano: network, versions in their order, and a handshake of the length it has, or on the port another message',
  over: 'tcp',
  tcpPorts: [7075],
  trialPorts: [54_000, 17_075],
  firstBytes: [0x52],
  secondBytes: [0x41, 0x42, 0x43, 0x58],
  minLen: 2,
  fields: { network: oneOf('Network', NETWORK_NAMES), version: u8('Version') },

  signature(c, ctx) {
    if (c.left < HEADER_LEN) return NeedMore
    const max = c.peek(2)
    const using = c.peek(3)
    const min = c.peek(4)
    if (max > LAST_VERSION || using > max || min > using || using < FIRST_VERSION) return Exclude
    const type = c.peek(5)
    const extensions = c.peek(6) | (c.peek(7) << 8)
    if (type !== HANDSHAKE) return type >= 2 && type <= LAST_TYPE && isUsual(ctx.srcPort, ctx.dstPort) ? Match : Exclude
    const asks = (extensions & QUESTION) !== 0
    const answers = (extensions & ANSWER) !== 0
    if (!asks && !answers) return Exclude
    const least = HEADER_LEN + (asks ? COOKIE_LEN : 0) + (answers ? ANSWER_LEN : 0)
    return c.left < least ? NeedMore : c.left <= least + COOKIE_LEN * 2 ? Match : Exclude
  },

  extract(c, out) {
    out.network = NETWORKS[c.peek(1)]
    out.version = c.peek(3)
    return Done
  },
})

const isUsual = (a: number, b: number) => a === 7075 || b === 7075 || a === 54_000 || b === 54_000
