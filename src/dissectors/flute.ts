import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, num, text } from './dissector.ts'

// RFC 5651 §5.1 (LCT): version 1, sizes of three fields in flags, length of the header in words, code point; then those fields and extensions.
const VERSION = 1
const FIXED_LEN = 4
const MAX_WORDS = 64
/** RFC 6726 §3.4.1: an extension of one word, version 1 (RFC 3926) or 2 and the instance of the file delivery table, which is object 0. */
const TABLE_EXTENSION = 192
const FIRST_OF_ONE_WORD = 128
const LAST_TABLE_VERSION = 2
const MAX_EXTENSIONS = 16
const LOCATION = 'Content-Location="'
const QUOTE = 0x22

export default dissector({
  name: 'FLUTE',
  category: 'Download',
  about: 'Files to many receivers (RFC 6726) over LCT: a header whose sizes add up and the extension of the file delivery table',
  over: 'udp',
  firstBytes: (byte) => byte >> 4 === VERSION,
  minLen: FIXED_LEN + 12,
  fields: { table: num('Table instance'), file: text('First file') },

  signature(c) {
    if (!isHeader(c)) return Exclude
    const at = tableAt(c)
    // Packets of files themselves prove nothing; the table comes again and again.
    return at < 0 ? NeedMore : Match
  },

  extract(c, out, ctx) {
    const at = tableAt(c)
    if (at < 0) return
    out.table = c.peek32(at) & 0xfffff
    const location = c.find(LOCATION)
    if (location < 0) return
    const length = c.skip(location + LOCATION.length).indexOf(QUOTE, 255)
    if (length > 0) ctx.info((out.file = c.text(length)))
  },
})

/** Congestion control, session and object: where the extensions begin. */
function extensionsAt(c: Cursor): number {
  const first = c.peek()
  const second = c.peek(1)
  const half = (second >> 4) & 1
  const congestion = 4 * (((first >> 2) & 3) + 1)
  const session = 4 * (second >> 7) + 2 * half
  const object = 4 * ((second >> 5) & 3) + 2 * half
  return FIXED_LEN + congestion + session + object
}

function isHeader(c: Cursor): boolean {
  const length = 4 * c.peek(2)
  const hasSession = (c.peek(1) & 0x90) !== 0
  // Two bits of the second byte are reserved.
  return (
    c.peek() >> 4 === VERSION &&
    (c.peek(1) & 0x0c) === 0 &&
    hasSession &&
    length >= extensionsAt(c) &&
    length <= c.left &&
    c.peek(2) <= MAX_WORDS
  )
}

/** Where the table's extension stands within a header all of whose extensions are sound, or -1. */
function tableAt(c: Cursor): number {
  const end = 4 * c.peek(2)
  let at = extensionsAt(c)
  let found = -1
  for (let i = 0; i < MAX_EXTENSIONS && at < end; i++) {
    const type = c.peek(at)
    const version = c.peek(at + 1) >> 4
    if (type === TABLE_EXTENSION && version >= 1 && version <= LAST_TABLE_VERSION) found = at
    const words = type >= FIRST_OF_ONE_WORD ? 1 : c.peek(at + 1)
    at += 4 * words
  }
  return at === end ? found : -1
}
