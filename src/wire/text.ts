/** Longest text from the wire that is kept, in characters. */
export const MAX_TEXT = 255

const SLOTS = 1 << 14
const recent: (string | undefined)[] = new Array<string | undefined>(SLOTS)
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Text from hostile bytes: decoded as UTF-8, cut at MAX_TEXT characters, every control character made visible, so that what is kept can be
 * shown on a terminal or a page as it is. The same bytes mostly give the same string object: a direct-mapped table of recent texts is asked first
 * (a hash and a compare cost a third of a decode, and flows of one server share one string).
 */
export function wireText(b: Uint8Array, start: number, end: number): string {
  const stop = Math.min(end, start + MAX_TEXT)
  let hash = 0
  let high = 0
  for (let i = start; i < stop; i++) {
    const c = b[i]!
    hash = (Math.imul(hash, 31) + c) | 0
    high |= c < 0x20 || c === 0x7f ? 0x80 : c
  }
  if ((high & 0x80) !== 0) return visible(utf8.decode(b.subarray(start, Math.min(end, start + 4 * MAX_TEXT))))
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
  const known = recent[slot]
  if (known !== undefined && equals(known, b, start, stop)) return known
  const text = ascii(b, start, stop)
  recent[slot] = text
  return text
}

function equals(text: string, b: Uint8Array, start: number, stop: number): boolean {
  if (text.length !== stop - start) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== b[start + i]) return false
  return true
}

// Bytes here are 0x20–0x7e, so that the array form of fromCharCode is right and short texts need no decoder.
function ascii(b: Uint8Array, start: number, stop: number): string {
  return stop - start > 24 ? utf8.decode(b.subarray(start, stop)) : String.fromCharCode(...b.subarray(start, stop))
}

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

/** C0 controls become their pictures (U+2400 …); C1, bidirectional and line-separating controls become <XXXX>. */
export function visible(text: string): string {
  if (!HIDDEN.test(text)) return cut(text, MAX_TEXT)
  const shown = text
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(
      /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (c) => `<${c.charCodeAt(0).toString(16).padStart(4, '0')}>`,
    )
  return cut(shown, MAX_TEXT)
}

/** Not in the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
