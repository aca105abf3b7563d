import { Done, dissector, Exclude, Match, More, NeedMore, oneOf, text } from './dissector.ts'
import { isText } from './lines.ts'

// Java RMI specification §10.2: 'JRMI', version, protocol; the server's acknowledgement says what it knows of the client.
const MARK = 'JRMI'
const HEADER_LEN = 7
const VERSIONS = [1, 2]
const STREAM = 0x4b
const PROTOCOLS = ['stream', 'single operation', 'multiplex'] as const
const ACKNOWLEDGED = 0x4e
const MAX_HOST = 255

export default dissector({
  name: 'JRMI',
  category: 'RPC',
  about: 'Remote method invocation of Java: its mark, version and protocol',
  over: 'tcp',
  tcpPorts: [1099],
  firstBytes: [0x4a],
  secondBytes: [0x52],
  minLen: 2,
  fields: { protocol: oneOf('Protocol', PROTOCOLS), client: text('Client as the server sees it') },
  maxMore: 2,

  signature(c) {
    if (!c.startsWith(MARK.slice(0, Math.min(MARK.length, c.left)))) return Exclude
    if (c.left < HEADER_LEN) return NeedMore
    return VERSIONS.includes(c.peek16(4)) && PROTOCOLS[c.peek(6) - STREAM] !== undefined ? Match : Exclude
  },

  extract(c, out) {
    if (c.startsWith(MARK)) {
      out.protocol = PROTOCOLS[c.peek(6) - STREAM]
      c.skip(c.left)
      return More
    }
    const length = c.peek16(1)
    if (c.peek() !== ACKNOWLEDGED || length < 1 || length > MAX_HOST || c.left < 3 + length) return Done
    c.skip(3)
    if (isText(c, length)) out.client = c.text(length)
    return Done
  },
})
