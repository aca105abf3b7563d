import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PointTable, SeriesPoints } from '../../lib/series-points.ts'
import { InterfaceIds } from '../interface-ids.ts'
import { RrdSeriesStore } from './rrd-series-store.ts'

const FIVE_MS = 300_000
const T0 = Date.UTC(2026, 0, 1)
const HOSTS = ['10.0.0.1', '10.0.0.2']

function gained(endMs: number, each: number): SeriesPoints {
  const names = HOSTS.map((host) => `${host} DNS`)
  const table: PointTable = { kind: 'host-app', stepMs: FIVE_MS, names: names.join('\n'), count: 2, values: new Float64Array(4).fill(each) }
  return { endMs, tables: [table], seconds: { endMs, bytes: new Float64Array(0), packets: new Float64Array(0) } }
}

let folder = ''
let store: RrdSeriesStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-rrd-store-'))
  store = new RrdSeriesStore({ folder, ids: new InterfaceIds(folder), maxBytes: 2 ** 40 })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})
const write = (five: number, each: number) =>
  store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: gained(T0 + five * FIVE_MS, each) })
const read = async (name: string) => {
  const key = { interfaceKey: 'eth0', kind: 'host-app', name } as const
  const { series } = await store.read({ keys: [key], fromMs: T0, toMs: T0 + 3 * FIVE_MS, maxPoints: 100 })
  return [...series[0]!.columns['bytesSent']!]
}

it('writes what came while it was writing, each to its five minutes', async () => {
  await Promise.all([write(1, 300), write(2, 600), write(3, 900)])
  expect(await read('10.0.0.1 DNS')).toEqual([300, 600, 900])
  expect(store.stats().lost).toBe(0)
})

it('counts what RRD files cannot take when the clock has stepped back, and goes on', async () => {
  for (const [five, each] of [
    [1, 300],
    [2, 600],
    [1, 500],
    [3, 900],
  ] as const)
    await write(five, each)
  expect(await read('10.0.0.1 DNS')).toEqual([300, 600, 900])
  expect(store.stats().lost).toBe(4)
})

it('removes what was still to be written of a host', async () => {
  void write(1, 300)
  const fault = (why: string) => expect.fail(why)
  expect(await store.deleteHosts((host) => host === '10.0.0.1', false, fault)).toEqual({ series: 0, rrdFiles: 1 })
  expect(HOSTS.map((host) => existsSync(join(folder, '1', 'rrd', host)))).toEqual([false, true])
})
