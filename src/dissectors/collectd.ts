import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, text } from './dissector.ts'

// collectd wiki "Binary protocol": parts of type, length with its four bytes, value.
const HOST = 0x0000
const SIGNATURE = 0x0200
const ENCRYPTION = 0x0210
const PART_HEADER_LEN = 4
const MAX_PARTS = 8
/** Numbers are of this length: times and intervals, severities. */
const NUMBER_LEN = 12
const TEXT_PARTS = [0x0000, 0x0002, 0x0003, 0x0004, 0x0005, 0x0100]
const NUMBER_PARTS = [0x0001, 0x0007, 0x0008, 0x0009, 0x0101]

export default dissector({
  name: 'collectd',
  category: 'System',
  about: 'Measurements of hosts: parts of known type and length, beginning with the host’s name, a signature or an encryption',
  over: 'udp',
  ports: [25826],
  firstBytes: [0, 2],
  secondBytes: [0, SIGNATURE & 255, ENCRYPTION & 255],
  minLen: 16,
  fields: { host: text('Measured host'), plugin: text('Plugin') },

  signature(c) {
    const type = c.peek16()
    if (type === ENCRYPTION) return c.peek16(2) === c.left && c.peek16(4) <= c.left - 26 ? Match : Exclude
    if (type === SIGNATURE) {
      const length = c.peek16(2)
      if (length < 37 || length > c.left) return Exclude
      c.skip(length)
    }
    return c.peek16() === HOST && soundParts(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    for (let i = 0; i < MAX_PARTS && c.left > PART_HEADER_LEN; i++) {
      const type = c.u16()
      const length = c.u16() - PART_HEADER_LEN
      if (length < 1 || length > c.left) return
      if (type === HOST) out.host = c.text(length - 1)
      else if (type === 2) out.plugin = c.text(length - 1)
      else c.skip(length - 1)
      c.skip(1)
    }
    if (out.host === undefined) return
    ctx.info(out.host)
    ctx.serverName(out.host.toLowerCase())
  },
})

/** The first parts, three at least. */
function soundParts(c: Cursor): boolean {
  for (let i = 0; i < 3; i++) {
    const type = c.u16()
    const length = c.u16()
    if (c.bad || length <= PART_HEADER_LEN || length - PART_HEADER_LEN > c.left) return false
    if (NUMBER_PARTS.includes(type) ? length !== NUMBER_LEN : !TEXT_PARTS.includes(type) || c.peek(length - PART_HEADER_LEN - 1) !== 0)
      return false
    c.skip(length - PART_HEADER_LEN)
  }
  return true
}
