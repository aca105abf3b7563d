/** Keys as text: Z85 (RFC 32 of ZeroMQ), four bytes as five characters of base 85. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const BASE = 85
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]))

export const KEY_BYTES = 32
const KEY_LETTERS = (KEY_BYTES / 4) * 5

/** The length must be a multiple of four. */
export function z85Encode(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    let word = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    let group = ''
    for (let n = 0; n < 5; n++) {
      group = ALPHABET[word % BASE]! + group
      word = Math.floor(word / BASE)
    }
    text += group
  }
  return text
}

/** Undefined: a letter that is none, a length that is no multiple of five, or a group above 32 bits. */
export function z85Decode(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined
  const bytes = new Uint8Array((text.length / 5) * 4)
  for (let from = 0, at = 0; from < text.length; from += 5, at += 4) {
    let word = 0
    for (let n = from; n < from + 5; n++) {
      const value = VALUES.get(text[n]!)
      if (value === undefined) return undefined
      word = word * BASE + value
    }
    if (word > 0xffff_ffff) return undefined
    bytes[at] = word >>> 24
    bytes[at + 1] = word >>> 16
    bytes[at + 2] = word >>> 8
    bytes[at + 3] = word
  }
  return bytes
}

/** A key of 32 bytes, or undefined where the text is none. */
export const parseKey = (text: string): Uint8Array | undefined => (text.length === KEY_LETTERS ? z85Decode(text) : undefined)
