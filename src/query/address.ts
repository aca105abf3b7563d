/** IPv4 and IPv6 addresses as four signed 32-bit words in network order; IPv4 is mapped into ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
export type Words = readonly [number, number, number, number]

const MAPPED = 0xffff

function parseV4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let word = 0
  for (const part of parts) {
    // A leading zero would be octal to some programs, so nobody can mean it safely.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    word = (word << 8) | Number(part)
  }
  return word
}

/** The 16-bit groups of one side of `::`; the last side may end in an IPv4 address. */
function groups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const out: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const v4 = isLast && i === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined
    if (v4 !== undefined) out.push(v4 >>> 16, v4 & 0xffff)
    else if (/^[\da-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16))
    else return undefined
  }
  return out
}

function parseV6(text: string): Words | undefined {
  const sides = text.split('::')
  if (sides.length > 2) return undefined
  const head = groups(sides[0]!, sides.length === 1)
  const tail = sides.length === 2 ? groups(sides[1]!, true) : []
  if (!head || !tail) return undefined
  const gap = 8 - head.length - tail.length
  // `::` stands for at least one group (RFC 5952 §4.2.2 allows writing it for one).
  if (sides.length === 2 ? gap < 1 : gap !== 0) return undefined
  const all = [...head, ...new Array<number>(gap).fill(0), ...tail]
  const word = (i: number) => (all[2 * i]! << 16) | all[2 * i + 1]!
  return [word(0), word(1), word(2), word(3)]
}

export function parseAddress(text: string): Words | undefined {
  if (text.length > 47) return undefined // [ffff: × 6, 255.255.255.255]
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (bare.includes(':')) return parseV6(bare)
  const v4 = parseV4(bare)
  return v4 === undefined ? undefined : [0, 0, MAPPED, v4]
}

export const isV4 = (w: Words): boolean => w[0] === 0 && w[1] === 0 && w[2] === MAPPED

/** The bits of word 0–3 that belong to a prefix. */
export function maskWord(bits: number, word: number): number {
  const left = bits - 32 * word
  return left <= 0 ? 0 : left >= 32 ? -1 : -1 << (32 - left)
}

export const masked = (w: Words, bits: number): Words => [
  w[0] & maskWord(bits, 0),
  w[1] & maskWord(bits, 1),
  w[2] & maskWord(bits, 2),
  w[3] & maskWord(bits, 3),
]

/** RFC 5952: lower case, the longest run of two or more zero groups, the first of equals, as `::`. */
export function formatAddress(w: Words): string {
  if (isV4(w)) return [24, 16, 8, 0].map((shift) => (w[3] >>> shift) & 255).join('.')
  const hex = w.flatMap((word) => [word >>> 16, word & 0xffff]).map((group) => group.toString(16))
  let at = 0
  let len = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (hex[i + n] === '0') n++
    if (n > len) [at, len] = [i, n]
  }
  return len < 2 ? hex.join(':') : `${hex.slice(0, at).join(':')}::${hex.slice(at + len).join(':')}`
}

/** As for sorting; the words are unsigned to it. */
export function compareWords(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! >>> 0 < b[i]! >>> 0 ? -1 : 1
  return 0
}
