import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, u8, type Verdict } from './dissector.ts'

const CQL_PORT = 9042
// CQL native protocol v3 to v5, §2: version, flags, stream, opcode, length.
const HEADER_LEN = 9
const RESPONSE = 0x80
const STARTUP = 1
const OPTIONS = 5
const SUPPORTED = 6
const QUERY = 7
const LAST_OPCODE = 0x10
const MAX_BODY = 1 << 28
const ENOUGH = 512

export default dissector({
  name: 'Cassandra',
  category: 'Database',
  about: 'CQL native protocol: STARTUP or SUPPORTED with the names of their options, an empty OPTIONS, or on its port any sound header',
  over: 'tcp',
  ports: [7000, CQL_PORT],
  firstBytes: (byte) => (byte & 0x7f) >= 3 && (byte & 0x7f) <= 5,
  minLen: HEADER_LEN,
  fields: { version: u8('Version'), query: text('Query') },

  signature: (c, ctx) => frame(c, ctx.srcPort === CQL_PORT || ctx.dstPort === CQL_PORT),

  extract(c, out, ctx) {
    out.version = c.peek() & 0x7f
    const opcode = c.peek(4)
    if (opcode !== QUERY) return Done
    if (c.left < HEADER_LEN + Math.min(c.peek32(5), ENOUGH)) return More
    const length = c.skip(HEADER_LEN).u32()
    ctx.info((out.query = c.text(Math.min(length, c.left))))
    return Done
  },
})

function frame(c: Cursor, usual: boolean): Verdict {
  const isResponse = c.u8() >= RESPONSE
  const flags = c.u8()
  c.skip(2)
  const opcode = c.u8()
  const length = c.u32()
  if (flags > 0x1f || opcode > LAST_OPCODE || length > MAX_BODY) return Exclude
  if (opcode === OPTIONS) return !isResponse && length === 0 && (usual || c.left === 0) ? Match : Exclude
  if (opcode === STARTUP || opcode === SUPPORTED) {
    if (isResponse !== (opcode === SUPPORTED) || length < 4 || length > 4096) return Exclude
    if (c.left < length) return NeedMore
    return c.find('CQL_VERSION', length) >= 0 ? Match : Exclude
  }
  return usual && c.left === length ? Match : Exclude
}
