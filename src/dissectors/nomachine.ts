import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { textAt } from './lines.ts'
import { beginsWith, isPartOf } from './words.ts'

// Both ends begin with a line that says program and version.
const PROGRAMS = ['NXSH-', 'NXD-', 'NXSSH-', 'NXSERVER-']
const MAX_LINE = 64

export default dissector({
  name: 'NoMachine',
  category: 'RemoteAccess',
  about: "NoMachine's remote desktop: the line in which each end says its program and version",
  over: 'tcp',
  tcpPorts: [4000],
  firstBytes: [0x4e],
  secondBytes: [0x58],
  minLen: 2,
  fields: { version: text('Version') },

  signature(c) {
    const which = beginsWith(c, PROGRAMS)
    if (which < 0) return isPartOf(c, PROGRAMS) ? NeedMore : Exclude
    const at = PROGRAMS[which]!.length
    const end = c.indexOf(0x0a, MAX_LINE)
    const to = end < 0 ? Math.min(c.left, MAX_LINE) : end
    for (let i = at; i < to; i++) if (!isVersionByte(c.peek(i))) return Exclude
    return end > at + 2 ? Match : end < 0 && c.left < MAX_LINE ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    const at = PROGRAMS[beginsWith(c, PROGRAMS)]?.length ?? 0
    out.version = textAt(c, at, c.lineLength(MAX_LINE) - at)
    ctx.info(out.version)
    return Done
  },
})

const isVersionByte = (b: number) => (b >= 0x30 && b <= 0x39) || b === 0x2e || b === 0x0d
