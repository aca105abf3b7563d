import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Dofus 1: the login server greets with HC and a key of 32 letters, a game server with HG, which the client answers with its ticket.
const GREETING = 'HC'
const KEY_LEN = 32
const GAME_GREETING = 'HG\0'
const TICKET = 'AT'
/** Marks that a game server has greeted. */
const GREETED = 1
// Dofus 2: messages of a number and the size of their length, together in 16 bits. The server begins with the versions it wants (1), then its hello (3).
const VERSIONS = 0x0005
const VERSIONS_LEN = 8
const MAX_VERSION = 65_536
const HELLO = 3

export default dissector({
  name: 'Dofus',
  category: 'Game',
  about: 'Dofus: the greeting of its servers with a key of letters, or with the versions they want',
  over: 'tcp',
  trialPorts: [5555, 5556],
  firstBytes: [0x48, 0x41, 0x00],
  minLen: 3,

  signature(c, ctx) {
    if (c.peek() === 0) return versionsVerdict(c)
    if (c.startsWith(GREETING)) return keyVerdict(c)
    if (c.startsWith(GAME_GREETING)) {
      ctx.memo = GREETED
      return c.left === GAME_GREETING.length ? NeedMore : Exclude
    }
    return c.startsWith(TICKET) && ctx.memo === GREETED && c.peek(2) >= 0x30 ? Match : Exclude
  },
})

function keyVerdict(c: Cursor) {
  const end = GREETING.length + KEY_LEN
  for (let i = GREETING.length; i < end && i < c.left; i++) if (c.peek(i) < 0x61 || c.peek(i) > 0x7a) return Exclude
  return c.left <= end ? NeedMore : c.peek(end) === 0 ? Match : Exclude
}

function versionsVerdict(c: Cursor) {
  if (c.u16() !== VERSIONS || c.u8() !== VERSIONS_LEN) return Exclude
  if (c.left < VERSIONS_LEN + 2) return NeedMore
  const wanted = c.u32()
  const current = c.u32()
  return wanted > 0 && wanted <= current && current < MAX_VERSION && c.u16() >> 2 === HELLO ? Match : Exclude
}
