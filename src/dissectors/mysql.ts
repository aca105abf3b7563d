import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, text, u8, Within } from './dissector.ts'

const MYSQL_PORT = 3306
const PACKET_HEADER_LEN = 4
const PROTOCOL_10 = 10
const PROTOCOL_9 = 9
const ERROR_PACKET = 0xff
const MAX_VERSION = 64
/** From the connection id to the last of the fixed parts of a version-10 greeting. */
const GREETING_TAIL_LEN = 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10
const MAX_GREETING = 512
/** Capability flags of the client's answer. */
const CLIENT_CONNECT_WITH_DB = 0x08
const CLIENT_PROTOCOL_41 = 0x200
const CLIENT_SSL = 0x800
const CLIENT_SECURE_CONNECTION = 0x8000
const CLIENT_LENENC_AUTH = 0x200000
/** An SSL request is a login cut off before the user's name. */
const SSL_REQUEST_LEN = 32

const fields = {
  serverVersion: text('Server version'),
  protocolVersion: u8('Protocol version'),
  user: text('User'),
  database: text('Database'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'MySQL',
  category: 'Database',
  about:
    'MySQL and MariaDB: the server greets with protocol version, a version text, and fixed parts of known shape; or turns the client away',
  over: 'tcp',
  ports: [MYSQL_PORT],
  minLen: 5,
  // Once secured the carrier comes first: TLS.MySQL.
  alsoNames: { TLS: 'Web' },
  fields,

  signature: (c, ctx) => {
    if (!ctx.fromClient || ctx.midStream) {
      const said = greeting(c)
      if (said !== Exclude) return said
    }
    // The greeting was missed: the answer to it tells itself apart only on its own port.
    return ctx.dstPort === MYSQL_PORT ? login(c) : Exclude
  },

  extract(c, out, ctx) {
    while (c.left >= PACKET_HEADER_LEN) {
      const length = c.peek(0) | (c.peek(1) << 8) | (c.peek(2) << 16)
      if (c.left < PACKET_HEADER_LEN + length) return More
      const sequence = c.peek(3)
      const outer = c.skip(PACKET_HEADER_LEN).enter(length)
      // The login answers the greeting; once more, numbered 2, after a request for TLS that was not.
      const isLogin = ctx.fromClient && (sequence === 1 || sequence === 2)
      if (sequence === 0 && c.peek() === PROTOCOL_10) readGreeting(c, out, ctx)
      const startsTls = isLogin && readLogin(c, length, out, ctx)
      c.bad = false
      c.leave(outer)
      if (startsTls) {
        ctx.becomes('TLS')
        ctx.inside('MySQL')
        return Within
      }
      if (isLogin) return
    }
    return More
  },
})

/** Initial Handshake Packet, version 10; or an error packet in its place (too many connections, host not allowed). */
function greeting(c: Cursor): Verdict {
  const length = c.u8() | (c.u8() << 8) | (c.u8() << 16)
  if (length < 8 || length > MAX_GREETING || c.u8() !== 0) return Exclude
  const version = c.u8()
  if (version === ERROR_PACKET) return errorPacket(c, length)
  if (version !== PROTOCOL_10 && version !== PROTOCOL_9) return Exclude
  let n = 0
  for (let byte = c.peek(); byte > 0 && n <= MAX_VERSION; byte = c.peek(++n)) if (byte < 0x20 || byte > 0x7e) return Exclude
  if (n > MAX_VERSION) return Exclude
  if (c.peek(n) < 0) return NeedMore
  const first = c.peek(0)
  // Versions are numbers with dots, MariaDB's with a prefix for old clients.
  if (n < 3 || first < 0x30 || first > 0x39 || c.indexOf(0x2e, n) < 0) return Exclude
  c.skip(n + 1)
  if (version === PROTOCOL_9) return length === 1 + n + 1 + 4 + 9 ? Match : Exclude
  if (length < 1 + n + 1 + GREETING_TAIL_LEN) return length >= 1 + n + 1 + 13 + 2 ? Match : Exclude
  if (c.left < GREETING_TAIL_LEN) return NeedMore
  // The filler behind the first part of the challenge.
  return c.peek(12) === 0 ? Match : Exclude
}

function errorPacket(c: Cursor, length: number): Verdict {
  if (c.left < Math.min(length - 1, 12)) return NeedMore
  const code = c.u16le()
  if (code < 1000 || code > 5000) return Exclude
  for (let i = 0; i < 8; i++) if (c.peek(i) < 0x20 || c.peek(i) > 0x7e) return Exclude
  return Match
}

/** Handshake Response 4.1: capabilities, largest packet, character set, 23 zero bytes. */
function login(c: Cursor): Verdict {
  const length = c.u8() | (c.u8() << 8) | (c.u8() << 16)
  if (length < SSL_REQUEST_LEN || length > 65_535 || c.u8() !== 1) return Exclude
  if (c.left < SSL_REQUEST_LEN) return NeedMore
  if ((c.peek(1) & (CLIENT_PROTOCOL_41 >> 8)) === 0) return Exclude
  for (let i = 9; i < 28; i++) if (c.peek(i) !== 0) return Exclude
  return Match
}

function readGreeting(c: Cursor, out: Fields, ctx: Context): void {
  out.protocolVersion = c.u8()
  const length = c.indexOf(0, MAX_VERSION + 1)
  if (length <= 0) return
  out.serverVersion = c.text(length)
  ctx.info(out.serverVersion)
}

/** True when the client goes on with TLS. */
function readLogin(c: Cursor, length: number, out: Fields, ctx: Context): boolean {
  const capabilities = c.u32le()
  if ((capabilities & CLIENT_PROTOCOL_41) === 0) return false
  if (length === SSL_REQUEST_LEN) return (capabilities & CLIENT_SSL) !== 0
  c.skip(4 + 1 + 23)
  const userLength = c.indexOf(0, 256)
  if (userLength < 0) return false
  if (userLength > 0) ctx.info((out.user = c.text(userLength)))
  c.skip(1)
  if ((capabilities & CLIENT_CONNECT_WITH_DB) === 0) return false
  skipAuth(c, capabilities)
  const databaseLength = c.indexOf(0, 256)
  if (databaseLength > 0) out.database = c.text(databaseLength)
  return false
}

function skipAuth(c: Cursor, capabilities: number): void {
  if ((capabilities & (CLIENT_LENENC_AUTH | CLIENT_SECURE_CONNECTION)) === 0) {
    c.skip(c.indexOf(0, 256) + 1)
    return
  }
  const n = c.u8()
  c.skip(n === 0xfc ? c.u16le() : n)
}
