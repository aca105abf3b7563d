import { dissector, Exclude, Match, NeedMore, num } from './dissector.ts'

/** Brazil's measurement of broadband (Entidade Aferidora da Qualidade): sequence number, seconds, microseconds, a word of which half is used. */
const PORT = 6000
const PACKET_LEN = 16
const MAX_SEQUENCE = 65_535
const MICROSECONDS = 1_000_000
const LAST_WORD_AT = 12

export default dissector({
  name: 'EAQ',
  category: 'Network',
  about: 'Brazil’s measurement of broadband quality: packets of one size with a time that can be, counted up or sent back, on its port',
  over: 'udp',
  udpPorts: [PORT],
  onlyOnPorts: true,
  firstBytes: [0],
  secondBytes: [0],
  minLen: PACKET_LEN,
  fields: { sequence: num('Sequence number') },

  signature(c, ctx) {
    const sequence = c.peek32()
    if (c.left !== PACKET_LEN || sequence > MAX_SEQUENCE || c.peek32(8) >= MICROSECONDS || c.peek16(LAST_WORD_AT) !== 0) return Exclude
    // The next packet, or this one sent back.
    if (ctx.memo === sequence || ctx.memo === sequence + 1) return ctx.packet > 1 ? Match : NeedMore
    ctx.memo = sequence + 1
    return NeedMore
  },

  extract(c, out) {
    out.sequence = c.u32()
  },
})
