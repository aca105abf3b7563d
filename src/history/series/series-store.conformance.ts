/** What every store of series must do. A case that one cannot pass says why. */
import { describe, expect, it } from 'vitest'
import {
  metricsOf,
  type PointAnswer,
  SERIES_KINDS,
  type SeriesKey,
  type SeriesKind,
  type SeriesPoints,
  type SeriesStore,
  tierOf,
} from '../../lib/series-points.ts'

export const MINUTE_MS = 60_000
export const T0 = Date.UTC(2026, 10, 26, 10)

/** The interface, and series of `kinds` named `names`: every value follows from its place. */
export function pointsOf(minute: number, kinds: readonly SeriesKind[], names: readonly string[]): SeriesPoints {
  const endMs = T0 + (minute + 1) * MINUTE_MS
  const tables = [...kinds].flatMap((kind) => {
    const { stepMs } = tierOf(SERIES_KINDS[kind].finest)
    if (endMs % stepMs !== 0) return []
    const all = kind === 'interface' ? [''] : names
    const wide = metricsOf(kind).length
    const values = Float64Array.from({ length: all.length * wide }, (_, i) => valueAt(minute, Math.floor(i / wide), i % wide))
    return [{ kind, stepMs, names: all.join('\n'), count: all.length, values }]
  })
  const seconds = Float64Array.from({ length: 60 }, () => valueAt(minute, 0, 0) / 60)
  return { endMs, tables, seconds: { endMs, bytes: seconds, packets: seconds.slice() } }
}
export const valueAt = (minute: number, series: number, metric: number): number =>
  60 * (1 + ((minute * 7 + series * 13 + metric * 5) % 100))

export interface Conformance {
  open(): Promise<{ store: SeriesStore; close(): Promise<void> }>
  /** Brings the store to where points of these minutes are kept for good. */
  settle(store: SeriesStore, minutes: number): Promise<void>
  /** What it does not keep, and why. */
  readonly skipped?: Readonly<Partial<Record<'minutes' | 'gauges' | 'names' | 'adds' | SeriesKind, string>>>
}

const close = (column: Float64Array | undefined, values: readonly number[]) => {
  expect(column).toHaveLength(values.length)
  for (const [i, value] of values.entries()) expect(column![i]).toBeCloseTo(value, 3)
}
const many = (count: number) => Array.from({ length: count }, (_, i) => i)

export function seriesStoreConforms(name: string, { open, settle, skipped = {} }: Conformance): void {
  const unless = (why: string | undefined) => (why === undefined ? it : (title: string, _: () => unknown) => it.skip(`${title} (${why})`))
  describe(`${name} keeps series`, () => {
    const key = (kind: SeriesKind, series: string): SeriesKey => ({ interfaceKey: 'eth0', kind, name: series })
    async function kept(
      minutes: number,
      kinds: readonly SeriesKind[],
      names: readonly string[],
      ask: (store: SeriesStore) => Promise<PointAnswer>,
    ) {
      const { store, close: end } = await open()
      for (let minute = 0; minute < minutes; minute++)
        await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: pointsOf(minute, ['interface', ...kinds], names) })
      await settle(store, minutes)
      try {
        const answer = await ask(store)
        expect(answer.faults).toEqual([])
        return answer
      } finally {
        await end()
      }
    }

    unless(skipped.minutes)('by the minute', async () => {
      const answer = await kept(20, ['app'], ['DNS', 'TLS'], (store) =>
        store.read({ keys: [key('app', 'TLS')], fromMs: T0, toMs: T0 + 20 * MINUTE_MS }),
      )
      expect(answer).toMatchObject({ tier: 'minute', stepMs: MINUTE_MS, fromMs: T0 })
      close(
        answer.series[0]!.columns['bytesS2c'],
        many(20).map((minute) => valueAt(minute, 1, 1)),
      )
    })

    unless(skipped.app)('what was counted adds up in longer steps', async () => {
      const answer = await kept(60, ['app'], ['DNS', 'TLS'], (store) =>
        store.read({ keys: [key('app', 'DNS')], fromMs: T0, toMs: T0 + 60 * MINUTE_MS, stepMs: 15 * MINUTE_MS }),
      )
      expect(answer.stepMs).toBe(15 * MINUTE_MS)
      const sums = many(4).map((q) => many(15).reduce((sum, m) => sum + valueAt(15 * q + m, 0, 0) + valueAt(15 * q + m, 0, 1), 0))
      const { bytesC2s, bytesS2c } = answer.series[0]!.columns
      if (Number.isNaN(bytesC2s![0]!)) throw new Error('nothing was kept')
      close(
        bytesC2s!.map((value, i) => value + bytesS2c![i]!),
        sums,
      )
    })

    unless(skipped.gauges)('what was measured is averaged, or its greatest is kept', async () => {
      const answer = await kept(60, [], [], (store) =>
        store.read({ keys: [key('interface', '')], fromMs: T0, toMs: T0 + 60 * MINUTE_MS, stepMs: 60 * MINUTE_MS }),
      )
      const metric = (of: string) => metricsOf('interface').findIndex((one) => one.name === of)
      close(answer.series[0]!.columns['flows'], [many(60).reduce((sum, m) => sum + valueAt(m, 0, metric('flows')), 0) / 60])
      close(answer.series[0]!.columns['peakBps'], [Math.max(...many(60).map((m) => valueAt(m, 0, metric('peakBps'))))])
    })

    unless(skipped['host-app'])('applications of hosts by five minutes', async () => {
      const names = ['10.0.0.1 DNS', '10.0.0.1 TLS', 'fe80::1@5 DNS']
      const answer = await kept(60, ['host', 'host-app'], names, (store) =>
        store.read({ keys: names.map((one) => key('host-app', one)), fromMs: T0, toMs: T0 + 60 * MINUTE_MS, stepMs: 5 * MINUTE_MS }),
      )
      for (const n of many(3))
        close(
          answer.series[n]!.columns['bytesRcvd'],
          many(12).map((f) => valueAt(5 * f + 4, n, 1)),
        )
    })

    unless(skipped.minutes)('who was silent had nothing while the interface was watched, and before that nothing is known', async () => {
      const answer = await kept(10, ['app'], ['DNS'], (store) =>
        store.read({ keys: [key('app', 'QUIC')], fromMs: T0 - 5 * MINUTE_MS, toMs: T0 + 15 * MINUTE_MS }),
      )
      const { bytesC2s } = answer.series[0]!.columns
      expect([...bytesC2s!]).toEqual([...many(5).map(() => Number.NaN), ...many(10).map(() => 0), ...many(5).map(() => Number.NaN)])
    })

    unless(skipped.adds)('points of the same series and time add up', async () => {
      const { store, close: end } = await open()
      for (const _ of many(3))
        await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: pointsOf(0, ['interface', 'app'], ['DNS']) })
      await settle(store, 1)
      const answer = await store.read({ keys: [key('app', 'DNS')], fromMs: T0, toMs: T0 + MINUTE_MS })
      close(answer.series[0]!.columns['bytesC2s'], [3 * valueAt(0, 0, 0)])
      await end()
    })

    unless(skipped.names)('names, by how they begin', async () => {
      const { store, close: end } = await open()
      await store.write({
        interfaceKey: 'eth0',
        interfaceName: 'eth0',
        points: pointsOf(0, ['interface', 'app'], ['TLS', 'DNS', 'TLS.Google', 'TLSv']),
      })
      await settle(store, 1)
      expect(await store.names({ interfaceKey: 'eth0', kind: 'app', prefix: 'TLS', limit: 10 })).toEqual(['TLS', 'TLS.Google', 'TLSv'])
      expect(await store.names({ interfaceKey: 'eth0', kind: 'app', prefix: '', limit: 2 })).toEqual(['DNS', 'TLS'])
      expect(await store.names({ interfaceKey: 'eth9', kind: 'app', prefix: '', limit: 2 })).toEqual([])
      await end()
    })
  })
}
