/** The header of RTP (RFC 3550 §5.1). */
import type { Cursor } from '../wire/cursor.ts'

export const RTP_HEADER_LEN = 12
const FIRST_DYNAMIC = 96
/** Static payload types end here (RFC 3551 table 4 and 5). */
const LAST_STATIC = 34

export const rtpPayloadType = (c: Cursor) => c.peek(1) & 127

/** The same with a source: few choose none, but much is zero that is no RTP. */
export const isRtp = (c: Cursor): boolean => hasRtpHeader(c) && c.peek32(8) !== 0

/** Version 2, a payload type that is given (RFC 3551 §6), and room for what the header announces. */
export function hasRtpHeader(c: Cursor): boolean {
  const first = c.peek()
  if ((first & 0xc0) !== 0x80 || c.left < RTP_HEADER_LEN) return false
  const type = rtpPayloadType(c)
  if (type > LAST_STATIC && type < FIRST_DYNAMIC) return false
  let header = RTP_HEADER_LEN + 4 * (first & 15)
  if ((first & 0x10) !== 0) header += 4 + 4 * c.peek16(header + 2)
  const padding = (first & 0x20) !== 0 ? c.peek(c.left - 1) : 0
  return header + padding <= c.left
}
