import type { Cursor } from '../wire/cursor.ts'
import { MAX_TEXT, wireText } from '../wire/text.ts'
import type { Context, Extracted } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, text, u16 } from './dissector.ts'
import { readSdp } from './sdp.ts'
import { beginsWith } from './words.ts'

// RFC 3261 §7.1 and the RFCs that added methods.
const METHODS = [
  'INVITE ',
  'ACK ',
  'BYE ',
  'CANCEL ',
  'OPTIONS ',
  'REGISTER ',
  'PRACK ',
  'SUBSCRIBE ',
  'NOTIFY ',
  'PUBLISH ',
  'INFO ',
  'REFER ',
  'MESSAGE ',
  'UPDATE ',
  // [MS-SIP] §2.2
  'SERVICE ',
  'BENOTIFY ',
  'NEGOTIATE ',
]
const VERSION = 'SIP/2.0'
const MAX_LINE = 2048
const MAX_HEADERS = 80
const MAX_MESSAGES = 8

export default dissector({
  name: 'SIP',
  category: 'VoIP',
  about: 'Session Initiation Protocol (RFC 3261): a request or status line with SIP/2.0; the media that SDP announces are expected',
  over: ['udp', 'tcp'],
  ports: [5060, 5061],
  firstBytes: [...new Set([...METHODS, VERSION].map((word) => word.charCodeAt(0))), 0x0d],
  minLen: 12,
  fields: {
    method: text('Method'),
    status: u16('Status'),
    uri: text('Request URI'),
    from: text('From'),
    to: text('To'),
    callId: text('Call ID'),
    userAgent: text('User agent'),
  },
  // A call is set up, changed and ended in few messages; registrations go on for ever.
  maxMore: 100,

  signature(c) {
    // A connection may begin with keep-alives (RFC 5626 §4.4.1).
    while (c.peek() === 0x0d && c.peek(1) === 0x0a) c.skip(2)
    if (c.left < VERSION.length) return NeedMore
    if (c.startsWith(VERSION)) return c.peek(7) === 0x20 ? Match : Exclude
    if (beginsWith(c, METHODS) < 0) return Exclude
    const line = c.lineLength(MAX_LINE)
    if (line < 0) return c.left < MAX_LINE ? NeedMore : Exclude
    return line > VERSION.length && c.startsWith(VERSION, line - VERSION.length) ? Match : Exclude
  },

  extract(c, out, ctx) {
    for (let n = 0; n < MAX_MESSAGES && c.left > 0; n++) {
      while (c.peek() === 0x0d || c.peek() === 0x0a || c.peek() === 0) c.skip(1) // keep-alive (RFC 5626 §3.5.1)
      const whole = wholeLength(c)
      if (whole < 0) {
        if (ctx.proto === 6) return More
        readMessage(c, c.left, out, ctx)
        return More
      }
      readMessage(c, whole, out, ctx)
    }
    return More
  },
})

interface Out {
  method?: string | undefined
  status?: number | undefined
  uri?: string | undefined
  from?: string | undefined
  to?: string | undefined
  callId?: string | undefined
  userAgent?: string | undefined
}

/** Bytes of the message at the cursor, head and body, or -1 when it has not come whole. */
function wholeLength(c: Cursor): number {
  const head = c.find('\r\n\r\n')
  if (head < 0) return -1
  let body = 0
  const back = c.pos
  for (let n = 0; n < MAX_HEADERS && c.pos < back + head; n++) {
    if (c.startsWithFold('content-length') || c.startsWithFold('l:') || c.startsWithFold('l :')) {
      c.skip(c.indexOf(0x3a, 20) + 1).skipSpaces()
      for (let i = 0; i < 6 && c.peek() >= 0x30 && c.peek() <= 0x39; i++) body = body * 10 + c.u8() - 0x30
      break
    }
    c.skipLine(MAX_LINE)
  }
  c.seek(back)
  const whole = head + 4 + body
  return whole <= c.left ? whole : -1
}

function readMessage(c: Cursor, length: number, out: Out, ctx: Context): Extracted {
  const outer = c.enter(length)
  readFirstLine(c, out, ctx)
  let sdp = false
  for (let n = 0; n < MAX_HEADERS && c.left > 0; n++) {
    const line = c.lineLength(MAX_LINE)
    if (line === 0) {
      c.skipLine()
      if (sdp) readSdp(c, ctx)
      break
    }
    if (readHeader(c, line < 0 ? c.left : line, out)) sdp = true
    c.skipLine(MAX_LINE)
  }
  c.leave(outer)
  return More
}

function readFirstLine(c: Cursor, out: Out, ctx: Context): void {
  if (c.startsWith(VERSION)) {
    c.skip(8)
    const status = Number.parseInt(c.text(Math.min(3, c.left)), 10)
    if (!Number.isNaN(status)) out.status = status
  } else {
    const space = c.indexOf(0x20, 16)
    if (space > 0) {
      const method = c.text(space)
      c.skip(1)
      const uri = c.indexOf(0x20, MAX_LINE)
      // Answers come back with the method of their request; what opened the dialogue tells most.
      out.method = method
      if (uri > 0) out.uri = c.text(uri)
      if (method === 'INVITE' || method === 'REGISTER') ctx.info(`${method} ${out.uri ?? ''}`)
    }
  }
  c.skipLine(MAX_LINE)
}

/** True when the body is SDP. Compact forms: RFC 3261 §7.3.3. */
function readHeader(c: Cursor, length: number, out: Out): boolean {
  const colon = c.indexOf(0x3a, Math.min(length, 24))
  if (colon < 1) return false
  switch (c.peek() | 0x20) {
    case 0x66: // f
      if (isNamed(c, colon, 'from')) out.from = address(c, colon + 1, length)
      return false
    case 0x74: // t
      if (isNamed(c, colon, 'to')) out.to = address(c, colon + 1, length)
      return false
    case 0x69: // i
      if (colon === 1) out.callId = value(c, colon + 1, length)
      return false
    case 0x75: // u
      if (colon === 10 && c.startsWithFold('user-agent')) out.userAgent = value(c, colon + 1, length)
      return false
    case 0x63: // c
      if (colon === 7 && c.startsWithFold('call-id')) out.callId = value(c, colon + 1, length)
      return (
        isNamed(c, colon, 'content-type') &&
        value(c, colon + 1, length)
          .toLowerCase()
          .startsWith('application/sdp')
      )
  }
  return false
}
const isNamed = (c: Cursor, colon: number, long: string): boolean => colon === 1 || (colon === long.length && c.startsWithFold(long))

/** Where the value begins that stands from `ahead` on. */
function behindSpaces(c: Cursor, ahead: number): number {
  while (c.peek(ahead) === 0x20 || c.peek(ahead) === 0x09) ahead++
  return ahead
}
function value(c: Cursor, ahead: number, end: number): string {
  return textAt(c, behindSpaces(c, ahead), end)
}
const textAt = (c: Cursor, from: number, to: number): string => (to <= from ? '' : wireText(c.bytes, c.offset + from, c.offset + to))

/**
 * The URI alone: '"Bob" <sip:bob@example.org>;tag=1' and 'sip:bob@example.org;tag=1' are 'sip:bob@example.org'. Cut out before it is made text, because the tag
 * differs from message to message and the URI does not.
 */
function address(c: Cursor, ahead: number, end: number): string {
  const from = behindSpaces(c, ahead)
  const stop = Math.min(end, from + MAX_TEXT)
  const open = placeOf(c, 0x3c, from, stop)
  if (open < stop) return textAt(c, open + 1, placeOf(c, 0x3e, open, stop))
  return textAt(c, from, placeOf(c, 0x3b, from, stop))
}
/** Where this byte stands in [from, to), else `to`. */
function placeOf(c: Cursor, byte: number, from: number, to: number): number {
  while (from < to && c.peek(from) !== byte) from++
  return from
}
