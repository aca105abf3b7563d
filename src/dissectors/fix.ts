import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { textAt } from './lines.ts'

// FIX session protocol §4.2: BeginString (8) and BodyLength (9) come first, fields end with SOH.
const BEGINS = ['8=FIX.', '8=FIXT.'] as const
const SOH = 1
const MAX_HEADER = 256

export default dissector({
  name: 'FIX',
  category: 'RPC',
  about: 'Financial information exchange: its first two fields',
  over: 'tcp',
  firstBytes: [0x38],
  minLen: 8,
  fields: { version: text('Version'), sender: text('Sender'), target: text('Target') },

  signature(c) {
    if (!BEGINS.some((b) => c.startsWith(b))) return Exclude
    const end = c.indexOf(SOH, 16)
    if (end < 0) return c.left < 16 ? NeedMore : Exclude
    if (c.left < end + 3) return NeedMore
    return c.startsWith('9=', end + 1) ? Match : Exclude
  },

  extract(c, out) {
    out.version = textAt(c, 2, c.indexOf(SOH, 16) - 2)
    out.sender = field(c, '\x0149=')
    out.target = field(c, '\x0156=')
    return Done
  },
})

function field(c: Cursor, tag: string): string | undefined {
  const at = c.find(tag, MAX_HEADER)
  if (at < 0) return undefined
  for (let i = at + tag.length; i < at + 80; i++) if (c.peek(i) === SOH) return textAt(c, at + tag.length, i - at - tag.length)
  return undefined
}
