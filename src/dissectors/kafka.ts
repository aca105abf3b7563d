import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, text, u16 } from './dissector.ts'
import { isText } from './lines.ts'

// https://kafka.apache.org/protocol: size, API key, API version, correlation id, then the client's name with its length.
const HEADER_LEN = 14
const LAST_API_KEY = 92
const LAST_VERSION = 20
const MAX_REQUEST = 1 << 20
const MAX_CLIENT_ID = 249
const PORT = 9092

export default dissector({
  name: 'Kafka',
  category: 'RPC',
  about: 'Apache Kafka: a request whose size, API key, version and client name fit, and the answer to it',
  over: 'tcp',
  tcpPorts: [PORT],
  firstBytes: [0],
  minLen: 8,
  fields: { clientId: text('Client id'), apiKey: u16('API key') },

  signature(c, ctx) {
    return ctx.fromClient ? requestVerdict(c, ctx) : answerVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if (!ctx.fromClient) return Done
    out.apiKey = c.skip(4).u16()
    const length = c.skip(6).u16()
    if (length > 0 && length <= MAX_CLIENT_ID) out.clientId = c.text(length)
    return Done
  },
})

function requestVerdict(c: Cursor, ctx: Context) {
  const size = c.peek32(0)
  if (size < HEADER_LEN - 4 || size > MAX_REQUEST || c.peek16(4) > LAST_API_KEY || c.peek16(6) > LAST_VERSION) return Exclude
  if (c.left < HEADER_LEN) return NeedMore
  const name = c.peek16(12)
  const named = name >= 1 && name <= MAX_CLIENT_ID && name <= size - 10
  if (!named && name !== 0 && name !== 0xffff) return Exclude
  if (c.left > size + 4) return Exclude
  if (named && c.left < HEADER_LEN + name) return NeedMore
  if (named && !isText(c.skip(HEADER_LEN), name)) return Exclude
  if (named && ctx.dstPort === PORT) return Match
  // Kept so that 0 stays "no request seen".
  ctx.memo = 1 + (c.bytes[c.offset - c.pos + 11]! | (c.bytes[c.offset - c.pos + 10]! << 8))
  return NeedMore
}

/** The answer begins with the same correlation id. */
function answerVerdict(c: Cursor, ctx: Context) {
  const size = c.peek32(0)
  if (ctx.memo === 0 || size < 4 || size > MAX_REQUEST || c.left > size + 4) return Exclude
  return 1 + c.peek16(6) === ctx.memo && size > 8 ? Match : Exclude
}
