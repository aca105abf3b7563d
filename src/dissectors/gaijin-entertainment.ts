import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// Its games report how they fare in lines of a metric's name and labels.
const LABELS = [',env=', ',circuit=', ',application=', ',project=']
const MAX_NAME = 96
const MAX_LABELS = 256

export default dissector({
  name: 'GaijinEntertainment',
  category: 'Game',
  about: 'War Thunder and other games of Gaijin: their metrics, by the labels that all of them bear',
  over: 'udp',
  udpPorts: [20_011],
  firstBytes: (byte) => byte >= 0x61 && byte <= 0x7a,
  secondBytes: (byte) => byte >= 0x2e && byte <= 0x7a,
  minLen: 48,
  fields: { project: text('Project') },

  signature(c) {
    let max = MAX_NAME
    for (const label of LABELS) {
      const at = c.find(label, max)
      if (at < 0) return Exclude
      c.skip(at + label.length)
      max = MAX_LABELS
    }
    return Match
  },

  extract(c, out, ctx) {
    const label = LABELS[LABELS.length - 1]!
    const project = c.skip(c.find(label) + label.length)
    const length = project.indexOf(0x2c, 64)
    if (length <= 0) return Done
    out.project = project.text(length)
    ctx.info(out.project)
    return Done
  },
})
