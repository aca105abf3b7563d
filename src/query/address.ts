/** Address arithmetic of the filter language; reading and writing addresses is wire/address.ts. */
import { type AddressWords, isIpv4, maskOf, parseAddress as parsePlain } from '../wire/address.ts'

export type Words = AddressWords

/** As wire/address.ts, and in the brackets of a URL. */
export const parseAddress = (text: string): Words | undefined =>
  parsePlain(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text)

export const isV4 = (w: Words): boolean => isIpv4(w[0], w[1], w[2])

/** The bits of word 0–3 that belong to a prefix. */
export const maskWord = (bits: number, word: number): number => maskOf(bits - 32 * word)

export const masked = (w: Words, bits: number): Words => [
  w[0] & maskWord(bits, 0),
  w[1] & maskWord(bits, 1),
  w[2] & maskWord(bits, 2),
  w[3] & maskWord(bits, 3),
]

/** As for sorting; the words are unsigned to it. */
export function compareWords(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i]! >>> 0 < b[i]! >>> 0 ? -1 : 1
  return 0
}
