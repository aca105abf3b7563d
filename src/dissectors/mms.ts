import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, text, type Verdict } from './dissector.ts'

// RFC 1006 (TPKT), ISO 8073 (COTP), ISO 8327 (session), ISO 8823 (presentation), then ISO 9506-2.
const TPKT_VERSION = 3
const COTP_AT = 4
const CONNECT_REQUEST = 0xe0
const CONNECT_CONFIRM = 0xd0
const DATA = 0xf0
const SESSION_AT = 7
const CONNECT_SPDU = 0x0d
const ACCEPT_SPDU = 0x0e
/** Give tokens and data transfer, both without parameters. */
const SESSION_DATA = 0x01000100
/** 1.0.9506.2.1, the abstract syntax of MMS, and 1.0.9506.2.3, its application context, as BER writes them without the last part. */
const MMS_OID = '\x06\x05\x28\xca\x22\x02'
const MAX_CONNECT = 512
const USER_DATA = 0x61
const PORT = 102

const PDUS: Readonly<Record<number, string>> = {
  160: 'confirmed request',
  161: 'confirmed response',
  162: 'confirmed error',
  163: 'unconfirmed',
  164: 'reject',
  168: 'initiate request',
  169: 'initiate response',
  170: 'initiate error',
  139: 'conclude request',
  140: 'conclude response',
}

export default dissector({
  name: 'ISO9506-1-MMS',
  category: 'IoT-Scada',
  about: 'Manufacturing message specification (IEC 61850 substations): its object identifier in the opening, or its units within a session',
  over: 'tcp',
  trialPorts: [PORT],
  firstBytes: [TPKT_VERSION],
  secondBytes: [0],
  minLen: COTP_AT + 3,
  fields: { pdu: text('Unit') },
  maxMore: 4,

  signature(c, ctx) {
    if (c.peek() !== TPKT_VERSION || c.peek(1) !== 0) return Exclude
    const kind = c.peek(COTP_AT + 1) & 0xf0
    const length = c.peek16(2)
    if (kind === CONNECT_REQUEST || kind === CONNECT_CONFIRM) {
      // As in S7Comm: what comes in the connection decides.
      if ((ctx.dstPort !== PORT && ctx.srcPort !== PORT) || c.peek(COTP_AT) !== length - 5) return Exclude
      if (c.left < length + SESSION_AT + 2) return NeedMore
      c.skip(length)
      if (c.peek() !== TPKT_VERSION) return Exclude
    }
    return withinCotp(c)
  },

  extract(c, out) {
    const kind = c.peek(COTP_AT + 1) & 0xf0
    if (kind === CONNECT_REQUEST || kind === CONNECT_CONFIRM) c.skip(Math.min(c.left, c.peek16(2)))
    const pdu = PDUS[pduOf(c)]
    if (pdu === undefined) return More
    out.pdu = pdu
    return
  },
})

function withinCotp(c: Cursor): Verdict {
  const length = c.peek16(2)
  if (c.peek(COTP_AT + 1) !== DATA || c.peek(COTP_AT) !== 2 || length < SESSION_AT + 6) return Exclude
  if (c.left < SESSION_AT + 2) return NeedMore
  const spdu = c.peek(SESSION_AT)
  if (spdu === CONNECT_SPDU || spdu === ACCEPT_SPDU) {
    if (c.find(MMS_OID, Math.min(length, MAX_CONNECT)) > 0) return Match
    return c.left < Math.min(length, MAX_CONNECT) ? NeedMore : Exclude
  }
  if (c.left < Math.min(length, 32)) return c.peek16(SESSION_AT) === SESSION_DATA >> 16 ? NeedMore : Exclude
  return PDUS[pduOf(c)] !== undefined ? Match : Exclude
}

/** The tag of the unit of MMS within one presentation data value of a session under way, or -1. */
function pduOf(c: Cursor): number {
  if (c.peek32(SESSION_AT) !== SESSION_DATA || c.peek(SESSION_AT + 4) !== USER_DATA) return -1
  let at = afterLength(c, SESSION_AT + 5)
  if (c.peek(at) !== 0x30) return -1
  at = afterLength(c, at + 1)
  // The presentation context, an odd small number; 3 as a rule.
  if (c.peek16(at) !== 0x0201 || c.peek(at + 2) > 15 || c.peek(at + 3) !== 0xa0) return -1
  return c.peek(afterLength(c, at + 4))
}
const afterLength = (c: Cursor, at: number) => at + 1 + (c.peek(at) > 0x80 ? c.peek(at) & 3 : 0)
