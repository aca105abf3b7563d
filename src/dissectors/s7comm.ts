import { Done, dissector, Exclude, Match, More, NeedMore, u8 } from './dissector.ts'

// RFC 1006 (TPKT), ISO 8073 (COTP), then Siemens' own: a protocol id, and for S7 a kind of message.
const TPKT_VERSION = 3
const COTP_AT = 4
const CONNECT_REQUEST = 0xe0
const CONNECT_CONFIRM = 0xd0
const DATA = 0xf0
const S7 = 0x32
const S7_PLUS = 0x72
/** Job, acknowledgement, its data, user data. */
const KINDS = [1, 2, 3, 7]
const PORT = 102

export default dissector({
  name: 'S7Comm',
  category: 'IoT-Scada',
  about: 'Siemens S7 controllers: their protocol ids within TPKT and COTP',
  over: 'tcp',
  trialPorts: [PORT],
  firstBytes: [TPKT_VERSION],
  minLen: COTP_AT + 3,
  alsoNames: { S7CommPlus: 'IoT-Scada' },
  fields: { kind: u8('Message kind'), function: u8('Function') },
  maxMore: 4,

  signature(c, ctx) {
    if (c.peek() !== TPKT_VERSION || c.peek(1) !== 0) return Exclude
    const kind = c.peek(COTP_AT + 1)
    const length = c.peek16(2)
    if ((kind & 0xf0) === CONNECT_REQUEST || (kind & 0xf0) === CONNECT_CONFIRM) {
      // What comes in the connection decides, behind this packet; other protocols than ours connect in the same way.
      if ((ctx.dstPort !== PORT && ctx.srcPort !== PORT) || c.peek(COTP_AT) !== length - 5) return Exclude
      if (c.left <= length) return NeedMore
      return verdict(c.peek(length + COTP_AT + 1), c.peek(length + 7), c.peek(length + 8), c.left - length)
    }
    return verdict(kind, c.peek(7), c.peek(8), c.left)
  },

  extract(c, out, ctx) {
    const kind = c.peek(COTP_AT + 1)
    if ((kind & 0xf0) === CONNECT_REQUEST || (kind & 0xf0) === CONNECT_CONFIRM) c.skip(Math.min(c.left, c.peek16(2)))
    if (c.left < 10) return More
    if (c.peek(7) === S7_PLUS) ctx.becomes('S7CommPlus')
    if (c.peek(7) !== S7) return Done
    out.kind = c.peek(8)
    // An acknowledgement has two bytes of errors before it.
    const at = out.kind === 2 || out.kind === 3 ? 19 : 17
    if (c.left > at) out.function = c.peek(at)
    return Done
  },
})

function verdict(cotp: number, id: number, kind: number, left: number) {
  if (cotp !== DATA) return left < 6 ? NeedMore : Exclude
  if (left < 9) return NeedMore
  if (id === S7) return KINDS.includes(kind) ? Match : Exclude
  return id === S7_PLUS && kind >= 1 && kind <= 3 ? Match : Exclude
}
