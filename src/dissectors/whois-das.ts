import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isText, restOfLine } from './lines.ts'

/** RFC 3912 §2: one line of the client's, then text until the end. Nothing but the port tells it from other lines. */
const PORTS = [43, 4343]
const MAX_QUERY = 512

export default dissector({
  name: 'Whois-DAS',
  category: 'Network',
  about: 'Questions about who holds a name or address: one line to the port of whois',
  over: 'tcp',
  tcpPorts: PORTS,
  onlyOnPorts: true,
  minLen: 3,
  firstBytes: (b) => b >= 0x20 && b < 0x7f,
  fields: { query: text('Query') },

  signature(c, ctx) {
    if (!ctx.fromClient || !PORTS.includes(ctx.dstPort)) return Exclude
    const length = c.lineLength(MAX_QUERY)
    if (length < 0) return c.left < MAX_QUERY && isText(c, c.left) ? NeedMore : Exclude
    return length > 0 && isText(c, length) && c.left <= length + 2 ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.query = restOfLine(c, 0, c.lineLength(MAX_QUERY))
    ctx.info(out.query)
    return Done
  },
})
