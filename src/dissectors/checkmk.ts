import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'
import { readLines, restOfLine } from './lines.ts'

// What the monitored host says as soon as it is asked: sections, of which the first is always this.
const FIRST_SECTION = '<<<check_mk'
const SECTION = '<<<'

export default dissector({
  name: 'CHECKMK',
  category: 'DataTransfer',
  about: 'The agent of Checkmk: the first section of its report',
  over: 'tcp',
  tcpPorts: [6556],
  firstBytes: [0x3c],
  secondBytes: [0x3c],
  minLen: 2,
  fields: { version: text('Agent version'), os: text('System'), hostname: text('Host name') },

  signature(c) {
    if (c.startsWith(FIRST_SECTION)) {
      const next = c.peek(FIRST_SECTION.length)
      return next < 0 ? NeedMore : next === 0x3e || next === 0x3a ? Match : Exclude
    }
    return c.left < FIRST_SECTION.length && c.startsWith(FIRST_SECTION.slice(0, c.left)) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    return readLines(c, (length) => {
      if (c.startsWith('Version: ')) out.version = restOfLine(c, 9, length)
      else if (c.startsWith('AgentOS: ')) out.os = restOfLine(c, 9, length)
      else if (c.startsWith('Hostname: ')) {
        out.hostname = restOfLine(c, 10, length)
        ctx.info(out.hostname)
      } else if (c.startsWith(SECTION) && !c.startsWith(FIRST_SECTION)) return Done
      return More
    })
  },
})
