import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// Veeder-Root TLS-350 serial interface (576013-635): SOH, I (inquire) or S (set), in capitals for display format; function of three characters, tank of two.
const SOH = 0x01
const CR = 0x0d
const LF = 0x0a
const COMMAND_LEN = 6
const VERBS = [0x49, 0x53, 0x69, 0x73]

export default dissector({
  name: 'ATG',
  category: 'IoT-Scada',
  about:
    'Tank gauges of filling stations (Veeder-Root): SOH, verb, function and tank of a command, or the same words at the head of a report',
  over: 'tcp',
  trialPorts: [10_001],
  firstBytes: [SOH, CR, LF],
  minLen: 1 + COMMAND_LEN,
  fields: { command: text('Function'), tank: text('Tank') },

  signature(c) {
    const first = c.peek()
    if (first === SOH && VERBS.includes(c.peek(1))) return command(c, 1, false)
    let at = 0
    while (at < 4 && (c.peek(at) === SOH || c.peek(at) === CR || c.peek(at) === LF)) at++
    return VERBS.includes(c.peek(at)) ? command(c, at, true) : c.left <= at ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    while (c.peek() <= CR && c.left > 0) c.skip(1)
    if (c.left < COMMAND_LEN) return
    out.command = c.text(4)
    out.tank = c.text(2)
    ctx.info(out.command)
  },
})

/** Function and tank; a report goes on with a new line and the date in numbers. */
function command(c: Cursor, at: number, isReport: boolean): Verdict {
  for (let i = 1; i < COMMAND_LEN; i++) {
    const byte = c.peek(at + i)
    if (byte < 0) return NeedMore
    const isDigit = byte >= 0x30 && byte <= 0x39
    if (!isDigit && !(i < 4 && byte >= 0x41 && byte <= 0x5a)) return Exclude
  }
  let after = at + COMMAND_LEN
  if (!isReport) return c.peek(after) < 0 || c.peek(after) === CR || c.peek(after) === LF || isWordByte(c.peek(after)) ? Match : Exclude
  while (c.peek(after) === CR || c.peek(after) === LF) after++
  if (c.left <= after + 1) return NeedMore
  return after > at + COMMAND_LEN && isWordByte(c.peek(after)) && isWordByte(c.peek(after + 1)) ? Match : Exclude
}
const isWordByte = (byte: number) => (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
