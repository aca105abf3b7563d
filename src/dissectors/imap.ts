import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, More, NeedMore, text, Within } from './dissector.ts'
import { commandAt, containsFold, isText, MAX_LINE, readLines, restOfLine, tlsBegins, wordAt } from './lines.ts'

// RFC 9051 §6, RFC 2971 (ID).
const VERBS = [
  'login',
  'authenticate',
  'starttls',
  'select',
  'examine',
  'capability',
  'noop',
  'id',
  'logout',
  'list',
  'lsub',
  'status',
  'enable',
  'namespace',
] as const
const LOGIN = 0
const AUTHENTICATE = 1
const STARTTLS = 2
const EXAMINE = 4
const IMAP_PORT = 143
/** RFC 9051 gives tags no bound; clients count or use a few letters. */
const MAX_TAG = 32
const GREETINGS = ['* ok ', '* preauth ', '* bye ', '* capability imap'] as const

// What `memo` holds.
const GREETED = 1
const COMMANDED = 2
const TLS_ASKED = 4
const NAMED = 8

const fields = { server: text('Server'), user: text('User'), auth: text('Authentication'), startTls: flag('STARTTLS') }
type ImapOut = Out<typeof fields>

export default dissector({
  name: 'IMAP',
  category: 'Email',
  about: 'Mailbox access: an untagged greeting, tagged commands; becomes IMAPS at STARTTLS',
  over: 'tcp',
  tcpPorts: [IMAP_PORT],
  firstBytes: isTagByteOrStar,
  minLen: 5,
  alsoNames: { IMAPS: 'Email' },
  fields,

  signature(c, ctx) {
    if (c.peek() === 0x2a) return greetingVerdict(c, ctx)
    const tag = tagLength(c)
    if (tag <= 0) return Exclude
    const length = c.lineLength(MAX_LINE)
    if (length < 0) return tag === c.left && c.left < MAX_TAG ? NeedMore : Exclude
    if (commandAt(c, VERBS, tag + 1) < 0 || !isText(c, length)) return Exclude
    ctx.memo |= COMMANDED
    return (ctx.memo & GREETED) !== 0 || ctx.dstPort === IMAP_PORT ? Match : NeedMore
  },

  extract(c, out, ctx) {
    if (tlsBegins(c)) return startTls(out, ctx)
    return readLines(c, (length) => (ctx.fromClient ? clientLine(c, length, out, ctx) : serverLine(c, length, out, ctx)))
  },
})

/** What a tag may begin with in practice: letters, digits, and the star of the server. */
function isTagByteOrStar(b: number): boolean {
  return b === 0x2a || (b >= 0x30 && b <= 0x39) || (b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a)
}

/** Length of the tag at the cursor: up to a space; all there is when no space has come; 0 for none. */
function tagLength(c: Cursor): number {
  for (let i = 0; i <= MAX_TAG; i++) {
    const b = c.peek(i)
    if (b === 0x20 || b < 0) return i
    const more = b === 0x2e || b === 0x5f || b === 0x2d
    if (b === 0x2a || !(isTagByteOrStar(b) || more)) return 0
  }
  return 0
}

function greetingVerdict(c: Cursor, ctx: Context) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (!isText(c, length) || !GREETINGS.some((g) => c.startsWithFold(g))) return Exclude
  if ((ctx.memo & COMMANDED) !== 0 || containsFold(c, 'imap', length) || ctx.srcPort === IMAP_PORT) return Match
  ctx.memo |= GREETED
  return NeedMore
}

function clientLine(c: Cursor, length: number, out: ImapOut, ctx: Context): Extracted {
  const tag = tagLength(c)
  if (tag <= 0) return More
  const verb = commandAt(c, VERBS, tag + 1)
  if (verb === LOGIN) {
    out.user = wordAt(c, tag + 7, length).replace(/^"|"$/g, '')
    ctx.info(out.user)
    ctx.raise('Clear-Text Credentials', `user ${out.user}`)
  } else if (verb === AUTHENTICATE) out.auth = wordAt(c, tag + 14, length).toUpperCase()
  else if (verb === STARTTLS) ctx.memo |= TLS_ASKED
  else if (verb > STARTTLS && verb <= EXAMINE) return Done
  return More
}

function startTls(out: ImapOut, ctx: Context): Extracted {
  out.startTls = true
  ctx.becomes('IMAPS')
  return Within
}

function serverLine(c: Cursor, length: number, out: ImapOut, ctx: Context): Extracted {
  if (c.peek() === 0x2a) {
    if ((ctx.memo & NAMED) !== 0 || !c.startsWithFold('* ok ')) return More
    ctx.memo |= NAMED
    out.server = restOfLine(c, 5, length).replace(/^\[[^\]]*\] */, '')
    return More
  }
  if ((ctx.memo & TLS_ASKED) === 0) return More
  // The tagged answer to STARTTLS: from its end on both sides speak TLS, unless it is refused.
  ctx.memo &= ~TLS_ASKED
  const tag = tagLength(c)
  if (tag <= 0 || !c.startsWithFold('ok', tag + 1)) return More
  return startTls(out, ctx)
}
