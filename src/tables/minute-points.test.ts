import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricsOf, namesOf, type SeriesKind, type SeriesPoints } from '../lib/series-points.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import type { LiveTables } from './live-tables.ts'
import { MinutePoints } from './minute-points.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'

const MINUTE = 60_000
const FIRST_END = Math.ceil((START_MS + 1) / MINUTE) * MINUTE

function pointed(): { t: LiveTables; told: SeriesPoints[] } {
  const t = testTables({ idle: DEFAULT_IDLE })
  const told: SeriesPoints[] = []
  t.points = new MinutePoints(t, (points) => told.push(points))
  return { t, told }
}
function pass(t: LiveTables, toMs: number): void {
  for (let ms = t.nowMs + 1000; ms <= toMs; ms += 1000) t.passClock(ms)
}
/** As a probe does when its source ends. */
function end(t: LiveTables): void {
  t.finish()
  t.tickTo(t.nowMs + 1000)
  t.points!.finish()
}
/** Of all points told: name → metric → sum. */
function sums(told: readonly SeriesPoints[], kind: SeriesKind): Record<string, Record<string, number>> {
  const metrics = metricsOf(kind)
  const all: Record<string, Record<string, number>> = {}
  for (const { tables } of told)
    for (const table of tables)
      if (table.kind === kind)
        for (const [i, name] of namesOf(table).entries()) {
          const row = (all[name] ??= Object.fromEntries(metrics.map((metric) => [metric.name, 0])))
          for (const [m, metric] of metrics.entries()) row[metric.name]! += table.values[i * metrics.length + m]!
        }
  return all
}
const total = (rows: Record<string, Record<string, number>>, ...metrics: string[]) =>
  Object.values(rows).reduce((sum, row) => sum + metrics.reduce((of, metric) => of + row[metric]!, 0), 0)

describe('points of a minute', () => {
  test('are told when it ends, with what was gained in it', () => {
    const { t, told } = pointed()
    feed(t, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53 })])
    pass(t, FIRST_END - 1000)
    expect(told).toEqual([])
    pass(t, FIRST_END)
    expect(told).toHaveLength(1)
    expect(told[0]!.endMs).toBe(FIRST_END)
    const bytes = t.bytes
    expect(sums(told, 'interface')['']).toMatchObject({ bytes, bytesSent: bytes, bytesRcvd: 0, packets: 1, peakBps: 8 * bytes })
    expect(sums(told, 'host')).toMatchObject({ '10.0.0.1': { bytesSent: bytes, bytesRcvd: 0, packetsSent: 1, udpSent: bytes, tcpSent: 0 } })
    expect(sums(told, 'l4')).toMatchObject({ udp: { bytesC2s: bytes, packetsC2s: 1 } })
    expect(sums(told, 'network')).toMatchObject({ '10.0.0.0/8': { bytesSent: bytes } })
    expect([...told[0]!.seconds.bytes].reduce((a, b) => a + b, 0)).toBe(bytes)
  })

  test('of a silent minute say so, and hosts have none in it', () => {
    const { t, told } = pointed()
    feed(t, [udpFrame({})])
    pass(t, FIRST_END + MINUTE)
    expect(told).toHaveLength(2)
    expect(told[1]!.tables.map(({ kind }) => kind)).toEqual(['interface', 'tcp', 'drops'])
    expect(told[1]!.seconds.bytes).toHaveLength(60)
  })

  test('a gap of the clock belongs to no minute', () => {
    const { t, told } = pointed()
    feed(t, [udpFrame({})])
    t.passClock(FIRST_END + 10 * MINUTE + 500)
    expect(told[0]!.endMs).toBe(FIRST_END)
    expect(sums(told.slice(0, 1), 'interface')['']!['packets']).toBe(1)
    pass(t, FIRST_END + 11 * MINUTE + 1000)
    expect(told.at(-1)!.endMs).toBe(FIRST_END + 11 * MINUTE)
    expect(sums(told.slice(1), 'interface')['']!['packets']).toBe(0)
  })

  test('what a host did with applications is told every five minutes', () => {
    const { t, told } = pointed()
    feed(t, [tcpFrame({ dstPort: 80, payload: 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n' })])
    const end = Math.ceil(START_MS / (5 * MINUTE)) * 5 * MINUTE
    pass(t, end)
    const apps = told.filter(({ tables }) => tables[0]?.kind === 'host-app')
    expect(apps.map(({ endMs }) => endMs)).toEqual([end])
    expect(sums(apps, 'host-app')).toEqual({
      '10.0.0.1 HTTP': { bytesSent: t.bytes, bytesRcvd: 0 },
      '10.0.0.2 HTTP': { bytesSent: 0, bytesRcvd: t.bytes },
    })
  })

  test('the minute that runs at the end is told', () => {
    const { t, told } = pointed()
    feed(t, [udpFrame({})])
    end(t)
    expect(total(sums(told, 'interface'), 'packets')).toBe(1)
    pass(t, FIRST_END + MINUTE)
    expect(total(sums(told, 'interface'), 'packets')).toBe(1)
  })

  test('add up to the totals, whatever comes, leaves and returns', () => {
    const packet = fc.record({
      from: fc.constantFrom('10.0.0.1', '10.0.0.2', '192.168.1.9', '9.9.9.9'),
      to: fc.constantFrom('10.0.0.3', '8.8.8.8', '1.1.1.1'),
      dstPort: fc.constantFrom(53, 80, 443, 9999),
      vlan: fc.constantFrom(undefined, 7),
      payload: fc.string({ maxLength: 40 }),
      waitS: fc.oneof({ weight: 5, arbitrary: fc.nat(30) }, { weight: 2, arbitrary: fc.nat(700) }),
      isTcp: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 60 }), (packets) => {
        const { t, told } = pointed()
        let ms = START_MS
        let localSent = 0
        for (const { waitS, isTcp, vlan, ...segment } of packets) {
          // Some pass second by second, others leap.
          if (waitS < 100 && t.packets > 0) pass(t, ms + waitS * 1000)
          ms = Math.max(t.nowMs, ms + waitS * 1000)
          const frame = (isTcp ? tcpFrame : udpFrame)({ ...segment, ...(vlan !== undefined && { vlan }) })
          if (segment.from !== '9.9.9.9') localSent += frame.length
          feed(t, [frame], ms)
        }
        end(t)
        expect(total(sums(told, 'interface'), 'bytes')).toBe(t.bytes)
        expect(total(sums(told, 'l4'), 'bytesC2s', 'bytesS2c')).toBe(t.bytes)
        expect(total(sums(told, 'vlan'), 'packetsC2s', 'packetsS2c')).toBe(t.packets)
        expect(total(sums(told, 'host'), 'bytesSent')).toBe(localSent)
        expect(total(sums(told, 'host'), 'tcpSent', 'udpSent')).toBe(localSent)
        const ends = told.filter(({ tables }) => tables[0]?.kind === 'interface').map(({ endMs }) => endMs)
        expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b))
      }),
      { numRuns: 50, seed: 11 },
    )
  })
})
