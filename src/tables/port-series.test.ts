import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OctetCounters } from '../lib/exporters.ts'
import { nearestRank95 } from './port-rates.ts'
import { PERIOD_MS, PORT_IN, PORT_OUT, PortSeries, PortSeriesRoom, secondsOf } from './port-series.ts'

/** Begins a period. */
const T0 = 1_700_000_100_000
const NEVER = Number.POSITIVE_INFINITY

/** A series whose seconds pass as they are told to. */
class Clocked {
  readonly ports: PortSeries
  nowMs = T0
  constructor(room?: PortSeriesRoom) {
    this.ports = new PortSeries(room)
  }
  pass(seconds = 1): void {
    for (let i = 0; i < seconds; i++) this.ports.tick((this.nowMs += 1000))
  }
  /** Bytes that have just ended and lasted so long. */
  add(ifIndex: number, bytes: number, seconds = 1, way: 0 | 1 = PORT_IN): void {
    this.ports.add(ifIndex, way, bytes, this.nowMs - 1000 * seconds, this.nowMs)
  }
  counters(inOctets: number, outOctets: number, more: Partial<OctetCounters> = {}): boolean {
    return this.ports.counters(1, { atMs: this.nowMs, inOctets, outOctets, bits: 64, from: 'snmp', epoch: 0, ...more })
  }
  in(seconds?: number, ifIndex = 1): number[] {
    return [...(this.ports.series(ifIndex, seconds)?.in ?? [])]
  }
}
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)

test.each([
  [0, 0, 1],
  [0, 1499, 1],
  [0, 1500, 2],
  [0, 60_000, 60],
  [0, 86_400_000, 300],
  [5000, 0, 1],
  [Number.NaN, 0, 1],
  [Number.NEGATIVE_INFINITY, 0, 300],
])('a record from %d to %d ms is spread over %d s', (first, last, seconds) => {
  expect(secondsOf(first, last)).toBe(seconds)
})

describe('records', () => {
  test('of an instant are in their second', () => {
    const c = new Clocked()
    c.pass()
    c.add(1, 500)
    c.add(1, 250, 1, PORT_OUT)
    c.pass(2)
    expect(c.ports.series(1)).toEqual({ lastMs: c.nowMs, in: Float32Array.of(0, 500, 0), out: Float32Array.of(0, 250, 0) })
    expect(c.ports.series(2)).toBeUndefined()
  })

  test('that lasted are spread over as many seconds', () => {
    const c = new Clocked()
    c.add(1, 4000, 4)
    c.pass(2)
    c.add(1, 100)
    c.pass(3)
    expect(c.in()).toEqual([1000, 1000, 1100, 1000, 0])
  })

  test('of a late tick are spread over the seconds that it took', () => {
    const c = new Clocked()
    c.pass()
    c.add(1, 300)
    c.add(1, 8000, 4)
    c.ports.tick((c.nowMs += 3000))
    c.pass(2)
    const [before, ...after] = c.in()
    expect([before, sum(after), after.at(-1)]).toEqual([0, expect.closeTo(8300, 1), 0])
    for (const value of after.slice(0, 4)) expect(value).toBeGreaterThan(700)
  })

  test('are an hour, and no more', () => {
    const c = new Clocked()
    c.add(1, 7)
    c.pass(3600)
    expect(c.in()).toHaveLength(3600)
    expect(c.in()[0]).toBe(7)
    c.pass()
    expect(sum(c.in())).toBe(0)
  })

  test('nothing is lost, whatever lasts how long and however late ticks are', () => {
    const record = fc.record({
      bytes: fc.nat(1e9),
      seconds: fc.integer({ min: 1, max: 400 }),
      tick: fc.integer({ min: 0, max: 5 }),
      way: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        const c = new Clocked()
        const told = [0, 0]
        c.pass()
        for (const { bytes, seconds, tick, way } of records) {
          c.add(1, bytes, seconds, way as 0 | 1)
          told[way]! += bytes
          if (tick > 0) c.ports.tick((c.nowMs += 1000 * tick))
        }
        c.pass(310)
        const series = c.ports.series(1)
        for (const [i, column] of [series?.in ?? [], series?.out ?? []].entries()) {
          expect(Math.abs(sum(column) - told[i]!)).toBeLessThanOrEqual(1 + told[i]! * 1e-5)
          for (const value of column) expect(value).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the clock', () => {
  test('ticks that come a little late lose no second', () => {
    const c = new Clocked()
    for (let i = 0; i < 1000; i++) {
      c.add(1, 100)
      c.ports.tick((c.nowMs += 1003))
    }
    expect(c.in()).toHaveLength(1003)
    expect(sum(c.in())).toBeCloseTo(100_000, 0)
  })

  test('set back or far ahead, it goes on', () => {
    const c = new Clocked()
    c.pass(10)
    c.ports.tick((c.nowMs -= 100_000))
    c.add(1, 50)
    c.pass()
    expect(c.in().at(-1)).toBe(50)
    c.ports.tick((c.nowMs += 1e12))
    c.add(1, 60)
    c.pass()
    expect(c.in().at(-1)).toBe(60)
    expect(c.ports.series(1)!.lastMs).toBe(c.nowMs)
  })
})

describe('counters', () => {
  test('say nothing at first, then what they grew, spread a little longer than it took', () => {
    const c = new Clocked()
    c.pass()
    expect(c.counters(1e6, 0)).toBe(false)
    c.pass(10)
    expect(c.counters(1e6 + 11_000, 5500)).toBe(true)
    c.pass(12)
    expect(c.in(12)).toEqual([...Array(11).fill(1000), 0])
    expect(sum(c.ports.series(1)!.out)).toBe(5500)
  })

  test('of a steady rate give a steady curve, though they come late', () => {
    const c = new Clocked()
    let octets = 0
    const waits = [60, 61, 59, 62, 60, 58, 60, 63, 60, 60]
    c.counters(octets, 0)
    for (const wait of waits) {
      c.pass(wait)
      c.counters((octets += 1000 * wait), 0)
    }
    for (const value of c.in(500)) expect(Math.abs(value - 1000)).toBeLessThan(150)
    c.pass(70)
    expect(sum(c.in())).toBeCloseTo(octets, -1)
  })

  test('what 32 bits go around is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 20 }), fc.nat(2 ** 32 - 1), (growths, start) => {
        const c = new Clocked()
        let octets = start
        c.counters(octets, 0, { bits: 32 })
        for (const growth of growths) {
          octets = (octets + growth) % 2 ** 32
          c.pass(30)
          expect(c.counters(octets, 0, { bits: 32 })).toBe(true)
        }
        c.pass(40)
        const all = sum(growths)
        expect(Math.abs(sum(c.in()) - all)).toBeLessThanOrEqual(1 + all * 1e-6)
      }),
      { numRuns: 40 },
    )
  })

  test.each([
    ['begin anew', {}, 5],
    ['are of an agent that was started again', { epoch: 1 }, 2e6],
    ['have other bits now', { bits: 32 }, 2e6],
    ['are an hour apart', { atMs: T0 + 4e6 }, 2e6],
    ['go back in time', { atMs: T0 - 10_000 }, 2e6],
  ] as const)('that %s are where the next are counted from', (_, more, inOctets) => {
    const c = new Clocked()
    c.counters(1e6, 1e6)
    c.pass(10)
    expect(c.counters(inOctets, 2e6, more)).toBe(false)
    const next = { ...more, atMs: ('atMs' in more ? more.atMs : c.nowMs) + 10_000 }
    expect(c.counters(inOctets + 3000, 2e6, next)).toBe(true)
    c.pass(20)
    expect(sum(c.in())).toBeCloseTo(3000)
  })

  test('displace flow records until they are silent', () => {
    const c = new Clocked()
    c.add(1, 600_000, 60)
    c.pass()
    c.counters(0, 0)
    c.pass(10)
    expect(c.in(1)).toEqual([10_000])
    c.counters(11, 0)
    c.add(1, 1e6)
    c.pass(20)
    expect(sum(c.in(20))).toBeCloseTo(11)
    c.pass(331)
    c.add(1, 50)
    c.pass()
    expect(c.in(1)).toEqual([50])
  })

  test('that stand still leave records their word', () => {
    const c = new Clocked()
    c.counters(500, 500)
    c.pass(60)
    expect(c.counters(500, 500)).toBe(true)
    c.add(1, 77)
    c.pass()
    expect(c.in(1)).toEqual([77])
  })

  test('of who spoke first are believed, and of one second only once', () => {
    const c = new Clocked()
    c.counters(0, 0)
    c.pass(10)
    expect(c.counters(500, 0, { from: 'sflow' })).toBe(false)
    expect(c.counters(500, 0)).toBe(true)
    expect(c.counters(400, 0)).toBe(false)
    expect(c.counters(NEVER, 0)).toBe(false)
  })
})

describe('figures', () => {
  test('rates are over the last minute, or the time so far', () => {
    const c = new Clocked()
    c.pass()
    c.add(1, 1000)
    c.pass()
    expect(c.ports.figures(1, 8000)).toMatchObject({ inBps: 4000, outBps: 0, inUtilisation: 0.5, outUtilisation: 0 })
    c.pass(58)
    expect(c.ports.figures(1)).toEqual({ inBps: (8 * 1000) / 60, outBps: 0, in95Bps: (8 * 1000) / 60, out95Bps: 0 })
    c.pass(2)
    expect(c.ports.figures(1, 0)!.inBps).toBe(0)
    expect(c.ports.figures(2)).toBeUndefined()
  })

  test.each([
    [[5], 5],
    [[3, 1, 2], 3],
    [Array.from({ length: 20 }, (_, i) => i + 1), 19],
    [Array.from({ length: 100 }, (_, i) => 100 - i), 95],
    [Array.from({ length: 288 }, (_, i) => i + 1), 274],
    [[], 0],
  ])('the 95th percentile of %j is %d', (values, expected) => {
    expect(nearestRank95(Float32Array.from(values))).toBe(expected)
  })

  test('it is over means of five minutes: 1 in 20 may be as high as it likes', () => {
    const c = new Clocked()
    for (let period = 0; period < 20; period++) {
      for (let i = 0; i < 300; i++) {
        c.add(1, period === 7 ? 1e6 : 100 + period)
        c.pass()
      }
    }
    expect(c.nowMs).toBe(T0 + 20 * PERIOD_MS)
    expect(c.ports.figures(1)!.in95Bps).toBe(8 * 119)
    // In the 21st nothing came: rank 20 of 21 is the second highest still.
    c.pass(300)
    expect(c.ports.figures(1)!.in95Bps).toBe(8 * 119)
  })

  test('a day is kept', () => {
    const c = new Clocked()
    for (let i = 0; i < 20 * 300; i++) {
      c.add(1, 800)
      c.pass()
    }
    const hours = (n: number) => {
      for (let i = 0; i < n; i++) c.ports.tick((c.nowMs += 3_600_000))
    }
    // 20 of 284 periods are more than 5 of 100.
    hours(22)
    expect(c.ports.figures(1)!.in95Bps).toBe(6400)
    hours(2)
    expect(c.ports.figures(1)!.in95Bps).toBe(0)
  })
})

describe('the room', () => {
  test('holds the most active, and says how many are without', () => {
    const room = new PortSeriesRoom(2)
    const c = new Clocked(room)
    for (const [ifIndex, bytes] of [
      [1, 100],
      [2, 1000],
      [3, 900],
    ] as const)
      c.add(ifIndex, bytes)
    c.pass(61)
    expect([room.taken, room.without]).toEqual([2, 1])
    expect([c.ports.series(1), c.ports.series(3)]).toEqual([undefined, expect.anything()])
    // Twice as much is needed to take a place.
    for (let i = 0; i < 61; i++) {
      c.add(1, 1500)
      c.add(2, 1000)
      c.add(3, 1000)
      c.pass()
    }
    expect(c.ports.series(1)).toBeUndefined()
    for (let i = 0; i < 61; i++) {
      c.add(1, 9000)
      c.add(2, 1000)
      c.add(3, 1100)
      c.pass()
    }
    expect([1, 2, 3].map((i) => c.ports.series(i) !== undefined)).toEqual([true, false, true])
    c.pass(60 * 30)
    expect(room.without).toBe(0)
  })

  test('is shared, and bounds what a flood of interfaces costs', () => {
    const room = new PortSeriesRoom(8)
    const exporters = Array.from({ length: 4 }, () => new PortSeries(room))
    for (const ports of exporters) for (let i = 1; i < 5000; i++) ports.add(i, PORT_OUT, 1, 0, 0)
    expect([room.taken, room.without]).toEqual([8, 8])
    expect(exporters[0]!.track(4999)).toBeUndefined()
    exporters[0]!.tick(T0)
  })
})
