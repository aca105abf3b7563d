import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, oneOf, text } from './dissector.ts'

// DSI, the session layer of the Apple Filing Protocol over TCP: flags, command, request, error or offset, length, reserved.
const HEADER_LEN = 16
const COMMANDS = ['close session', 'command', 'get status', 'open session', 'tickle', 'write', '', 'attention'] as const
const NAMES = ['close session', 'command', 'get status', 'open session', 'tickle', 'write', 'attention'] as const
const GET_STATUS = 3
const OPEN_SESSION = 4
const REPLY = 1
const MAX_FIRST = 1 << 16
// FPGetSrvrInfo: offsets of machine type, versions, authentication methods and icon, flags, then the name.
const SERVER_NAME = 10
const AFP_PORT = 548

export default dissector({
  name: 'AFP',
  category: 'DataTransfer',
  about: "Apple's file sharing: a DSI header that asks for the server's status or opens a session, alone on its segment or on the port",
  over: 'tcp',
  tcpPorts: [AFP_PORT],
  firstBytes: [0, REPLY],
  secondBytes: [1, 2, GET_STATUS, OPEN_SESSION, 5, 6, 8],
  minLen: 2,
  fields: { command: oneOf('Command', NAMES), server: text('Server name') },
  maxMore: 4,

  signature(c, ctx) {
    const usual = ctx.srcPort === AFP_PORT || ctx.dstPort === AFP_PORT
    if (c.left < HEADER_LEN) return c.peek() <= REPLY ? NeedMore : Exclude
    const command = c.peek(1)
    const length = c.peek32(8)
    if (c.peek32(12) !== 0 || length > MAX_FIRST || (COMMANDS[command - 1] ?? '') === '') return Exclude
    const isRequest = c.peek() === 0
    if (isRequest && command !== 6 && c.peek32(4) !== 0) return Exclude
    const begins = command === GET_STATUS || command === OPEN_SESSION
    // Off the port: a beginning, and no more than its own message. A status is asked for with nothing behind.
    if (!usual && (!begins || c.left !== HEADER_LEN + length)) return Exclude
    return !usual && command === OPEN_SESSION && !isOption(c, length) ? Exclude : Match
  },

  extract(c, out, ctx) {
    if (c.left < HEADER_LEN) return More
    const isReply = c.u8() === REPLY
    const command = c.u8()
    c.skip(6)
    const length = c.u32()
    c.skip(4)
    if (!isReply) out.command = NAMES.find((n) => n === COMMANDS[command - 1])
    if (isReply && command === GET_STATUS && c.left >= SERVER_NAME + 1) {
      out.server = c.skip(SERVER_NAME).text(c.u8())
      ctx.info(out.server)
      return Done
    }
    c.skip(Math.min(length, c.left))
    return isReply ? Done : More
  },
})

/** The one option of a session that is opened: a number (attention quantum, server quantum or replay cache), 4, a value. */
const isOption = (c: Cursor, length: number): boolean =>
  length >= 6 && c.peek(HEADER_LEN) <= 2 && c.peek(HEADER_LEN + 1) === 4 && length % 6 === 0
