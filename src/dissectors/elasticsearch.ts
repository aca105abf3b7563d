import { Done, dissector, Exclude, Match, NeedMore, num, text } from './dissector.ts'

// The transport protocol between nodes: 'ES', length of the rest, request id, status bits, version of the sender.
const MARK = 'ES'
const PREFIX_LEN = 6
const HEADER_LEN = PREFIX_LEN + 13
const PING = 0xffff_ffff
const MAX_MESSAGE = 1 << 30
const LAST_STATUS = 15
// 5.0.0 is 5000099; since 8.8 the number counts changes of the protocol and goes on from 8500000.
const MIN_VERSION = 1_000_000
const MAX_VERSION = 99_999_999
const FIRST_UNNAMED = 8_500_000

export default dissector({
  name: 'Elasticsearch',
  category: 'System',
  about:
    'The transport between nodes of Elasticsearch: mark, length, status bits and a version that may be; its REST interface is told inside HTTP',
  over: 'tcp',
  tcpPorts: [9200, 9300],
  firstBytes: [0x45],
  secondBytes: [0x53],
  minLen: PREFIX_LEN,
  fields: { version: text('Version'), requestId: num('Request') },

  signature(c) {
    if (!c.startsWith(MARK)) return Exclude
    const length = c.peek32(2)
    if (length === PING) return Match
    if (length < HEADER_LEN - PREFIX_LEN || length > MAX_MESSAGE) return Exclude
    if (c.left < HEADER_LEN) return NeedMore
    const version = c.peek32(15)
    return c.peek(14) <= LAST_STATUS && version >= MIN_VERSION && version <= MAX_VERSION ? Match : Exclude
  },

  extract(c, out) {
    if (c.left < HEADER_LEN) return Done
    c.skip(PREFIX_LEN)
    out.requestId = c.u64()
    c.skip(1)
    out.version = versionText(c.u32())
    return Done
  },
})

const versionText = (n: number) =>
  n >= FIRST_UNNAMED ? `${n}` : `${Math.floor(n / 1_000_000)}.${Math.floor(n / 10_000) % 100}.${Math.floor(n / 100) % 100}`
