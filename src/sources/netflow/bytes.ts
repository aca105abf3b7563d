/** Numbers of a message where they lie; whoever calls has checked that they are within it. */

export const u16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!
export const u32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
/** Signed: as addresses are held. */
export const i32 = (b: Uint8Array, at: number): number => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!

const WORD = 0x1_0000_0000
/** Up to eight bytes in network order (reduced-size encoding, RFC 7011 §6.2); beyond 2^53 not exact. Longer: the last eight. */
export function uint(b: Uint8Array, at: number, length: number): number {
  if (length === 4) return u32(b, at)
  if (length === 8) return u32(b, at) * WORD + u32(b, at + 4)
  if (length === 2) return u16(b, at)
  if (length === 1) return b[at]!
  let value = 0
  for (let i = Math.max(0, length - 8); i < length; i++) value = value * 256 + b[at + i]!
  return value
}

const decoder = new TextDecoder('utf-8')
const NUL = 0
/** Text up to its first NUL, cut; characters that are none are replaced. */
export function text(b: Uint8Array, at: number, length: number, most: number): string {
  let end = at
  const last = at + Math.min(length, most)
  while (end < last && b[end] !== NUL) end++
  return decoder.decode(b.subarray(at, end))
}
