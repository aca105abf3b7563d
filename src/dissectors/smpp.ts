import type { Cursor } from '../wire/cursor.ts'
import { type Context, Done, dissector, Exclude, Match, NeedMore, oneOf, text, type Verdict } from './dissector.ts'
import { readString, stringLength } from './strings.ts'

// SMPP 3.4 §3.2: length of all of it, command, status, number. An answer's command has the highest bit.
const HEADER_LEN = 16
const MAX_LEN = 65_536
const ANSWER = 0x8000_0000
const MAX_STATUS = 0x4ff
const COMMANDS = {
  1: 'bind_receiver',
  2: 'bind_transmitter',
  3: 'query_sm',
  4: 'submit_sm',
  5: 'deliver_sm',
  6: 'unbind',
  7: 'replace_sm',
  8: 'cancel_sm',
  9: 'bind_transceiver',
  11: 'outbind',
  21: 'enquire_link',
  33: 'submit_multi',
  259: 'data_sm',
} as const
const NAMES: Readonly<Record<number, (typeof COMMANDS)[keyof typeof COMMANDS]>> = COMMANDS
const BINDS = [1, 2, 9]
// §4.1: system, password, kind of system, each ended by zero; version, two kinds of numbers, range of addresses.
const MAX_SYSTEM = 15
const MAX_PASSWORD = 8
const MAX_KIND = 12
const LIMITS = [MAX_SYSTEM, MAX_PASSWORD, MAX_KIND]
const MAX_RANGE = 40
/** 5.0; some give a number of their own. */
const LAST_VERSION = 0x50
const LAST_TYPE_OF_NUMBER = 18

export default dissector({
  name: 'SMPP',
  category: 'Download',
  about: 'SMPP, to a centre of short messages: a bind with its texts, or a request and the answer with its number',
  over: 'tcp',
  trialPorts: [2775, 3550],
  firstBytes: [0],
  secondBytes: [0],
  minLen: HEADER_LEN,
  fields: {
    command: oneOf('Command', Object.values(COMMANDS)),
    system: text('System'),
    version: text('Version'),
  },

  signature(c, ctx) {
    const length = c.peek32()
    const command = c.peek32(4)
    const number = c.peek32(12)
    if (length < HEADER_LEN || length > MAX_LEN || NAMES[command & 0xffff] === undefined || (command & 0x7fff_0000) !== 0) return Exclude
    if (number === 0 || number >= ANSWER) return Exclude
    if (command >= ANSWER) return c.peek32(8) <= MAX_STATUS && ctx.memo === memoOf(command - ANSWER, number) ? Match : NeedMore
    if (c.peek32(8) !== 0) return Exclude
    if (!BINDS.includes(command)) return remember(ctx, command, number)
    if (c.left < length) return NeedMore
    return isBind(c.skip(HEADER_LEN), length - HEADER_LEN) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const command = c.peek32(4)
    out.command = NAMES[command & 0xffff]
    if (!BINDS.includes(command)) return Done
    c.skip(HEADER_LEN)
    out.system = readString(c, MAX_SYSTEM)
    c.skip(stringLength(c, MAX_PASSWORD) + 1)
    c.skip(stringLength(c, MAX_KIND) + 1)
    out.version = `${c.peek() >> 4}.${c.peek() & 15}`
    ctx.info(out.system)
    return Done
  },
})

function isBind(c: Cursor, length: number): boolean {
  const outer = c.enter(length)
  for (const max of LIMITS) {
    const size = stringLength(c, max)
    if (size < 0) return false
    c.skip(size + 1)
  }
  const fits =
    c.peek() <= LAST_VERSION &&
    c.peek(1) <= LAST_TYPE_OF_NUMBER &&
    c.peek(2) <= LAST_TYPE_OF_NUMBER &&
    stringLength(c, MAX_RANGE, 3) === c.left - 4
  c.leave(outer)
  return fits
}

const memoOf = (command: number, number: number) => command * ANSWER + number
/** The stream goes on; its first request alone is remembered. */
function remember(ctx: Context, command: number, number: number): Verdict {
  ctx.memo = memoOf(command, number)
  return NeedMore
}
