import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// Calls: Q.931 (§4: discriminator, call reference, type, elements) behind a TPKT header (RFC 1006 §6), with H.225.0 in the user-user element.
const TPKT = 0x0300
const TPKT_LEN = 4
const Q931 = 0x08
const REFERENCE_LEN = 2
const ELEMENTS_AT = TPKT_LEN + 3 + REFERENCE_LEN
const MAX_LEN = 4096
// H.225.0 table 3
const MESSAGES: Readonly<Record<number, string>> = {
  1: 'ALERTING',
  2: 'CALL PROCEEDING',
  3: 'PROGRESS',
  5: 'SETUP',
  7: 'CONNECT',
  13: 'SETUP ACKNOWLEDGE',
  90: 'RELEASE COMPLETE',
  98: 'FACILITY',
  110: 'NOTIFY',
  117: 'STATUS INQUIRY',
  123: 'INFORMATION',
  125: 'STATUS',
}
const USER_USER = 0x7e
/** §7.2.2.31: coded by X.208. */
const X208 = 0x05
const DISPLAY = 0x28
const CALLING = 0x6c
const CALLED = 0x70
const MAX_ELEMENTS = 32

// Media are agreed on in H.245, over a connection of their own whose first message is a terminal capability set with the identifier 0.0.8.245.0.version.
const CAPABILITIES = 0x0270
const H245_IDENTIFIER = '\x06\0\x08\x81\x75\0'
const H245_AT = TPKT_LEN + 3

// Registration over UDP: requests and confirmations carry the identifier 0.0.8.2250.0.version.
const RAS_PORT = 1719
const IDENTIFIER = '\x06\0\x08\x91\x4a\0'
const IDENTIFIER_BY = 10
const MAX_VERSION = 8

export default dissector({
  name: 'H323',
  category: 'VoIP',
  about: 'H.323: calls by Q.931 with H.225.0 in it, behind TPKT; H.245 and registration by their object identifiers',
  over: ['tcp', 'udp'],
  ports: [1719, 1720],
  firstBytes: (byte, over) => (over === 'tcp' ? byte === TPKT >> 8 : byte < 0x80),
  minLen: ELEMENTS_AT,
  fields: { message: text('Message'), display: text('Display'), calling: text('Calling number'), called: text('Called number') },

  signature: (c, ctx) => (ctx.proto === 6 ? call(c) : registration(c, ctx.srcPort === RAS_PORT || ctx.dstPort === RAS_PORT)),

  extract(c, out, ctx) {
    if (ctx.proto !== 6) return Done
    if (c.peek(TPKT_LEN) !== Q931) return Done
    out.message = MESSAGES[c.peek(ELEMENTS_AT - 1)]
    const outer = c.enter(c.peek16(2))
    c.skip(ELEMENTS_AT)
    for (let n = 0; n < MAX_ELEMENTS && c.left > 0; n++) {
      const element = c.u8()
      if (element >= 0x80 || element === USER_USER) continue
      const end = c.u8()
      const inner = c.enter(end)
      if (element === DISPLAY) out.display = c.text(c.left)
      else if (element === CALLING) out.calling = number(c)
      else if (element === CALLED) out.called = number(c)
      c.leave(inner)
      if (c.peek() === USER_USER) break
    }
    c.leave(outer)
    if (out.called !== undefined) ctx.info(out.called)
    return Done
  },
})

/** Kind of number, and where the eighth bit says so an octet more; then its digits. */
function number(c: Cursor): string {
  if ((c.u8() & 0x80) === 0) c.skip(1)
  return c.text(c.left)
}

function call(c: Cursor): Verdict {
  const length = c.peek16(2)
  if (c.peek16() !== TPKT || length < ELEMENTS_AT || length > MAX_LEN) return Exclude
  if (c.peek16(TPKT_LEN) === CAPABILITIES) return c.left < H245_AT + 8 ? NeedMore : c.startsWith(H245_IDENTIFIER, H245_AT) ? Match : Exclude
  if (c.peek(TPKT_LEN) !== Q931 || c.peek(TPKT_LEN + 1) !== REFERENCE_LEN || MESSAGES[c.peek(ELEMENTS_AT - 1)] === undefined) return Exclude
  return c.left < length ? NeedMore : hasUserUser(c, length) ? Match : Exclude
}

/** Walks over the elements: of one octet, or with a length of one octet; the user-user one has two, and ends the message. */
function hasUserUser(c: Cursor, end: number): boolean {
  let at = ELEMENTS_AT
  for (let n = 0; n < MAX_ELEMENTS && at < end; n++) {
    if (c.peek(at) === USER_USER) return c.peek(at + 3) === X208 && at + 3 + c.peek16(at + 1) === end
    at += c.peek(at) >= 0x80 ? 1 : 2 + c.peek(at + 1)
  }
  return false
}

function registration(c: Cursor, usual: boolean): Verdict {
  const at = c.find(IDENTIFIER, IDENTIFIER_BY + IDENTIFIER.length)
  const version = c.peek(at + IDENTIFIER.length)
  return at >= 2 && version >= 1 && version <= MAX_VERSION && (usual || at <= 5) ? Match : Exclude
}
