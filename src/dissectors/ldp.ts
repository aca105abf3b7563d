import { dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

// RFC 5036 §3.1: version, length of what follows, LSR id, label space; then messages of type and length.
const HEADER_LEN = 10
const VERSION = 1
const LEAST_PDU = 14
const MAX_PDU = 4096

const MESSAGES = {
  1: 'notification',
  256: 'hello',
  512: 'initialization',
  513: 'keepalive',
  514: 'capability',
  768: 'address',
  769: 'address-withdraw',
  1024: 'label-mapping',
  1025: 'label-request',
  1026: 'label-withdraw',
  1027: 'label-release',
  1028: 'label-abort',
} as const

export default dissector({
  name: 'LDP',
  category: 'Network',
  about: 'Distribution of MPLS labels (RFC 5036): version 1, a length that holds a known message',
  over: ['udp', 'tcp'],
  ports: [646],
  firstBytes: [0],
  secondBytes: [VERSION],
  minLen: HEADER_LEN + 8,
  fields: { message: oneOf('Message', Object.values(MESSAGES)), router: text('LSR ID') },

  signature(c, ctx) {
    const length = c.peek16(2)
    if (c.peek16() !== VERSION || length < LEAST_PDU || length > MAX_PDU) return Exclude
    if (ctx.proto === 17 && length + 4 !== Math.max(c.left, ctx.wireLeft)) return Exclude
    const messageLength = c.peek16(HEADER_LEN + 2)
    if (messageLength < 0) return NeedMore
    return c.peek16(HEADER_LEN) in MESSAGES && messageLength >= 4 && messageLength <= length - 10 ? Match : Exclude
  },

  extract(c, out) {
    out.router = ipv4Text(c.skip(4))
    out.message = MESSAGES[c.skip(2).u16() as keyof typeof MESSAGES]
  },
})
