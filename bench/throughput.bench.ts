/**
 * `wiretop analyze` over about 1 GB of mixed traffic, recognition on and off, against ndpiReader and against a bare read of the same file; then the same
 * traffic with 1,000 µs between packets, so that idle and minute work happens. Everything pinned to one core; medians of three, taken in turn.
 *   node bench/throughput.bench.ts [FILE]
 */
import { readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchCapture } from './capture.ts'
import { bareRead, isInstalled, MB, measure, median, type Run, root, table } from './measure.ts'

const RUNS = 3
const SPACED_US = 1000
const analyze = (...args: string[]) => [process.execPath, join(root, 'src/main.ts'), 'analyze', ...args]

const path = process.argv[2] ?? benchCapture()
const programs: Record<string, string[]> = {
  'recognition on': analyze(path),
  'tables alone': analyze('--no-recognition', path),
  ...(process.argv[2] === undefined ? { 'recognition on, 1000 µs apart': analyze(benchCapture(SPACED_US)) } : {}),
  ...(isInstalled('ndpiReader') ? { ndpiReader: ['ndpiReader', '-q', '-i', path] } : {}),
}

process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'wiretop-bench-compiled')
const runs = new Map<string, Run[]>(Object.keys(programs).map((name) => [name, []]))
const bare: number[] = []
bareRead(path)
for (let i = 0; i < RUNS; i++) {
  bare.push(bareRead(path))
  for (const [name, command] of Object.entries(programs)) {
    bareRead(command.at(-1)!)
    runs.get(name)!.push(await measure(command, true))
  }
}

const packets = packetsOf(runs.get('recognition on')![0]!)
const result = (name: string) => {
  const all = runs.get(name)!
  const of = (pick: (run: Run) => number) => median(all.map(pick))
  return { wall: of((run) => run.wallSeconds), cpu: of((run) => run.cpuSeconds), peak: of((run) => run.peakBytes) }
}
const peer = runs.has('ndpiReader') ? result('ndpiReader') : undefined
const rows = [...runs.keys()].map((name) => {
  const { wall, cpu, peak } = result(name)
  return [
    name,
    Math.round(packets / wall).toLocaleString('en'),
    wall.toFixed(2),
    cpu.toFixed(2),
    (peak / MB).toFixed(0),
    (wall / median(bare)).toFixed(1),
    peer === undefined ? '-' : (peer.wall / wall).toFixed(2),
    peer === undefined ? '-' : (peer.cpu / cpu).toFixed(2),
  ]
})
console.log(
  `throughput: ${(statSync(path).size / MB).toFixed(0)} MB, ${packets.toLocaleString('en')} packets, one core, medians of ${RUNS}; ${cpuName()}`,
)
console.log(table(['', 'packets/s', 'wall s', 'cpu s', 'peak MB', '× bare read', '× ndpiReader wall', 'cpu'], rows))
if (peer === undefined) console.log('ndpiReader is not installed (Debian: libndpi-bin), so there is nothing to compare with')

/** From the report's head: `2,832,306 packets, …`. */
function packetsOf({ stdout }: Run): number {
  return Number(/([\d,]+) packets,/.exec(stdout)?.[1]?.replaceAll(',', ''))
}
function cpuName(): string {
  return /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor'
}
