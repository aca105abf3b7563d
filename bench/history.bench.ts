/**
 * Flows of the standard load, again and again with later times, into the store of the past: records a processor second when they are written and when hours are merged, bytes a record
 * before and after, and how long questions over all of them take (the second of three, warm), beside what the plan wants of 50 million records.
 *   node bench/history.bench.ts [MILLIONS]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows, unpackFlows } from '../src/lib/flow-batch.ts'
import type { FlowQuery, GroupQuery } from '../src/lib/history.ts'
import { benchCapture } from './capture.ts'
import { flowsOf, LAG_MS, moveTo } from './history-flows.ts'
import { table } from './measure.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 86_400_000
const MILLION = 1e6
const PLANNED = 50
const wanted = Number(process.argv[2] ?? 2) * MILLION

const batches = (await flowsOf(benchCapture())).map(unpackFlows)
const each = batches.reduce((sum, { count }) => sum + count, 0)
const rounds = Math.max(1, Math.round(wanted / each))
const total = rounds * each
const folder = mkdtempSync(join(tmpdir(), 'wiretop-history-'))
const begun = Date.UTC(2026, 0, 1)
let nowMs = begun
const store = new ParquetStore({ folder, maxBytes: 1e12, maxAgeMs: 1e13, now: () => nowMs })
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

let seconds = 0
for (let n = 0; n < rounds * batches.length; n++) {
  const batch = batches[n % batches.length]!
  nowMs = begun + (DAY_MS * n) / (rounds * batches.length)
  moveTo(batch, nowMs)
  const records = packFlows(batch)
  const before = cpu()
  store.tickAll()
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records })
  seconds += cpu() - before
}
let before = cpu()
store.sealAll()
seconds += cpu() - before
const staged = store.stats().bytes
nowMs = begun + DAY_MS + 30 * LAG_MS
before = cpu()
await store.mergeAll()
const merging = cpu() - before
const rows = [
  ['written, records a CPU second', Math.round(total / seconds).toLocaleString('en'), '150,000'],
  ['hours merged, records a CPU second', Math.round(total / merging).toLocaleString('en'), ''],
  ['bytes a record, before', (staged / total).toFixed(1), ''],
  ['bytes a record, after', (store.stats().bytes / total).toFixed(1), '32'],
]

const range = { fromMs: begun - DAY_MS, toMs: begun + 2 * DAY_MS }
const groups = (rest: Partial<GroupQuery>): GroupQuery => ({ kind: 'groups', by: [], measures: ['bytes'], limit: 10, ...range, ...rest })
const HOST = 'host = 192.168.91.199'
const noonMs = begun + DAY_MS / 2
/** What a click on the graph of a host's page asks at once. */
const hostMinute = (['host', 'app', 'client,server,app'] as const).map((by) =>
  groups({
    by: by.split(',') as GroupQuery['by'],
    limit: 9,
    filter: HOST,
    fromMs: noonMs,
    toMs: noonMs + MINUTE_MS,
    isSpread: true,
  }),
)
/** What Explore asks of a short time. */
const spread = (rest: Partial<GroupQuery>) => groups({ fromMs: noonMs - 3 * HOUR_MS, toMs: noonMs + 3 * HOUR_MS, isSpread: true, ...rest })
const QUESTIONS: readonly (readonly [string, FlowQuery | readonly FlowQuery[], number])[] = [
  ['ten clients', groups({ by: ['client'] }), 1000],
  ['ten hosts, either end', groups({ by: ['host'] }), 1000],
  ['ten clients of a filter', groups({ by: ['client'], filter: 'app = TLS and bytes > 1k and not server in 10.0.0.0/8' }), 5000],
  ['one address', groups({ by: ['app'], filter: HOST }), 300],
  ['a minute of a host, from its page', hostMinute, 200],
  ['applications in time', groups({ by: ['app'], stepMs: 300_000 }), 1000],
  ['applications of six hours, spread', spread({ by: ['app'] }), 1000],
  ['the same in time', spread({ by: ['app'], stepMs: 120_000 }), 1000],
  ['distinct servers', groups({ measures: ['servers'] }), 2000],
  ['the latest hundred', { kind: 'records', sort: 'lastSeen', descending: true, limit: 100, offset: 0, ...range }, Number.NaN],
]
for (const [name, queries, bar] of QUESTIONS) {
  const times: number[] = []
  for (let run = 0; run < 3; run++) {
    const started = performance.now()
    await Promise.all([queries].flat().map((query) => store.ask(query, new AbortController().signal)))
    times.push(performance.now() - started)
  }
  const scaled = Number.isNaN(bar) ? '' : `${((bar * total) / (PLANNED * MILLION)).toFixed(0)} (of ${bar} for ${PLANNED} million)`
  rows.push([`${name}, ms`, times.sort((a, b) => a - b)[1]!.toFixed(0), scaled])
}
await store.close()
rmSync(folder, { recursive: true, force: true })
console.log(table([`${(total / MILLION).toFixed(1)} million records`, 'measured', 'wanted'], rows))
