import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text, u32 } from './dissector.ts'

// developer.bitcoin.org, "P2P network": magic of the network, command filled up with zeros, length, checksum.
const NETWORKS = {
  main: 0xf9be_b4d9,
  test3: 0x0b11_0907,
  test4: 0x1c16_3f28,
  signet: 0x0a03_cf40,
  regtest: 0xfabf_b5da,
  'cash main': 0xe3e1_f3e8,
  'cash test': 0xf4e5_f3f4,
} as const
type Network = keyof typeof NETWORKS
const names = Object.keys(NETWORKS) as Network[]
const COMMAND_LEN = 12
const HEADER_LEN = 24
const MAX_LENGTH = 32 << 20
const MAX_VERSION = 512
// `version`: version, services, time, two addresses, a nonce; then the user agent.
const AGENT_AT = 80
const MAX_AGENT = 252

export default dissector({
  name: 'BITCOIN',
  category: 'Crypto_Currency',
  about: 'Nodes of Bitcoin and Bitcoin Cash: the magic of a network and a command in letters',
  over: 'tcp',
  tcpPorts: [8333],
  trialPorts: [18_333, 18_444, 38_333, 48_333],
  firstBytes: Object.values(NETWORKS).map((magic) => magic >>> 24),
  secondBytes: Object.values(NETWORKS).map((magic) => (magic >>> 16) & 255),
  minLen: 4,
  fields: { network: oneOf('Network', names), command: text('First command'), version: u32('Version'), userAgent: text('User agent') },

  signature(c) {
    if (networkOf(c) === undefined) return Exclude
    if (c.left < HEADER_LEN) return NeedMore
    const length = littleEndian(c, 4 + COMMAND_LEN)
    if (commandLength(c) === 0 || length > MAX_LENGTH) return Exclude
    // The user agent is worth waiting for.
    return c.startsWith('version\0', 4) && length <= MAX_VERSION && c.left < HEADER_LEN + length ? NeedMore : Match
  },

  extract(c, out, ctx) {
    out.network = networkOf(c)
    const commandLen = commandLength(c)
    c.skip(4)
    out.command = c.text(commandLen)
    c.skip(COMMAND_LEN - commandLen)
    const length = c.u32le()
    c.skip(4)
    if (out.command !== 'version' || c.left < length) return Done
    out.version = c.u32le()
    c.skip(AGENT_AT - 4)
    out.userAgent = c.text(Math.min(c.u8(), MAX_AGENT))
    if (!c.bad) ctx.info(out.userAgent)
    return Done
  },
})

const networkOf = (c: Cursor): Network | undefined => names.find((name) => NETWORKS[name] === c.peek32())

/** Letters and digits, then zeros to the end; 0 when it is not so. */
function commandLength(c: Cursor): number {
  let length = 0
  for (let i = 0; i < COMMAND_LEN; i++) {
    const b = c.peek(4 + i)
    if (b === 0) continue
    const isLetter = (b >= 0x61 && b <= 0x7a) || (b >= 0x30 && b <= 0x39)
    if (!isLetter || length !== i) return 0
    length = i + 1
  }
  return length
}
const littleEndian = (c: Cursor, at: number) => (c.peek(at) | (c.peek(at + 1) << 8) | (c.peek(at + 2) << 16) | (c.peek(at + 3) << 24)) >>> 0
