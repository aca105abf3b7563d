import { dissector, Exclude, Match } from './dissector.ts'

/**
 * Unreal Engine's handshake without state: all of it is bits, the least significant first. Four bits by which Epic's own games are known, session and
 * connection (2 and 3), whether a handshake and whether a restart; then bytes that lie askew by three bits: lowest and current version, kind, count.
 * The checksum of the network's version (32) and its features (16) follow. In the client's first packet the time and the cookie are still empty.
 */
const MAGIC = 0x7
const IS_HANDSHAKE = 0x02
const IS_RESTART = 0x04
const LAST_VERSION = 16
/** From here on, versions count sessions and connections. */
const FIRST_VERSION = 2
const INITIAL = 0
const MAX_COUNT = 32
const EMPTY_FROM = 12
const EMPTY_TO = 37

export default dissector({
  name: 'EpicGames',
  category: 'Game',
  about: 'Fortnite and its kin: the first packet of Unreal Engine’s handshake, whose versions and counts fit and whose cookie is empty',
  over: 'udp',
  firstBytes: (byte) => (byte & 0x0f) === MAGIC,
  secondBytes: (byte) => (byte & (IS_HANDSHAKE | IS_RESTART)) === IS_HANDSHAKE,
  minLen: EMPTY_TO + 1,

  signature(c) {
    const askew = (at: number) => (c.peek(at) >> 3) | ((c.peek(at + 1) & 7) << 5)
    const lowest = askew(1)
    const current = askew(2)
    if (lowest < FIRST_VERSION || lowest > current || current > LAST_VERSION || askew(3) !== INITIAL || askew(4) > MAX_COUNT) return Exclude
    for (let i = EMPTY_FROM; i < EMPTY_TO; i++) if (c.peek(i) !== 0) return Exclude
    return Match
  },
})
