import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isPartOf } from './words.ts'

// Both sides of a world server greet, behind the length of their text.
const GREETING = '\x30\0WORLD OF WARCRAFT CONNECTION - '
// The login server is asked with: command 0, protocol, length of the rest, the game's name, its version, build, processor, system and language.
const LOGON = 0
const PROTOCOLS = [2, 3, 8]
const GAME = 'WoW\0'
const GAME_AT = 4
const LANGUAGE_AT = 21
const NAME_AT = 34
const MAX_LOGON = 128
// Older world servers begin with a challenge: length (big-endian), number 0x1ec, and a seed of four bytes or more.
const CHALLENGES = [0x0006_ec01, 0x0008_ec01, 0x002a_ec01]

export default dissector({
  name: 'WorldOfWarcraft',
  category: 'Game',
  about: 'World of Warcraft: the greeting of its world servers, the client’s hello to the login server',
  over: 'tcp',
  trialPorts: [3724, 8085],
  firstBytes: [0x30, LOGON],
  minLen: GAME_AT,
  fields: { version: text('Version'), language: text('Language'), account: text('Account') },

  signature(c, ctx) {
    if (c.peek() === 0x30) return c.startsWith(GREETING) ? Match : isPartOf(c, [GREETING]) ? NeedMore : Exclude
    if (isUsual(ctx.srcPort) && CHALLENGES.includes(c.peek32())) return c.left === 2 + c.peek16() ? Match : Exclude
    if (!PROTOCOLS.includes(c.peek(1)) || logonLength(c) < NAME_AT || logonLength(c) > MAX_LOGON) return Exclude
    if (c.left >= GAME_AT + GAME.length && !c.startsWith(GAME, GAME_AT)) return Exclude
    return c.left < logonLength(c) ? NeedMore : Match
  },

  extract(c, out, ctx) {
    if (!c.startsWith(GAME, GAME_AT)) return Done
    out.version = `${c.peek(8)}.${c.peek(9)}.${c.peek(10)} (${c.peek(11) | (c.peek(12) << 8)})`
    out.language = [3, 2, 1, 0].map((i) => String.fromCharCode(c.peek(LANGUAGE_AT + i))).join('')
    out.account = c.skip(NAME_AT).text(Math.min(c.left, c.bytes[c.offset - 1]!))
    ctx.info(out.account)
    return Done
  },
})

const isUsual = (port: number) => port === 3724 || port === 8085
const logonLength = (c: Cursor) => 4 + (c.peek(2) | (c.peek(3) << 8))
