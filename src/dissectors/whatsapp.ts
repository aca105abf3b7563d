import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; known from open clients: an optional message `ED 0 1` with a place to route to, then `WA`, two bytes of version, and a frame of the handshake.
const ROUTING = 'ED\0\x01'
const HELLO = 'WA'
const HELLO_LEN = 4
const FRAME_LENGTH_LEN = 3
const HIGHEST_VERSION = 8
const MAX_ROUTING = 64

export default dissector({
  name: 'WhatsApp',
  category: 'Chat',
  about: 'WhatsApp chat: the hello of its own handshake, with or without the place to route to',
  over: 'tcp',
  trialPorts: [443, 5222],
  firstBytes: [0x45, 0x57],
  minLen: HELLO_LEN,

  signature(c, ctx) {
    if (!ctx.fromClient) return Exclude
    if (c.startsWith(ROUTING)) {
      if (c.left < 7) return c.left === HELLO_LEN ? Match : NeedMore
      const length = (c.peek(4) << 16) | c.peek16(5)
      return length <= MAX_ROUTING ? Match : Exclude
    }
    const versions = c.peek(2) >= 1 && c.peek(2) <= HIGHEST_VERSION && c.peek(3) <= 32
    if (!c.startsWith(HELLO) || !versions) return Exclude
    if (c.left < HELLO_LEN + FRAME_LENGTH_LEN) return NeedMore
    const frame = (c.peek(4) << 16) | c.peek16(5)
    return frame > 0 && frame <= c.left - HELLO_LEN - FRAME_LENGTH_LEN ? Match : Exclude
  },
})
