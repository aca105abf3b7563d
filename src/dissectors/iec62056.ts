import type { Cursor } from '../wire/cursor.ts'
import { crcHdlc } from './crc16.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// IEC 62056-46: HDLC frames of type 3: flag, 0xa, segmentation bit, eleven bits of length (flags not counted), addresses, control, check sums.
const FLAG = 0x7e
const MIN_FRAME = 7
// IEC 62056-47: version, source and destination port of the wrapper, length of the unit that follows.
const WRAPPER_VERSION = 1
const WRAPPER_LEN = 8
/** Clients and servers have small numbers within a device (logical device names end at 0x3fff, most stand below 0x100). */
const MAX_WRAPPER_PORT = 0x3fff
const PORT = 4059
/** Longest unit whose end is waited for. */
const MAX_UNIT = 8192
const MAX_ADDRESS = 4

// IEC 62056-53 §8: tags of the units of the application layer.
const UNITS: Readonly<Record<number, string>> = {
  14: 'confirmed service error',
  15: 'data notification',
  96: 'association request',
  97: 'association response',
  98: 'release request',
  99: 'release response',
  192: 'get request',
  193: 'set request',
  194: 'event notification',
  195: 'action request',
  196: 'get response',
  197: 'set response',
  199: 'action response',
  200: 'ciphered get request',
  201: 'ciphered set request',
  203: 'ciphered action request',
  204: 'ciphered get response',
  205: 'ciphered set response',
  207: 'ciphered action response',
  216: 'exception',
  219: 'general ciphering',
  220: 'general ded ciphering',
  221: 'general signing',
  224: 'general block transfer',
}

export default dissector({
  name: 'IEC62056',
  category: 'IoT-Scada',
  about: 'Electricity meters (DLMS/COSEM): an HDLC frame with its check sum, or the wrapper with its exact length and a known unit',
  over: ['tcp', 'udp'],
  ports: [PORT],
  firstBytes: [0, FLAG],
  secondBytes: (byte) => byte === WRAPPER_VERSION || byte >> 4 === 0xa,
  minLen: MIN_FRAME + 2,
  fields: { unit: text('Unit') },

  signature(c, ctx) {
    if (c.peek() !== FLAG) return wrapped(c, ctx.proto === 17, ctx.srcPort === PORT || ctx.dstPort === PORT)
    const length = c.peek16(1) & 0x7ff
    if (c.peek(1) >> 4 !== 0xa || length < MIN_FRAME) return Exclude
    if (c.left < length + 2) return ctx.proto === 17 ? Exclude : NeedMore
    const sum = c.peek(length - 1) | (c.peek(length) << 8)
    return c.peek(length + 1) === FLAG && crcHdlc(c, 1, length - 2) === sum ? Match : Exclude
  },

  extract(c, out) {
    const unit = UNITS[c.peek(unitAt(c))]
    if (unit !== undefined) out.unit = unit
  },
})

function wrapped(c: Cursor, overUdp: boolean, usual: boolean): Verdict {
  const length = c.peek16(6)
  if (c.peek16() !== WRAPPER_VERSION || c.peek16(2) > MAX_WRAPPER_PORT || c.peek16(4) > MAX_WRAPPER_PORT) return Exclude
  if (length < 2 || length > MAX_UNIT || UNITS[c.peek(WRAPPER_LEN)] === undefined) return Exclude
  if (overUdp) return length === c.left - WRAPPER_LEN ? Match : Exclude
  if (usual) return Match
  return c.left < WRAPPER_LEN + length ? NeedMore : c.left === WRAPPER_LEN + length ? Match : Exclude
}

/** Behind the wrapper; in a frame behind addresses (each ends with an odd byte), control, check sum and the three bytes of the link layer. */
function unitAt(c: Cursor): number {
  if (c.peek() !== FLAG) return WRAPPER_LEN
  let at = 3
  for (let address = 0; address < 2; address++) {
    const from = at
    while (at - from < MAX_ADDRESS && (c.peek(at) & 1) === 0) at++
    at++
  }
  return (c.peek(at) & 1) === 0 ? at + 6 : c.left
}
