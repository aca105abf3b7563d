import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, u8, type Verdict } from './dissector.ts'

// HART-IP (FieldComm HCF_SPEC-085): version, message type, message id, status, sequence number, length of all; then the body.
const HEADER_LEN = 8
const LAST_VERSION = 2
/** Longest message that is waited for; a HART frame has 255 data bytes at most. */
const MAX_MESSAGE = 512

const TYPES = { 0: 'request', 1: 'response', 2: 'publish', 15: 'nak' } as const
const MESSAGES = {
  0: 'session-initiate',
  1: 'session-close',
  2: 'keep-alive',
  3: 'token-passing-pdu',
  4: 'direct-pdu',
  5: 'audit-log',
} as const
const INITIATE = 0
const KEEP_ALIVE = 2
const TOKEN_PASSING = 3
/** Kind of master, then a timer of four bytes. */
const INITIATE_LEN = HEADER_LEN + 5
const PORT = 5094

export default dissector({
  name: 'HART-IP',
  category: 'IoT-Scada',
  about:
    'HART field devices over IP: version, message and exact length; the HART frame inside with its check byte, or a session that opens',
  over: ['udp', 'tcp'],
  ports: [PORT],
  firstBytes: (byte) => byte >= 1 && byte <= LAST_VERSION,
  secondBytes: (byte) => byte in TYPES,
  minLen: HEADER_LEN,
  fields: { type: oneOf('Type', Object.values(TYPES)), message: oneOf('Message', Object.values(MESSAGES)), command: u8('HART command') },

  signature(c, ctx) {
    const type = c.peek(1)
    const message = c.peek(2)
    const length = c.peek16(6)
    if (
      c.peek() < 1 ||
      c.peek() > LAST_VERSION ||
      !(type in TYPES) ||
      !(message in MESSAGES) ||
      length < HEADER_LEN ||
      length > MAX_MESSAGE
    )
      return Exclude
    if (type === 0 && c.peek(3) !== 0) return Exclude
    if (ctx.proto === 17 ? length !== c.left : c.left < length) return ctx.proto === 17 ? Exclude : NeedMore
    return body(c, message, length, ctx.srcPort === PORT || ctx.dstPort === PORT)
  },

  extract(c, out) {
    const length = c.peek16(6)
    out.type = TYPES[c.peek(1) as keyof typeof TYPES]
    out.message = MESSAGES[c.peek(2) as keyof typeof MESSAGES]
    if (c.peek(2) === TOKEN_PASSING && length <= c.left) out.command = c.peek(commandAt(c))
  },
})

function body(c: Cursor, message: number, length: number, usual: boolean): Verdict {
  if (message === TOKEN_PASSING) return isFrame(c, length) ? Match : Exclude
  // What follows of an initiation is master or none, and a time in milliseconds.
  if (message === INITIATE) return length === INITIATE_LEN && c.peek(HEADER_LEN) <= 1 ? Match : usual ? Match : Exclude
  if (message <= KEEP_ALIVE) return length === HEADER_LEN && usual ? Match : Exclude
  return usual ? Match : Exclude
}

/** A frame: delimiter (its kind in three bits), address of one or five bytes, expansion bytes, command, length, data, and the parity of all. */
function isFrame(c: Cursor, length: number): boolean {
  const kind = c.peek(HEADER_LEN) & 7
  if (kind !== 1 && kind !== 2 && kind !== 6) return false
  const at = commandAt(c)
  if (at + 2 + c.peek(at + 1) + 1 !== length) return false
  let parity = 0
  for (let i = HEADER_LEN; i < length; i++) parity ^= c.peek(i)
  return parity === 0
}
const commandAt = (c: Cursor) => HEADER_LEN + 1 + (c.peek(HEADER_LEN) >= 0x80 ? 5 : 1) + ((c.peek(HEADER_LEN) >> 5) & 3)
