import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, u32, type Verdict } from './dissector.ts'
import { hasRtpHeader, isRtp, RTP_HEADER_LEN, rtpPayloadType } from './rtp-header.ts'

/** Packets in a row that must agree: each weighs about 6 bytes of evidence, none of it a constant. */
const ENOUGH = 3
const MAX_GAP = 32
/** Over a stream each packet stands behind its length (RFC 4571 §2). */
const FRAME_LENGTH_LEN = 2
const MAX_FRAME = 1500

// RFC 3551 §6
const CODECS: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  4: 'G723',
  5: 'DVI4',
  6: 'DVI4',
  7: 'LPC',
  8: 'PCMA',
  9: 'G722',
  10: 'L16',
  11: 'L16',
  12: 'QCELP',
  13: 'CN',
  14: 'MPA',
  15: 'G728',
  16: 'DVI4',
  17: 'DVI4',
  18: 'G729',
  25: 'CelB',
  26: 'JPEG',
  28: 'nv',
  31: 'H261',
  32: 'MPV',
  33: 'MP2T',
  34: 'H263',
}

// `memo`: way (1 bit), packets (4), sequence number (16), the low 24 bits of the source.
const PACKETS = 2
const SEQUENCE = 32
const SOURCE = SEQUENCE * 65_536

export default dissector({
  name: 'RTP',
  category: 'Media',
  about:
    'RTP (RFC 3550): packets in a row of one source whose sequence numbers follow each other; over TCP each behind its length (RFC 4571)',
  over: ['udp', 'tcp'],
  firstBytes: (byte, over) => (over === 'tcp' ? byte <= MAX_FRAME >> 8 : byte >= 0x80 && byte <= 0xbf),
  minLen: 13,
  fields: { payloadType: text('Payload type'), source: u32('Synchronisation source') },

  signature(c, ctx) {
    if (ctx.proto === 6) return frames(c)
    if (!isRtp(c)) return Exclude
    const { memo } = ctx
    const way = ctx.fromClient ? 1 : 0
    if (memo !== 0 && (memo & 1) !== way) return NeedMore
    const sequence = c.peek16(2)
    const source = c.peek32(8) & 0xffffff
    const gap = (sequence - Math.floor(memo / SEQUENCE)) & 0xffff
    const same = memo !== 0 && Math.floor(memo / SOURCE) === source
    // Seen twice: a mirror port shows what comes in and what goes out.
    if (same && gap === 0) return NeedMore
    const follows = same && gap >= 1 && gap <= MAX_GAP
    const packets = follows ? ((memo / PACKETS) & 15) + 1 : 1
    if (packets >= ENOUGH) return Match
    ctx.memo = way + PACKETS * packets + SEQUENCE * sequence + SOURCE * source
    return NeedMore
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) c.skip(FRAME_LENGTH_LEN)
    const type = rtpPayloadType(c)
    out.payloadType = CODECS[type] ?? `${type}`
    out.source = c.peek32(8)
    return Done
  },
})

/** Frames from the beginning of the stream: one source, numbers without a gap. */
function frames(c: Cursor): Verdict {
  let source = 0
  let sequence = 0
  for (let n = 1; n <= ENOUGH; n++) {
    const length = c.peek16()
    if (length < 0) return NeedMore
    if (length <= RTP_HEADER_LEN || length > MAX_FRAME) return Exclude
    // Its header shows what it is before it is whole.
    if (c.left >= FRAME_LENGTH_LEN + RTP_HEADER_LEN) {
      const follows = n === 1 || (c.peek32(10) === source && c.peek16(4) === ((sequence + 1) & 0xffff))
      if ((c.peek(2) & 0xc0) !== 0x80 || !follows) return Exclude
    }
    if (c.left < FRAME_LENGTH_LEN + length) return NeedMore
    const outer = c.skip(FRAME_LENGTH_LEN).enter(length)
    if (!hasRtpHeader(c)) return Exclude
    sequence = c.peek16(2)
    source = c.peek32(8)
    c.leave(outer)
  }
  return Match
}
