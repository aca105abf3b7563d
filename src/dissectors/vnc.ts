import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, text, type Verdict } from './dissector.ts'

// RFC 6143 §7.1.1: "RFB 003.008\n".
const GREETING = 'RFB '
const GREETING_LEN = 12

export default dissector({
  name: 'VNC',
  category: 'RemoteAccess',
  about: 'Remote framebuffer (RFC 6143): both ends begin with the version line',
  over: 'tcp',
  tcpPorts: [5900, 5901, 5800],
  trialPorts: [5902, 5903],
  firstBytes: [0x52],
  minLen: 4,
  fields: { serverVersion: text('Server version'), clientVersion: text('Client version') },

  signature: (c) => version(c),

  extract(c, out, ctx) {
    if (version(c) !== Match) return
    const line = c.seek(4).text(7)
    if (ctx.fromClient) out.clientVersion = line
    else out.serverVersion = line
    ctx.info(`RFB ${line}`)
    return ctx.packet < 4 ? More : undefined
  },
})

function version(c: Cursor): Verdict {
  if (!c.startsWith(GREETING)) return Exclude
  if (c.left < GREETING_LEN) return NeedMore
  for (let i = 4; i < 11; i++) {
    const byte = c.peek(i)
    if (i === 7 ? byte !== 0x2e : byte < 0x30 || byte > 0x39) return Exclude
  }
  return c.peek(11) === 0x0a ? Match : Exclude
}
