import { expect, test } from 'vitest'
import { fileMark } from './file-marks.ts'
import { entropy, isDense, looksFullyEncrypted } from './randomness.ts'
import { concat, hex, latin1 } from './testing.ts'

/** Bytes of a generator with a seed. */
function random(n: number, seed = 7): Uint8Array {
  let state = seed
  return Uint8Array.from({ length: n }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  })
}
const of = <T>(judge: (b: Uint8Array, at: number, end: number) => T, b: Uint8Array) => judge(b, 0, b.length)
const text = latin1(
  'GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nAccept: text/html\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n',
)
const header = concat(hex('00 00 01 00 00 02 00 10 ff ff 00 00 00 01 00 01'), new Uint8Array(200))

test('entropy in bits a byte', () => {
  expect(of(entropy, new Uint8Array(100))).toBe(0)
  expect(
    of(
      entropy,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    ),
  ).toBe(8)
  expect(of(entropy, Uint8Array.of(1, 2, 1, 2))).toBe(1)
  expect(of(entropy, new Uint8Array(0))).toBe(0)
})

test('random bytes are dense whatever their number, text and headers are not', () => {
  for (const n of [64, 100, 200, 500, 1400, 60_000]) expect([n, of(isDense, random(n, n))]).toEqual([n, true])
  expect(of(isDense, random(63))).toBe(false)
  expect(of(isDense, text)).toBe(false)
  expect(of(isDense, header)).toBe(false)
})

test('fully encrypted: nothing that can be read, and as many ones as noughts', () => {
  for (let seed = 1; seed < 40; seed++) expect([seed, of(looksFullyEncrypted, random(300, seed * 7919))]).toEqual([seed, true])
  expect(of(looksFullyEncrypted, text)).toBe(false)
  expect(of(looksFullyEncrypted, header)).toBe(false)
  expect(of(looksFullyEncrypted, random(40))).toBe(false)
  // A length of what follows: of both ends, with and without itself.
  for (const head of ['16 01 2c', '30 00 01 2c 01', '2c 01', '00 00 01 28'])
    expect(of(looksFullyEncrypted, concat(hex(head), random(300 - hex(head).length)))).toBe(false)
  // A beginning of six readable bytes, a readable run within, bits that lean to one side.
  expect(of(looksFullyEncrypted, concat(latin1('SSH-2.'), random(300)))).toBe(false)
  expect(of(looksFullyEncrypted, concat(random(100), latin1('a sentence of words in it'), random(200)))).toBe(false)
  expect(
    of(
      looksFullyEncrypted,
      random(300).map((b) => b & 0x77),
    ),
  ).toBe(false)
})

const pe = (offset: number, mark = 'PE\0\0') => {
  const bytes = new Uint8Array(512)
  bytes.set(latin1('MZ'))
  bytes[0x3c] = offset & 255
  bytes[0x3d] = offset >> 8
  bytes.set(latin1(mark), offset)
  return bytes
}
const padded = (bytes: Uint8Array) => concat(bytes, new Uint8Array(64))
test.each([
  ['a PE', pe(0x80), 'Windows program'],
  ['a PE whose mark is in another packet', pe(0x80).subarray(0, 0x70), 'Windows program'],
  ['MZ alone', padded(latin1('MZ and more')), undefined],
  ['MZ that leads nowhere', pe(0x80, 'XX\0\0'), undefined],
  ['ELF', padded(hex('7f 45 4c 46 02 01 01 00')), 'ELF program'],
  ['no class of ELF', padded(hex('7f 45 4c 46 07 01 01 00')), undefined],
  ['Mach-O', padded(hex('cf fa ed fe 0c 00 00 01')), 'Mach-O program'],
  ['no processor of Mach-O', padded(hex('cf fa ed fe 99 00 00 01')), undefined],
  ['dex', padded(hex('64 65 78 0a 30 33 35 00')), 'Android package'],
  ['a script', latin1('#!/bin/sh\nrm -rf /tmp/x\n'), 'shell script'],
  ['a script with blanks', latin1('#! /usr/bin/env python3\n'), 'shell script'],
  ['a comment', latin1('#! important: read this first\n'), undefined],
  ['too short to tell', latin1('#!/bin/sh'), undefined],
])('%s', (_, bytes, mark) => {
  expect(of(fileMark, bytes)).toBe(mark)
})
