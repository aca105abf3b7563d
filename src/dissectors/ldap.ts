import type { Cursor } from '../wire/cursor.ts'
import * as ber from './ber.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, oneOf, text, Within } from './dissector.ts'

const MAX_MESSAGE = 1 << 24
// RFC 4511 §4.2 to §4.13: application tags.
const OPERATIONS = {
  96: 'bind',
  97: 'bind-response',
  66: 'unbind',
  99: 'search',
  100: 'search-entry',
  101: 'search-done',
  102: 'modify',
  103: 'modify-response',
  104: 'add',
  105: 'add-response',
  74: 'delete',
  107: 'delete-response',
  108: 'rename',
  109: 'rename-response',
  110: 'compare',
  111: 'compare-response',
  80: 'abandon',
  115: 'search-reference',
  119: 'extended',
  120: 'extended-response',
  121: 'intermediate-response',
} as const
const BIND = 0x60
const SIMPLE = 0x80
const SEARCH = 0x63
const EXTENDED = 0x77
const EXTENDED_RESPONSE = 0x78
const START_TLS = '1.3.6.1.4.1.1466.20037'
/** Memo: the client has asked for TLS. */
const ASKED_FOR_TLS = 1
/** Messages of one call that are looked at. */
const MAX_MESSAGES = 64

const fields = {
  operation: oneOf('Operation', Object.values(OPERATIONS)),
  bindName: text('Bind name'),
  baseObject: text('Search base'),
  resultCode: num('Result code'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'LDAP',
  category: 'System',
  about: 'Directory access (RFC 4511), also over UDP: BER with a message id and an operation whose first element fits it',
  over: ['tcp', 'udp'],
  ports: [389],
  firstBytes: [ber.SEQUENCE],
  minLen: 7,
  // After StartTLS the carrier comes first: TLS.LDAP.
  alsoNames: { TLS: 'Web' },
  fields,

  signature(c, ctx) {
    const length = ber.berMessageLength(c, ber.SEQUENCE)
    if (length < 0 || length > MAX_MESSAGE || (length > 0 && length < 7)) return Exclude
    if (ctx.proto === 17 && length > Math.max(c.left, ctx.wireLeft)) return Exclude
    return soundHead(c, length)
  },

  extract(c, out, ctx) {
    for (let i = 0; i < MAX_MESSAGES && c.left > 0; i++) {
      const length = ber.berMessageLength(c, ber.SEQUENCE)
      // Not a message: the bind has agreed on a security layer, and what follows is wrapped in it.
      if (length < 0 || length > MAX_MESSAGE) return
      if (length === 0 || length > c.left) return More
      const outer = c.enter(length)
      const startsTls = readMessage(c, out, ctx)
      c.bad = false
      c.leave(outer)
      if (startsTls) {
        ctx.becomes('TLS')
        ctx.inside('LDAP')
        return Within
      }
    }
    return More
  },
})

function soundHead(c: Cursor, length: number): Verdict {
  if (length === 0) return NeedMore
  ber.berOpen(c, ber.SEQUENCE)
  if (c.left < 3) return NeedMore
  const idLength = c.peek(1)
  // Message ids are 0 to 2^31 - 1.
  if (c.peek() !== ber.INTEGER || idLength < 1 || idLength > 4 || c.peek(2) >= 0x80) return Exclude
  if (c.left < 2 + idLength + 2) return NeedMore
  ber.berInteger(c)
  const operation = c.peek()
  if (!(operation in OPERATIONS)) return Exclude
  c.skip(1)
  const n = ber.berLength(c)
  if (n < 0) return c.bad ? NeedMore : Exclude
  if (c.pos + n > length) return Exclude
  return soundOperation(c, operation, n)
}

/** The first element of each operation (RFC 4511 appendix B). */
function soundOperation(c: Cursor, operation: number, n: number): Verdict {
  if (operation === 0x42) return n === 0 ? Match : Exclude
  if (operation === 0x50 || operation === 0x4a) return n > 0 && n < 1024 ? Match : Exclude
  if (c.left < 2) return n < 2 ? Exclude : NeedMore
  const first = c.peek()
  if (operation === BIND) return first === ber.INTEGER && c.peek(1) === 1 && c.peek(2) <= 3 ? Match : Exclude
  if (operation === EXTENDED) return first === 0x80 ? Match : Exclude
  if (operation === 0x79) return first === 0x80 || first === 0x81 ? Match : Exclude
  if (
    operation === 0x61 ||
    operation === 0x65 ||
    operation === EXTENDED_RESPONSE ||
    ((operation & 1) === 1 && operation >= 0x67 && operation <= 0x6f)
  )
    return first === ber.ENUMERATED && c.peek(1) <= 2 ? Match : Exclude
  return first === ber.OCTET_STRING ? Match : Exclude
}

/** True when the server has agreed to go on with TLS. */
function readMessage(c: Cursor, out: Fields, ctx: Context): boolean {
  ber.berOpen(c, ber.SEQUENCE)
  ber.berInteger(c)
  const tag = c.peek() as keyof typeof OPERATIONS
  const name = OPERATIONS[tag]
  if (c.bad || name === undefined) return false
  out.operation = name
  ber.berOpen(c, tag)
  if (tag === BIND) {
    ber.berInteger(c)
    const bindName = ber.berText(c)
    if (c.bad || bindName === '') return false
    ctx.info(`bind ${(out.bindName = bindName)}`)
    // RFC 4513 §5.1.3: a name with a password.
    if (c.peek() === SIMPLE && c.peek(1) > 0) ctx.raise('Clear-Text Credentials', `simple bind as ${bindName}`)
  } else if (tag === SEARCH) {
    const base = ber.berText(c)
    if (!c.bad) ctx.info(`search ${(out.baseObject = base)}`)
  } else if (tag === EXTENDED) {
    if (ber.berText(c, 0x80) === START_TLS) ctx.memo = ASKED_FOR_TLS
  } else if (c.peek() === ber.ENUMERATED) {
    const result = ber.berInteger(c, ber.ENUMERATED)
    if (c.bad) return false
    out.resultCode = result
    return tag === EXTENDED_RESPONSE && result === 0 && ctx.memo === ASKED_FOR_TLS
  }
  return false
}
