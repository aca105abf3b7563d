import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, text, Within } from './dissector.ts'
import { commandAt, containsFold, isText, MAX_LINE, MAX_LINES, replyCode, restOfLine, tlsBegins, wholeLine } from './lines.ts'

// RFC 959, RFC 2428 (EPRT, EPSV), RFC 4217 (AUTH TLS), RFC 2389 (FEAT, OPTS), RFC 3659 (MLSD, SIZE).
const VERBS = [
  'user',
  'auth',
  'port',
  'eprt',
  'retr',
  'stor',
  'stou',
  'appe',
  'cwd',
  'feat',
  'syst',
  'pasv',
  'epsv',
  'opts',
  'pbsz',
  'prot',
  'type',
  'pass',
] as const
const USER = 0
const AUTH = 1
const PORT = 2
const EPRT = 3
const RETR = 4
const APPE = 7
/** What no other protocol with a greeting of 220 begins with. */
const OPENING = ['user', 'auth tls', 'auth ssl', 'auth gssapi', 'feat', 'syst', 'pasv', 'epsv', 'opts utf8', 'clnt', 'host'] as const
const FTP_PORT = 21
const READY = 220
const AUTH_ACCEPTED = 234
const PASSIVE = 227
const EXTENDED_PASSIVE = 229
const NEED_PASSWORD = 331
/** RFC 1635: who gives no password of their own. */
const ANONYMOUS = /^(?:anonymous|ftp)$/i
/** A data connection is opened within moments of being announced. */
const DATA_SECONDS = 60

// What `memo` holds.
const GREETED = 1
const COMMANDED = 2
const TLS_ASKED = 4
const NAMED = 8

const fields = { server: text('Server'), user: text('User'), file: text('File'), command: text('Command') }
type FtpOut = Out<typeof fields>

export default dissector({
  name: 'FTP_CONTROL',
  category: 'Download',
  about:
    'File transfer, commands: a greeting that says so or is answered by commands of FTP; announces its data connections; becomes FTPS at AUTH TLS',
  over: 'tcp',
  tcpPorts: [FTP_PORT],
  trialPorts: [2121],
  firstBytes: (b) => (b >= 0x31 && b <= 0x35) || 'UuAaFfSsPpEeOoCcHh'.includes(String.fromCharCode(b)),
  minLen: 4,
  alsoNames: { FTPS: 'Download' },
  fields,
  every: true,

  signature(c, ctx) {
    const code = replyCode(c)
    if (code >= 0) return replyVerdict(c, ctx, code)
    const verb = commandAt(c, OPENING)
    if (verb < 0) return Exclude
    const length = c.lineLength(MAX_LINE)
    if (length < 0 ? !isText(c, c.left) : !isText(c, length)) return Exclude
    if ((ctx.memo & GREETED) !== 0 || ctx.dstPort === FTP_PORT) return Match
    ctx.memo |= COMMANDED
    return NeedMore
  },

  extract(c, out, ctx) {
    if (tlsBegins(c)) return startTls(ctx)
    for (let n = 0; n < MAX_LINES && c.left > 0; n++) {
      const length = wholeLine(c)
      if (length < 0) return More
      const said = ctx.fromClient ? clientLine(c, length, out, ctx) : serverLine(c, length, out, ctx)
      c.skipLine(MAX_LINE)
      if (said === Within) return Within
    }
    return More
  },
})

function replyVerdict(c: Cursor, ctx: Context, code: number) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (!isText(c, length) || containsFold(c, 'smtp', length)) return Exclude
  if (code === READY) {
    if (containsFold(c, 'ftp', length)) return Match
    if ((ctx.memo & COMMANDED) !== 0) return Match
    ctx.memo |= GREETED
    return NeedMore
  }
  // A stream joined midway: codes that FTP alone gives these commands.
  const known = code === NEED_PASSWORD || code === AUTH_ACCEPTED || (code === PASSIVE && containsFold(c, 'passive mode (', length))
  return known && ((ctx.memo & COMMANDED) !== 0 || code === PASSIVE) ? Match : Exclude
}

function clientLine(c: Cursor, length: number, out: FtpOut, ctx: Context): Extracted {
  const verb = commandAt(c, VERBS)
  if (verb < 0) return More
  out.command = VERBS[verb]!.toUpperCase()
  if (verb === USER) {
    out.user = restOfLine(c, 5, length)
    if (!ANONYMOUS.test(out.user)) ctx.raise('Clear-Text Credentials', `user ${out.user}`)
  } else if (verb === AUTH) ctx.memo |= TLS_ASKED
  else if (verb === PORT) expectAtClient(ctx, portOfNumbers(restOfLine(c, 5, length)))
  else if (verb === EPRT) expectAtClient(ctx, portOfExtended(restOfLine(c, 5, length)))
  else if (verb >= RETR && verb <= APPE) {
    out.file = restOfLine(c, 5, length)
    ctx.info(`${VERBS[verb]!.toUpperCase()} ${out.file}`)
  }
  return More
}

function startTls(ctx: Context): Extracted {
  ctx.becomes('FTPS')
  return Within
}

function serverLine(c: Cursor, length: number, out: FtpOut, ctx: Context): Extracted {
  const code = replyCode(c)
  if (code === READY && (ctx.memo & NAMED) === 0) {
    ctx.memo |= NAMED
    out.server = restOfLine(c, 4, length)
  } else if (code === PASSIVE) expectAtServer(ctx, portOfNumbers(restOfLine(c, 4, length)))
  else if (code === EXTENDED_PASSIVE) expectAtServer(ctx, portOfExtended(restOfLine(c, 4, length)))
  else if (code === AUTH_ACCEPTED && (ctx.memo & TLS_ASKED) !== 0) {
    return startTls(ctx)
  }
  return More
}

// The address that stands beside the port is passed over: behind a NAT it is wrong, and clients do not believe it either.
const expectAtClient = (ctx: Context, port: number) => port > 0 && ctx.expectAt('tcp', 'client', port, 'FTP_DATA', DATA_SECONDS)
const expectAtServer = (ctx: Context, port: number) => port > 0 && ctx.expectAt('tcp', 'server', port, 'FTP_DATA', DATA_SECONDS)

/** `h1,h2,h3,h4,p1,p2`, as PORT and the reply 227 have it; 0 when it is nothing of the kind. */
function portOfNumbers(line: string): number {
  const found = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/.exec(line)
  if (found === null || found.slice(1).some((n) => Number(n) > 255)) return 0
  return Number(found[5]) * 256 + Number(found[6])
}
/** `|||port|` or `|1|192.0.2.1|port|` with any delimiter (RFC 2428 §2). */
function portOfExtended(line: string): number {
  const found = /([\x21-\x2f\x3a-\x7e])[12]?\1[\da-fA-F.:]{0,45}\1(\d{1,5})\1/.exec(line)
  const port = found === null ? 0 : Number(found[2])
  return port < 65_536 ? port : 0
}
