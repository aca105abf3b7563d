import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// LCT (RFC 5651 §5.1): version 1 or 2, lengths of the counters and ids in flags, length of the header in words, code point.
const VERSIONS = [1, 2]
/** The header up to its first extension, that one, and the beginning of a table. */
const MIN_LEN = 24
/** Header extensions (§5.2) of 128 and more are of one word; others say their length in words. */
const FIRST_FIXED = 128
// FLUTE (RFC 6726 §3.4.1): packets of the table of files bear this extension with the version of FLUTE, and a table in XML.
const FILE_TABLE = 192
const FLUTE_VERSIONS = [1, 2]
/** Behind the header lies the id of the symbol, as long as the coding wants it. */
const SYMBOL_ID_LENS = [4, 8]
const BEGINNINGS = ['<?xml', '<FDT-Inst']
const LOCATION = 'Content-Location="'
const MAX_LOCATION = 1024

export default dissector({
  name: 'FLUTE',
  category: 'Download',
  about: 'FLUTE, files by multicast (RFC 6726): an LCT header with the extension of the table of files, and the table',
  over: 'udp',
  firstBytes: (byte) => VERSIONS.includes(byte >> 4),
  minLen: MIN_LEN,
  fields: { file: text('File') },

  signature(c) {
    const end = 4 * c.peek(2)
    if (!hasFileTable(c, firstExtension(c), end)) return Exclude
    for (const length of SYMBOL_ID_LENS) for (const beginning of BEGINNINGS) if (c.startsWith(beginning, end + length)) return Match
    return Exclude
  },

  extract(c, out, ctx) {
    const at = c.find(LOCATION, MAX_LOCATION)
    if (at < 0) return Done
    const length = c.skip(at + LOCATION.length).indexOf(0x22, MAX_LOCATION)
    if (length <= 0) return Done
    out.file = c.text(length)
    ctx.info(out.file)
    return Done
  },
})

/** Behind four bytes: control of congestion (1 to 4 words), ids of session (0 or 1 word, and a half) and object (0 to 3, and the same half). */
function firstExtension(c: Cursor): number {
  const control = 1 + ((c.peek() >> 2) & 3)
  const flags = c.peek(1)
  const half = (flags >> 4) & 1
  return 4 + 4 * control + 4 * (flags >> 7) + 4 * ((flags >> 5) & 3) + 4 * half
}

function hasFileTable(c: Cursor, at: number, end: number): boolean {
  while (at < end) {
    const kind = c.peek(at)
    if (kind === FILE_TABLE) return FLUTE_VERSIONS.includes(c.peek(at + 1) >> 4)
    const words = kind >= FIRST_FIXED ? 1 : c.peek(at + 1)
    if (words === 0) return false
    at += 4 * words
  }
  return false
}
