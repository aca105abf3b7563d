import type { Cursor } from '../wire/cursor.ts'
import { berLength } from './ber.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// ANSI C12.22 §5.3 (RFC 6142): an ACSE unit in BER. Elements: context a1, called title a2 and invocation a4, calling title a6, qualifier a7,
// invocation a8; mechanism 8b, authentication ac; information be, which holds the services.
const ACSE = 0x60
const INVOCATION = 0xa8
const INFORMATION = 0xbe
const ELEMENTS = [0xa1, 0xa2, 0xa4, 0xa6, 0xa7, INVOCATION, 0x8b, 0xac, INFORMATION]
const CALLING_TITLE = 0xa6
const CALLED_TITLE = 0xa2
const MAX_ELEMENTS = 10
const MIN_LEN = 8
/** Longest unit whose end is waited for. */
const MAX_UNIT = 8192

export default dissector({
  name: 'ANSI_C1222',
  category: 'IoT-Scada',
  about: 'Meters in North America (ANSI C12.22): an ACSE unit whose elements, the caller’s invocation and information among them, fill it',
  over: ['tcp', 'udp'],
  ports: [1153],
  firstBytes: [ACSE],
  minLen: MIN_LEN,
  fields: { calling: text('Calling title'), called: text('Called title') },

  signature: (c, ctx) => unit(c, ctx.proto === 17),

  extract(c, out) {
    const end = c.skip(1).pos + 1 + berLength(c)
    for (let i = 0; i < MAX_ELEMENTS && c.left > 2 && c.pos < end; i++) {
      const tag = c.u8()
      const length = berLength(c)
      if (length < 0 || length > c.left) return
      const outer = c.enter(length)
      // An object identifier, relative or not.
      if ((tag === CALLING_TITLE || tag === CALLED_TITLE) && c.left > 2 && c.left < 40) {
        const title = c.skip(2).hex(c.left)
        if (tag === CALLING_TITLE) out.calling = title
        else out.called = title
      }
      c.leave(outer)
    }
  },
})

function unit(c: Cursor, overUdp: boolean): Verdict {
  if (c.u8() !== ACSE) return Exclude
  const whole = berLength(c)
  if (whole < MIN_LEN || whole > MAX_UNIT || (overUdp && whole !== c.left)) return Exclude
  if (!ELEMENTS.includes(c.peek())) return Exclude
  if (c.left < whole) return overUdp ? Exclude : NeedMore
  c.enter(whole)
  let last = 0
  let seen = 0
  while (c.left > 0) {
    const tag = c.u8()
    const order = ELEMENTS.indexOf(tag)
    const length = berLength(c)
    if (order < 0 || length < 0 || length > c.left || (seen > 0 && order <= last)) return Exclude
    if (tag === INVOCATION || tag === INFORMATION) seen |= tag === INVOCATION ? 2 : 4
    seen |= 1
    last = order
    c.skip(length)
  }
  return (seen & 6) === 6 ? Match : Exclude
}
