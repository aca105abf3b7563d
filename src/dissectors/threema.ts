import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Threema Cryptography Whitepaper, "Chat Protocol": a hello with a key of 32 bytes and a cookie of 16, answered by a cookie and the box of a key and a cookie
// (48 bytes and its tag of 16); then the login, in a box. Nothing of it is constant but the lengths.
const CLIENT_HELLO_LEN = 32 + 16
const SERVER_HELLO_LEN = 16 + 16 + 32 + 16
const LOGIN_MIN_LEN = 128 + 16
const PORTS = [5222, 443]

const CLIENT_SAID_HELLO = 1
const SERVER_SAID_HELLO = 2

export default dissector({
  name: 'Threema',
  category: 'Chat',
  about: 'Threema: hellos of exact lengths, both ways, and a login, to its ports',
  over: 'tcp',
  trialPorts: PORTS,
  onlyOnPorts: true,
  minLen: CLIENT_HELLO_LEN,

  signature(c, ctx) {
    if (ctx.midStream) return Exclude
    if (!ctx.fromClient) {
      if (ctx.memo !== CLIENT_SAID_HELLO || c.left !== SERVER_HELLO_LEN) return Exclude
      ctx.memo = SERVER_SAID_HELLO
      return NeedMore
    }
    if (ctx.packet === 1) {
      if (c.left !== CLIENT_HELLO_LEN || isText(c.peek32()) || c.peek() === 0x16) return Exclude
      ctx.memo = CLIENT_SAID_HELLO
      return NeedMore
    }
    return ctx.memo === SERVER_SAID_HELLO && c.left >= CLIENT_HELLO_LEN + LOGIN_MIN_LEN ? Match : Exclude
  },
})

/** Four letters, digits or signs: keys have them once in fifty. */
const isText = (word: number) => {
  for (let shift = 0; shift < 32; shift += 8) if (((word >>> shift) & 255) < 0x20 || ((word >>> shift) & 255) > 0x7e) return false
  return true
}
