import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, u16 } from './dissector.ts'

// AUTOSAR PRS_SOMEIPProtocol §4.1.2: service, method, length from here on; client, session, protocol version 1, interface version, type, return code.
const PORTS = [30_491, 30_501]
const HEADER_LEN = 16
const BEFORE_LENGTH = 8
const PROTOCOL_VERSION = 1
/** Longest message whose end is waited for. */
const MAX_TCP_LENGTH = 8192
const LAST_RETURN_CODE = 0x5e
/** This bit in a type: a segment of a longer message (SOME/IP-TP). */
const SEGMENT = 0x20
const SD_SERVICE = 0xffff

const TYPES = {
  0: 'request',
  1: 'request without return',
  2: 'notification',
  64: 'request acknowledgement',
  65: 'request without return acknowledgement',
  66: 'notification acknowledgement',
  128: 'response',
  129: 'error',
  192: 'response acknowledgement',
  193: 'error acknowledgement',
} as const
const ERROR_OR_RESPONSE = 0x80

export default dissector({
  name: 'SOMEIP',
  category: 'RPC',
  about:
    'Services in vehicles (SOME/IP, its discovery and its segments): protocol version, type, return code and lengths that fill the packet',
  over: ['udp', 'tcp'],
  ports: PORTS,
  udpPorts: [30_490],
  minLen: BEFORE_LENGTH,
  fields: { service: u16('Service'), method: u16('Method'), messageType: oneOf('Message type', Object.values(TYPES)) },

  signature(c, ctx) {
    const length = c.peek32(4)
    if (ctx.proto === 6 && length <= MAX_TCP_LENGTH && c.left < HEADER_LEN) return NeedMore
    if (!isMessage(c, 0)) return Exclude
    if (ctx.proto === 17) return fills(c, Math.max(c.left, ctx.wireLeft)) ? Match : Exclude
    if (length > MAX_TCP_LENGTH) return Exclude
    if (PORTS.includes(ctx.dstPort) || PORTS.includes(ctx.srcPort)) return Match
    const whole = BEFORE_LENGTH + length
    return c.left < whole
      ? NeedMore
      : c.left === whole
        ? Match
        : c.left < whole + HEADER_LEN
          ? NeedMore
          : isMessage(c, whole)
            ? Match
            : Exclude
  },

  extract(c, out) {
    out.service = c.peek16()
    out.method = c.peek16(2)
    out.messageType = TYPES[(c.peek(14) & ~SEGMENT) as keyof typeof TYPES]
  },
})

function isMessage(c: Cursor, at: number): boolean {
  const type = c.peek(at + 14)
  const code = c.peek(at + 15)
  if (c.peek(at + 12) !== PROTOCOL_VERSION || !((type & ~SEGMENT) in TYPES) || code > LAST_RETURN_CODE || code < 0) return false
  // Only answers have something to return; discovery is a notification of one method.
  if (code !== 0 && type < ERROR_OR_RESPONSE) return false
  return c.peek32(at + 4) >= BEFORE_LENGTH && (c.peek16(at) !== SD_SERVICE || c.peek16(at + 2) === 0x8100 || c.peek16(at + 2) <= 0x8000)
}

/** Several messages may share a datagram. */
function fills(c: Cursor, whole: number): boolean {
  let at = 0
  while (at < c.left && isMessage(c, at)) at += BEFORE_LENGTH + c.peek32(at + 4)
  return at === whole
}
