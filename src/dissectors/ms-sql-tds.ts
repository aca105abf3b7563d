import { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'

// [MS-TDS] 2.2.3.1: type, status, length, process, packet, window; 2.2.6.5 PRELOGIN; 2.2.6.4 LOGIN7.
const HEADER_LEN = 8
const SQL_BATCH = 1
const RPC = 3
const TABULAR_RESULT = 4
const LOGIN7 = 0x10
const PRELOGIN = 0x12
const END_OF_MESSAGE = 1
const MAX_LENGTH = 32_768
const VERSION_TOKEN = 0
const VERSION_LEN = 6
/** Of LOGIN7 behind the header: places and lengths of host name, user, password, application, server. */
const LOGIN_HOST = 36
const LOGIN_USER = 40
const LOGIN_APPLICATION = 48
const LOGIN_DATABASE = 68
const LOGIN_FIXED_LEN = 94
const MAX_NAME = 128

const fields = { host: text('Client name'), user: text('User'), application: text('Application'), database: text('Database') }
type TdsOut = Out<typeof fields>

export default dissector({
  name: 'MsSQL-TDS',
  category: 'Database',
  about: 'Microsoft SQL Server: PRELOGIN with its version token, LOGIN7, or the answer',
  over: 'tcp',
  tcpPorts: [1433, 1434],
  firstBytes: [SQL_BATCH, RPC, TABULAR_RESULT, LOGIN7, PRELOGIN],
  minLen: HEADER_LEN,
  fields,
  maxMore: 8,

  signature(c, ctx) {
    const type = c.peek()
    const length = c.peek16(2)
    if (c.peek(1) > 0x1f || c.peek(7) !== 0 || length <= HEADER_LEN || length > MAX_LENGTH) return Exclude
    if (type === LOGIN7) return loginVerdict(c, length)
    if (type === PRELOGIN || (type === TABULAR_RESULT && !ctx.fromClient)) return preloginVerdict(c)
    if (!ctx.midStream || (type !== SQL_BATCH && type !== RPC)) return Exclude
    // 2.2.5.3: a request of ours begins with its headers: their length, then one of 18 bytes about the transaction.
    return c.left >= 18 && littleEndian(c, HEADER_LEN) === 22 && littleEndian(c, HEADER_LEN + 4) === 18 ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (!ctx.fromClient || c.peek() !== LOGIN7) {
      c.skip(c.left)
      return More
    }
    if (c.left < c.peek16(2)) return More
    readLogin(c.skip(HEADER_LEN), out, ctx)
    return Done
  },
})

const littleEndian = (c: Cursor, at: number) => c.peek(at) | (c.peek(at + 1) << 8) | (c.peek(at + 2) << 16) | (c.peek(at + 3) << 24)

function loginVerdict(c: Cursor, length: number) {
  if (c.left < HEADER_LEN + 8) return NeedMore
  const total = littleEndian(c, HEADER_LEN)
  const major = c.peek(HEADER_LEN + 7)
  return total === length - HEADER_LEN && total >= LOGIN_FIXED_LEN - 8 && major >= 0x70 && major <= 0x80 ? Match : Exclude
}

/** The first token says the version, six bytes at a place behind the tokens. */
function preloginVerdict(c: Cursor) {
  if (c.left < HEADER_LEN + 6) return NeedMore
  if (c.peek(1) !== END_OF_MESSAGE || c.peek(HEADER_LEN) !== VERSION_TOKEN || c.peek16(HEADER_LEN + 3) !== VERSION_LEN) return Exclude
  const tokens = c.peek16(HEADER_LEN + 1)
  return tokens >= 6 && tokens <= 64 && tokens % 5 === 1 && c.peek(HEADER_LEN + 5) !== VERSION_TOKEN ? Match : Exclude
}

function readLogin(c: Cursor, out: TdsOut, ctx: Context): void {
  if (c.left < LOGIN_FIXED_LEN - 8) return
  const start = c.pos
  const host = name(c, start, LOGIN_HOST)
  const user = name(c, start, LOGIN_USER)
  const application = name(c, start, LOGIN_APPLICATION)
  const database = name(c, start, LOGIN_DATABASE)
  if (host !== '') out.host = host
  if (user !== '') out.user = user
  if (application !== '') out.application = application
  if (database !== '') {
    out.database = database
    ctx.info(database)
  }
}

const narrow = new Uint8Array(3 * MAX_NAME)
const words = new Cursor()
/** A name in UTF-16 as text: what lies beyond Latin is shown as a question mark. */
function name(c: Cursor, start: number, entry: number): string {
  const at = c.peek(start + entry - c.pos) | (c.peek(start + entry + 1 - c.pos) << 8)
  const length = c.peek(start + entry + 2 - c.pos) | (c.peek(start + entry + 3 - c.pos) << 8)
  if (length <= 0 || length > MAX_NAME || at + 2 * length > c.left) return ''
  for (let i = 0; i < length; i++) narrow[i] = c.peek(at + 2 * i + 1) === 0 && c.peek(at + 2 * i) < 0x80 ? c.peek(at + 2 * i) : 0x3f
  return words.reset(narrow, 0, length).text(length)
}
