/**
 * Flows of the standard load, again and again with later times, into a real ClickHouse (test/clickhouse, which `npm test -- clickhouse` installs): records a processor second of ours
 * and of the server's, bytes a record, and how long questions over all of them take (the second of three, warm), beside what the plan wants of 50 million records.
 *   node bench/clickhouse.bench.ts [MILLIONS]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseClickHouseAddress } from '../src/history/clickhouse/clickhouse-address.ts'
import { ClickHouseStore } from '../src/history/clickhouse/clickhouse-store.ts'
import { packFlows, unpackFlows } from '../src/lib/flow-batch.ts'
import type { FlowQuery, GroupQuery } from '../src/lib/history.ts'
import { TestServer } from '../test/clickhouse/server.ts'
import { benchCapture } from './capture.ts'
import { flowsOf, moveTo } from './history-flows.ts'
import { table } from './measure.ts'

const DAY_MS = 86_400_000
const MILLION = 1e6
const PLANNED = 50
const WANTED_A_CORE = 250_000
/** Messages that are on their way at once; probes send a message of a thousand records. */
const AT_ONCE = 200
const wanted = Number(process.argv[2] ?? 2) * MILLION

const batches = (await flowsOf(benchCapture())).map(unpackFlows)
const each = batches.reduce((sum, { count }) => sum + count, 0)
const rounds = Math.max(1, Math.round(wanted / each))
const total = rounds * each
const folder = mkdtempSync(join(tmpdir(), 'wiretop-clickhouse-bench-'))
const begun = Date.UTC(2026, 0, 1)
const server = await TestServer.start()
const access = { ...parseClickHouseAddress(server.address('bench')), password: '' }
const store = new ClickHouseStore({ access, folder, maxQueueBytes: 1e10, instance: 'bench', days: 3650 })
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

let making = 0
const started = performance.now()
const before = cpu()
const serverBefore = await server.cpuSeconds()
const waiting = new Set<Promise<void>>()
for (let n = 0; n < rounds * batches.length; n++) {
  const batch = batches[n % batches.length]!
  const own = cpu()
  const nowMs = begun + (DAY_MS * n) / (rounds * batches.length)
  moveTo(batch, nowMs)
  const records = packFlows(batch)
  making += cpu() - own
  const put = store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records })
  waiting.add(put)
  void put.finally(() => waiting.delete(put))
  if (waiting.size >= AT_ONCE) await Promise.race(waiting)
}
await Promise.all(waiting)
const seconds = cpu() - before - making
const elapsed = (performance.now() - started) / 1000
const serverSeconds = (await server.cpuSeconds()) - serverBefore
const rate = (n: number) => Math.round(total / n).toLocaleString('en')
const bytesOf = async (tables: string) =>
  Number(await server.ask(`SELECT sum(bytes_on_disk) FROM system.parts WHERE database = 'bench' AND active AND table ${tables}`)) / total
await server.ask('OPTIMIZE TABLE flows FINAL', 'bench')
const rows = [
  ['written, records a CPU second of ours', rate(seconds), WANTED_A_CORE.toLocaleString('en')],
  ["written, records a CPU second of the server's", rate(serverSeconds), ''],
  ['written, records a second, both on this machine', rate(elapsed), ''],
  ['bytes a record, merged', (await bytesOf("= 'flows'")).toFixed(1), '32'],
  ['bytes a record, sums of hours', (await bytesOf("LIKE 'flows_hours%'")).toFixed(1), ''],
]

const range = { fromMs: begun - DAY_MS, toMs: begun + 2 * DAY_MS }
const groups = (rest: Partial<GroupQuery>): GroupQuery => ({ kind: 'groups', by: [], measures: ['bytes'], limit: 10, ...range, ...rest })
const QUESTIONS: readonly (readonly [string, FlowQuery, number])[] = [
  ['ten clients', groups({ by: ['client'] }), 1000],
  ['ten hosts, either end', groups({ by: ['host'] }), 1000],
  ['ten clients of a filter', groups({ by: ['client'], filter: 'app = TLS and bytes > 1k and not server in 10.0.0.0/8' }), 5000],
  ['one address', groups({ by: ['app'], filter: 'host = 192.168.91.199' }), 300],
  ['applications in time', groups({ by: ['app'], stepMs: 300_000 }), 1000],
  ['applications in time, by the hour', groups({ by: ['app'], stepMs: 3_600_000 }), 1000],
  ['distinct servers', groups({ measures: ['servers'] }), 2000],
  ['the latest hundred', { kind: 'records', sort: 'lastSeen', descending: true, limit: 100, offset: 0, ...range }, Number.NaN],
]
for (const [name, query, bar] of QUESTIONS) {
  const times: number[] = []
  let tier = ''
  for (let run = 0; run < 3; run++) {
    const asked = performance.now()
    tier = (await store.ask(query, new AbortController().signal)).tier
    times.push(performance.now() - asked)
  }
  const scaled = Number.isNaN(bar) ? '' : `${((bar * total) / (PLANNED * MILLION)).toFixed(0)} (of ${bar} for ${PLANNED} million)`
  rows.push([`${name}, ms (${tier})`, times.sort((a, b) => a - b)[1]!.toFixed(0), scaled])
}
await store.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
console.log(table([`${(total / MILLION).toFixed(1)} million records`, 'measured', 'wanted'], rows))
