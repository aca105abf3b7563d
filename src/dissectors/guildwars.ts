import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// The client names its version to the login server (4) or to a game's (5) and hands over its half of a key; numbers and lengths are little-endian.
const LOGIN = 0x0004
const GAME = 0x0005
const LOGIN_LEN = 16
const GAME_LEN = 64
const KEY_KIND = 0x0042
const KEY_LEN = 64
// The server of files is asked with a zero and a message 0xf1 of sixteen bytes.
const FILE_HELLO = [1, 0, 0, 0, 0, 0xf1, 0, 0x10, 0] as const
const FILE_HELLO_LEN = 21

export default dissector({
  name: 'Guildwars',
  category: 'Game',
  about: 'Guild Wars: the client’s version followed by its half of a key, or the hello to the server of files, at its port',
  over: 'tcp',
  trialPorts: [6112],
  onlyOnPorts: true,
  firstBytes: [0, 1],
  minLen: 4,

  signature(c) {
    if (c.peek() === 1) {
      for (let i = 0; i < FILE_HELLO.length && i < c.left; i++) if (c.peek(i) !== FILE_HELLO[i]) return Exclude
      return c.left < FILE_HELLO_LEN ? NeedMore : c.left === FILE_HELLO_LEN ? Match : Exclude
    }
    const kind = c.peek16()
    const length = kind === LOGIN ? LOGIN_LEN : kind === GAME ? GAME_LEN : 0
    const whole = length + 2 + KEY_LEN
    if (length === 0 || c.peek(3) !== 0 || c.left > whole) return Exclude
    if (c.left >= length + 2 && c.peek16(length) !== KEY_KIND) return Exclude
    return c.left < whole ? NeedMore : Match
  },
})
