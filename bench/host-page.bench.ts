/**
 * What a host's page asks of the past, where every five minutes of a day 10,000 hosts used 20 applications each: its own series with what was to be expected, and those of its
 * applications. (The third, who it talked to within a minute, is asked of flows: history.bench.ts.)
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SeriesAsk, SeriesQuestions } from '../src/api/series-questions.ts'
import { InterfaceIds } from '../src/history/interface-ids.ts'
import { FileSeriesStore } from '../src/history/series/file-series-store.ts'
import type { Live } from '../src/lib/live.ts'
import { metricsOf, type PointTable, SERIES_KINDS, type SeriesHistory, type SeriesKind, tierOf } from '../src/lib/series-points.ts'
import { table } from './measure.ts'

const [HOSTS, APPS] = [10_000, 20]
const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
const FIVE = 5
const WANTED_MS = 200
const KEY = 'eth0'
const T0 = Date.UTC(2026, 0, 1)

let seed = 1
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}
function points(kind: SeriesKind, names: readonly string[]): PointTable {
  const values = Float64Array.from({ length: names.length * metricsOf(kind).length }, () => Math.floor(random() ** 8 * 1e9))
  return { kind, stepMs: tierOf(SERIES_KINDS[kind].finest).stepMs, names: names.join('\n'), count: names.length, values }
}
const addresses = Array.from({ length: HOSTS }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
const hostApps = addresses.flatMap((address) => Array.from({ length: APPS }, (_, a) => `${address} App${a}`))

const folder = mkdtempSync(join(tmpdir(), 'wiretop-bench-'))
let nowMs = T0
const store = new FileSeriesStore({ folder, ids: new InterfaceIds(folder), maxBytes: 2 ** 40, now: () => nowMs })
const live = { interfaces: () => [{ key: KEY }], get: () => ({ key: KEY }) } as unknown as Live
const questions = new SeriesQuestions(store as unknown as SeriesHistory, live)

async function keepDay(): Promise<void> {
  for (let minute = 1; minute <= DAY_MS / MINUTE_MS; minute++) {
    nowMs = T0 + minute * MINUTE_MS
    const tables = [points('interface', ['']), points('host', addresses), ...(minute % FIVE === 0 ? [points('host-app', hostApps)] : [])]
    const seconds = { endMs: nowMs, bytes: new Float64Array(60), packets: new Float64Array(60) }
    await store.write({ interfaceKey: KEY, interfaceName: KEY, points: { endMs: nowMs, tables, seconds } })
    if (minute % 60 === 3) await store.tick()
  }
}
const page = (host: string): SeriesAsk[] => {
  const common = { top: 10, points: 600, fromMs: nowMs - DAY_MS, toMs: nowMs, prefix: '' }
  return [
    { ...common, kind: 'host', names: [host], expected: true },
    { ...common, kind: 'host-app', prefix: `${host} `, expected: false },
  ]
}

try {
  await keepDay()
  const times: number[][] = [[], []]
  for (let n = 0; n < 21; n++) {
    for (const [i, ask] of page(addresses[397 * n]!).entries()) {
      const begun = performance.now()
      await questions.read(ask)
      times[i]!.push(performance.now() - begun)
    }
  }
  const rows = times.map(([first, ...later], i) => [
    ['a host, and what was to be expected', 'its applications'][i]!,
    first!.toFixed(0),
    later.sort((a, b) => a - b)[later.length >> 1]!.toFixed(0),
    later.at(-1)!.toFixed(0),
  ])
  console.log(table([`a day, ms (${WANTED_MS} wanted for both)`, 'the first host', 'others', 'at most'], rows))
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}
