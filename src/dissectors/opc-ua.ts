import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'
import { beginsWith } from './words.ts'

// OPC 10000-6 §7.1.2: three letters and one for the chunk, size of all; little-endian.
const TYPES = ['HELF', 'ACKF', 'ERRF', 'RHEF', 'OPNF', 'MSGF', 'MSGC', 'MSGA', 'CLOF'] as const
const HELLO = 0
const ACKNOWLEDGE = 1
const OPEN = 4
/** Header, version, four sizes, then the text of the end point. */
const ENDPOINT_AT = 28
const MAX_URL = 4096
const LEAST_BUFFER = 8192
const MAX_MESSAGE = 1 << 26
const POLICY_AT = 12
const POLICY_PREFIX = 'http://opcfoundation.org/UA/SecurityPolicy#'

export default dissector({
  name: 'OPC-UA',
  category: 'IoT-Scada',
  about: 'OPC Unified Architecture over TCP: the letters of a message, its size, and what a hello or a secure channel begins with',
  over: 'tcp',
  tcpPorts: [4840],
  firstBytes: [...new Set(TYPES.map((type) => type.charCodeAt(0)))],
  secondBytes: [...new Set(TYPES.map((type) => type.charCodeAt(1)))],
  minLen: 16,
  fields: { message: oneOf('Message', TYPES), endpoint: text('End point'), policy: text('Security policy') },

  signature(c) {
    const type = beginsWith(c, TYPES)
    if (type < 0) return Exclude
    const size = sizeOf(c)
    if (size < 12 || size > MAX_MESSAGE) return Exclude
    if (type === HELLO || type === ACKNOWLEDGE) {
      if (size > ENDPOINT_AT + 4 + MAX_URL) return Exclude
      if (c.left < Math.min(size, ENDPOINT_AT + 4)) return NeedMore
      return c.skip(12).u32le() >= LEAST_BUFFER - 1 ? (type === HELLO && c.left < size - 16 ? NeedMore : Match) : Exclude
    }
    if (type === OPEN) {
      if (c.left < POLICY_AT + 4 + POLICY_PREFIX.length) return NeedMore
      return c.startsWith(POLICY_PREFIX, POLICY_AT + 4) ? (c.left < policyEnd(c) ? NeedMore : Match) : Exclude
    }
    return Match
  },

  extract(c, out, ctx) {
    const type = beginsWith(c, TYPES)
    if (type < 0) return
    out.message = TYPES[type]
    if (type === OPEN) {
      const end = policyEnd(c)
      const name = POLICY_AT + 4 + POLICY_PREFIX.length
      if (end > name && end <= c.left) out.policy = c.skip(name).text(end - name)
    } else if (type === HELLO) {
      const length = c.skip(ENDPOINT_AT).u32le()
      if (length === 0 || length > c.left) return
      ctx.info((out.endpoint = c.text(length)))
    }
  },
})

const u32leAt = (c: Cursor, at: number) => (c.peek(at) | (c.peek(at + 1) << 8) | (c.peek(at + 2) << 16) | (c.peek(at + 3) << 24)) >>> 0
const sizeOf = (c: Cursor) => u32leAt(c, 4)
const policyEnd = (c: Cursor) => POLICY_AT + 4 + Math.min(256, u32leAt(c, POLICY_AT))
