import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out, Verdict } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, Within } from './dissector.ts'

// PostgreSQL "Message Formats": the first message of a client has no type byte but a length and one of these.
const PROTOCOL_3 = 3
const MAX_MINOR = 2
const CANCEL_REQUEST = 80_877_102
const SSL_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104
const SHORT_REQUEST_LEN = 8
const CANCEL_LEN = 16
const MAX_STARTUP = 10_000
const MAX_PARAMETERS = 32
/** Memo: the client has asked for TLS (1) or GSS (2) and waits for one byte of answer. */
const ASKED_FOR_TLS = 1

const fields = { user: text('User'), database: text('Database'), application: text('Client program'), error: text('Error') }
type Fields = Out<typeof fields>

export default dissector({
  name: 'PostgreSQL',
  category: 'Database',
  about: 'The start-up message of protocol 3 with its user, a request for TLS or for a cancel, or the first messages of a server',
  over: 'tcp',
  ports: [5432],
  minLen: 8,
  // A start-up's length is below 2^24; the others are types of a server's first message.
  firstBytes: [0, 0x52, 0x45],
  // Once secured the carrier comes first: TLS.PostgreSQL.
  alsoNames: { TLS: 'Web' },
  fields,

  signature(c) {
    const type = c.peek()
    return type === 0 ? clientFirst(c) : serverFirst(c)
  },

  extract(c, out, ctx) {
    return ctx.fromClient ? readClient(c, out, ctx) : readServer(c, out, ctx)
  },
})

function clientFirst(c: Cursor): Verdict {
  const length = c.u32()
  const code = c.u32()
  if (code === SSL_REQUEST || code === GSS_REQUEST) return length === SHORT_REQUEST_LEN ? Match : Exclude
  if (code === CANCEL_REQUEST) return length >= CANCEL_LEN && length <= 268 ? Match : Exclude
  if (code >>> 16 !== PROTOCOL_3 || (code & 0xffff) > MAX_MINOR || length < 16 || length > MAX_STARTUP) return Exclude
  // Parameters come as name and value; the user must be among them.
  const window = Math.min(length - 8, 1024)
  if (c.left < window) return c.left === 0 || printable(c.peek()) ? NeedMore : Exclude
  return c.find('user\0', window) >= 0 ? Match : Exclude
}

const printable = (byte: number) => byte >= 0x20 && byte < 0x7f

/** Authentication request (R) with a known kind and its fitting length, or an error (E) that begins with its severity. */
function serverFirst(c: Cursor): Verdict {
  const type = c.u8()
  const length = c.u32()
  if (type === 0x52) {
    if (length < 8 || length > 2048 || c.left < 4) return length >= 8 && length <= 2048 ? NeedMore : Exclude
    const kind = c.u32()
    if (kind === 5) return length === 12 ? Match : Exclude
    if (kind === 0 || kind === 2 || kind === 3 || kind === 7 || kind === 9) return length === 8 ? Match : Exclude
    if (kind !== 10) return Exclude
    return c.left < 5 ? NeedMore : c.startsWith('SCRAM') ? Match : Exclude
  }
  if (length < 16 || length > 4096) return Exclude
  return c.startsWith('SFATAL\0') || c.startsWith('SERROR\0') || c.startsWith('SPANIC\0') ? Match : c.left < 7 ? NeedMore : Exclude
}

function readClient(c: Cursor, out: Fields, ctx: Context): Extracted {
  const length = c.peek32()
  const code = c.peek32(4)
  if (code < 0) return More
  if (code === SSL_REQUEST || code === GSS_REQUEST) {
    ctx.memo = code === SSL_REQUEST ? ASKED_FOR_TLS : 2
    c.skip(SHORT_REQUEST_LEN)
    return More
  }
  if (code >>> 16 !== PROTOCOL_3 || length > MAX_STARTUP) return Done
  if (c.left < length) return More
  const outer = c.skip(8).enter(length - 8)
  readParameters(c, out, ctx)
  c.leave(outer)
  return More
}

function readParameters(c: Cursor, out: Fields, ctx: Context): void {
  for (let i = 0; i < MAX_PARAMETERS && c.peek() > 0; i++) {
    const name = zeroEnded(c)
    const value = zeroEnded(c)
    if (c.bad) return
    if (name === 'user') out.user = value
    else if (name === 'database') out.database = value
    else if (name === 'application_name') out.application = value
  }
  ctx.info(out.database === undefined ? `${out.user ?? ''}` : `${out.user ?? ''}@${out.database}`)
}

function zeroEnded(c: Cursor): string {
  const length = c.indexOf(0, 1024)
  if (length < 0) {
    c.bad = true
    return ''
  }
  const value = c.text(length)
  c.skip(1)
  return value
}

function readServer(c: Cursor, out: Fields, ctx: Context): Extracted {
  if (ctx.memo !== 0) {
    const answer = c.u8()
    const asked = ctx.memo
    ctx.memo = 0
    // S: TLS follows; G: GSS follows, which is opaque; N: the client may go on in clear.
    if (answer === 0x53 && asked === ASKED_FOR_TLS) {
      ctx.becomes('TLS')
      ctx.inside('PostgreSQL')
      return Within
    }
    return answer === 0x4e ? More : Done
  }
  if (c.peek() !== 0x45) return c.peek() === 0x52 && c.peek32(5) !== 0 ? skipMessage(c) : Done
  const length = c.peek32(1)
  if (length > 4096 || c.left < 1 + length) return length > 4096 ? Done : More
  for (c.skip(5); c.peek() > 0; ) {
    const kind = c.u8()
    const value = zeroEnded(c)
    if (c.bad) return Done
    if (kind === 0x4d) ctx.info((out.error = value))
  }
  return Done
}

function skipMessage(c: Cursor): Extracted {
  const length = c.peek32(1)
  if (c.left > length) c.skip(1 + length)
  return More
}
