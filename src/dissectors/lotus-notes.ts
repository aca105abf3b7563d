import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Notes RPC: the first message of a client. A length and a kind go before what is the same in all.
const NOTES_PORT = 1352
const HELLO = '\0\0\x02\0\0\x40\x02\x0f'
const PLACES = [4, 6]
const LAST_PLACE = 6

export default dissector({
  name: 'LotusNotes',
  category: 'Collaborative',
  about: 'Notes and Domino: the beginning of the first call a client makes',
  over: 'tcp',
  tcpPorts: [NOTES_PORT],
  onlyOnPorts: true,
  minLen: 4,

  signature(c) {
    if (c.peek16(2) !== 0) return Exclude
    for (const at of PLACES) if (c.startsWith(HELLO, at)) return Match
    return c.left < LAST_PLACE + HELLO.length ? NeedMore : Exclude
  },
})
