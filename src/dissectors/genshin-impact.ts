import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Over UDP it opens, confirms and closes a conversation with twenty bytes before KCP takes over: two marks that belong together around the
// conversation, its token and a datum, which is 1234567890 in an opening.
const HANDSHAKE_LEN = 20
const OPEN = [0xff, 0xffff_ffff] as const
const CONFIRM = [0x145, 0x1451_4545] as const
const CLOSE = [0x194, 0x1941_9494] as const
const OPENING = 1_234_567_890
// Over TCP: one, the length of the message, its kind, its number, a session. The client's first has nothing in it yet.
const MARK = 1
const HELLO_LEN = 42
const HELLO_KIND = 7
const EMPTY_FROM = 18
const EMPTY_TO = 38

export default dissector({
  name: 'GenshinImpact',
  category: 'Game',
  about: 'Genshin Impact: the handshake before its KCP, or its first message over TCP, whose length fits and which is empty',
  over: ['udp', 'tcp'],
  udpPorts: [22_102],
  trialPorts: [22_101, 10_012],
  firstBytes: [0, MARK],
  secondBytes: [0],
  minLen: HANDSHAKE_LEN,

  signature(c, ctx) {
    if (ctx.proto === 6) return helloVerdict(c)
    if (c.left !== HANDSHAKE_LEN) return Exclude
    const begin = c.peek32()
    const end = c.peek32(16)
    if (begin === OPEN[0]) return end === OPEN[1] && c.peek32(12) === OPENING ? Match : Exclude
    return (begin === CONFIRM[0] && end === CONFIRM[1]) || (begin === CLOSE[0] && end === CLOSE[1]) ? Match : Exclude
  },
})

function helloVerdict(c: Cursor) {
  if (c.peek() !== MARK || c.peek32(1) !== HELLO_LEN || c.peek(5) !== HELLO_KIND || c.peek32(6) !== 0) return Exclude
  for (let i = EMPTY_FROM; i < EMPTY_TO && i < c.left; i++) if (c.peek(i) !== 0) return Exclude
  return c.left < HELLO_LEN ? NeedMore : c.left === HELLO_LEN ? Match : Exclude
}
