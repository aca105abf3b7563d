import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, type Verdict } from './dissector.ts'

// MongoDB wire protocol: length, request, response to, operation; little-endian.
const HEADER_LEN = 16
const MAX_MESSAGE = 48_000_000 + 16_384
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_COMPRESSED = 2012
const OP_MSG = 2013
const COMPRESSIBLE = [OP_REPLY, OP_QUERY, OP_MSG]
/** Defined flags of OP_MSG: checksum present, more to come, exhaust allowed. */
const MSG_FLAGS = 0x10003
/** Element types of BSON a document may begin with: double to decimal128. */
const LAST_BSON_TYPE = 0x13
const MAX_NAME = 64
const ENOUGH = 512

export default dissector({
  name: 'MongoDB',
  category: 'Database',
  about: 'The wire protocol of MongoDB: a known operation whose flags are defined and whose document begins with a named element',
  over: 'tcp',
  ports: [27017],
  minLen: HEADER_LEN,
  fields: { command: text('Command'), collection: text('Collection') },

  signature(c) {
    const length = c.u32le()
    c.skip(8)
    const operation = c.u32le()
    if (length < HEADER_LEN + 5 || length > MAX_MESSAGE) return Exclude
    if (operation === OP_MSG) return opMsg(c, length)
    if (operation === OP_QUERY) return opQuery(c, length)
    if (operation === OP_REPLY) return opReply(c, length)
    if (operation !== OP_COMPRESSED) return Exclude
    return c.left < 9 ? NeedMore : COMPRESSIBLE.includes(c.u32le()) && c.skip(4).u8() <= 3 ? Match : Exclude
  },

  extract(c, out, ctx) {
    // The command stands at the beginning; the rest of a long message is not waited for.
    const length = c.peek(0) | (c.peek(1) << 8) | (c.peek(2) << 16)
    if (c.left < Math.min(length, ENOUGH)) return More
    const operation = c.skip(12).u32le()
    c.skip(4)
    if (operation === OP_QUERY) {
      const nameLength = c.indexOf(0, 128)
      if (nameLength > 0) out.collection = c.text(nameLength)
      c.skip(1 + 8)
    } else if (operation === OP_MSG) c.skip(1)
    else return Done
    // The first element's name is the command, its value, as text, the collection.
    const type = c.skip(4).u8()
    const nameLength = c.indexOf(0, MAX_NAME)
    if (nameLength <= 0) return Done
    out.command = c.text(nameLength)
    ctx.info(out.command)
    if (type !== 2) return Done
    const size = c.skip(1).u32le()
    if (size > 1 && size <= 255 && size <= c.left) out.collection = c.text(size - 1)
    return Done
  },
})

/** Length, then an element: a type and a name of printable characters. */
function document(c: Cursor, max: number): Verdict {
  if (c.left < 6) return NeedMore
  const length = c.u32le()
  const type = c.u8()
  if (length < 5 || length > max) return Exclude
  if (length === 5) return type === 0 ? Match : Exclude
  if (type < 1 || type > LAST_BSON_TYPE) return Exclude
  for (let i = 0; i < MAX_NAME; i++) {
    const byte = c.peek(i)
    if (byte < 0) return NeedMore
    if (byte === 0) return i > 0 ? Match : Exclude
    if (byte < 0x20 || byte > 0x7e) return Exclude
  }
  return Exclude
}

function opMsg(c: Cursor, length: number): Verdict {
  const flags = c.peek32()
  if (flags < 0 || c.left < 5) return NeedMore
  if ((c.u32le() & ~MSG_FLAGS) !== 0) return Exclude
  const kind = c.u8()
  if (kind === 0) return document(c, length - HEADER_LEN - 5)
  // A sequence of documents: its size, a name, then documents.
  return kind === 1 ? (c.left < 4 ? NeedMore : c.u32le() <= length - HEADER_LEN - 5 && c.peek() >= 0x20 ? Match : Exclude) : Exclude
}

/** Flags, "database.collection", two numbers, a document. */
function opQuery(c: Cursor, length: number): Verdict {
  if (c.left < 5) return NeedMore
  if (c.u32le() > 0xff) return Exclude
  const nameLength = c.indexOf(0, 128)
  if (nameLength < 0) return c.left < 128 ? NeedMore : Exclude
  if (nameLength < 3 || c.indexOf(0x2e, nameLength) < 1) return Exclude
  c.skip(nameLength + 1 + 8)
  return c.bad ? NeedMore : document(c, length)
}

/** Flags, cursor, first, count; then that many documents. */
function opReply(c: Cursor, length: number): Verdict {
  if (c.left < 20 + 6) return NeedMore
  if (c.u32le() > 0x0f) return Exclude
  c.skip(12)
  const count = c.u32le()
  return count <= 1_000_000 && count > 0 ? document(c, length) : Exclude
}
