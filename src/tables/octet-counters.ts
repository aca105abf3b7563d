import type { OctetCounters } from '../lib/exporters.ts'

export const RESET = -1
const MODULUS_OF = { 32: 2 ** 32, 64: 2 ** 64 } as const
/** A speed that is told may be rounded, and a counter read late. */
const OVER_SPEED = 1.5

/**
 * How far a counter went on from `before` to `now`, around its end where need be; RESET when it began anew instead. It went around when that is the shorter way,
 * and no more than the speed gives (Infinity: not known). Beyond 2^53, counters of 64 bits are exact to 2 KiB.
 */
export function counterGrowth(before: number, now: number, bits: 32 | 64, seconds: number, speedBps: number): number {
  if (now >= before) return now - before
  const around = now + (MODULUS_OF[bits] - before)
  return around < MODULUS_OF[bits] / 2 && around * 8 <= speedBps * seconds * OVER_SPEED ? around : RESET
}

export function isSound({ inOctets, outOctets, bits, atMs }: OctetCounters): boolean {
  // The greatest of 64 bits is 2^64 as a number.
  const max = MODULUS_OF[bits]
  return inOctets >= 0 && inOctets <= max && outOctets >= 0 && outOctets <= max && Number.isFinite(atMs)
}
