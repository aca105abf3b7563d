import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, More, NeedMore, text, texts, Within } from './dissector.ts'
import { commandAt, containsFold, isHostName, isText, MAX_LINE, readLines, replyCode, restOfLine, tlsBegins, wordAt } from './lines.ts'

// RFC 5321 §4.1.1, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 2033 (LHLO).
const VERBS = ['ehlo', 'helo', 'lhlo', 'mail', 'rcpt', 'data', 'starttls', 'auth'] as const
const EHLO = 0
const LHLO = 2
const MAIL = 3
const RCPT = 4
const DATA = 5
const STARTTLS = 6
const AUTH = 7
const READY = 220
const START_MAIL = 354
const MAX_RECIPIENTS = 16

// What `memo` holds.
const GREETED = 1
const TLS_ASKED = 2
const DATA_ASKED = 4
const DATA_BEGUN = 8
const NAMED = 16

const fields = {
  server: text('Server'),
  client: text('Client name'),
  from: text('From'),
  to: texts('To'),
  auth: text('Authentication'),
  subject: text('Subject'),
  startTls: flag('STARTTLS'),
}
type SmtpOut = Out<typeof fields>

export default dissector({
  name: 'SMTP',
  category: 'Email',
  about: 'Mail transfer: a greeting that says so or is answered by EHLO; becomes SMTPS at STARTTLS',
  over: 'tcp',
  tcpPorts: [25, 587],
  trialPorts: [24, 465, 2525],
  firstBytes: (b) => (b >= 0x32 && b <= 0x35) || 'EeHhLlMmRrSs'.includes(String.fromCharCode(b)),
  minLen: 4,
  alsoNames: { SMTPS: 'Email' },
  fields,
  maxMore: 64,

  signature(c, ctx) {
    if (replyCode(c) >= 0) return replyVerdict(c, ctx)
    const verb = commandAt(c, VERBS)
    if (verb >= EHLO && verb <= LHLO) return isText(c, Math.min(c.left, 6)) ? Match : Exclude
    // Joined midway.
    if (c.startsWithFold('mail from:') || c.startsWithFold('rcpt to:')) return Match
    return c.left < 10 && mayBecomeCommand(c) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (tlsBegins(c)) return startTls(out, ctx)
    return readLines(c, (length) => (ctx.fromClient ? clientLine(c, length, out, ctx) : serverLine(c, length, out, ctx)))
  },
})

/** Telling an SMTP greeting from one of FTP or NNTP takes its text, or what the client says next. */
function replyVerdict(c: Cursor, ctx: Context) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (!isText(c, length) || containsFold(c, 'ftp', length)) return Exclude
  if (containsFold(c, 'smtp', length) || containsFold(c, 'lmtp', length)) return Match
  if (ctx.fromClient && !ctx.midStream) return Exclude
  const code = replyCode(c)
  if (code !== READY && code !== 421 && code !== 554) return Exclude
  ctx.memo |= GREETED
  return NeedMore
}

const mayBecomeCommand = (c: Cursor): boolean => {
  for (const begin of ['ehlo ', 'helo ', 'lhlo ', 'mail from:', 'rcpt to:'])
    if (c.startsWithFold(begin.slice(0, Math.min(c.left, begin.length)))) return true
  return false
}

function clientLine(c: Cursor, length: number, out: SmtpOut, ctx: Context): Extracted {
  if ((ctx.memo & DATA_BEGUN) !== 0) return headerLine(c, length, out, ctx)
  switch (commandAt(c, VERBS)) {
    case EHLO:
    case EHLO + 1:
    case LHLO:
      out.client = restOfLine(c, 5, length)
      break
    case MAIL:
      out.from = address(restOfLine(c, 10, length))
      break
    case RCPT:
      if ((out.to?.length ?? 0) < MAX_RECIPIENTS) out.to = [...(out.to ?? []), address(restOfLine(c, 8, length))]
      break
    case DATA:
      ctx.memo |= DATA_ASKED
      break
    case STARTTLS:
      ctx.memo |= TLS_ASKED
      break
    case AUTH:
      // The mechanism alone: what follows it may be a password.
      out.auth = wordAt(c, 5, length).toUpperCase()
      if (out.auth === 'PLAIN' || out.auth === 'LOGIN') ctx.raise('Clear-Text Credentials', `AUTH ${out.auth}`)
      break
  }
  return More
}

/** Headers of the message, up to the empty line behind them (RFC 5322 §2.1). */
function headerLine(c: Cursor, length: number, out: SmtpOut, ctx: Context): Extracted {
  if (length === 0) return Done
  if (!c.startsWithFold('subject:')) return More
  out.subject = restOfLine(c, 8, length)
  ctx.info(out.subject)
  return Done
}

function startTls(out: SmtpOut, ctx: Context): Extracted {
  out.startTls = true
  ctx.becomes('SMTPS')
  return Within
}

function serverLine(c: Cursor, length: number, out: SmtpOut, ctx: Context): Extracted {
  const code = replyCode(c)
  if (code === READY && (ctx.memo & TLS_ASKED) !== 0) {
    return startTls(out, ctx)
  }
  if (code === START_MAIL && (ctx.memo & DATA_ASKED) !== 0) ctx.memo |= DATA_BEGUN
  if ((ctx.memo & NAMED) !== 0 || (code !== READY && code !== 250)) return More
  // RFC 5321 §4.2: the greeting and the answer to EHLO begin with the server's name.
  ctx.memo |= NAMED
  const name = wordAt(c, 4, length)
  if (code === READY) out.server = restOfLine(c, 4, length)
  if (isHostName(name)) ctx.serverName(name.toLowerCase().replace(/\.$/, ''))
  return More
}

/** `<user@example.com> SIZE=1` without what is around the address. */
function address(path: string): string {
  const end = path.indexOf('>')
  return path.startsWith('<') && end > 0 ? path.slice(1, end) : path
}
