import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, u8, u16 } from './dissector.ts'

// IEEE 1815 §9.2: start, length, control, destination, source, then a check sum of these eight bytes; data in blocks with their own.
const HEADER_LEN = 10
const CHECKED_LEN = 8
const START = 0x0564
const MIN_LENGTH = 5
/** §9.2.4.1.2: x^16 + x^13 + x^12 + x^11 + x^10 + x^8 + x^6 + x^5 + x^2 + 1, reflected. */
const POLYNOMIAL = 0xa6bc
/** Header, transport byte and application control, then the function. */
const FUNCTION_AT = 12

export default dissector({
  name: 'DNP3',
  category: 'IoT-Scada',
  about: 'Telecontrol (IEEE 1815): the start bytes and the check sum of the header',
  over: 'tcp',
  tcpPorts: [20_000],
  firstBytes: [0x05],
  minLen: HEADER_LEN,
  fields: { source: u16('Source'), destination: u16('Destination'), function: u8('Function') },

  signature(c) {
    return c.peek16(0) === START && c.peek(2) >= MIN_LENGTH && checkSum(c) === (c.peek(8) | (c.peek(9) << 8)) ? Match : Exclude
  },

  extract(c, out) {
    if (c.peek(2) > MIN_LENGTH + 2 && c.left > FUNCTION_AT) out.function = c.peek(FUNCTION_AT)
    c.skip(4)
    out.destination = c.u16le()
    out.source = c.u16le()
    return Done
  },
})

function checkSum(c: Cursor): number {
  let sum = 0
  for (let i = 0; i < CHECKED_LEN; i++) {
    sum ^= c.peek(i)
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) !== 0 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1
  }
  return ~sum & 0xffff
}
