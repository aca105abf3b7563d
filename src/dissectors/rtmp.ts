import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'
import { isHostName, textAt } from './lines.ts'

// Adobe's RTMP specification 1.0 §5.2: C0 and S0 are a version, C1, S1, C2 and S2 have 1536 bytes each.
const VERSION = 3
const HANDSHAKE_LEN = 1536
const HELLO_LEN = 1 + HANDSHAKE_LEN
const CLIENT_HELLO = 1
const SERVER_HELLO = 2

export default dissector({
  name: 'RTMP',
  category: 'Media',
  about: 'Real-Time Messaging: hellos of 1,537 bytes from both ends; the URL that the client connects to',
  over: 'tcp',
  tcpPorts: [1935],
  firstBytes: [VERSION],
  minLen: 9,
  fields: { url: text('URL') },
  maxMore: 16,

  signature(c, ctx) {
    // Four bytes of time, then zeros, or the version of a player (x.0.y.z) or server of Adobe's.
    const adobe = c.peek(5) !== 0 && c.peek(6) <= 9 && c.peek(5) <= 0x80
    if (c.peek() !== VERSION || (c.peek32(5) !== 0 && !adobe)) return Exclude
    if (c.left < HELLO_LEN) return NeedMore
    // A client waits for the server's hello before it goes on, and random bytes are no zeros.
    if (ctx.fromClient && c.left > HELLO_LEN) return Exclude
    if (isBlank(c)) return Exclude
    ctx.memo |= ctx.fromClient ? CLIENT_HELLO : SERVER_HELLO
    return ctx.memo === (CLIENT_HELLO | SERVER_HELLO) ? Match : NeedMore
  },

  extract(c, out, ctx) {
    if (!ctx.fromClient) {
      c.skip(c.left)
      return More
    }
    const at = c.find('tcUrl', 8192)
    if (at < 0) return c.left > 8192 ? Done : More
    // AMF 0: a string is 2, a length of two bytes, the text.
    if (c.peek(at + 5) !== 2 || c.peek16(at + 6) < 0) return Done
    out.url = textAt(c, at + 8, Math.min(c.peek16(at + 6), c.left - at - 8))
    ctx.info(out.url)
    const host = /^rtmp[a-z]{0,2}:\/\/([^/:?]+)/i.exec(out.url)?.[1]?.toLowerCase() ?? ''
    if (isHostName(host)) ctx.serverName(host)
    return Done
  },
})

/** Whether 32 bytes in the middle of the hello are all the same. */
function isBlank(c: Cursor): boolean {
  const first = c.peek(700)
  for (let i = 701; i < 732; i++) if (c.peek(i) !== first) return false
  return true
}
