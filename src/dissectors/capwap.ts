import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, text } from './dissector.ts'

const CONTROL_PORT = 5246
const DATA_PORT = 5247
// RFC 5415 §4.2: version 0 and kind of header: clear or DTLS.
const CLEAR = 0
const DTLS = 1
const DTLS_HEADER_LEN = 4
const DTLS_RECORD_LEN = 13
/** §4.3: header length in words, radio, binding, flags, fragment; §4.5.1: message type, sequence number, length of elements, flags. */
const LEAST_WORDS = 2
const CONTROL_HEADER_LEN = 8
const MAX_TYPE = 26
const ACCESS_CONTROLLER_NAME = 4
const TERMINATION_POINT_NAME = 45
const MAX_ELEMENTS = 64

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'discovery request',
  2: 'discovery response',
  3: 'join request',
  4: 'join response',
  5: 'configuration status request',
  6: 'configuration status response',
  7: 'configuration update request',
  8: 'configuration update response',
  9: 'WTP event request',
  10: 'WTP event response',
  11: 'change state event request',
  12: 'change state event response',
  13: 'echo request',
  14: 'echo response',
  15: 'image data request',
  16: 'image data response',
  17: 'reset request',
  18: 'reset response',
  19: 'primary discovery request',
  20: 'primary discovery response',
}

export default dissector({
  name: 'CAPWAP',
  category: 'Network',
  about: 'Wireless access points and their controller (RFC 5415): a control message of known type, or DTLS behind its header, on its ports',
  over: 'udp',
  udpPorts: [CONTROL_PORT, DATA_PORT],
  onlyOnPorts: true,
  firstBytes: [CLEAR, DTLS],
  minLen: 8,
  fields: { message: text('Message'), accessPoint: text('Access point'), controller: text('Controller') },

  signature(c, ctx) {
    if (c.peek() === DTLS) return isDtls(c) ? Match : Exclude
    const header = headerLen(c)
    if (header < LEAST_WORDS * 4 || header > c.left) return Exclude
    if (ctx.dstPort === DATA_PORT || ctx.srcPort === DATA_PORT) return Match
    const type = c.peek32(header)
    if (c.left < header + CONTROL_HEADER_LEN) return Exclude
    return (type & 0xff) >= 1 && (type & 0xff) <= MAX_TYPE && c.peek16(header + 5) <= c.left - header - 5 ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (c.peek() === DTLS || ctx.dstPort === DATA_PORT || ctx.srcPort === DATA_PORT) return
    const type = c.skip(headerLen(c)).u32()
    if (MESSAGES[type] !== undefined) out.message = MESSAGES[type]
    c.skip(CONTROL_HEADER_LEN - 4)
    for (let i = 0; i < MAX_ELEMENTS && c.left >= 4; i++) {
      const element = c.u16()
      const length = Math.min(c.u16(), c.left)
      if (element === TERMINATION_POINT_NAME) out.accessPoint = c.text(length)
      else if (element === ACCESS_CONTROLLER_NAME) out.controller = c.text(length)
      else c.skip(length)
    }
  },
})

/** Five bits behind the first byte, in words of four bytes. */
const headerLen = (c: Cursor) => (c.peek(1) >> 3) * 4
/** Three reserved bytes, then a record of DTLS 1.0 or 1.2 that ends within the packet. */
const isDtls = (c: Cursor) =>
  (c.peek32() & 0xffffff) === 0 &&
  c.left >= DTLS_HEADER_LEN + DTLS_RECORD_LEN &&
  c.peek(4) >= 20 &&
  c.peek(4) <= 25 &&
  c.peek(5) === 0xfe &&
  (c.peek(6) === 0xff || c.peek(6) === 0xfd) &&
  c.peek16(15) <= c.left - DTLS_HEADER_LEN - DTLS_RECORD_LEN
