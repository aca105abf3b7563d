/**
 * Series of many hosts: how long 200,000 take to be kept every five minutes, in files of ours and as RRD files (of which fewer are tried: each has its 200 kB from the start), and how
 * long one of 90 days takes to be read.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InterfaceIds } from '../src/history/interface-ids.ts'
import { RrdSeriesStore } from '../src/history/rrd/rrd-series-store.ts'
import { FileSeriesStore } from '../src/history/series/file-series-store.ts'
import { metricsOf, type PointTable, SERIES_KINDS, type SeriesKind, type SeriesPoints, tierOf } from '../src/lib/series-points.ts'

const [HOSTS, APPS] = [10_000, 20]
const FIVE_MS = 300_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const T0 = Date.UTC(2026, 0, 1)

let seed = 1
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}
function table(kind: SeriesKind, names: readonly string[]): PointTable {
  const values = Float64Array.from({ length: names.length * metricsOf(kind).length }, () => Math.floor(random() ** 8 * 1e9))
  return { kind, stepMs: tierOf(SERIES_KINDS[kind].finest).stepMs, names: names.join('\n'), count: names.length, values }
}
const points = (endMs: number, tables: PointTable[]): SeriesPoints => ({
  endMs,
  tables,
  seconds: { endMs, bytes: new Float64Array(60), packets: new Float64Array(60) },
})
const addresses = Array.from({ length: HOSTS }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
const hostApps = addresses.flatMap((address) => Array.from({ length: APPS }, (_, a) => `${address} App${a}`))

const folder = mkdtempSync(join(tmpdir(), 'wiretop-bench-'))
let nowMs = T0
const store = new FileSeriesStore({ folder, ids: new InterfaceIds(folder), maxBytes: 2 ** 40, now: () => nowMs })
const write = (at: SeriesPoints) => store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: at })
const ms = async (work: () => Promise<unknown>) => {
  const from = performance.now()
  await work()
  return performance.now() - from
}
const sizeOf = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .reduce((sum, f) => sum + statSync(join(f.parentPath, f.name)).size, 0)

const RRD_HOSTS = 1000
async function rrdFiles(): Promise<void> {
  const rrdFolder = join(folder, 'rrd')
  const rrd = new RrdSeriesStore({ folder: rrdFolder, ids: new InterfaceIds(rrdFolder), maxBytes: 2 ** 40 })
  const some = hostApps.slice(0, RRD_HOSTS * APPS)
  const times: number[] = []
  for (let five = 1; five <= 6; five++) {
    const at = points(T0 + five * FIVE_MS, [table('host-app', some)])
    times.push(await ms(() => rrd.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: at })))
  }
  const [made, ...later] = times
  const most = Math.max(...later)
  const of = some.length.toLocaleString('en')
  const scaled = Math.round((most * HOSTS) / RRD_HOSTS).toLocaleString('en')
  console.log(
    `${of} RRD files: ${Math.round(made!)} ms to make them, ${Math.round(most)} ms at most to keep five minutes; ${hostApps.length} would take ${scaled} ms (10,000 allowed)`,
  )
  if (rrd.stats().lost > 0) throw new Error(`values were lost: ${rrd.stats().faults.join('; ')}`)
  await rrd.close()
  rmSync(rrdFolder, { recursive: true })
}

try {
  const writes: number[] = []
  for (let five = 0; five < 12; five++) {
    nowMs = T0 + (five + 1) * FIVE_MS
    const at = points(nowMs, [table('interface', ['']), table('host-app', hostApps)])
    writes.push(await ms(() => write(at)))
  }
  console.log(`${hostApps.length} series of five minutes: ${Math.round(Math.max(...writes))} ms at most to keep (10,000 allowed)`)
  const hosts: number[] = []
  for (let minute = 0; minute < 60; minute++) {
    const at = points(T0 + (minute + 1) * 60_000, [table('host', addresses)])
    hosts.push(await ms(() => write(at)))
  }
  console.log(`${HOSTS} hosts of a minute: ${Math.round(Math.max(...hosts))} ms at most`)
  console.log(`memory with the hour open: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`)
  nowMs = T0 + HOUR_MS + 130_000
  console.log(`the hour is written to files in ${Math.round(await ms(() => store.tick()))} ms, ${(sizeOf(folder) / 2 ** 20).toFixed(1)} MB`)

  await rrdFiles()

  // 90 days of 2,000 hosts of another interface, some silent most of the time.
  const few = hostApps.slice(0, 2000)
  for (let day = 0; day < 90; day++) {
    for (let hour = 0; hour < 24; hour++) {
      for (let five = 0; five < 12; five++) {
        nowMs = T0 + day * DAY_MS + hour * HOUR_MS + (five + 1) * FIVE_MS
        const active = five === 0 ? few : few.filter((_, n) => n % 4 === 0)
        await store.write({
          interfaceKey: 'eth1',
          interfaceName: 'eth1',
          points: points(nowMs, [table('interface', ['']), table('host-app', active)]),
        })
      }
      nowMs += 130_000
      await store.tick()
    }
  }
  const ask = (name: string) =>
    store.read({
      keys: [{ interfaceKey: 'eth1', kind: 'host-app', name }],
      fromMs: T0,
      toMs: T0 + 90 * DAY_MS,
      stepMs: FIVE_MS,
      maxPoints: 100_000,
    })
  const first = await ms(() => ask(few[0]!))
  const later: number[] = []
  for (let n = 1; n <= 20; n++) later.push(await ms(() => ask(few[37 * n]!)))
  console.log(
    `one of ${few.length} series of 90 days: ${first.toFixed(1)} ms the first time, ${Math.max(...later).toFixed(1)} ms at most afterwards (50 allowed)`,
  )
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}
