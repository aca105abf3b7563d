import { dissector, Exclude, Match } from './dissector.ts'

// The NintendoClients wiki. Pia, between consoles: magic number, version with a bit for encryption.
const PIA = 0x32ab_9864
const PIA_MIN_LEN = 24
const LAST_PIA_VERSION = 15
// PRUDP 1, to servers: magic, version, length of options and of the payload; then ends, kind, session, number (eight bytes) and a signature (sixteen).
const PRUDP = 0xead0_01
const PRUDP_FIXED_LEN = 30
const MAX_OPTIONS = 64

export default dissector({
  name: 'Nintendo',
  category: 'Game',
  about: 'Nintendo consoles: Pia between them, PRUDP to their servers, by magic number, version and lengths',
  over: 'udp',
  firstBytes: [PIA >>> 24, PRUDP >>> 16],
  secondBytes: [(PIA >>> 16) & 0xff, (PRUDP >>> 8) & 0xff],
  minLen: PIA_MIN_LEN,

  signature(c) {
    if (c.peek32() === PIA) {
      const version = c.peek(4) & 0x7f
      return version >= 1 && version <= LAST_PIA_VERSION ? Match : Exclude
    }
    if (c.peek32() >>> 8 !== PRUDP) return Exclude
    const options = c.peek(3)
    return options <= MAX_OPTIONS && c.left === PRUDP_FIXED_LEN + options + c.peek16(4) ? Match : Exclude
  },
})
