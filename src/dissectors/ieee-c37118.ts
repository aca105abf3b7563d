import { crcCcitt } from './crc16.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, u16 } from './dissector.ts'

// IEEE C37.118.2 §6.2: 0xaa, type and version, size of all, id code, second, fraction, …, check sum.
const SYNC = 0xaa
const KINDS = ['data', 'header', 'configuration 1', 'configuration 2', 'command', 'configuration 3'] as const
const LAST_VERSION = 3
const LEAST_FRAME = 16
/** Longest frame that is waited for. */
const MAX_FRAME = 12_288

export default dissector({
  name: 'IEEE-C37118',
  category: 'IoT-Scada',
  about: 'Phasor measurement in power grids (IEEE C37.118): sync byte, kind of frame, its size and its check sum',
  over: ['tcp', 'udp'],
  tcpPorts: [4712],
  udpPorts: [4713],
  firstBytes: [SYNC],
  secondBytes: (byte) => byte >> 4 < KINDS.length && (byte & 15) >= 1 && (byte & 15) <= LAST_VERSION,
  minLen: LEAST_FRAME,
  fields: { frame: oneOf('Frame', KINDS), idCode: u16('ID code') },

  signature(c, ctx) {
    const size = c.peek16(2)
    const version = c.peek(1) & 15
    if (c.peek() !== SYNC || c.peek(1) >> 4 >= KINDS.length || version < 1 || version > LAST_VERSION) return Exclude
    if (size < LEAST_FRAME || size > MAX_FRAME) return Exclude
    if (c.left < size) return ctx.proto === 6 ? NeedMore : Exclude
    return crcCcitt(c, 0, size - 2, 0xffff) === c.peek16(size - 2) ? Match : Exclude
  },

  extract(c, out) {
    out.frame = KINDS[c.peek(1) >> 4]
    out.idCode = c.peek16(4)
  },
})
