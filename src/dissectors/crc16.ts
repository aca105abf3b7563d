/** Check sums of 16 bits over bytes ahead of the cursor; nothing moves. */
import type { Cursor } from '../wire/cursor.ts'

/** x^16 + x^12 + x^5 + 1, highest bit first (IEEE C37.118 annex B begins with 0xffff, S-Bus with 0). */
export function crcCcitt(c: Cursor, ahead: number, length: number, initial: number): number {
  let crc = initial
  for (let i = 0; i < length; i++) {
    crc ^= c.peek(ahead + i) << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) !== 0 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}

/** The same polynomial, lowest bit first and inverted: the frame check sequence of HDLC (ISO/IEC 13239, RFC 1662 appendix C). */
export function crcHdlc(c: Cursor, ahead: number, length: number): number {
  let crc = 0xffff
  for (let i = 0; i < length; i++) {
    crc ^= c.peek(ahead + i)
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x8408 : crc >>> 1
  }
  return ~crc & 0xffff
}
