import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// RFC 5456 §8.1.1: full bit and source call, retransmission bit and destination call, time, both sequence numbers, type, subclass.
const PORT = 4569
const HEADER_LEN = 12
const FULL = 0x8000
const CALL = 0x7fff
const IAX_CONTROL = 6
const LAST_TYPE = 12
const LAST_SUBCLASS = 40
const SUBCLASSES: Readonly<Record<number, string>> = {
  1: 'NEW',
  2: 'PING',
  3: 'PONG',
  4: 'ACK',
  5: 'HANGUP',
  6: 'REJECT',
  7: 'ACCEPT',
  8: 'AUTHREQ',
  9: 'AUTHREP',
  10: 'INVAL',
  11: 'LAGRQ',
  12: 'LAGRP',
  13: 'REGREQ',
  14: 'REGAUTH',
  15: 'REGACK',
  16: 'REGREJ',
  17: 'REGREL',
  30: 'POKE',
}
const NEW = 1
const REGREQ = 13
// Information elements, §8.6.
const CALLED_NUMBER = 1
const CALLING_NUMBER = 2
const USERNAME = 6
const VERSION = 11
const LAST_ELEMENT = 0x37
const MAX_ELEMENTS = 40

export default dissector({
  name: 'IAX',
  category: 'VoIP',
  about:
    'Inter-Asterisk eXchange 2 (RFC 5456): a full frame of control whose elements fill it; elsewhere than on its port only the beginning of a call',
  over: 'udp',
  ports: [PORT],
  firstBytes: (byte) => byte >= 0x80,
  minLen: HEADER_LEN,
  fields: { message: text('Message'), called: text('Called number'), calling: text('Calling number'), user: text('User') },

  signature(c, ctx) {
    const type = c.peek(10)
    const subclass = c.peek(11)
    const source = c.peek16() & CALL
    if ((c.peek16() & FULL) === 0 || source === 0) return Exclude
    const usual = ctx.srcPort === PORT || ctx.dstPort === PORT
    if (usual && type !== IAX_CONTROL) return type >= 1 && type <= LAST_TYPE ? NeedMore : Exclude
    if (type !== IAX_CONTROL || subclass === 0 || subclass > LAST_SUBCLASS || !elementsFill(c)) return Exclude
    if (usual) return Match
    const isFirst = (c.peek16(2) & CALL) === 0 && c.peek16(8) === 0
    return isFirst && (subclass === NEW ? beginsWithVersion(c) : subclass === REGREQ && c.left > HEADER_LEN + 4) ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.message = SUBCLASSES[c.peek(11)]
    c.skip(HEADER_LEN)
    for (let n = 0; n < MAX_ELEMENTS && c.left >= 2; n++) {
      const element = c.u8()
      const length = c.u8()
      if (element === CALLED_NUMBER) out.called = c.text(length)
      else if (element === CALLING_NUMBER) out.calling = c.text(length)
      else if (element === USERNAME) out.user = c.text(length)
      else c.skip(length)
    }
    if (out.called !== undefined) ctx.info(out.called)
    return Done
  },
})

function elementsFill(c: Cursor): boolean {
  let at = HEADER_LEN
  for (let n = 0; n < MAX_ELEMENTS && at < c.left; n++) {
    if (c.peek(at) === 0 || c.peek(at) > LAST_ELEMENT || at + 2 > c.left) return false
    at += 2 + c.peek(at + 1)
  }
  return at === c.left
}
/** §6.2.2: it must come first, and is 2. */
const beginsWithVersion = (c: Cursor) => c.peek(HEADER_LEN) === VERSION && c.peek(HEADER_LEN + 1) === 2 && c.peek16(HEADER_LEN + 2) === 2
