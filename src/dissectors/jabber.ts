import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, More, NeedMore, text, Within } from './dissector.ts'
import { textAt } from './lines.ts'

/** The opening tag with its name spaces is shorter. */
const MAX_OPENING = 1024
// RFC 6120 §4.7.1 and §5.4.
const STREAM = 'http://etherx.jabber.org/streams'
const TLS_ASKED = 1
/** Calls by mobile phone over XMPP. */
const TRUPHONE = 'im.truphone.com'

const fields = { to: text('To'), from: text('From'), startTls: flag('STARTTLS') }
type JabberOut = Out<typeof fields>

export default dissector({
  name: 'Jabber',
  category: 'Web',
  about: 'XMPP: the opening tag of a stream; what follows STARTTLS is read as TLS',
  over: 'tcp',
  alsoNames: { TruPhone: 'VoIP' },
  trialPorts: [5222, 5223, 5269],
  firstBytes: [0x3c],
  minLen: 5,
  fields,
  maxMore: 8,

  signature(c) {
    if (!c.startsWith('<?xml') && !c.startsWith('<stre')) return Exclude
    if (c.find(STREAM, MAX_OPENING) >= 0 || c.find('jabber:client', MAX_OPENING) >= 0 || c.find('jabber:server', MAX_OPENING) >= 0)
      return Match
    if (c.left >= MAX_OPENING) return Exclude
    // Other XML has no stream behind its declaration.
    const root = c.indexOf(0x3c, MAX_OPENING) === 0 && c.startsWith('<?xml') ? elementAfterDeclaration(c) : 0
    return root < 0 || c.left - root < 7 || c.startsWith('<stream', root) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.fromClient) readClient(c, out, ctx)
    else if (readServer(c, out, ctx)) return Within
    c.skip(c.left)
    return ctx.packetThisWay > 6 ? Done : More
  },
})

/** Where the first element behind `<?xml …?>` begins, or -1 when it has not come. */
function elementAfterDeclaration(c: Cursor): number {
  const end = c.find('?>', 256)
  if (end < 0) return -1
  let at = end + 2
  while (at < c.left && c.peek(at) <= 0x20) at++
  return at < c.left ? at : -1
}

function readClient(c: Cursor, out: JabberOut, ctx: Context): void {
  const to = attribute(c, 'to=')
  if (to !== '') {
    out.to = to
    const server = to.toLowerCase()
    if (server === TRUPHONE) ctx.becomes('TruPhone')
    ctx.serverName(server)
  }
  const from = attribute(c, 'from=')
  if (from !== '') out.from = from
  if (c.find('<starttls', MAX_OPENING) >= 0) ctx.memo |= TLS_ASKED
}

/** True when the server lets TLS begin; the cursor then stands behind its word. */
function readServer(c: Cursor, out: JabberOut, ctx: Context): boolean {
  const proceed = (ctx.memo & TLS_ASKED) !== 0 ? c.find('<proceed', MAX_OPENING) : -1
  if (proceed < 0) return false
  const end = c.indexOf(0x3e, MAX_OPENING)
  c.skip(proceed)
  const close = end < 0 ? -1 : c.indexOf(0x3e, 128)
  c.skip(close < 0 ? c.left : close + 1)
  out.startTls = true
  return true
}

/** Behind a blank, or as some write it, right behind the attribute before it. */
function attribute(c: Cursor, name: string): string {
  let at = -1
  for (const before of ' \'"') if (at < 0) at = c.find(before + name, MAX_OPENING)
  if (at++ < 0) return ''
  const quote = c.peek(at + name.length)
  const from = at + name.length + 1
  for (let i = from; i < from + 255; i++) if (c.peek(i) === quote) return textAt(c, from, i - from)
  return ''
}
