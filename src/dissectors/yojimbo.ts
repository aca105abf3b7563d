import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// netcode STANDARD.md: a request to connect is 0, the version, the game's number, a time, a nonce, a sealed token.
const PREFIX = '\0NETCODE '
const VERSION_LEN = 4
const REQUEST_LEN = 1 + 13 + 8 + 8 + 24 + 1024

export default dissector({
  name: 'Yojimbo',
  category: 'Game',
  about: "Games on netcode and yojimbo: the version in a client's request to connect",
  over: 'udp',
  firstBytes: [0],
  secondBytes: [0x4e],
  minLen: 14,
  fields: { version: text('Version') },

  signature(c) {
    // Before 1.02 the nonce was a counter of eight bytes.
    return c.startsWith(PREFIX) && c.peek(13) === 0 && c.left <= REQUEST_LEN && c.left >= REQUEST_LEN - 16 ? Match : Exclude
  },

  extract(c, out) {
    out.version = c.skip(PREFIX.length).text(VERSION_LEN)
    return Done
  },
})
