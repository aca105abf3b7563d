import type { Cursor } from '../wire/cursor.ts'
import { berLength } from './ber.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// ANSI/NISO Z39.50 §4.1, in BER: request [20] or response [21]; reference [2], protocol version [3], options [4], preferred size [5], largest record [6].
const REQUEST = 0xb4
const RESPONSE = 0xb5
const REFERENCE = 0x82
const VERSION = 0x83
const OPTIONS = 0x84
const PREFERRED_SIZE = 0x85
const LARGEST_RECORD = 0x86
const MAX_NUMBER = 5
const MAX_MESSAGE = 4096
/** Implementation: [110] id, [111] name, [112] version. */
const IMPLEMENTATION_NAME = 0x6f
const HIGH_TAG = 0x9f
const MAX_ELEMENTS = 24

export default dissector({
  name: 'Z3950',
  category: 'Network',
  about: 'Library catalogues (Z39.50): the opening in BER with version, options and sizes in their order',
  over: 'tcp',
  tcpPorts: [210],
  firstBytes: [REQUEST, RESPONSE],
  minLen: 20,
  fields: { implementation: text('Implementation') },

  signature: (c) => opening(c),

  extract(c, out, ctx) {
    c.skip(1)
    c.enter(Math.min(Math.max(0, berLength(c)), c.left))
    for (let i = 0; i < MAX_ELEMENTS && c.left > 2; i++) {
      const tag = c.u8() === HIGH_TAG ? c.u8() : 0
      const length = berLength(c)
      if (length < 0 || length > c.left) return
      if (tag === IMPLEMENTATION_NAME && length > 0) ctx.info((out.implementation = c.text(length)))
      else c.skip(length)
    }
  },
})

function opening(c: Cursor): Verdict {
  const tag = c.u8()
  if (tag !== REQUEST && tag !== RESPONSE) return Exclude
  const length = berLength(c)
  if (length < 16 || length > MAX_MESSAGE) return Exclude
  const here = c.left
  if (c.peek() === REFERENCE) skipElement(c, REFERENCE, 255)
  for (const element of [VERSION, OPTIONS, PREFERRED_SIZE, LARGEST_RECORD]) skipElement(c, element, MAX_NUMBER)
  if (c.bad) return here < length && here < 64 ? NeedMore : Exclude
  return here < length ? NeedMore : Match
}

/** Marks the cursor when another element stands there. */
function skipElement(c: Cursor, tag: number, max: number): void {
  if (c.peek() !== tag || c.peek(1) < 1 || c.peek(1) > max) c.skip(-1)
  else c.skip(2 + c.peek(1))
}
