import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, Within } from './dissector.ts'
import { commandAt, containsFold, isText, MAX_LINE, readLines, replyCode, restOfLine, wordAt } from './lines.ts'

// RFC 3977, RFC 4642 (STARTTLS), RFC 4643 (AUTHINFO).
const VERBS = [
  'group',
  'authinfo user',
  'starttls',
  'article',
  'body',
  'mode reader',
  'capabilities',
  'listgroup',
  'xover',
  'over',
  'ihave',
  'post',
  'newnews',
  'mode stream',
] as const
const GROUP = 0
const AUTHINFO = 1
const STARTTLS = 2
const BODY = 4
const START_TLS_NOW = 382

const GREETED = 1
const COMMANDED = 2
const TLS_ASKED = 4

const fields = { server: text('Server'), group: text('Group'), user: text('User') }
type NewsOut = Out<typeof fields>

export default dissector({
  name: 'Usenet',
  category: 'Web',
  about: 'News (NNTP): a greeting of 200 or 201 that says so, or is answered by commands of NNTP',
  over: 'tcp',
  trialPorts: [119, 433, 563],
  firstBytes: (b) => b === 0x32 || 'GgAaSsBbMmCcLlXxOoIiPpNn'.includes(String.fromCharCode(b)),
  minLen: 5,
  fields,

  signature(c, ctx) {
    const code = replyCode(c)
    if (code >= 0) return replyVerdict(c, ctx, code)
    const length = c.lineLength(MAX_LINE)
    if (commandAt(c, VERBS) < 0 || length < 0 || !isText(c, length)) return Exclude
    ctx.memo |= COMMANDED
    return (ctx.memo & GREETED) !== 0 || ctx.dstPort === 119 ? Match : NeedMore
  },

  extract(c, out, ctx) {
    return readLines(c, (length) => (ctx.fromClient ? clientLine(c, length, out, ctx) : serverLine(c, length, out, ctx)))
  },
})

function replyVerdict(c: Cursor, ctx: Context, code: number) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (code < 200 || code > 203 || !isText(c, length)) return Exclude
  if ((ctx.memo & COMMANDED) !== 0 || containsFold(c, 'nntp', length) || containsFold(c, 'internetnews', length)) return Match
  ctx.memo |= GREETED
  return NeedMore
}

function clientLine(c: Cursor, length: number, out: NewsOut, ctx: Context): Extracted {
  const verb = commandAt(c, VERBS)
  if (verb === GROUP) {
    out.group = wordAt(c, 6, length)
    ctx.info(out.group)
  } else if (verb === AUTHINFO) out.user = restOfLine(c, 14, length)
  else if (verb === STARTTLS) ctx.memo |= TLS_ASKED
  else if (verb > STARTTLS && verb <= BODY) return Done
  return More
}
function serverLine(c: Cursor, length: number, out: NewsOut, ctx: Context): Extracted {
  const code = replyCode(c)
  if ((code === 200 || code === 201) && out.server === undefined && ctx.packetThisWay === 1) out.server = restOfLine(c, 4, length)
  return code === START_TLS_NOW && (ctx.memo & TLS_ASKED) !== 0 ? Within : More
}
