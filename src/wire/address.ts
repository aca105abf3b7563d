/**
 * Addresses as text and as four signed words in network order, IPv4 mapped into ::ffff:0:0/96 (RFC 4291 §2.5.5.2): the form that packets and
 * tables hold.
 */
export type AddressWords = readonly [number, number, number, number]
/** `bits` counts from the front of the 128: an IPv4 /24 is 120. The words beyond are zero. */
export interface Network {
  readonly words: AddressWords
  readonly bits: number
}

const MAPPED = 0xffff
const IPV4_BITS_BEFORE = 96

export const isIpv4 = (w0: number, w1: number, w2: number): boolean => w0 === 0 && w1 === 0 && w2 === MAPPED

export function formatAddress(w0: number, w1: number, w2: number, w3: number): string {
  return isIpv4(w0, w1, w2) ? formatIpv4(w3) : formatIpv6(w0, w1, w2, w3)
}

const WORD = 0x1_0000_0000
/** A number that sorts as addresses do: IPv4, then IPv6 by its first 52 bits. */
export const addressOrder = (w0: number, w1: number, w2: number, w3: number): number =>
  isIpv4(w0, w1, w2) ? w3 >>> 0 : WORD + (w0 >>> 0) * 0x10_0000 + (w1 >>> 12)

export const formatIpv4 = (w: number): string => `${w >>> 24}.${(w >>> 16) & 255}.${(w >>> 8) & 255}.${w & 255}`

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as "::". */
export function formatIpv6(w0: number, w1: number, w2: number, w3: number): string {
  const groups = [w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff, w2 >>> 16, w2 & 0xffff, w3 >>> 16, w3 & 0xffff]
  let best = -1
  let bestLen = 1
  for (let i = 0, run = 0; i < 8; i++) {
    run = groups[i] === 0 ? run + 1 : 0
    if (run > bestLen) {
      bestLen = run
      best = i - run + 1
    }
  }
  const hex = (part: number[]) => part.map((g) => g.toString(16)).join(':')
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLen))}`
}

/** The words of an address in text, or undefined. Leading zeros and shortened IPv4 forms are no addresses here: they mean two things. */
export function parseAddress(text: string): AddressWords | undefined {
  if (!text.includes(':')) {
    const v4 = parseIpv4(text)
    return v4 === undefined ? undefined : [0, 0, MAPPED, v4]
  }
  return parseIpv6(text)
}

function parseIpv4(text: string): number | undefined {
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (m === null) return undefined
  let word = 0
  for (let i = 1; i <= 4; i++) {
    const part = m[i]!
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined
    word = (word << 8) | Number(part)
  }
  return word
}

/** RFC 4291 §2.2, with a dotted IPv4 address as the last two groups if it likes; no zone. */
function parseIpv6(text: string): AddressWords | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const g = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (i: number) => (g[i]! << 16) | g[i + 1]!
  return [word(0), word(2), word(4), word(6)]
}

function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [i, part] of parts.entries()) {
    const v4 = isLast && i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined
    if (v4 !== undefined) groups.push(v4 >>> 16, v4 & 0xffff)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

/** An address, or an address with "/bits"; the bits beyond are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (words === undefined) return undefined
  const before = text.includes(':') ? 0 : IPV4_BITS_BEFORE
  const given = slash < 0 ? `${128 - before}` : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(given) || Number(given) > 128 - before) return undefined
  const bits = before + Number(given)
  return { words: maskWords(words, bits), bits }
}

export function formatNetwork({ words, bits }: Network): string {
  const isV4 = bits >= IPV4_BITS_BEFORE && isIpv4(words[0], words[1], words[2])
  return `${isV4 ? formatIpv4(words[3]) : formatIpv6(...words)}/${isV4 ? bits - IPV4_BITS_BEFORE : bits}`
}

function maskWords(words: AddressWords, bits: number): AddressWords {
  return [words[0] & maskOf(bits), words[1] & maskOf(bits - 32), words[2] & maskOf(bits - 64), words[3] & maskOf(bits - 96)]
}

/** The mask of the first `bits` of one word. */
export const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits))

/** The words of an address of 4 or 16 bytes on the wire; the bytes must be there. */
export function readAddress(b: Uint8Array, at: number, length: 4 | 16): AddressWords {
  const word = (i: number) => (b[at + i]! << 24) | (b[at + i + 1]! << 16) | (b[at + i + 2]! << 8) | b[at + i + 3]!
  return length === 4 ? [0, 0, MAPPED, word(0)] : [word(0), word(4), word(8), word(12)]
}
