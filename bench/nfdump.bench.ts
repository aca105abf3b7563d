/**
 * The same flow records in the store of the past and in files of `nfcapd` (which gets them from our IPFIX export): bytes a record, and how long the same questions take,
 * the median of three, warm; both may use all cores.
 *   node bench/nfdump.bench.ts [MILLIONS]
 */
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenChannel } from '../src/exports/channel.ts'
import { IpfixExport } from '../src/exports/ipfix-export.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows, unpackFlows } from '../src/lib/flow-batch.ts'
import type { GroupQuery } from '../src/lib/history.ts'
import { benchCapture } from './capture.ts'
import { flowsOf, LAG_MS, moveTo } from './history-flows.ts'
import { isInstalled, median, table } from './measure.ts'

const MILLION = 1e6
const DAY_MS = 86_400_000
const PORT = 2979
/** So that the collector keeps up. */
const BATCHES_A_PAUSE = 20
const PAUSE_MS = 60
const RUNS = 3
const wanted = Number(process.argv[2] ?? 2) * MILLION

if (!isInstalled('nfcapd') || !isInstalled('nfdump')) {
  console.log('skipped: nfdump is not installed')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'wiretop-nfdump-'))
const [ours, theirs] = [join(folder, 'wiretop'), join(folder, 'nfcapd')]
mkdirSync(ours)
mkdirSync(theirs)
const begun = Date.UTC(2026, 0, 1)
let nowMs = begun
const store = new ParquetStore({ folder: ours, maxBytes: 1e12, maxAgeMs: 1e13, now: () => nowMs })
const nfcapd = spawn('nfcapd', ['-w', theirs, '-p', `${PORT}`, '-b', '127.0.0.1', '-B', `${32 * 1024 * 1024}`, '-z'], { stdio: 'ignore' })
const socket = createSocket('udp4')
const channel: OpenChannel<Uint8Array> = (events) => {
  queueMicrotask(() => events.opened())
  return { write: (message, done) => socket.send(message, PORT, '127.0.0.1', (error) => done(error ?? undefined)), close: async () => {} }
}
const sender = new IpfixExport('nfcapd', channel, 'datagrams')
await sleep(500)

const batches = (await flowsOf(benchCapture())).map(unpackFlows)
const each = batches.reduce((sum, { count }) => sum + count, 0)
const rounds = Math.max(1, Math.round(wanted / each))
const total = rounds * each
for (let n = 0; n < rounds * batches.length; n++) {
  const batch = batches[n % batches.length]!
  nowMs = begun + (DAY_MS * n) / (rounds * batches.length)
  moveTo(batch, nowMs)
  sender.send(batch, nowMs)
  store.tickAll()
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batch) })
  if (n % BATCHES_A_PAUSE === 0) await sleep(PAUSE_MS)
}
await sender.close(10_000)
await sleep(1000)
const ended = once(nfcapd, 'exit')
nfcapd.kill('SIGTERM')
await ended
socket.close()
store.sealAll()
nowMs = begun + DAY_MS + 30 * LAG_MS
await store.mergeAll()

const sizeOf = (path: string) => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
const nfdump = (...args: string[]) => execFileSync('nfdump', ['-R', theirs, '-q', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
const kept = Number(/^Flows:\s*(\d+)/m.exec(execFileSync('nfdump', ['-I', '-R', theirs], { encoding: 'utf8' }))?.[1])

const range = { fromMs: begun - DAY_MS, toMs: begun + 2 * DAY_MS }
const groups = (rest: Partial<GroupQuery>): GroupQuery => ({ kind: 'groups', by: [], measures: ['bytes'], limit: 10, ...range, ...rest })
const QUESTIONS: readonly (readonly [string, GroupQuery, readonly string[]])[] = [
  ['ten hosts, either end', groups({ by: ['host'] }), ['-s', 'ip/bytes', '-n', '10']],
  [
    'ten hosts of a filter',
    groups({ by: ['host'], filter: 'proto = tcp and serverPort = 443' }),
    ['-s', 'ip/bytes', '-n', '10', 'proto tcp and dst port 443'],
  ],
  [
    'one address',
    groups({ by: ['serverPort'], filter: 'host = 192.168.91.199' }),
    ['-s', 'dstport/bytes', '-n', '10', 'host 192.168.91.199'],
  ],
]
const rows: string[][] = [
  ['records', total.toLocaleString('en'), kept.toLocaleString('en'), ''],
  ['bytes a record', (store.stats().bytes / total).toFixed(1), (sizeOf(theirs) / kept).toFixed(1), ''],
]
for (const [name, query, args] of QUESTIONS) {
  const [wiretopMs, nfdumpMs]: [number[], number[]] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    await store.ask(query, new AbortController().signal)
    const between = performance.now()
    nfdump(...args)
    wiretopMs.push(between - started)
    nfdumpMs.push(performance.now() - between)
  }
  const [a, b] = [median(wiretopMs), median(nfdumpMs)]
  rows.push([`${name}, ms`, a.toFixed(0), b.toFixed(0), (b / a).toFixed(1)])
}
await store.close()
rmSync(folder, { recursive: true, force: true })
console.log(table(['', 'wiretop', 'nfdump', 'times'], rows))
