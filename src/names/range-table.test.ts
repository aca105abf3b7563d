import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseAddress } from '../wire/address.ts'
import { beginnings, decodeRanges, encodeRanges, valueAt, without } from './range-table.ts'

const allocate = (length: number) => new Uint32Array(length)
const v4 = beginnings<number>(
  [
    { from: 0x01000000, to: 0x010000ff, value: 13335 },
    { from: 0x01000100, to: 0x010001ff, value: 13335 },
    { from: 0x01000200, to: 0x010002ff, value: 7 },
    { from: 0xffffff00, to: 0xffffffff, value: 4_294_967_295 },
  ],
  (to) => to + 1,
).filter(({ from }) => from <= 0xffff_ffff)
const v6 = beginnings<bigint>(
  [
    { from: 0x2001_0db8_0000_0000n, to: 0x2001_0db8_ffff_ffffn, value: 64_496 },
    { from: 0xffff_ffff_0000_0000n, to: 0xffff_ffff_ffff_fffen, value: 9 },
  ],
  (to) => to + 1n,
)
const table = decodeRanges(encodeRanges(v4, v6), allocate)

it.each([
  ['0.255.255.255', 0],
  ['1.0.0.0', 13335],
  ['1.0.1.255', 13335],
  ['1.0.2.0', 7],
  ['1.0.2.255', 7],
  ['1.0.3.0', 0],
  ['255.255.255.0', 4_294_967_295],
  ['255.255.255.255', 4_294_967_295],
  ['2001:db7:ffff:ffff::1', 0],
  ['2001:db8::', 64_496],
  ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 64_496],
  ['2001:db9::', 0],
  ['ffff:ffff:1::1', 9],
  ['ffff:ffff:ffff:ffff::1', 0],
  ['::1', 0],
])('%s has %d', (address, value) => {
  expect(valueAt(table, ...parseAddress(address)!)).toBe(value)
})

it('joins neighbours that have the same number', () => {
  expect(v4.map(({ from, value }) => [from, value])).toEqual([
    [0x01000000, 13335],
    [0x01000200, 7],
    [0x01000300, 0],
    [0xffffff00, 4_294_967_295],
  ])
})

it('lets the inner of two ranges hold, whatever their order', () => {
  const range = fc
    .tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 3 }))
    .map(([a, b, value]) => ({ from: Math.min(a, b), to: Math.max(a, b), value }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
      // Nested or apart: of others it is only said that the later one holds.
      const nests = ranges.filter((r, i) =>
        ranges
          .slice(0, i)
          .every((o) => r.to < o.from || r.from > o.to || (r.from > o.from && r.to < o.to) || (o.from > r.from && o.to < r.to)),
      )
      const made = beginnings<number>(nests, (to) => to + 1)
      expect(made.map(({ from }) => from)).toEqual(made.map(({ from }) => from).toSorted((a, b) => a - b))
      for (let at = 0; at <= 61; at++) {
        const inner = nests.filter((r) => r.from <= at && at <= r.to).sort((a, b) => a.to - a.from - (b.to - b.from))[0]
        expect(made.findLast(({ from }) => from <= at)?.value ?? 0).toBe(inner?.value ?? 0)
      }
    }),
    { seed: 20_240_501, numRuns: 500 },
  )
})

it('reads what it wrote, and finds what a look at all ranges finds', () => {
  const starts = fc
    .uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 30 })
    .map((all) => all.sort((a, b) => (a < b ? -1 : 1)))
  const starts4 = fc.uniqueArray(fc.nat(0xffff_ffff), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b))
  fc.assert(
    fc.property(starts, starts4, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(0xffff_ffff), (six, four, wanted6, wanted4) => {
      const made = decodeRanges(
        encodeRanges(
          four.map((from, i) => ({ from, value: i * 1000 + 1 })),
          six.map((from, i) => ({ from, value: i + 1 })),
        ),
        allocate,
      )
      const expected4 = four.findLastIndex((from) => from <= wanted4)
      expect(valueAt(made, 0, 0, 0xffff, wanted4 | 0)).toBe(expected4 < 0 ? 0 : expected4 * 1000 + 1)
      const expected6 = six.findLastIndex((from) => from <= wanted6)
      const [high, low] = [Number(wanted6 >> 32n) | 0, Number(wanted6 & 0xffff_ffffn) | 0]
      if (high === 0 && low === 0) return
      expect(valueAt(made, high, low, 1, 1)).toBe(expected6 + 1)
    }),
    { seed: 20_240_501, numRuns: 500 },
  )
})

it('takes holes out of ranges', () => {
  const MAX = 40
  const range = fc.tuple(fc.nat(MAX), fc.nat(MAX)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
  const apart = fc.uniqueArray(fc.nat(MAX), { maxLength: 8 }).map((ends) => {
    const sorted = ends.sort((a, b) => a - b)
    return sorted.flatMap((from, i) => (i % 2 === 0 ? [{ from, to: sorted[i + 1] ?? from }] : []))
  })
  fc.assert(
    fc.property(range, apart, ({ from, to }, holes) => {
      const left = [
        ...without(
          [{ from, to, value: 7 }],
          holes,
          (n) => n - 1,
          (n) => n + 1,
        ),
      ]
      const isIn = (n: number, ranges: readonly { from: number; to: number }[]) => ranges.some((r) => r.from <= n && n <= r.to)
      for (let n = 0; n <= MAX; n++) expect(isIn(n, left), `${n}`).toBe(from <= n && n <= to && !isIn(n, holes))
      expect(left.every((r) => r.value === 7 && r.from <= r.to)).toBe(true)
    }),
  )
})
