import { dissector, Exclude, Match } from './dissector.ts'

/** What the probes of RIPE Atlas write into the packets of their traceroutes: who sends them, behind what makes the check sum come out right. */
const SENDER = 'http://atlas.ripe.net '
const IPV4_AT = 2
/** Behind fields for check sum, process, measurement, sequence number and time, whose sizes depend on the probe's machine. */
const IPV6_AT = [24, 32]
const FIRST_LETTER = SENDER.charCodeAt(0)

export default dissector({
  name: 'RipeAtlas',
  category: 'Network',
  about: 'Traceroutes of the probes of RIPE Atlas: the address of their project within the packet',
  over: 'udp',
  minLen: IPV4_AT + SENDER.length,

  signature(c) {
    if (c.peek(IPV4_AT) === FIRST_LETTER && c.startsWith(SENDER, IPV4_AT)) return Match
    return IPV6_AT.some((at) => c.peek(at) === FIRST_LETTER && c.startsWith(SENDER, at)) ? Match : Exclude
  },
})
