import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'
import { textAt } from './lines.ts'

// thrift-rpc.md: a message may stand behind its length (framed). Binary: 0x8001, 0, type, name, sequence. Compact: 0x82, version and type, …
const BINARY = 0x8001_0000
const COMPACT = 0x82
const COMPACT_VERSION = 1
const TYPES = ['call', 'reply', 'exception', 'oneway'] as const
const FORMS = ['binary', 'compact'] as const
const FRAME_LEN = 4
const MAX_FRAME = 1 << 24
const MAX_NAME = 128
const MIN_NAME = 3
/** Types of the first field of the arguments: stop (0), or bool to uuid. */
const LAST_BINARY_FIELD = 16
const LAST_COMPACT_FIELD = 13

export default dissector({
  name: 'Thrift',
  category: 'RPC',
  about:
    'Apache Thrift, binary (strict) or compact, framed or not: version and type, the name of a method, arguments that begin as such do',
  over: ['tcp', 'udp'],
  trialPorts: [6831, 6832, 9090],
  firstBytes: [0, 0x80, COMPACT],
  minLen: 10,
  fields: { method: text('Method'), message: oneOf('Message', TYPES), form: oneOf('Form', FORMS) },

  signature(c, ctx) {
    const at = messageAt(c)
    if (at > 0 && (c.peek32() > MAX_FRAME || (ctx.proto === 17 && c.peek32() !== c.left - FRAME_LEN))) return Exclude
    if (at > 0 && c.left < FRAME_LEN + 8) return NeedMore
    const nameAt = at + (isBinary(c, at) ? binaryName(c, at) : isCompact(c, at) ? compactName(c, at) : 0)
    if (nameAt === at) return Exclude
    const end = nameAt + nameLength(c, at)
    for (let i = nameAt; i < Math.min(end, c.left); i++) if (!isNameByte(c.peek(i))) return Exclude
    // Binary: a sequence number stands between the name and the arguments.
    const fieldAt = isBinary(c, at) ? end + 4 : end
    if (fieldAt >= c.left) return ctx.proto === 17 ? Exclude : NeedMore
    return isField(c, at, fieldAt) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const at = messageAt(c)
    const binary = isBinary(c, at)
    const type = binary ? c.peek(at + 3) : c.peek(at + 1) >> 5
    out.form = binary ? 'binary' : 'compact'
    out.message = TYPES[type - 1]
    out.method = textAt(c, at + (binary ? binaryName(c, at) : compactName(c, at)), nameLength(c, at))
    ctx.info(out.method)
    return Done
  },
})

/** Behind the length of a frame, which is never as long as to begin with anything but 0. */
const messageAt = (c: Cursor) => (c.peek() === 0 ? FRAME_LEN : 0)
const isType = (type: number) => type >= 1 && type <= TYPES.length
const isBinary = (c: Cursor, at: number) => c.peek32(at) >>> 8 === BINARY >>> 8 && isType(c.peek(at + 3))
const isCompact = (c: Cursor, at: number) =>
  c.peek(at) === COMPACT && (c.peek(at + 1) & 31) === COMPACT_VERSION && isType(c.peek(at + 1) >> 5)
const isNameByte = (b: number) =>
  (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a) || (b >= 0x30 && b <= 0x3a) || b === 0x5f || b === 0x2e

/** Where the name begins, counted from the message; 0 when it cannot be one. */
const binaryName = (c: Cursor, at: number) => (isNameLength(c.peek32(at + 4)) ? 8 : 0)
/** Behind the sequence number, of one to five bytes, and a length of one or two. */
function compactName(c: Cursor, at: number): number {
  const lengthAt = compactLengthAt(c, at)
  return lengthAt > 0 && isNameLength(varint(c, at + lengthAt)) ? lengthAt + (c.peek(at + lengthAt) >= 0x80 ? 2 : 1) : 0
}
function compactLengthAt(c: Cursor, at: number): number {
  for (let n = 2; n < 7; n++) if (c.peek(at + n) < 0x80) return n + 1
  return 0
}
const varint = (c: Cursor, at: number) => (c.peek(at) < 0x80 ? c.peek(at) : (c.peek(at) & 127) + c.peek(at + 1) * 128)
const isNameLength = (n: number) => n >= MIN_NAME && n <= MAX_NAME
const nameLength = (c: Cursor, at: number) => (isBinary(c, at) ? c.peek32(at + 4) : varint(c, at + compactLengthAt(c, at)))

/** Arguments are a structure: it ends at once, or a field of a type begins, whose number is small. */
function isField(c: Cursor, at: number, fieldAt: number): boolean {
  const type = c.peek(fieldAt)
  if (type === 0) return true
  if (!isBinary(c, at)) return type >> 4 !== 0 && (type & 15) >= 1 && (type & 15) <= LAST_COMPACT_FIELD
  const number = c.peek16(fieldAt + 1)
  return type >= 2 && type <= LAST_BINARY_FIELD && number < 256
}
