import { Done, dissector, Exclude, Match, More, NeedMore, num, text } from './dissector.ts'
import { readLines, restOfLine } from './lines.ts'

// SHOUTcast's answer, which stands where HTTP has its status line. Icecast speaks HTTP and is told inside it.
const STATUS = 'ICY '
const STATUS_LEN = 7

export default dissector({
  name: 'IceCast',
  category: 'Media',
  about: 'Internet radio: the status line of ICY; servers that speak HTTP are told inside it',
  over: 'tcp',
  firstBytes: [0x49],
  secondBytes: [0x43],
  minLen: 2,
  fields: { station: text('Station'), genre: text('Genre'), kbps: num('kbit/s') },

  signature(c) {
    if (!c.startsWith(STATUS.slice(0, Math.min(STATUS.length, c.left)))) return Exclude
    if (c.left <= STATUS_LEN) return NeedMore
    for (let i = STATUS.length; i < STATUS_LEN; i++) if (c.peek(i) < 0x30 || c.peek(i) > 0x39) return Exclude
    const after = c.peek(STATUS_LEN)
    return after === 0x20 || after === 0x0d || after === 0x0a ? Match : Exclude
  },

  extract(c, out, ctx) {
    return readLines(c, (length) => {
      if (length === 0) return Done
      if (c.startsWithFold('icy-name:')) {
        out.station = restOfLine(c, 9, length)
        ctx.info(out.station)
      } else if (c.startsWithFold('icy-genre:')) out.genre = restOfLine(c, 10, length)
      else if (c.startsWithFold('icy-br:')) out.kbps = Number.parseInt(restOfLine(c, 7, length), 10) || undefined
      return More
    })
  },
})
