import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, More, NeedMore, text, Within } from './dissector.ts'
import { commandAt, containsFold, isText, MAX_LINE, readLines, restOfLine, tlsBegins, wordAt } from './lines.ts'

// RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH).
const VERBS = ['user', 'apop', 'auth', 'stls', 'stat', 'retr', 'capa', 'list', 'uidl', 'noop', 'pass', 'top', 'dele', 'quit'] as const
const USER = 0
const APOP = 1
const AUTH = 2
const STLS = 3
const STAT = 4
const RETR = 5
const POP3_PORT = 110

// What `memo` holds.
const GREETED = 1
const COMMANDED = 2
const TLS_ASKED = 4
const NAMED = 8

const fields = { server: text('Server'), user: text('User'), auth: text('Authentication'), startTls: flag('STLS') }
type PopOut = Out<typeof fields>

export default dissector({
  name: 'POP3',
  category: 'Email',
  about: 'Mailbox access: +OK and a command of POP3; becomes POPS at STLS',
  over: 'tcp',
  tcpPorts: [POP3_PORT],
  firstBytes: (b) => b === 0x2b || b === 0x2d || 'UuAaSsCcLlNnPpQq'.includes(String.fromCharCode(b)),
  minLen: 4,
  alsoNames: { POPS: 'Email' },
  fields,

  signature(c, ctx) {
    const ok = c.startsWith('+OK')
    if (ok || c.startsWith('-ERR')) return answerVerdict(c, ctx, ok)
    if (commandAt(c, VERBS) < 0 || c.lineLength(MAX_LINE) < 0) return c.left < 5 ? NeedMore : Exclude
    if (!isText(c, c.lineLength(MAX_LINE))) return Exclude
    ctx.memo |= COMMANDED
    return (ctx.memo & GREETED) !== 0 || ctx.dstPort === POP3_PORT ? Match : NeedMore
  },

  extract(c, out, ctx) {
    if (tlsBegins(c)) return startTls(out, ctx)
    return readLines(c, (length) => (ctx.fromClient ? clientLine(c, length, out, ctx) : serverLine(c, length, out, ctx)))
  },
})

/** `+OK` alone is Redis' and others' answer too; a name in the text, the port, or a command of ours decides. */
function answerVerdict(c: Cursor, ctx: Context, ok: boolean) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (!isText(c, length)) return Exclude
  if ((ctx.memo & COMMANDED) !== 0 || (ok && (containsFold(c, 'pop3', length) || containsFold(c, ' pop ', length)))) return Match
  if (ok && length > 4 && ctx.srcPort === POP3_PORT) return Match
  ctx.memo |= GREETED
  return NeedMore
}

function clientLine(c: Cursor, length: number, out: PopOut, ctx: Context): Extracted {
  const verb = commandAt(c, VERBS)
  if (verb === USER || verb === APOP) {
    out.user = wordAt(c, 5, length)
    ctx.info(out.user)
    if (verb === USER) ctx.raise('Clear-Text Credentials', `user ${out.user}`)
  } else if (verb === AUTH) out.auth = wordAt(c, 5, length).toUpperCase()
  else if (verb === STLS) ctx.memo |= TLS_ASKED
  else if (verb >= STAT && verb <= RETR) return Done
  return More
}

function startTls(out: PopOut, ctx: Context): Extracted {
  out.startTls = true
  ctx.becomes('POPS')
  return Within
}

function serverLine(c: Cursor, length: number, out: PopOut, ctx: Context): Extracted {
  const ok = c.startsWith('+OK')
  if ((ctx.memo & TLS_ASKED) !== 0) {
    ctx.memo &= ~TLS_ASKED
    if (!ok) return More
    return startTls(out, ctx)
  }
  if (ok && (ctx.memo & NAMED) === 0) {
    ctx.memo |= NAMED
    if (length > 4) out.server = restOfLine(c, 4, length)
  }
  return More
}
