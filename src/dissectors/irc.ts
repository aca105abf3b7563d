import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'
import { commandAt, isText, MAX_LINE, MAX_LINES, restOfLine, wholeLine, wordAt } from './lines.ts'

// RFC 2812 §3.1, IRCv3 capability negotiation.
const OPENING = ['nick', 'user', 'pass', 'cap', 'webirc'] as const
const NICK = 0
const USER = 1
const CAP = 3
/** Lines that may come before a client has said who it is. */
const MAX_OPENING_LINES = 5
const COLON = 0x3a

const NICK_SEEN = 1
const USER_SEEN = 2

const fields = { nick: text('Nickname'), user: text('User'), server: text('Server'), channel: text('Channel') }
type IrcOut = Out<typeof fields>

export default dissector({
  name: 'IRC',
  category: 'Chat',
  about: 'Internet Relay Chat: NICK with USER or capability negotiation; notices and numeric replies of a server',
  over: 'tcp',
  tcpPorts: [194],
  trialPorts: [6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 7000],
  firstBytes: (b) => b === COLON || 'NnUuPpCcWw'.includes(String.fromCharCode(b)),
  minLen: 5,
  fields,
  maxMore: 12,

  signature(c, ctx) {
    if (c.peek() === COLON || c.startsWith('NOTICE ')) return serverVerdict(c)
    if (commandAt(c, OPENING) < 0) return Exclude
    return clientVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    for (let n = 0; n < MAX_LINES && c.left > 0; n++) {
      const length = wholeLine(c)
      if (length < 0) return More
      if (ctx.fromClient) clientLine(c, length, out)
      else serverLine(c, length, out)
      c.skipLine(MAX_LINE)
    }
    return out.channel === undefined ? More : Done
  },
})

function clientVerdict(c: Cursor, ctx: Context) {
  for (let n = 0; n < MAX_OPENING_LINES && c.left > 0; n++) {
    const length = c.lineLength(MAX_LINE)
    if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
    const verb = commandAt(c, OPENING)
    if (verb < 0 || !isText(c, length)) return Exclude
    if (verb === CAP && (c.startsWithFold('cap ls') || c.startsWithFold('cap req :'))) return Match
    if (verb === NICK) ctx.memo |= NICK_SEEN
    if (verb === USER) ctx.memo |= USER_SEEN
    if (ctx.memo === (NICK_SEEN | USER_SEEN)) return Match
    c.skipLine(MAX_LINE)
  }
  return NeedMore
}

/** `:server 001 nick :text`, `:server NOTICE * :text`, `NOTICE AUTH :text`. */
function serverVerdict(c: Cursor) {
  const length = c.lineLength(MAX_LINE)
  if (length < 0) return c.left < 512 && isText(c, c.left) ? NeedMore : Exclude
  if (!isText(c, length)) return Exclude
  if (c.startsWith('NOTICE AUTH :') || c.startsWith('NOTICE * :')) return Match
  const space = c.indexOf(0x20, 64)
  if (space < 2) return Exclude
  const known =
    c.startsWith('NOTICE ', space + 1) ||
    c.startsWith('CAP ', space + 1) ||
    c.startsWith('001 ', space + 1) ||
    c.startsWith('020 ', space + 1)
  return known && c.indexOf(COLON, length) >= 0 ? Match : Exclude
}

function clientLine(c: Cursor, length: number, out: IrcOut): void {
  if (c.startsWithFold('nick ')) out.nick = wordAt(c, 5, length)
  else if (c.startsWithFold('user ')) out.user = wordAt(c, 5, length)
  else if (c.startsWithFold('join ')) out.channel = wordAt(c, 5, length)
}
function serverLine(c: Cursor, length: number, out: IrcOut): void {
  const space = c.peek() === COLON ? c.indexOf(0x20, length) : -1
  if (space > 1 && c.startsWith('001 ', space + 1)) out.server = restOfLine(c, 1, space)
}
