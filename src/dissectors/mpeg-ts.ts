import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// ISO 13818-1 §2.4.3.2: packets of 188 bytes that begin with 0x47, over UDP seven of them as a rule.
const SYNC = 0x47
const PACKET_LEN = 188
const MOST = 7

export default dissector({
  name: 'MPEG_TS',
  category: 'Media',
  about: 'MPEG transport streams: whole packets of 188 bytes, each with its sync byte',
  over: 'udp',
  firstBytes: [SYNC],
  minLen: PACKET_LEN,

  signature(c, ctx) {
    const count = c.left / PACKET_LEN
    if (count !== Math.floor(count) || count > MOST) return Exclude
    for (let i = 0; i < count; i++) if (c.peek(i * PACKET_LEN) !== SYNC || (c.peek(i * PACKET_LEN + 1) & 0x80) !== 0) return Exclude
    // One packet alone is a byte of evidence: then a second must follow.
    return count > 1 || ++ctx.memo > 1 ? Match : NeedMore
  },
})
