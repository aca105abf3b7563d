import { dissector, Exclude, Match } from './dissector.ts'

// Media of Webex Meetings go to UDP port 9000 (help.webex.com, "Network requirements"). Not published: they begin with a probe of eight bytes, which is answered
// by one that holds the sender's port.
const PORT = 9000
const PROBE_LEN = 8
const PROBE = 1
const ANSWER = 2
const COUNT = 1

export default dissector({
  name: 'Webex',
  category: 'VoIP',
  about: 'Media of Webex Meetings: its probe and the answer, to and from their port',
  over: 'udp',
  trialPorts: [PORT],
  onlyOnPorts: true,
  firstBytes: [PROBE, ANSWER],
  minLen: PROBE_LEN,

  signature(c, ctx) {
    if (c.left !== PROBE_LEN || c.peek16(1) !== 0 || c.peek16(3) !== 0 || c.peek(7) !== COUNT) return Exclude
    if (c.peek() === PROBE) return ctx.dstPort === PORT && c.peek16(5) === 0 ? Match : Exclude
    return ctx.srcPort === PORT && c.peek16(5) !== 0 ? Match : Exclude
  },
})
