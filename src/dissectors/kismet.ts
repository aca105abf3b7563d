import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

/** The server of Kismet up to 2013 greets with a sentence of this name: version, time, name of the server. */
const GREETING = '*KISMET: '
const MAX_LINE = 512

export default dissector({
  name: 'Kismet',
  category: 'Network',
  about: 'Kismet wireless monitoring: the greeting of its server',
  over: 'tcp',
  trialPorts: [2501],
  firstBytes: [0x2a],
  minLen: GREETING.length,
  fields: { server: text('Server') },

  signature(c) {
    if (!c.startsWith(GREETING)) return Exclude
    const digit = c.peek(GREETING.length)
    return digit < 0 ? NeedMore : digit >= 0x30 && digit <= 0x39 ? Match : Exclude
  },

  extract(c, out) {
    const length = c.lineLength(MAX_LINE)
    if (length > 0) out.server = c.skip(GREETING.length).text(length - GREETING.length)
    return Done
  },
})
