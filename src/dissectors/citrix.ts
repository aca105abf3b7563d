import { dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'
import { beginsWith, isPartOf } from './words.ts'

/** ICA servers greet so, more than once; the gateway protocol that keeps sessions over broken connections opens with its name and version. */
const ICA = '\x7f\x7fICA\0'
const CGP = '\x1aCGP/01'
const OPENINGS = [ICA, CGP]
const VARIANTS = ['ICA', 'CGP'] as const

export default dissector({
  name: 'Citrix',
  category: 'Network',
  about: 'Desktops and applications at a distance: the greeting of ICA or the opening of the common gateway protocol',
  over: 'tcp',
  tcpPorts: [1494, 2598],
  firstBytes: OPENINGS.map((opening) => opening.charCodeAt(0)),
  fields: { variant: oneOf('Variant', VARIANTS) },

  signature: (c) => (beginsWith(c, OPENINGS) >= 0 ? Match : isPartOf(c, OPENINGS) ? NeedMore : Exclude),

  extract(c, out) {
    out.variant = VARIANTS[beginsWith(c, OPENINGS)]
  },
})
