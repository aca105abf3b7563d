import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, u8, u16, Within } from './dissector.ts'
import { isHostName, isText } from './lines.ts'

// SOCKS 4 and 4a: the notes of Ying-Da Lee; SOCKS 5: RFC 1928, RFC 1929 (user and password).
const V4 = 4
const V5 = 5
const CONNECT = 1
const UDP_ASSOCIATE = 3
const V4_GRANTED = 0x5a
const V4_LAST_REPLY = 0x5d
const NO_METHOD = 0xff
const PASSWORD = 2
const AUTH_VERSION = 1
const ADDRESS_IPV4 = 1
const ADDRESS_NAME = 3
const ADDRESS_IPV6 = 4
/** User name of SOCKS 4, and the name behind it. */
const MAX_V4_TEXT = 255

// What `memo` holds: the version in the low bits while the signature is at work, then how far the talk has come.
const METHODS_SENT = 8
const METHOD_CHOSEN = 16
const AUTH_SENT = 32
const REQUEST_SENT = 64
const WANTS_PASSWORD = 128
/** The reply of SOCKS 4, by which the flow was known, before the request was read. */
const GRANTED = 256

const fields = { version: u8('Version'), host: text('Target'), port: u16('Target port'), user: text('User') }
type SocksOut = Out<typeof fields>

export default dissector({
  name: 'SOCKS',
  category: 'Web',
  about: 'SOCKS 4, 4a and 5 proxy: the request and an answer that fits it; what is carried is read as itself',
  over: 'tcp',
  tcpPorts: [1080],
  trialPorts: [9050, 9150],
  firstBytes: [0, V4, V5],
  minLen: 2,
  fields,
  maxMore: 8,

  signature(c, ctx) {
    return ctx.fromClient ? requestVerdict(c, ctx) : replyVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if ((ctx.memo & 7) === V4) return ctx.fromClient ? readV4Request(c, out, ctx) : readV4Reply(c, ctx)
    return ctx.fromClient ? readV5Client(c, out, ctx) : readV5Server(c, ctx)
  },
})

/** A client's first message, whole and with nothing behind it. */
function requestVerdict(c: Cursor, ctx: Context) {
  if (c.peek() === V5) {
    const count = c.peek(1)
    if (count < 1 || count > 16 || c.left > 2 + count) return Exclude
    if (c.left < 2 + count) return NeedMore
    for (let i = 0; i < count; i++) if (c.peek(2 + i) > 9 && c.peek(2 + i) < 0x80) return Exclude
  } else if (c.peek() === V4) {
    if (c.peek(1) !== CONNECT && c.peek(1) !== 2) return Exclude
    if (c.left < 9) return NeedMore
    if (c.peek(c.left - 1) !== 0 || c.left > 9 + 2 * MAX_V4_TEXT || c.peek16(2) === 0) return Exclude
    const user = c.indexOf(0, c.left)
    if (user >= 0 && !isText(c.skip(8), c.indexOf(0, c.left))) return Exclude
  } else return Exclude
  ctx.memo = (ctx.memo & ~7) | (c.bytes[c.offset - c.pos] === V4 ? V4 : V5)
  return NeedMore
}

function replyVerdict(c: Cursor, ctx: Context) {
  const version = ctx.memo & 7
  if (version === V5) return c.peek() === V5 && c.left === 2 && (c.peek(1) <= 9 || c.peek(1) === NO_METHOD) ? Match : Exclude
  if (version !== V4 || c.peek() !== 0) return Exclude
  return c.peek(1) >= V4_GRANTED && c.peek(1) <= V4_LAST_REPLY && c.left >= 8 ? Match : c.left < 8 ? NeedMore : Exclude
}

function readV5Client(c: Cursor, out: SocksOut, ctx: Context): Extracted {
  out.version = V5
  if ((ctx.memo & METHODS_SENT) === 0) {
    if (c.left < 2 || c.left < 2 + c.peek(1)) return More
    c.skip(2 + c.peek(1))
    ctx.memo |= METHODS_SENT
  }
  if ((ctx.memo & WANTS_PASSWORD) !== 0 && (ctx.memo & AUTH_SENT) === 0 && c.left > 0) {
    if (c.peek() !== AUTH_VERSION) return Done
    const user = c.peek(1)
    const password = c.peek(2 + user)
    if (user < 0 || password < 0 || c.left < 3 + user + password) return More
    out.user = c.skip(2).text(user)
    c.skip(1 + password)
    ctx.memo |= AUTH_SENT
  }
  return c.left > 0 && (ctx.memo & REQUEST_SENT) === 0 ? readV5Request(c, out, ctx) : More
}

function readV5Request(c: Cursor, out: SocksOut, ctx: Context): Extracted {
  if (c.peek() !== V5 || c.peek(1) > UDP_ASSOCIATE) return Done
  const length = addressLength(c)
  if (length < 0) return c.left < 5 ? More : Done
  if (c.left < 4 + length + 2) return More
  const kind = c.peek(3)
  c.skip(4)
  const host = kind === ADDRESS_NAME ? c.text(c.u8()) : kind === ADDRESS_IPV4 ? ipv4(c) : c.hex(16).replace(/(....)(?=.)/g, '$1:')
  target(host, c.u16(), out, ctx)
  ctx.memo |= REQUEST_SENT
  return More
}

function readV5Server(c: Cursor, ctx: Context): Extracted {
  if ((ctx.memo & METHOD_CHOSEN) === 0) {
    if (c.left < 2) return More
    const method = c.skip(1).u8()
    if (method === NO_METHOD) return Done
    ctx.memo |= METHOD_CHOSEN | (method === PASSWORD ? WANTS_PASSWORD : 0)
  }
  if (c.left > 0 && c.peek() === AUTH_VERSION && (ctx.memo & WANTS_PASSWORD) !== 0) {
    if (c.left < 2) return More
    c.skip(2)
  }
  if (c.left === 0) return More
  const length = addressLength(c)
  if (c.peek() !== V5 || c.peek(1) !== 0) return c.left < 2 ? More : Done
  if (length < 0 || c.left < 4 + length + 2) return c.left < 5 || length >= 0 ? More : Done
  c.skip(4 + length + 2)
  return Within
}

/** Length of the address of the request or reply at the cursor, -1 when its kind is unknown or has not come. */
function addressLength(c: Cursor): number {
  const kind = c.peek(3)
  if (kind === ADDRESS_IPV4) return 4
  if (kind === ADDRESS_IPV6) return 16
  return kind === ADDRESS_NAME && c.peek(4) > 0 ? 1 + c.peek(4) : -1
}

function readV4Request(c: Cursor, out: SocksOut, ctx: Context): Extracted {
  out.version = V4
  if (c.left < 9 || (ctx.memo & REQUEST_SENT) !== 0) return More
  const port = c.skip(2).u16()
  const named = c.peek32() < 256 && c.peek32() > 0
  const address = ipv4(c)
  const user = c.indexOf(0, MAX_V4_TEXT)
  if (user < 0) return Done
  if (user > 0) out.user = c.text(user)
  c.skip(1)
  const name = named ? c.indexOf(0, MAX_V4_TEXT) : -1
  target(name > 0 ? c.text(name) : address, port, out, ctx)
  c.skip(Math.min(c.left, name >= 0 ? 1 : 0))
  ctx.memo |= REQUEST_SENT
  return (ctx.memo & GRANTED) !== 0 ? Within : More
}

function readV4Reply(c: Cursor, ctx: Context): Extracted {
  if (c.left < 8) return More
  const granted = c.peek(1) === V4_GRANTED
  c.skip(8)
  if (!granted) return (ctx.memo & REQUEST_SENT) !== 0 ? Done : More
  if ((ctx.memo & REQUEST_SENT) !== 0) return Within
  ctx.memo |= GRANTED
  return More
}

const ipv4 = (c: Cursor): string => `${c.u8()}.${c.u8()}.${c.u8()}.${c.u8()}`

function target(host: string, port: number, out: SocksOut, ctx: Context): void {
  out.host = host
  out.port = port
  ctx.info(`${host}:${port}`)
  ctx.inside('SOCKS')
  if (isHostName(host) && /[a-z]/i.test(host)) ctx.serverName(host.toLowerCase().replace(/\.$/, ''))
}
