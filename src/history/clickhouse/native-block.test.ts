import { expect, it } from 'vitest'
import { nativeBlock } from './native-block.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]).toString('hex')
const word = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes.toString('hex')
}
const LC = 'LowCardinality(String)'
const column = (type: string, body: string) => text('c') + text(type) + body

it.each([
  ['UInt8', { values: Int32Array.of(1, 255, 9) }, '01ff'],
  ['UInt16', { values: Int32Array.of(1, 65_535, 9) }, '0100ffff'],
  ['UInt32', { values: Int32Array.of(1, -1, 9) }, '01000000ffffffff'],
  ['UInt64', { values: Float64Array.of(3, 2 ** 53 - 1, 9) }, word(3) + word(2 ** 53 - 1)],
  ['DateTime64(3)', { values: Float64Array.of(1_795_687_200_000, -5, 9) }, word(1_795_687_200_000) + word(-5)],
  ['Float32', { values: Float32Array.of(1.5, 0, 9) }, '0000c03f00000000'],
  [
    'IPv6',
    { ids: Uint32Array.of(0, 2, 1), texts: [], words: Int32Array.of(0, 0, 0xffff, 1, 0x20010db8, 0, 0, -2) },
    `${'00'.repeat(16)}20010db80000000000000000fffffffe`,
  ],
  [
    LC,
    { ids: Uint32Array.of(2, 0, 1), texts: ['', 'a', 'ÄÖ'] },
    `${word(1)}${word(0x600)}${word(3)}00${text('a')}04c384c396${word(2)}0200`,
  ],
] as const)('%s', (type, values, body) => {
  expect(hex(nativeBlock(2, [{ name: 'c', type, values }]))).toBe(`0102${column(type, body)}`)
})

it('writes maps: where each ends, keys as a dictionary, values as they are', () => {
  const type = 'Map(LowCardinality(String), String)'
  const values = {
    ends: Uint32Array.of(1, 1, 3),
    keys: { ids: Uint32Array.of(1, 1, 2), texts: ['', 'k', 'l'] },
    values: { ids: Uint32Array.of(1, 2, 1), texts: ['', 'x', 'yy'] },
  }
  const keys = `${word(0x600)}${word(3)}00${text('k')}${text('l')}${word(3)}010102`
  const body = `${word(1)}${word(1)}${word(1)}${word(3)}${keys}${text('x')}${text('yy')}${text('x')}`
  expect(hex(nativeBlock(3, [{ name: 'c', type, values }]))).toBe(`0103${column(type, body)}`)
  const empty = { ...values, ends: Uint32Array.of(0, 0) }
  expect(hex(nativeBlock(2, [{ name: 'c', type, values: empty }]))).toBe(`0102${column(type, word(1) + word(0) + word(0))}`)
})

it('numbers texts by as many bytes as they need', () => {
  const texts = ['', ...Array.from({ length: 299 }, (_, n) => `t${n}`)]
  const block = nativeBlock(1, [{ name: 'c', type: LC, values: { ids: Uint32Array.of(299), texts } }])
  expect(hex(block).endsWith(`${word(1)}2b01`)).toBe(true)
  expect(hex(block)).toContain(word(0x601))
})

it('keeps halves of characters apart, and long texts whole', () => {
  const texts = ['', 'a\ud83d', '\ude00b', 'x'.repeat(200)]
  const block = nativeBlock(1, [{ name: 'c', type: LC, values: { ids: Uint32Array.of(1), texts } }])
  expect(hex(block)).toContain(`0461efbfbd04efbfbd62c801${'78'.repeat(200)}`)
})
