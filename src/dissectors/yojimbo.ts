import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// The netcode standard: a request to connect has kind 0 and the standard's version in plain text; ids, times, a nonce and 1,024 encrypted bytes follow.
const REQUEST = 0
const VERSION = 'NETCODE 1.0'
const VERSION_LEN = 13
const MIN_LEN = 1 + VERSION_LEN + 8 + 8

export default dissector({
  name: 'Yojimbo',
  category: 'Game',
  about: 'Games over yojimbo and netcode: the version in their requests to connect',
  over: 'udp',
  trialPorts: [40_000],
  firstBytes: [REQUEST],
  secondBytes: [0x4e],
  minLen: MIN_LEN,
  fields: { version: text('Version') },

  signature: (c) => (c.startsWith(VERSION, 1) && c.peek(VERSION_LEN) === 0 ? Match : Exclude),

  extract(c, out) {
    out.version = c.skip(1).text(VERSION_LEN - 1)
    return Done
  },
})
