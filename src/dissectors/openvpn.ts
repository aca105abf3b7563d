import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

// openvpn.net's protocol description (doc/doxygen): opcode in the upper five bits, key id in the lower three; a session id of eight bytes.
const RESET_CLIENT_V1 = 1
const RESET_SERVER_V1 = 2
const CONTROL = 4
const ACKNOWLEDGEMENT = 5
const RESET_CLIENT_V2 = 7
const RESET_SERVER_V2 = 8
const RESET_CLIENT_V3 = 10
const OPCODES = ['reset by client', 'reset by server'] as const

const SESSION_AT = 1
const SESSION_LEN = 8
/** Without authentication: opcode, session id, no acknowledgements, packet id 0. */
const BARE_RESET_LEN = 14
/** The same from the server: one acknowledgement, of packet 0, and the session it belongs to. */
const BARE_ANSWER_LEN = 26
/** With tls-auth a code of MD5, SHA-1, SHA-256 or SHA-512 stands behind the session id, then packet id and time. */
const MAC_LENGTHS = [16, 20, 32, 64]
/** With tls-crypt packet id and time stand behind the session id, then 32 bytes of tag, then what is encrypted. */
const CRYPT_RESET_LEN = 54
const MIN_TIME = 1_000_000_000 // 2001; OpenVPN's first release
const MAX_ACKS = 8

const isClientReset = (opcode: number) => opcode === RESET_CLIENT_V2 || opcode === RESET_CLIENT_V1 || opcode === RESET_CLIENT_V3
const isServerReset = (opcode: number) => opcode === RESET_SERVER_V2 || opcode === RESET_SERVER_V1

export default dissector({
  name: 'OpenVPN',
  category: 'VPN',
  about: "OpenVPN: a client's reset with replay protection, or one that the server acknowledges by its session id",
  over: ['udp', 'tcp'],
  ports: [1194],
  trialPorts: [443],
  minLen: BARE_RESET_LEN,
  firstBytes: (byte) =>
    byte === 0 || byte === 0x08 || byte === 0x10 || byte === 0x20 || byte === 0x28 || byte === 0x38 || byte === 0x40 || byte === 0x50,
  fields: { opcode: oneOf('First message', OPCODES), session: text('Session ID') },

  signature(c, ctx) {
    if (ctx.proto !== 6) return verdict(c, 0, c.left, ctx)
    // Over TCP each packet stands behind its length.
    const length = c.peek16()
    if (length < BARE_RESET_LEN || length > 2048) return Exclude
    const opcode = c.peek(2) >> 3
    if (!isClientReset(opcode) && !isServerReset(opcode) && opcode !== CONTROL) return Exclude
    return c.left < 2 + length ? NeedMore : verdict(c, 2, length, ctx)
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) c.skip(2)
    const opcode = c.u8() >> 3
    if (isClientReset(opcode)) out.opcode = 'reset by client'
    else if (isServerReset(opcode)) out.opcode = 'reset by server'
    out.session = c.hex(SESSION_LEN)
    return Done
  },
})

function verdict(c: Cursor, at: number, length: number, ctx: Context) {
  const opcode = c.peek(at) >> 3
  if (c.peek32(at + SESSION_AT) === 0 && c.peek32(at + SESSION_AT + 4) === 0) return Exclude
  if (isClientReset(opcode) && (c.peek(at) & 7) === 0) return clientVerdict(c, at, length, ctx)
  if (isServerReset(opcode) && isBareAnswer(c, at, length)) return Match
  if (!isServerReset(opcode) && opcode !== CONTROL && opcode !== ACKNOWLEDGEMENT) return Exclude
  // The client went on with its session, or the server answered it.
  return ctx.memo === 0 ? Exclude : ctx.memo === c.peek32(at + SESSION_AT) ? Match : serverVerdict(c, at, length, ctx)
}
const isBareAnswer = (c: Cursor, at: number, length: number) =>
  length === BARE_ANSWER_LEN && c.peek(at + 9) === 1 && c.peek32(at + 10) === 0 && c.peek32(at + 14) !== 0 && c.peek32(at + 22) === 0

function clientVerdict(c: Cursor, at: number, length: number, ctx: Context) {
  if (isAuthenticated(c, at, length) || isCrypted(c, at, length)) return Match
  const bare = length === BARE_RESET_LEN && c.peek(at + 9) === 0 && c.peek32(at + 10) === 0
  if (!bare) return Exclude
  // A second one of the same session is a retry, which says as much as an answer.
  if (ctx.memo === c.peek32(at + SESSION_AT) || ctx.srcPort === 1194 || ctx.dstPort === 1194) return Match
  ctx.memo = c.peek32(at + SESSION_AT)
  return NeedMore
}
const isReplayId = (c: Cursor, at: number) => c.peek32(at) >= 1 && c.peek32(at) <= 64 && c.peek32(at + 4) >= MIN_TIME
function isAuthenticated(c: Cursor, at: number, length: number): boolean {
  for (const mac of MAC_LENGTHS) {
    const replay = at + SESSION_AT + SESSION_LEN + mac
    if (length === BARE_RESET_LEN + mac + 8 && isReplayId(c, replay) && c.peek(replay + 8) === 0 && c.peek32(replay + 9) === 0) return true
  }
  return false
}
/** tls-crypt-v2 appends the client's key to a reset of version 3; packet ids may carry 0x0f000000 there to ask for early negotiation. */
function isCrypted(c: Cursor, at: number, length: number): boolean {
  const v3 = c.peek(at) >> 3 === RESET_CLIENT_V3
  if (length < CRYPT_RESET_LEN || (!v3 && length > CRYPT_RESET_LEN)) return false
  const id = c.peek32(at + 9) & 0x00ffffff
  return id >= 1 && id <= 64 && c.peek32(at + 13) >= MIN_TIME
}

/** The server's answer acknowledges packet 0 of the client's session, which it names (behind a code, when there is one). */
function serverVerdict(c: Cursor, at: number, length: number, ctx: Context) {
  const wanted = ctx.memo
  const stop = Math.min(length, BARE_RESET_LEN + 64 + 8 + 4 * MAX_ACKS + SESSION_LEN) - 4
  for (let ahead = SESSION_AT + SESSION_LEN; ahead <= stop; ahead++) if (c.peek32(at + ahead) === wanted) return Match
  return Exclude
}
