import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

/** A node greets with a comment that ends in its name. */
const GREETING = '# munin node at '
const MAX_LINE = 300

export default dissector({
  name: 'Munin',
  category: 'System',
  about: 'Graphs of servers: the greeting of a Munin node',
  over: 'tcp',
  tcpPorts: [4949],
  firstBytes: [0x23],
  secondBytes: [0x20],
  minLen: GREETING.length,
  fields: { node: text('Node') },

  signature(c) {
    if (!c.startsWith(GREETING)) return Exclude
    return c.lineLength(MAX_LINE) < 0 ? (c.left < MAX_LINE ? NeedMore : Exclude) : Match
  },

  extract(c, out, ctx) {
    const length = c.lineLength(MAX_LINE)
    ctx.info((out.node = c.skip(GREETING.length).text(length - GREETING.length)))
  },
})
