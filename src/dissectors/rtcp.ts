import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, u32 } from './dissector.ts'

// RFC 3550 §6.4; 205 to 207 are RFC 4585 and RFC 3611.
const SENDER_REPORT = 200
const RECEIVER_REPORT = 201
const DESCRIPTION = 202
const LAST_TYPE = 207
const REPORT_LEN = 24
const CNAME = 1
const MAX_PACKETS = 32

export default dissector({
  name: 'RTCP',
  category: 'VoIP',
  about: 'RTCP (RFC 3550): reports whose lengths fill the datagram; alone only a second time',
  over: 'udp',
  firstBytes: (byte) => byte >= 0x80 && byte <= 0xbf,
  minLen: 8,
  fields: { source: u32('Synchronisation source'), canonicalName: text('Canonical name') },

  signature(c, ctx) {
    const type = c.peek(1)
    if (type !== SENDER_REPORT && type !== RECEIVER_REPORT) return Exclude
    const least = (type === SENDER_REPORT ? 28 : 8) + REPORT_LEN * (c.peek() & 31)
    if (4 * (c.peek16(2) + 1) < least) return Exclude
    const packets = packetsThatFill(c)
    if (packets === 0) return Exclude
    if (packets > 1 || ctx.memo > 0) return Match
    ctx.memo = 1
    return NeedMore
  },

  extract(c, out) {
    out.source = c.peek32(4)
    for (let n = 0; n < MAX_PACKETS && c.left >= 8; n++) {
      const type = c.peek(1)
      const outer = c.enter(4 * (c.peek16(2) + 1))
      if (type === DESCRIPTION && c.peek(8) === CNAME) out.canonicalName = c.skip(9).text(c.u8())
      c.leave(outer)
    }
    return Done
  },
})

/** Number of packets that together are exactly the datagram, or 0. */
function packetsThatFill(c: Cursor): number {
  let at = 0
  for (let n = 1; n <= MAX_PACKETS; n++) {
    if ((c.peek(at) & 0xc0) !== 0x80 || c.peek(at + 1) < SENDER_REPORT || c.peek(at + 1) > LAST_TYPE) return 0
    at += 4 * (c.peek16(at + 2) + 1)
    if (at === c.left) return n
    if (at > c.left) return 0
  }
  return 0
}
