import type { Cursor } from '../wire/cursor.ts'
import * as ber from './ber.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, oneOf, text } from './dissector.ts'

const KERBEROS_PORT = 88
const MAX_TCP_MESSAGE = 65_535

// RFC 4120 §5.10: the application tag is also the message type.
const MESSAGES = {
  10: 'as-req',
  11: 'as-rep',
  12: 'tgs-req',
  13: 'tgs-rep',
  14: 'ap-req',
  15: 'ap-rep',
  20: 'safe',
  21: 'priv',
  22: 'cred',
  30: 'error',
} as const
const MESSAGE_NAMES = Object.values(MESSAGES)
const APPLICATION = 0x60
const AS_REQ = 10
const AS_REP = 11
const TGS_REQ = 12
const TGS_REP = 13
const ERROR = 30
const PROTOCOL_VERSION = 5
const CONTEXT = 0xa0
const MAX_NAME_PARTS = 8

// RFC 4120 §7.5.9, those met most often.
const ERRORS: Readonly<Record<number, string>> = {
  6: 'C_PRINCIPAL_UNKNOWN',
  7: 'S_PRINCIPAL_UNKNOWN',
  12: 'POLICY',
  14: 'ETYPE_NOSUPP',
  18: 'CLIENT_REVOKED',
  23: 'KEY_EXPIRED',
  24: 'PREAUTH_FAILED',
  25: 'PREAUTH_REQUIRED',
  31: 'BAD_INTEGRITY',
  32: 'TKT_EXPIRED',
  37: 'SKEW',
  41: 'MODIFIED',
  52: 'RESPONSE_TOO_BIG',
  68: 'WRONG_REALM',
}

const fields = {
  message: oneOf('Message', MESSAGE_NAMES),
  realm: text('Realm'),
  clientName: text('Client principal'),
  serviceName: text('Service principal'),
  error: text('Error'),
  errorCode: num('Error code'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'Kerberos',
  category: 'Network',
  about: 'Kerberos 5 (RFC 4120): an application tag whose message says version 5 and the same type; over TCP behind its length',
  over: ['udp', 'tcp'],
  ports: [KERBEROS_PORT],
  firstBytes: (byte, over) => (over === 'tcp' ? byte === 0 : byte > APPLICATION && byte <= APPLICATION + ERROR),
  minLen: 4,
  fields,

  signature(c, ctx) {
    if (ctx.proto === 6) return streamSignature(c)
    const length = ber.berMessageLength(c, c.peek())
    return length > 0 && length === Math.max(c.left, ctx.wireLeft) && soundHead(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto !== 6) readMessage(c, out, ctx)
    else
      while (c.left >= 4) {
        const length = c.peek32()
        if (length > MAX_TCP_MESSAGE) return
        if (c.left < 4 + length) return More
        const outer = c.skip(4).enter(length)
        readMessage(c, out, ctx)
        c.bad = false
        c.leave(outer)
      }
    return More
  },
})

/** RFC 4120 §7.2.2: four bytes of length, the highest bit 0. */
function streamSignature(c: Cursor): Verdict {
  const length = c.u32()
  if (length < 10 || length > MAX_TCP_MESSAGE) return Exclude
  if (c.left === 0) return NeedMore
  const message = ber.berMessageLength(c, c.peek())
  if (message === 0) return NeedMore
  if (message !== length) return Exclude
  // Tags, lengths and the two numbers end within these.
  if (c.left < Math.min(length, 24)) return NeedMore
  return soundHead(c) ? Match : Exclude
}

/** Application tag, sequence, version 5, and the type that the tag said. */
function soundHead(c: Cursor): boolean {
  const type = c.peek() - APPLICATION
  if (!(type in MESSAGES)) return false
  ber.berOpen(c, APPLICATION + type)
  ber.berOpen(c, ber.SEQUENCE)
  // Requests to the KDC number their fields from 1, all others from 0.
  const first = type === AS_REQ || type === TGS_REQ ? 1 : 0
  ber.berOpen(c, CONTEXT + first)
  if (ber.berInteger(c) !== PROTOCOL_VERSION) return false
  ber.berOpen(c, CONTEXT + first + 1)
  return ber.berInteger(c) === type && !c.bad
}

function readMessage(c: Cursor, out: Fields, ctx: Context): void {
  const type = (c.peek() - APPLICATION) as keyof typeof MESSAGES
  if (MESSAGES[type] === undefined) return
  out.message = MESSAGES[type]
  ber.berOpen(c, APPLICATION + type)
  const length = ber.berWhole(c, ber.SEQUENCE)
  if (length < 0) return
  c.enter(length)
  if (type === AS_REQ || type === TGS_REQ) readRequest(c, out)
  else if (type === AS_REP || type === TGS_REP) readReply(c, out)
  else if (type === ERROR) readError(c, out)
  tell(out, ctx)
}

function tell(out: Fields, ctx: Context): void {
  const subject = out.clientName ?? out.serviceName
  ctx.info([out.message, subject, out.realm === undefined ? undefined : `@${out.realm}`, out.error].filter(Boolean).join(' '))
}

/** Calls `field` with each numbered element of the sequence entered, the cursor narrowed to it. */
function eachField(c: Cursor, field: (n: number) => void): void {
  for (let i = 0; i < 16 && c.left > 0; i++) {
    const n = c.peek() - CONTEXT
    if (n < 0 || n > 15) return
    const length = ber.berWhole(c, CONTEXT + n)
    if (length < 0) return
    const outer = c.enter(length)
    field(n)
    c.leave(outer)
  }
}

/** KDC-REQ (§5.4.1): the body is field 4; there 1 is the client, 2 the realm, 3 the service. */
function readRequest(c: Cursor, out: Fields): void {
  eachField(c, (n) => {
    if (n !== 4) return
    ber.berOpen(c, ber.SEQUENCE)
    eachField(c, (m) => {
      if (m === 1) out.clientName = principal(c)
      else if (m === 2) out.realm = ber.berText(c, ber.GENERAL_STRING)
      else if (m === 3) out.serviceName = principal(c)
    })
  })
}

/** KDC-REP (§5.4.2): 3 realm and 4 name of the client, 5 the ticket, whose 2 is the service. */
function readReply(c: Cursor, out: Fields): void {
  eachField(c, (n) => {
    if (n === 3) out.realm = ber.berText(c, ber.GENERAL_STRING)
    else if (n === 4) out.clientName = principal(c)
    else if (n === 5) {
      ber.berOpen(c, APPLICATION + 1)
      ber.berOpen(c, ber.SEQUENCE)
      eachField(c, (m) => {
        if (m === 2) out.serviceName = principal(c)
      })
    }
  })
}

/** KRB-ERROR (§5.9.1). */
function readError(c: Cursor, out: Fields): void {
  eachField(c, (n) => {
    if (n === 6) {
      const code = ber.berInteger(c)
      if (c.bad) return
      out.errorCode = code
      out.error = ERRORS[code] ?? `error ${code}`
    } else if (n === 8) out.clientName = principal(c)
    else if (n === 9) out.realm = ber.berText(c, ber.GENERAL_STRING)
    else if (n === 10) out.serviceName = principal(c)
  })
}

/** PrincipalName (§5.2.2): a type and parts, shown with slashes. */
function principal(c: Cursor): string | undefined {
  ber.berOpen(c, ber.SEQUENCE)
  ber.berOpen(c, CONTEXT)
  ber.berInteger(c)
  ber.berOpen(c, CONTEXT + 1)
  ber.berOpen(c, ber.SEQUENCE)
  const parts: string[] = []
  for (let i = 0; i < MAX_NAME_PARTS && c.left > 0; i++) parts.push(ber.berText(c, ber.GENERAL_STRING))
  return c.bad || parts.length === 0 ? undefined : parts.join('/').slice(0, 255)
}
