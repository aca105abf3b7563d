import { dissector, Exclude, Match, NeedMore, text, u16 } from './dissector.ts'

// The server's greeting, which alone is not encrypted: length of what follows, version, sub-version in digits, two keys of four bytes, region.
const HEAD_LEN = 6
const KEYS_LEN = 8
const MAX_VERSION = 400
const MAX_DIGITS = 4
const LAST_REGION = 9

export default dissector({
  name: 'MapleStory',
  category: 'Game',
  about: 'MapleStory: the server’s greeting, whose length, version in digits and region agree',
  over: 'tcp',
  trialPorts: [8484, 8585, 8586, 8587, 8588, 8589, 8590],
  firstBytes: [14, 15, 16, 17],
  secondBytes: [0],
  minLen: HEAD_LEN,
  fields: { version: u16('Version'), subVersion: text('Sub-version') },

  signature(c) {
    const length = c.u16le()
    const version = c.u16le()
    const digits = c.u16le()
    if (version === 0 || version > MAX_VERSION || digits === 0 || digits > MAX_DIGITS || length !== 4 + digits + KEYS_LEN + 1)
      return Exclude
    for (let i = 0; i < digits && i < c.left; i++) if (c.peek(i) < 0x30 || c.peek(i) > 0x39) return Exclude
    const rest = digits + KEYS_LEN + 1
    if (c.left < rest) return NeedMore
    const region = c.peek(rest - 1)
    return c.left === rest && region >= 1 && region <= LAST_REGION ? Match : Exclude
  },

  extract(c, out) {
    c.skip(2)
    out.version = c.u16le()
    out.subVersion = c.text(c.u16le())
  },
})
