import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// The server of ICA says its name again and again until the client does; CGP ("common gateway protocol", session reliability) says it once.
const ICA = '\x7f\x7fICA\0'
const CGP = '\x1aCGP/'

export default dissector({
  name: 'Citrix',
  category: 'Network',
  about: 'Citrix sessions: the greeting of ICA, or that of CGP',
  over: 'tcp',
  tcpPorts: [1494, 2598],
  firstBytes: [0x7f, 0x1a],
  secondBytes: [0x7f, 0x43],
  minLen: 5,

  signature(c) {
    if (c.startsWith(ICA) || (c.startsWith(CGP) && c.peek(CGP.length) >= 0x30 && c.peek(CGP.length) <= 0x39)) return Match
    return c.left <= CGP.length && (c.startsWith(ICA.slice(0, c.left)) || c.startsWith(CGP.slice(0, c.left))) ? NeedMore : Exclude
  },
})
