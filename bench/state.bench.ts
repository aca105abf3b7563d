/**
 * Hosts that leave all at once: how long the thread of packets stands still for it (beside the same without keeping them), how long until they are all in the store, and how long until they are had
 * back; in SQLite and, where a server is installed, in Redis. The plan wants 50,000 saved in 2 s.
 *   node bench/state.bench.ts [HOSTS]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { KeptHosts } from '../src/lib/kept-hosts.ts'
import type { StateConfig } from '../src/state/messages.ts'
import { noRedis, TestRedis } from '../src/state/redis-testing.ts'
import { StateThread } from '../src/state/state-thread.ts'
import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { HostKeeping } from '../src/tables/host-keeping.ts'
import type { LiveTables } from '../src/tables/live-tables.ts'
import { feed, START_MS, testTables, udpFrame } from '../src/tables/testing.ts'
import { table } from './measure.ts'

const HOSTS = Number(process.argv[2] ?? 50_000)
const FRAMES = 10_000
const PORTS = [53, 123, 443]
const LATER_MS = 1_000_000
const PLACE = 'eth0'

/** Each host did something with three applications. */
function full(keeping?: (t: LiveTables) => HostKeeping): LiveTables {
  const t = testTables({ idle: DEFAULT_IDLE, hostLimit: HOSTS + 16, flowLimit: 2 * HOSTS * PORTS.length })
  t.keeping = keeping?.(t)
  for (const dstPort of PORTS)
    for (let n = 0; n < HOSTS; n += FRAMES)
      feed(
        t,
        Array.from({ length: Math.min(FRAMES, HOSTS - n) }, (_, i) =>
          udpFrame({
            from: `10.${(n + i) >>> 16}.${((n + i) >>> 8) & 255}.${(n + i) & 255}`,
            to: '8.8.8.8',
            dstPort,
            payload: 'x'.repeat(100),
          }),
        ),
        START_MS,
        0,
      )
  t.settle()
  return t
}

/** Processor ms of the longest tick while all leave; their flows have left before. */
function leave(t: LiveTables): number {
  t.tickTo(START_MS + 70_000)
  let longest = 0
  for (let at = START_MS + LATER_MS; t.hosts.rows.live > 1; at += 1000) {
    const begun = cpu()
    t.tickTo(at)
    longest = Math.max(longest, cpu() - begun)
  }
  return longest
}
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const ms = (n: number) => `${Math.round(n).toLocaleString('en')} ms`
leave(full())
const bare = leave(full())

async function run(name: string, config: StateConfig): Promise<void> {
  const thread = new StateThread({
    entry: new URL('../src/state.worker.ts', import.meta.url),
    store: config,
    died: (why) => console.error(why),
  })
  const refusal = await thread.refusal
  if (refusal !== undefined) throw new Error(refusal)
  const given: KeptHosts[] = []
  const asked: Int32Array[] = []
  const keeper = (t: LiveTables) => new HostKeeping(t, { give: (hosts) => given.push(hosts), ask: (wanted) => asked.push(wanted) })
  const paused = leave(full(keeper))
  asked.length = 0
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let begun = performance.now()
  const cpuBegun = cpu()
  for (const hosts of given) thread.save(PLACE, hosts)
  // Answered when all that came before is done.
  await thread.recall(PLACE, new Int32Array(0))
  const saved = performance.now() - begun
  const savedCpu = cpu() - cpuBegun
  delay.disable()

  const t = full(keeper)
  for (let s = 1; s <= 3 + HOSTS / 2048; s++) t.keeping!.tick()
  begun = performance.now()
  const found = await Promise.all(asked.map((wanted) => thread.recall(PLACE, wanted)))
  const recalled = performance.now() - begun
  begun = cpu()
  for (const kept of found) t.keeping!.restore(kept!)
  const restored = cpu() - begun
  const count = found.reduce((sum, kept) => sum + (kept?.count ?? 0), 0)
  const { lost } = thread.stats()
  await thread.close()
  console.log(
    table(
      [`${name}: ${HOSTS.toLocaleString('en')} hosts`, 'measured', 'wanted'],
      [
        ['the longest tick while they leave, with and without keeping (CPU)', `${ms(paused)} and ${ms(bare)}`, ''],
        ['until all are saved', ms(saved), '2,000 ms for 50,000'],
        ['the same in CPU of this process', ms(savedCpu), ''],
        ['longest wait of the main thread meanwhile', ms(delay.max / 1e6), ''],
        ['until all are had back', `${ms(recalled)} (${count.toLocaleString('en')})`, ''],
        ['added to their rows (CPU)', ms(restored), ''],
        ['lost', String(lost), '0'],
      ],
    ),
  )
}

const folder = mkdtempSync(join(tmpdir(), 'wiretop-state-'))
await run('SQLite', { kind: 'sqlite', folder, instance: 'bench' })
rmSync(folder, { recursive: true, force: true })
if (noRedis !== undefined) console.log(`Redis: ${noRedis}`)
else {
  const server = await new TestRedis().start()
  await run('Redis', { kind: 'redis', address: { path: server.socket, database: 0, tls: false }, login: {}, instance: 'bench' })
  await server.dispose()
}
