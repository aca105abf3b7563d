import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Known from open clients: the hello of the client is 0, 4, its own length, and a message whose first field is the tenth; on the LAN it calls by name.
const HELLO = 0x0004
const LENGTH_AT = 2
const MESSAGE_AT = 6
const FIRST_FIELD = 0x52
const MAX_HELLO = 4096
const LAN_CALL = 'SpotUdp'

export default dissector({
  name: 'Spotify',
  category: 'Music',
  about: 'Spotify: the hello to its access points, and its call on the local network',
  over: ['tcp', 'udp'],
  trialPorts: [4070, 57_621],
  firstBytes: (byte, over) => byte === (over === 'tcp' ? HELLO >> 8 : 0x53),
  minLen: LAN_CALL.length,

  signature(c, ctx) {
    if (ctx.proto !== 6) return c.startsWith(LAN_CALL) ? Match : Exclude
    if (!ctx.fromClient || c.peek16() !== HELLO || c.peek(MESSAGE_AT) !== FIRST_FIELD) return Exclude
    const length = c.peek32(LENGTH_AT)
    if (length < 64 || length > MAX_HELLO || c.left > length) return Exclude
    return c.left === length ? Match : NeedMore
  },
})
