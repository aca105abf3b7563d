import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, oneOf, text } from './dissector.ts'

const TFTP_PORT = 69
// RFC 1350 §5, RFC 2347.
const RRQ = 1
const WRQ = 2
const DATA = 3
const ACK = 4
const ERROR = 5
const OACK = 6
const MODES = ['netascii', 'octet', 'mail'] as const
const MAX_FILE_NAME = 255
const MAX_BLOCK = 65_464
const DEFAULT_BLOCK = 512
/** Seconds in which the server may answer from its new port. */
const ANSWER_SECONDS = 60

const fields = {
  operation: oneOf('Operation', ['read', 'write'] as const),
  file: text('File'),
  mode: oneOf('Mode', MODES),
  error: num('Error code'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'TFTP',
  category: 'DataTransfer',
  about: 'Trivial file transfer (RFC 1350): a request with file name and mode, or blocks and acknowledgements that number each other',
  over: 'udp',
  ports: [TFTP_PORT],
  firstBytes: [0],
  secondBytes: [1, 2, 3, 4, 5, 6],
  minLen: 4,
  fields,

  signature(c, ctx) {
    const operation = c.u16()
    if (operation === RRQ || operation === WRQ) return soundRequest(c) ? Match : Exclude
    if (operation === DATA || operation === ACK) return soundTransfer(c, operation, ctx)
    if (operation === ERROR) return c.u16() <= 8 && endsWithZero(c) && (c.left > 8 || ctx.memo > 0) && isText(c) ? Match : Exclude
    // An option acknowledgement: known options with their values.
    return operation === OACK && isOption(c) && endsWithZero(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const operation = c.u16()
    if (operation === RRQ || operation === WRQ) readRequest(c, operation, out, ctx)
    else if (operation === ERROR) out.error = c.u16()
    return ctx.packet < 4 ? More : undefined
  },
})

function soundRequest(c: Cursor): boolean {
  const nameLength = c.indexOf(0, MAX_FILE_NAME)
  if (nameLength < 1) return false
  for (let i = 0; i < nameLength; i++) if (c.peek(i) < 0x20) return false
  c.skip(nameLength + 1)
  for (const mode of MODES) if (c.startsWithFold(mode) && c.peek(mode.length) === 0) return true
  return false
}

/**
 * Two numbers are little to go by. So block n must be answered by an acknowledgement of n, or followed by block n + 1, thrice;
 * the memo keeps the packet's ordinal, the count of fits and the last number.
 */
function soundTransfer(c: Cursor, operation: number, ctx: Context): Verdict {
  const block = c.u16()
  if (operation === ACK ? c.left !== 0 : c.left > MAX_BLOCK || block === 0) return Exclude
  const key = (operation << 16) | block
  const last = ctx.memo & 0x7ffff
  const fits = (ctx.memo >> 19) & 7
  const seenAt = ctx.memo >> 22
  // The same packet may be shown twice, by port and by first byte.
  if (seenAt === ctx.packet) return NeedMore
  const lastBlock = last & 0xffff
  const lastWas = last >> 16
  const follows =
    lastWas === 0
      ? block <= 1 || operation === ACK || c.left === DEFAULT_BLOCK
      : lastWas === operation
        ? block === ((lastBlock + 1) & 0xffff)
        : operation === ACK
          ? block === lastBlock
          : block === ((lastBlock + 1) & 0xffff)
  if (!follows) return Exclude
  if (fits >= 2) return Match
  ctx.memo = (ctx.packet << 22) | ((fits + 1) << 19) | key
  return NeedMore
}

const endsWithZero = (c: Cursor): boolean => c.peek(c.left - 1) === 0
function isText(c: Cursor): boolean {
  for (let i = 0; i < c.left - 1; i++) if (c.peek(i) < 0x20 || c.peek(i) > 0x7e) return false
  return true
}
// RFC 2348, 2349, 7440.
const isOption = (c: Cursor): boolean =>
  c.startsWithFold('blksize\0') || c.startsWithFold('tsize\0') || c.startsWithFold('timeout\0') || c.startsWithFold('windowsize\0')

function readRequest(c: Cursor, operation: number, out: Fields, ctx: Context): void {
  out.operation = operation === RRQ ? 'read' : 'write'
  out.file = c.text(c.indexOf(0, MAX_FILE_NAME))
  c.skip(1)
  for (const mode of MODES) if (c.startsWithFold(mode)) out.mode = mode
  ctx.info(`${out.operation} ${out.file}`)
  // The server answers from a port of its choice (RFC 1350 §4).
  ctx.expectAt('udp', 'sender', ctx.srcPort, 'TFTP', ANSWER_SECONDS)
}
