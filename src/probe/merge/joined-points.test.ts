import { describe, expect, test } from 'vitest'
import { metricsOf, type SeriesPoints } from '../../lib/series-points.ts'
import { JoinedPoints } from './joined-points.ts'

const END = 1_700_000_040_000
const wide = metricsOf('app').length
const points = (bytes: number[], apps: Record<string, number>, secondsEndMs = END): SeriesPoints => ({
  endMs: END,
  tables: [
    {
      kind: 'app',
      stepMs: 60_000,
      names: Object.keys(apps).join('\n'),
      count: Object.keys(apps).length,
      values: Float64Array.from(Object.values(apps).flatMap((value) => Array<number>(wide).fill(value))),
    },
  ],
  seconds: { endMs: secondsEndMs, bytes: Float64Array.from(bytes), packets: new Float64Array(0) },
})

describe('points of several workers', () => {
  test('are those of one that saw all, when the last has told', () => {
    const given: SeriesPoints[] = []
    const join = new JoinedPoints((one) => given.push(one))
    join.take(points([1, 2], { TLS: 1, DNS: 2 }), 3)
    join.take(points([5], { DNS: 10 }), 3)
    expect(given).toEqual([])
    join.take(points([1, 1], { NTP: 7 }, END - 1000), 3)
    expect(given).toHaveLength(1)
    const [{ tables, seconds }] = given as [SeriesPoints]
    expect(tables[0]!.names).toBe('TLS\nDNS\nNTP')
    expect([...tables[0]!.values]).toEqual([1, 12, 7].flatMap((value) => Array<number>(wide).fill(value)))
    expect([...seconds.bytes]).toEqual([1, 2, 7])
  })

  test('go on without one that is gone', () => {
    const given: SeriesPoints[] = []
    const join = new JoinedPoints((one) => given.push(one))
    join.take(points([1], { TLS: 1 }), 2)
    join.flush()
    expect(given.map(({ tables }) => tables[0]!.values[0])).toEqual([1])
  })
})
