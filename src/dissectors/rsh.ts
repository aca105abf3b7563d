import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

const RSH_PORT = 514
/** rshd believes only clients that root has given a port below this. */
const FIRST_FREE_PORT = 1024
const MAX_USER = 16
const MAX_COMMAND = 512

export default dissector({
  name: 'RSH',
  category: 'RemoteAccess',
  about: 'Remote shell of old: from a reserved port to 514, a port number for errors, two users and a command, each with a NUL',
  over: 'tcp',
  trialPorts: [RSH_PORT],
  firstBytes: (byte) => byte === 0 || (byte >= 0x30 && byte <= 0x39),
  minLen: 1,
  fields: { clientUser: text('Client user'), serverUser: text('Server user'), command: text('Command') },

  signature(c, ctx) {
    if (!ctx.fromClient || ctx.dstPort !== RSH_PORT || ctx.srcPort >= FIRST_FREE_PORT) return Exclude
    return request(c)
  },

  extract(c, out, ctx) {
    c.skip(c.indexOf(0, 6) + 1)
    out.clientUser = zeroEnded(c, MAX_USER)
    out.serverUser = zeroEnded(c, MAX_USER)
    out.command = zeroEnded(c, MAX_COMMAND)
    ctx.info(out.command)
    ctx.raise('Clear-Text Credentials', `user ${out.serverUser}`)
    return Done
  },
})

function request(c: Cursor): Verdict {
  let digits = 0
  while (digits < 6 && c.peek(digits) >= 0x30 && c.peek(digits) <= 0x39) digits++
  if (digits > 5) return Exclude
  const end = c.peek(digits)
  if (end < 0) return NeedMore
  if (end !== 0) return Exclude
  c.skip(digits + 1)
  for (let part = 0; part < 3; part++) {
    const max = part < 2 ? MAX_USER : MAX_COMMAND
    let n = 0
    while (n <= max && c.peek(n) >= 0x20 && c.peek(n) <= 0x7e) n++
    if (n > max) return Exclude
    if (c.peek(n) < 0) return NeedMore
    if (c.peek(n) !== 0 || n === 0) return Exclude
    c.skip(n + 1)
  }
  return Match
}

function zeroEnded(c: Cursor, max: number): string {
  const part = c.text(Math.max(0, c.indexOf(0, max + 1)))
  c.skip(1)
  return part
}
