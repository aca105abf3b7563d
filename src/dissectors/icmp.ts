import type { Cursor } from '../wire/cursor.ts'
import { type Context, dissector, oneOf, u8 } from './dissector.ts'
import { isDense } from './randomness.ts'

// IANA "ICMP Type Numbers"; the ones in use.
const TYPES: Readonly<Record<number, (typeof MESSAGES)[number]>> = {
  0: 'echo-reply',
  3: 'unreachable',
  4: 'source-quench',
  5: 'redirect',
  8: 'echo-request',
  9: 'router-advertisement',
  10: 'router-solicitation',
  11: 'time-exceeded',
  12: 'parameter-problem',
  13: 'timestamp-request',
  14: 'timestamp-reply',
  17: 'mask-request',
  18: 'mask-reply',
  42: 'extended-echo-request',
  43: 'extended-echo-reply',
}
/** IANA: what lies between has not been assigned; 253 and 254 are for experiments (RFC 4727). */
const LAST_ASSIGNED = 43
const FIRST_EXPERIMENT = 253
const MESSAGES = [
  'echo-reply',
  'unreachable',
  'source-quench',
  'redirect',
  'echo-request',
  'router-advertisement',
  'router-solicitation',
  'time-exceeded',
  'parameter-problem',
  'timestamp-request',
  'timestamp-reply',
  'mask-request',
  'mask-reply',
  'extended-echo-request',
  'extended-echo-reply',
  'other',
] as const

export default dissector({
  name: 'ICMP',
  category: 'Network',
  about: 'Control messages of IPv4 (RFC 792): IP protocol 1',
  ipProtocols: [1],
  fields: { message: oneOf('Message', MESSAGES), type: u8('Type'), code: u8('Code') },

  extract(c, out, ctx) {
    if (c.left < 2) return
    lookAtEcho(c, ctx)
    const type = c.u8()
    out.message = TYPES[type] ?? 'other'
    out.type = type
    out.code = c.u8()
    if (type > LAST_ASSIGNED && type < FIRST_EXPERIMENT) ctx.raise('Malformed Packet', `ICMP type ${type}, which means nothing`)
  },
})

const ECHO_HEADER_LEN = 8
/** A tunnel's packets begin with headers. */
const TUNNELLED_PART = 0.85
/** Signs of a tunnel: bytes of an echo that look encrypted, and a checksum that nobody made. */
function lookAtEcho(c: Cursor, ctx: Context): void {
  const type = c.peek()
  if ((type !== 0 && type !== 8) || c.left < ctx.wireLeft) return
  if (c.left >= ECHO_HEADER_LEN && !isSoundSum(c)) ctx.raise('Malformed Packet', 'ICMP checksum')
  const at = c.offset + ECHO_HEADER_LEN
  if (!isCounting(c.bytes, at, c.endOffset) && isDense(c.bytes, at, c.endOffset, TUNNELLED_PART))
    ctx.raise('Susp Entropy', 'an echo carries what looks encrypted')
}

/** RFC 1071. */
function isSoundSum(c: Cursor): boolean {
  const { bytes: b, offset, endOffset } = c
  let sum = 0
  for (let i = offset; i < endOffset; i += 2) sum += (b[i]! << 8) | (i + 1 < endOffset ? b[i + 1]! : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum === 0xffff
}

/** What ping sends: bytes that count up, behind a time or not. */
function isCounting(b: Uint8Array, at: number, end: number): boolean {
  let steps = 0
  for (let i = at + 1; i < end; i++) if (b[i] === ((b[i - 1]! + 1) & 0xff)) steps++
  return 2 * steps > end - at
}
