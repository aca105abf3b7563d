/** Reads a header block of HPACK (RFC 7541) that is the first of its connection: the dynamic table holds what this block itself adds. */
import type { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'

// Appendix A: names of entries 1 to 61, and the values that have one.
const NAMES =
  ':authority :method :method :path :path :scheme :scheme :status :status :status :status :status :status :status accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control content-disposition content-encoding content-language content-length content-location content-range content-type cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate'.split(
    ' ',
  )
const VALUES = [
  '',
  'GET',
  'POST',
  '/',
  '/index.html',
  'http',
  'https',
  '200',
  '204',
  '206',
  '304',
  '400',
  '404',
  '500',
  '',
  'gzip, deflate',
]
const MAX_FIELDS = 64

// Appendix B: the code is canonical, so the lengths give it. Symbols of more than 15 bits are no visible ASCII; they become '?'.
const BY_LENGTH: readonly (readonly [bits: number, symbols: string])[] = [
  [5, '012aceiost'],
  [6, ' %-./3456789=A_bdfghlmnpru'],
  [7, ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz'],
  [8, '&*,;XZ'],
  [10, '!"()?'],
  [11, "'+|"],
  [12, '#>'],
  [13, '\0$@[]~'],
  [14, '^}'],
  [15, '<`{'],
]
const MAX_BITS = 15
/** For each length: its first code, the number of its codes, and where its symbols begin. */
const firstCode = new Int32Array(MAX_BITS + 1)
const codes = new Int32Array(MAX_BITS + 1)
const symbolAt = new Int32Array(MAX_BITS + 1)
const symbols = BY_LENGTH.map(([, s]) => s).join('')
{
  let code = 0
  let at = 0
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    const here = BY_LENGTH.find(([n]) => n === bits)?.[1].length ?? 0
    firstCode[bits] = code
    codes[bits] = here
    symbolAt[bits] = at
    at += here
    code = (code + here) << 1
  }
}

const decoded = new Uint8Array(4096)
/** Text of a Huffman-coded string. */
export function huffmanText(b: Uint8Array, at: number, end: number): string {
  let n = 0
  let code = 0
  let bits = 0
  for (let bit = 0; bit < (end - at) * 8 && n < decoded.length; bit++) {
    code = (code << 1) | ((b[at + (bit >> 3)]! >> (7 - (bit & 7))) & 1)
    bits++
    const index = bits > MAX_BITS ? -1 : code - firstCode[bits]!
    if (index >= 0 && index < codes[bits]!) {
      decoded[n++] = symbols.charCodeAt(symbolAt[bits]! + index)
      code = bits = 0
    } else if (bits > MAX_BITS) {
      // What remains cannot be told apart without the rest of the table.
      decoded[n++] = 0x3f
      break
    }
  }
  return wireText(decoded, 0, n)
}

/** An integer with a prefix of `bits` (§5.1); a fault beyond 2^28. */
function integer(c: Cursor, bits: number): number {
  const max = (1 << bits) - 1
  let value = c.u8() & max
  if (value < max) return value
  for (let shift = 0; shift <= 21; shift += 7) {
    const next = c.u8()
    value += (next & 127) << shift
    if ((next & 128) === 0) return value
  }
  c.skip(-1)
  return 0
}
function string(c: Cursor): string {
  const huffman = (c.peek() & 128) !== 0
  const length = integer(c, 7)
  const at = c.offset
  if (!huffman) return c.text(length)
  c.skip(length)
  return c.bad ? '' : huffmanText(c.bytes, at, at + length)
}

/** Calls `field` for each header of the block, in order. */
export function readHeaderBlock(c: Cursor, field: (name: string, value: string) => void): void {
  const added: [name: string, value: string][] = []
  const fieldName = (index: number) => NAMES[index - 1] ?? added[added.length - (index - NAMES.length)]?.[0] ?? ''
  const fieldValue = (index: number) =>
    index <= NAMES.length ? (VALUES[index - 1] ?? '') : (added[added.length - (index - NAMES.length)]?.[1] ?? '')
  for (let n = 0; n < MAX_FIELDS && c.left > 0; n++) {
    const first = c.peek()
    if ((first & 0x80) !== 0) {
      const index = integer(c, 7)
      if (!c.bad) field(fieldName(index), fieldValue(index))
    } else if ((first & 0xe0) === 0x20) integer(c, 5)
    else {
      const index = integer(c, (first & 0x40) !== 0 ? 6 : 4)
      const name = index === 0 ? string(c) : fieldName(index)
      const value = string(c)
      if (c.bad) return
      if ((first & 0x40) !== 0) added.push([name, value])
      field(name, value)
    }
  }
}
