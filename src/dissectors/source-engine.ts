import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, oneOf, text } from './dissector.ts'
import { readString, stringLength } from './strings.ts'

// Valve's wiki, "Server queries": packets outside a connection begin with four bytes of ones and a letter.
const CONNECTIONLESS = 0xffff_ffff
const QUERY = 'TSource Engine Query\0'
const CHALLENGED_LEN = 9
const MAX_NAME = 256
const USUAL_PORT = 27_015
const QUERIES: Readonly<Record<string, (typeof KINDS)[number]>> = { T: 'info', U: 'players', V: 'rules', i: 'ping', W: 'challenge' }
const KINDS = ['info', 'players', 'rules', 'ping', 'challenge'] as const
const SERVER_TYPES = [0x64, 0x6c, 0x70, 0x44, 0x4c, 0x50]
const SYSTEMS = [0x6c, 0x77, 0x6d, 0x6f, 0x4c, 0x57]
/** Players, rules, GoldSrc's information and ping: little to go by, so only at the usual port. */
const OTHER_REPLIES = [0x44, 0x45, 0x6d, 0x6a]

export default dissector({
  name: 'Source_Engine',
  category: 'Game',
  about: 'Queries to game servers of Valve’s Source engine: the connectionless header, the words of the query or the texts of its answer',
  over: 'udp',
  udpPorts: [USUAL_PORT],
  firstBytes: [0xff],
  secondBytes: [0xff],
  minLen: 5,
  fields: { query: oneOf('Query', KINDS), server: text('Server'), map: text('Map'), game: text('Game') },
  maxMore: 6,

  signature(c, ctx) {
    if (c.peek32() !== CONNECTIONLESS) return Exclude
    const kind = c.peek(4)
    if (kind === 0x54) return c.startsWith(QUERY, 4) && (c.left === 25 || c.left === 29) ? Match : Exclude
    if (kind === 0x55 || kind === 0x56 || kind === 0x41) return c.left === CHALLENGED_LEN ? Match : Exclude
    if (kind === 0x49) return isInformation(c.skip(5)) ? Match : Exclude
    const usual = ctx.srcPort === USUAL_PORT || ctx.dstPort === USUAL_PORT
    return usual && (OTHER_REPLIES.includes(kind) || (kind === 0x69 && c.left <= 6) || (kind === 0x57 && c.left === 5)) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (c.peek32() !== CONNECTIONLESS) return Done
    const kind = c.peek(4)
    const query = QUERIES[String.fromCharCode(kind)]
    if (query !== undefined) {
      out.query = query
      return More
    }
    if (kind !== 0x49 || !isInformation(c.skip(5))) return More
    c.seek(6)
    out.server = readString(c, MAX_NAME)
    out.map = readString(c, MAX_NAME)
    c.skip(stringLength(c, MAX_NAME) + 1)
    out.game = readString(c, MAX_NAME)
    ctx.info(out.server)
    return Done
  },
})

/** Version, then name, map, folder and game, each ended by zero; id, players, limit, bots, kind and system of the server. Moves the cursor. */
function isInformation(c: Cursor): boolean {
  c.skip(1)
  for (let n = 0; n < 4; n++) {
    const length = stringLength(c, MAX_NAME)
    if (length < 0) return false
    c.skip(length + 1)
  }
  return c.left >= 9 && SERVER_TYPES.includes(c.peek(5)) && SYSTEMS.includes(c.peek(6)) && c.peek(7) <= 1 && c.peek(8) <= 1
}
