/**
 * How many flows of bytes that mean nothing get a name by their payload: random ones, random ones behind each first byte, middles of deflated texts and
 * encrypted ones, over both transports, in 100,000 flows each, to any port and to known ones. The bar is one in 2,000, over all together.
 *   node bench/noise.bench.ts [FLOWS] [SEED]
 */
import { makeNoise, NOISES } from '../src/tables/noise-testing.ts'
import { table } from './measure.ts'

const flows = Number(process.argv[2] ?? 100_000)
const seed = Number(process.argv[3] ?? 1)
const BAR = 0.0005

const percent = (n: number, of: number) => `${((n / of) * 100).toFixed(4)} %`
const byName = new Map<string, number[]>()
const totals: number[] = []
const heads: string[] = []
for (const noise of NOISES)
  for (const transport of ['udp', 'tcp'] as const) {
    const column = heads.push(`${noise}, ${transport}`) - 1
    const { named } = makeNoise(noise, transport, flows, seed + column)
    totals[column] = 0
    for (const [name, n] of named) {
      totals[column]! += n
      const counts = byName.get(name) ?? []
      counts[column] = n
      byName.set(name, counts)
    }
  }

const sum = (counts: readonly number[]) => counts.reduce((all, n) => all + n, 0)
const all = flows * heads.length
const rows = [...byName]
  .sort((a, b) => sum(b[1]) - sum(a[1]))
  .map(([name, counts]) => [name, ...heads.map((_, i) => `${counts[i] ?? 0}`), percent(sum(counts), all)])
console.log(`noise: ${flows.toLocaleString('en')} flows of each kind, seed ${seed}; flows named by their payload`)
console.log(table(['', ...heads, 'share'], [...rows, ['all', ...totals.map((n) => percent(n, flows)), percent(sum(totals), all)]]))
console.log(`bar ${percent(BAR, 1)}: ${(sum(totals) / all / BAR).toFixed(3)} of it`)
if (sum(totals) / all > BAR) process.exitCode = 1
