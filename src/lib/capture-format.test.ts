import { describe, expect, test } from 'vitest'
import { nanosecondsOf, packetBlockLen, packetTimeMs, putPacketBlock } from './capture-format.ts'

describe('times', () => {
  test.each([0, 1, 123_456, 999_999, 500_000, 677_451])('%i µs come out as they were given', (microseconds) => {
    for (const seconds of [1, 1_100_000_000, 1_700_000_000, 2_100_000_000, 4_000_000_000]) {
      const tsMs = seconds * 1000 + microseconds / 1000
      expect(nanosecondsOf(tsMs, seconds)).toBe(microseconds * 1000)
    }
  })

  test('what lies between two microseconds stays there', () => expect(nanosecondsOf(1_700_000_000_000.0005, 1_700_000_000)).toBe(488))

  test('64 bits of nanoseconds are exact beyond what a double holds', () => {
    const view = new DataView(new ArrayBuffer(packetBlockLen(0)))
    for (const [tsMs, nanoseconds] of [
      [1_700_000_000_123.456, 1_700_000_000_123_456_000n],
      [1_795_441_213_999.999, 1_795_441_213_999_999_000n],
      [0, 0n],
      [4_294_967_295_999, 4_294_967_295_999_000_000n],
    ] as const) {
      putPacketBlock(view, 0, 0, tsMs, 0, 60)
      expect((BigInt(view.getUint32(12, true)) << 32n) | BigInt(view.getUint32(16, true))).toBe(nanoseconds)
      expect(view.getUint32(24, true)).toBe(60)
    }
  })
})

test('times are read as they were written, to the nanosecond', () => {
  const view = new DataView(new ArrayBuffer(packetBlockLen(0)))
  const times = [0, 0.001, 999.999999, 1000, 1_700_000_000_000, 1_700_000_000_999.999, 1_700_000_001_000.001, 4_294_967_295_999.5]
  // A second's last and first nanoseconds are where a quotient of doubles errs.
  for (let i = 0; i < 2000; i++)
    times.push(1_700_000_000_000 + i * 1000, 1_700_000_000_000 + i * 1000 - 0.001, 1_700_000_000_000 + i * 977.123)
  for (const ms of times) {
    putPacketBlock(view, 0, 0, ms, 0, 0)
    expect(Math.abs(packetTimeMs(view, 0) - ms)).toBeLessThan(0.0003)
  }
})
