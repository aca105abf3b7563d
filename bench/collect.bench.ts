/**
 * NetFlow v9 over UDP into a running wiretop on one core, the sender on another, as root: records sent and received a second, datagrams that the kernel threw away, and
 * processor seconds (user and system, all threads) a million records; `nfcapd` on the same where it is installed.
 *   node bench/collect.bench.ts [SECONDS] [RECORDS_A_SECOND…]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isInstalled, root, table } from './measure.ts'
import { RECORDS } from './netflow-traffic.ts'

const [seconds = 8, ...told] = process.argv.slice(2).map(Number)
const rates = told.length > 0 ? told : [300_000, 400_000, 500_000, 700_000]
const HTTP = 3977
const NETFLOW = 2977
const TICKS_A_SECOND = 100
const COLLECTOR_CORE = '0'
const SENDER_CORE = '1'
const MILLION = 1e6

process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'wiretop-bench-compiled')
const folder = mkdtempSync(join(tmpdir(), 'wiretop-bench-collect-'))

function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}
const pinned = (core: string, command: readonly string[]): ChildProcess =>
  spawn('taskset', ['-c', core, ...command], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })

async function sent(rate: number, forSeconds: number): Promise<number> {
  const sender = pinned(SENDER_CORE, [process.execPath, 'bench/collect-sender.ts', `${NETFLOW}`, `${rate}`, `${forSeconds}`])
  const text: Buffer[] = []
  sender.stdout!.on('data', (part: Buffer) => text.push(part))
  await once(sender, 'exit')
  return Number(Buffer.concat(text))
}
async function stopped(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

interface Counts {
  readonly records: number
  readonly dropped: number
}
async function countsOfWiretop(): Promise<Counts> {
  const { interfaces } = (await (await fetch(`http://127.0.0.1:${HTTP}/api/v1/interfaces`)).json()) as {
    interfaces: { collector?: { records: number }; totals?: { dropped: number } }[]
  }
  return { records: interfaces[0]?.collector?.records ?? 0, dropped: interfaces[0]?.totals?.dropped ?? 0 }
}
/** What is in the socket's buffer when the sender has ended is read within a second or two. */
async function settled(counts: () => Promise<Counts>): Promise<Counts> {
  for (let before = await counts(); ; ) {
    await sleep(1500)
    const now = await counts()
    if (now.records === before.records) return now
    before = now
  }
}

async function wiretop(rate: number): Promise<readonly string[]> {
  const child = pinned(COLLECTOR_CORE, [
    process.execPath,
    join(root, 'src/main.ts'),
    ...['-s', '--store', 'none', '-d', folder, '-w', `${HTTP}`, '-i', `netflow://127.0.0.1:${NETFLOW}`],
  ])
  try {
    while ((await countsOfWiretop().catch(() => undefined)) === undefined) await sleep(100)
    await sleep(1000)
    // Compiled by then.
    await sent(100_000, 2)
    const before = await settled(countsOfWiretop)
    const begin = cpuSeconds(child)
    const records = await sent(rate, seconds)
    const after = await settled(countsOfWiretop)
    const got = after.records - before.records
    return row('wiretop', rate, records, got, after.dropped - before.dropped, cpuSeconds(child) - begin)
  } finally {
    await stopped(child)
  }
}
async function nfcapd(rate: number): Promise<readonly string[]> {
  const child = pinned(COLLECTOR_CORE, ['nfcapd', '-w', folder, '-p', `${NETFLOW}`, '-b', '127.0.0.1', '-B', `${32 * 1024 * 1024}`])
  try {
    await sleep(500)
    const begin = cpuSeconds(child)
    const records = await sent(rate, seconds)
    await sleep(500)
    return row('nfcapd', rate, records, undefined, undefined, cpuSeconds(child) - begin)
  } finally {
    await stopped(child)
  }
}
const shown = (n: number | undefined) => (n === undefined ? '' : Math.round(n).toLocaleString('en'))
const row = (name: string, rate: number, records: number, got: number | undefined, dropped: number | undefined, cpu: number) => [
  name,
  shown(rate),
  shown(records / seconds),
  shown(got === undefined ? undefined : got / seconds),
  got === undefined ? '' : `${((100 * Math.max(0, records - got)) / records).toFixed(1)} %`,
  shown(dropped),
  ((cpu * MILLION) / (got ?? records)).toFixed(2),
]

const rows: (readonly string[])[] = []
for (const rate of rates) {
  rows.push(await wiretop(rate))
  if (isInstalled('nfcapd')) rows.push(await nfcapd(rate))
}
rmSync(folder, { recursive: true, force: true })
console.log(`${RECORDS} records a datagram, ${seconds} s`)
console.log(table(['', 'wanted/s', 'sent/s', 'received/s', 'lost', 'datagrams dropped', 'CPU s/million'], rows))
