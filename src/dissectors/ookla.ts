import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { restOfLine } from './lines.ts'

// The lines of a measuring server: HI is answered by HELLO and a version; then pings, loads, capabilities.
const PORTS = [8080, 5060]
const GREETING = 'HI'
const ANSWER = 'HELLO '
const MAX_LINE = 128
const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d

export default dissector({
  name: 'Ookla',
  category: 'Network',
  about: "Speedtest: a server's HELLO with version and date, or on its ports a client's HI",
  over: 'tcp',
  trialPorts: PORTS,
  firstBytes: [0x48],
  secondBytes: [0x49, 0x45],
  minLen: 3,
  fields: { server: text('Server version') },

  signature(c, ctx) {
    if (c.startsWith(GREETING)) {
      const next = c.peek(GREETING.length)
      const usual = PORTS.includes(ctx.dstPort)
      // A blank and an identity may stand before the end of the line.
      return usual && (next === LF || next === CR || (next === 0x20 && isIdentity(c))) ? Match : Exclude
    }
    if (!c.startsWith(ANSWER.slice(0, Math.min(ANSWER.length, c.left)))) return Exclude
    const length = c.lineLength(MAX_LINE)
    if (length < 0) return c.left < MAX_LINE && isVersionAt(c, ANSWER.length, c.left) ? NeedMore : Exclude
    return isVersionAt(c, ANSWER.length, length) && hasDate(c, length) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (!c.startsWith(ANSWER)) return Done
    out.server = restOfLine(c, ANSWER.length, c.lineLength(MAX_LINE))
    ctx.info(out.server)
    return Done
  },
})

const isDigit = (b: number) => b >= 0x30 && b <= 0x39
const isHex = (b: number) => isDigit(b) || (b >= 0x61 && b <= 0x66) || b === 0x2d

function isIdentity(c: Cursor): boolean {
  const length = c.lineLength(MAX_LINE)
  for (let i = GREETING.length + 1; i < length; i++) if (!isHex(c.peek(i))) return false
  return length > 8
}
/** '2.7', as far as it has come. */
const isVersionAt = (c: Cursor, at: number, end: number): boolean =>
  (end <= at || isDigit(c.peek(at))) && (end <= at + 1 || isDigit(c.peek(at + 1)) || c.peek(at + 1) === 0x2e)
/** '2019-08-14' somewhere behind. */
function hasDate(c: Cursor, length: number): boolean {
  for (let i = ANSWER.length; i + 10 <= length; i++)
    if (c.peek(i) === 0x32 && c.peek(i + 1) === 0x30 && c.peek(i + 4) === DASH && c.peek(i + 7) === DASH && isDigit(c.peek(i + 9)))
      return true
  return false
}
