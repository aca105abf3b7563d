/** Longest text from the wire that is kept, in characters. */
export const MAX_TEXT = 255

const SLOTS = 1 << 14
const recent: (string | undefined)[] = new Array<string | undefined>(SLOTS)
/** The whole hash of each recent text: tells most of those that merely share a slot apart without a look at their characters. */
const recentHash = new Int32Array(SLOTS)
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Text from hostile bytes: decoded as UTF-8, cut at MAX_TEXT characters, every control character made visible, so that what is kept can be
 * shown on a terminal or a page as it is. The same bytes mostly give the same string object: a direct-mapped table of recent texts is asked first
 * (a hash and a compare cost a third of a decode, and flows of one server share one string).
 */
export function wireText(b: Uint8Array, start: number, end: number): string {
  const stop = Math.min(end, start + MAX_TEXT)
  if (stop <= start) return ''
  let hash = stop - start
  // Four bytes at a time. The top bit of a byte of `odd` is set for one above 0x7e (w, w + 1), or below 0x20 (w - 0x20 borrows).
  let odd = 0
  let i = start
  for (; i + 4 <= stop; i += 4) {
    const w = b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24)
    odd |= w | (w + 0x01010101) | (w - 0x20202020)
    hash = Math.imul(hash ^ w, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; i < stop; i++) {
    const c = b[i]!
    odd |= c | (c + 1) | (c - 0x20)
    hash = Math.imul(hash ^ c, 0x85ebca6b)
  }
  if ((odd & 0x80808080) !== 0) return visible(utf8.decode(b.subarray(start, Math.min(end, start + 4 * MAX_TEXT))))
  const slot = (hash ^ (hash >>> 17)) & (SLOTS - 1)
  if (recentHash[slot] === hash) {
    const known = recent[slot]
    if (known !== undefined && equals(known, b, start, stop)) return known
  }
  const text = ascii(b, start, stop)
  recent[slot] = text
  recentHash[slot] = hash
  return text
}

function equals(text: string, b: Uint8Array, start: number, stop: number): boolean {
  if (text.length !== stop - start) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== b[start + i]) return false
  return true
}

// Bytes here are 0x20–0x7e. Up to 12 characters are put together faster than a decoder is called, and V8 keeps them flat.
function ascii(b: Uint8Array, start: number, stop: number): string {
  if (stop - start > 12) return utf8.decode(b.subarray(start, stop))
  let text = ''
  let i = start
  for (; i + 4 <= stop; i += 4) text += String.fromCharCode(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!)
  for (; i < stop; i++) text += String.fromCharCode(b[i]!)
  return text
}

/** C0 controls become their pictures (U+2400 …); C1, bidirectional and line-separating controls and those without width become <XXXX>. */
export function visible(text: string): string {
  let shown = ''
  let from = 0
  for (let i = 0; i < text.length && shown.length < MAX_TEXT; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x20 || (c >= 0x7f && (c < 0xa0 || (c >= 0x61c && isHidden(c))))) {
      shown += text.slice(from, i) + picture(c)
      from = i + 1
    }
  }
  return cut(from === 0 ? text : shown + text.slice(from), MAX_TEXT)
}
const isHidden = (c: number): boolean =>
  c === 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c === 0xfeff

const PICTURES = Array.from({ length: 0x20 }, (_, c) => String.fromCharCode(0x2400 + c))
const picture = (c: number): string => PICTURES[c] ?? (c === 0x7f ? '\u2421' : `<${c.toString(16).padStart(4, '0')}>`)

/** Not in the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
