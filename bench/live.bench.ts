/**
 * Live capture on a cable between two network namespaces, as root: what wiretop takes while nothing passes, on one interface and on thirty; at 3,000 packets a second;
 * and how many packets it gets when a sender beside it plays mixed traffic as fast as it can, against `tcpdump -w /dev/null` and `ndpiReader` on the same. Then a flood in
 * which every packet is a flow of its own.
 *   node bench/live.bench.ts [SECONDS]
 */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pcapFileHeader, pcapRecord } from '../src/sources/pcap-writer.ts'
import { udp } from '../test/frames.ts'
import { Namespaces, whyNoNamespaces } from '../test/namespaces.ts'
import { benchCapture } from './capture.ts'
import { isInstalled, MB, quantile, root, table } from './measure.ts'

const SECONDS = Number(process.argv[2] ?? 10)
const PORT = 3000
const SETTLE_MS = 3000
/** By then garbage of the start is gone, and its memory is back with the system. */
const AT_REST_S = 20
/** What packets need is compiled by then. */
const STEADY_AFTER_S = 60
const TICKS_A_SECOND = 100
const QUIET_INTERFACES = 30
const STEADY_PPS = 3000
const FLOOD_FLOWS = 500_000
const FLOOD_SECONDS = 60
const MAX_MTU = 65_535
const ASKS = 100

if (whyNoNamespaces !== undefined || !isInstalled('tcpreplay')) {
  console.log(`live: ${whyNoNamespaces ?? 'tcpreplay is not installed (Debian: tcpreplay)'}`)
  process.exit(0)
}
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'wiretop-bench-compiled')

/** User and system seconds of a process, its children left out. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}
/** Resident memory, and what no other process shares. */
function memoryOf(pid: number): { resident: number; own: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  const of = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)![1]) * 1024
  return { resident: of('Rss'), own: of('Private_Dirty') + of('Private_Clean') }
}
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number)

class Wiretop {
  readonly namespace: string
  readonly child: ChildProcess
  private constructor(namespace: string, child: ChildProcess) {
    this.namespace = namespace
    this.child = child
  }
  static async start(net: Namespaces, namespace: string, ...args: string[]): Promise<Wiretop> {
    const child = net.start(
      namespace,
      process.execPath,
      '--max-semi-space-size=2',
      join(root, 'src/main.ts'),
      '-s',
      '-w',
      String(PORT),
      ...args,
    )
    const one = new Wiretop(namespace, child)
    for (let i = 0; i < 200; i++) {
      const { interfaces } = one.get<{ interfaces: { state: string }[] }>('/interfaces') ?? { interfaces: [] }
      if (interfaces.length > 0 && interfaces.every(({ state }) => state === 'running')) break
      await sleep(100)
    }
    await sleep(SETTLE_MS)
    return one
  }
  get pid(): number {
    return this.child.pid!
  }
  get<T>(path: string): T | undefined {
    try {
      const answer = execFileSync('ip', ['netns', 'exec', this.namespace, 'curl', '-sf', `http://127.0.0.1:${PORT}/api/v1${path}`], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return JSON.parse(answer) as T
    } catch {
      return undefined
    }
  }
  totals(): { packets: number; bytes: number; dropped: number; flows: number; hosts: number; packetsWithoutFlow: number } {
    return this.get<{ interfaces: { totals: ReturnType<Wiretop['totals']> }[] }>('/interfaces')!.interfaces[0]!.totals
  }
  async costs(): Promise<{ cpu: number; resident: number; own: number; helper: number }> {
    const before = cpuSeconds(this.pid)
    await sleep(SECONDS * 1000)
    const cpu = (cpuSeconds(this.pid) - before) / SECONDS
    const helpers = childrenOf(this.pid).map(memoryOf)
    return { cpu, ...memoryOf(this.pid), helper: helpers.reduce((sum, { own }) => sum + own, 0) }
  }
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}

const net = new Namespaces()
const rows: string[][] = []
const noteCosts = (name: string, { cpu, resident, own, helper }: Awaited<ReturnType<Wiretop['costs']>>) =>
  rows.push([name, `${(cpu * 100).toFixed(2)} %`, (resident / MB).toFixed(0), (own / MB).toFixed(0), (helper / MB).toFixed(0)])

/** A namespace to listen in and one to send from, as many cables between them. */
function cables(label: string, count: number): { here: string; there: string } {
  const here = net.add(`${label}-in`)
  const there = net.add(`${label}-out`)
  for (let i = 0; i < count; i++) {
    net.cable({ namespace: here, name: `in${i}` }, { namespace: there, name: `out${i}` })
    if (count > 1) continue
    net.run(here, 'ip', 'link', 'set', `in${i}`, 'mtu', String(MAX_MTU))
    net.run(there, 'ip', 'link', 'set', `out${i}`, 'mtu', String(MAX_MTU))
  }
  return { here, there }
}

/** Plays a capture; resolves to the packets sent and the rate reached. */
async function play(there: string, path: string, ...args: string[]): Promise<{ sent: number; pps: number }> {
  const child = net.start(there, 'tcpreplay', '-q', '-K', '-i', 'out0', ...args, path)
  let said = ''
  child.stdout!.on('data', (part: Buffer) => (said += part.toString()))
  child.stderr!.on('data', (part: Buffer) => (said += part.toString()))
  await once(child, 'exit')
  return { sent: Number(/Actual: (\d+) packets/.exec(said)?.[1] ?? 0), pps: Number(/([\d.]+) pps/.exec(said)?.[1] ?? 0) }
}

/** UDP from random to random, every packet a flow of its own. */
function floodCapture(): string {
  const path = join(tmpdir(), `wiretop-bench-flood-${FLOOD_FLOWS}.pcap`)
  if (existsSync(path)) return path
  const fd = openSync(path, 'w')
  writeSync(fd, pcapFileHeader({ linkType: 1 }))
  let seed = 1
  const random = (below: number) => ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8) % below
  const end = () => ({ ip: `${1 + random(222)}.${random(256)}.${random(256)}.${1 + random(254)}`, port: 1024 + random(60_000) })
  for (let i = 0; i < FLOOD_FLOWS; i++)
    writeSync(fd, pcapRecord({ tsMs: 1_700_000_000_000 + i / 100, data: udp(end(), end(), new Uint8Array(18)) }))
  closeSync(fd)
  return path
}

try {
  {
    const { here } = cables('one', 1)
    const wiretop = await Wiretop.start(net, here, '-i', 'in0')
    await sleep(AT_REST_S * 1000)
    noteCosts('one quiet interface', await wiretop.costs())
    await wiretop.stop()
  }
  {
    const { here } = cables('many', QUIET_INTERFACES)
    const wiretop = await Wiretop.start(net, here)
    await sleep(AT_REST_S * 1000)
    noteCosts(`${QUIET_INTERFACES + 1} quiet interfaces`, await wiretop.costs())
    await wiretop.stop()
  }
  const path = benchCapture()
  {
    const { here, there } = cables('steady', 1)
    const wiretop = await Wiretop.start(net, here, '-i', 'in0')
    const playing = play(there, path, `--pps=${STEADY_PPS}`, `--duration=${STEADY_AFTER_S + 2 * SECONDS}`)
    await sleep(STEADY_AFTER_S * 1000)
    noteCosts(`${STEADY_PPS.toLocaleString('en')} packets/s of mixed traffic`, await wiretop.costs())
    const { sent } = await playing
    await sleep(1000)
    const { packets, dropped } = wiretop.totals()
    console.log(
      `live: ${sent.toLocaleString('en')} packets at ${STEADY_PPS}/s: ${packets.toLocaleString('en')} counted, ${dropped} dropped`,
    )
    await wiretop.stop()
  }
  console.log(table(['what it takes', 'of a core', 'resident MB', 'of its own MB', 'helper, own MB'], rows))

  const { here, there } = cables('fast', 1)
  const outcome: string[][] = []
  const wiretop = await Wiretop.start(net, here, '-i', 'in0')
  for (const name of ['wiretop, just started', 'wiretop, warm']) {
    const before = { ...wiretop.totals(), cpu: cpuSeconds(wiretop.pid) }
    const { sent, pps } = await play(there, path, '--topspeed')
    await sleep(2000)
    const after = wiretop.totals()
    outcome.push(row(name, sent, pps, after.packets - before.packets, after.dropped - before.dropped, cpuSeconds(wiretop.pid) - before.cpu))
  }
  await wiretop.stop()
  outcome.push(
    await beside('tcpdump', /(\d+) packets captured/, /(\d+) packets dropped by kernel/, 'tcpdump', '-i', 'in0', '-w', '/dev/null'),
  )
  if (isInstalled('ndpiReader'))
    outcome.push(
      await beside('ndpiReader', /Raw pkts:\s+(\d+)|IP packets:\s+(\d+)/, undefined, 'ndpiReader', '-q', '-i', 'in0', '-s', '120'),
    )
  console.log(table(['as fast as the sender can', 'sent', 'packets/s', 'seen', 'dropped', 'lost', 'cpu s'], outcome))

  /** Another program on the same traffic. */
  async function beside(name: string, seen: RegExp, dropped: RegExp | undefined, ...command: string[]): Promise<string[]> {
    const child = net.start(here, command[0]!, ...command.slice(1))
    let said = ''
    child.stdout!.on('data', (part: Buffer) => (said += part.toString()))
    child.stderr!.on('data', (part: Buffer) => (said += part.toString()))
    await sleep(1000)
    const { sent, pps } = await play(there, path, '--topspeed')
    await sleep(1000)
    const cpu = cpuSeconds(child.pid!)
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
    const count = (pattern: RegExp | undefined) => Number(pattern?.exec(said)?.slice(1).find(Boolean) ?? Number.NaN)
    return row(name, sent, pps, count(seen), count(dropped), cpu)
  }
  function row(name: string, sent: number, pps: number, seen: number, dropped: number, cpu: number): string[] {
    const shown = (n: number) => (Number.isNaN(n) ? '-' : n.toLocaleString('en'))
    return [
      name,
      shown(sent),
      shown(Math.round(pps)),
      shown(seen),
      shown(dropped),
      `${((100 * (sent - seen)) / sent).toFixed(2)} %`,
      cpu.toFixed(2),
    ]
  }

  {
    const flooded = await Wiretop.start(net, here, '-i', 'in0')
    const flood = play(there, floodCapture(), '--topspeed', '--loop=1000000', '--unique-ip', `--duration=${FLOOD_SECONDS}`)
    const everyMs = (FLOOD_SECONDS * 1000) / ASKS / 2
    const asker = net.start(
      here,
      process.execPath,
      join(root, 'bench/ask.ts'),
      `http://127.0.0.1:${PORT}/api/v1/flows?limit=100`,
      String(everyMs),
      String(ASKS),
    )
    let told = ''
    asker.stdout!.on('data', (part: Buffer) => (told += part.toString()))
    const asked = once(asker, 'exit')
    let most = 0
    for (let i = 0; i < FLOOD_SECONDS; i++) {
      most = Math.max(most, memoryOf(flooded.pid).resident)
      await sleep(1000)
    }
    await asked
    const times = JSON.parse(told) as number[]
    const { sent, pps } = await flood
    await sleep(2000)
    const { packets, dropped, flows, hosts, packetsWithoutFlow } = flooded.totals()
    const apps = flooded.get<{ items: { packets: number }[] }>('/apps?limit=1000')!.items.reduce((sum, app) => sum + app.packets, 0)
    console.log(
      `flood: ${sent.toLocaleString('en')} packets at ${Math.round(pps).toLocaleString('en')}/s, each a flow: ${packets.toLocaleString('en')} counted, ${dropped.toLocaleString('en')} dropped, ` +
        `${packetsWithoutFlow.toLocaleString('en')} without a row; ${flows} flows and ${hosts} hosts at the end; applications add up to ${apps.toLocaleString('en')}; ` +
        `lists answered within ${quantile(times, 0.95).toFixed(0)} ms (95 %); at most ${(most / MB).toFixed(0)} MB`,
    )
    await flooded.stop()
  }
} finally {
  await net.close()
  // Nothing of ours may be left.
  const left = readdirSync('/run/netns').filter((name) => name.startsWith(`wt-${process.pid}-`))
  if (left.length > 0) console.log(`left behind: ${left.join(', ')}`)
}
