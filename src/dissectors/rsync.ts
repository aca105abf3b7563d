import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'
import { isText, restOfLine } from './lines.ts'

const GREETING = '@RSYNCD: '

export default dissector({
  name: 'RSYNC',
  category: 'DataTransfer',
  about: 'The rsync daemon: its greeting, which both ends send',
  over: 'tcp',
  tcpPorts: [873],
  firstBytes: [0x40],
  fields: { version: text('Version'), module: text('Module') },
  maxMore: 8,

  signature(c) {
    const known = GREETING.slice(0, Math.min(GREETING.length, c.left))
    if (!c.startsWith(known)) return Exclude
    if (c.left <= GREETING.length) return NeedMore
    const digit = c.peek(GREETING.length)
    return digit >= 0x30 && digit <= 0x39 ? Match : Exclude
  },

  extract(c, out, ctx) {
    const length = c.lineLength(255)
    if (length < 0) return c.left < 255 ? More : Done
    if (c.startsWith(GREETING)) {
      if (!ctx.fromClient) out.version = restOfLine(c, GREETING.length, length)
      c.skipLine()
      if (!ctx.fromClient || c.left === 0) return More
    }
    // Behind its greeting the client names the module it wants, or asks for the list with an empty line.
    const module = c.lineLength(255)
    if (!ctx.fromClient || module < 0) return More
    if (!isText(c, module)) return Done
    out.module = restOfLine(c, 0, module)
    ctx.info(out.module)
    c.skipLine()
    return Done
  },
})
