import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, u8, u16 } from './dissector.ts'

// IEC 60870-5-104: a start byte, a length, four bytes of control; then, in an I frame, a type, a count, a cause and two addresses.
const START = 0x68
const APCI_LEN = 6
const MAX_LENGTH = 253
const MIN_I_LENGTH = 13
const LAST_TYPE = 127
const LAST_CAUSE = 47
const PORT = 2404
/** STARTDT, STOPDT and TESTFR, to ask and to confirm. */
const U_FRAMES = [0x07, 0x0b, 0x13, 0x23, 0x43, 0x83]

export default dissector({
  name: 'IEC60870',
  category: 'IoT-Scada',
  about: 'Telecontrol (IEC 60870-5-104): frames whose length, control and type fit, one after another to the end',
  over: 'tcp',
  tcpPorts: [PORT],
  firstBytes: [START],
  minLen: APCI_LEN,
  fields: { type: u8('Type'), cause: u8('Cause'), address: u16('Common address') },

  signature(c, ctx) {
    const frames = countFrames(c)
    if (frames < 0) return Exclude
    // Six bytes are little evidence: away from the port a frame must be seen each way, or two.
    if (frames > 0 && (ctx.dstPort === PORT || ctx.srcPort === PORT)) return Match
    ctx.memo += frames
    return ctx.memo >= 2 ? Match : NeedMore
  },

  extract(c, out) {
    if (c.left < APCI_LEN + 6 || (c.peek(2) & 1) !== 0) return Done
    c.skip(APCI_LEN)
    out.type = c.u8()
    c.skip(1)
    out.cause = c.u8() & 0x3f
    c.skip(1)
    out.address = c.u16le()
    return Done
  },
})

/** Frames that are whole, or -1 when something is none. */
function countFrames(c: Cursor): number {
  let at = 0
  for (let n = 0; n < 8; n++) {
    if (at === c.left || c.left - at < APCI_LEN) return n
    const length = c.peek(at + 1)
    if (c.peek(at) !== START || length > MAX_LENGTH || !isControl(c, at, length)) return -1
    if (at + 2 + length > c.left) return n
    at += 2 + length
  }
  return 8
}

function isControl(c: Cursor, at: number, length: number): boolean {
  const first = c.peek(at + 2)
  // U: three zero bytes follow; S: a zero byte and a number; I: numbers, then what it carries.
  if ((first & 3) === 3) return length === 4 && U_FRAMES.includes(first) && c.peek(at + 3) === 0 && c.peek16(at + 4) === 0
  if ((first & 3) === 1) return length === 4 && first === 1 && c.peek(at + 3) === 0 && (c.peek(at + 4) & 1) === 0
  if (length < MIN_I_LENGTH || (c.peek(at + 4) & 1) !== 0) return false
  const type = c.peek(at + 6)
  const cause = c.peek(at + 8)
  return type < 0 || (type >= 1 && type <= LAST_TYPE && (cause < 0 || ((cause & 0x3f) >= 1 && (cause & 0x3f) <= LAST_CAUSE)))
}
