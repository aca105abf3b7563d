import { expect, test } from 'vitest'
import type { OctetCounters } from '../lib/exporters.ts'
import { counterGrowth, isSound, RESET } from './octet-counters.ts'

const ANY = Number.POSITIVE_INFINITY
const GIGABIT = 1e9

test.each([
  ['goes on', 1000, 5000, 32, ANY, 4000],
  ['stands still', 1000, 1000, 32, ANY, 0],
  ['goes around its 32 bits', 2 ** 32 - 100, 50, 32, ANY, 150],
  ['goes around its 32 bits, as fast as the interface is', 2 ** 32 - 1e9, 1e9, 32, GIGABIT, 2e9],
  ['begins anew: the way around would be the longer one', 1e9, 50, 32, ANY, RESET],
  ['begins anew: no interface of this speed goes around so fast', 2 ** 32 - 1e9, 1e9, 32, 1e8, RESET],
  ['of 64 bits is past 32 of them', 2 ** 32 - 100, 2 ** 32 + 50, 64, ANY, 150],
  ['of 64 bits begins anew', 1e15, 50, 64, ANY, RESET],
  ['goes around its 64 bits', 2 ** 64 - 4096, 4096, 64, ANY, 8192],
] as const)('a counter that %s', (_, before, now, bits, speedBps, growth) => {
  expect(counterGrowth(before, now, bits, 30, speedBps)).toBe(growth)
})

test.each([
  [{ inOctets: -1 }, false],
  [{ outOctets: Number.NaN }, false],
  [{ inOctets: 2 ** 33 }, false],
  [{ inOctets: 2 ** 64, bits: 64 }, true],
  [{ atMs: Number.POSITIVE_INFINITY }, false],
] as const)('%o: sound %s', (part, sound) => {
  const counters: OctetCounters = { atMs: 1, inOctets: 1, outOctets: 1, bits: 32, from: 'snmp', epoch: 0, ...part }
  expect(isSound(counters)).toBe(sound)
})
