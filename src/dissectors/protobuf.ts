import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// protobuf.dev, "Encoding": fields of number and wire type, then a number, 8 bytes, a length and bytes, or 4 bytes.
const VARINT = 0
const FIXED_64 = 1
const BYTES = 2
const FIXED_32 = 5
const MAX_FIELD = 255
const MIN_FIELDS = 3
/** Packets of a flow that must all be such. */
const PACKETS = 4
const MIN_LEN = 6

export default dissector({
  name: 'Protobuf',
  category: 'Network',
  about: 'Bare messages in protocol buffers: several packets in a row that are, to the last byte, fields in ascending order',
  over: 'udp',
  minLen: MIN_LEN,

  // `memo`: packets so far.
  signature(c, ctx) {
    if (ctx.packet !== ctx.memo + 1 || !isMessage(c)) return Exclude
    ctx.memo++
    return ctx.memo === PACKETS ? Match : NeedMore
  },
})

function isMessage(c: Cursor): boolean {
  const end = c.left
  let at = 0
  let fields = 0
  let before = 0
  while (at < end) {
    const tagLen = varintLength(c, at)
    if (tagLen < 1 || tagLen > 2) return false
    const tag = tagLen === 1 ? c.peek(at) : (c.peek(at) & 127) | (c.peek(at + 1) << 7)
    const field = tag >> 3
    if (field < Math.max(1, before) || field > MAX_FIELD) return false
    before = field
    at += tagLen
    const length = valueLength(c, at, tag & 7)
    if (length < 0) return false
    at += length
    fields++
  }
  return at === end && fields >= MIN_FIELDS
}

function valueLength(c: Cursor, at: number, wireType: number): number {
  if (wireType === FIXED_64) return 8
  if (wireType === FIXED_32) return 4
  if (wireType !== VARINT && wireType !== BYTES) return -1
  const n = varintLength(c, at)
  if (n < 0 || wireType === VARINT) return n
  if (n > 2) return -1
  return n + (n === 1 ? c.peek(at) : (c.peek(at) & 127) | (c.peek(at + 1) << 7))
}

/** Bytes of the number at `at`, written as short as can be; -1 when it is none. */
function varintLength(c: Cursor, at: number): number {
  let n = 0
  while (n < 10 && c.peek(at + n) >= 0x80) n++
  const last = c.peek(at + n)
  return n === 10 || last < 0 || (last === 0 && n > 0) ? -1 : n + 1
}
