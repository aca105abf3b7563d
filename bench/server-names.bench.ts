/**
 * How fast server names are looked up among many, against a Map that is asked for every suffix.
 *   node bench/server-names.bench.ts
 */
import { ServerNames } from '../src/names/server-names.ts'

const LOOKUPS = 3_000_000
const ASKED = 1000

function run(names: number): void {
  const known = new ServerNames()
  const bySuffix = new Map<string, number>()
  const text = (i: number) => `svc${i}.example${i % 997}.com`
  for (let i = 0; i < names; i++) {
    known.add(text(i), i)
    bySuffix.set(text(i), i)
  }
  // Half of what is asked for is known, as on a mixed line; the texts are flat strings, as a decoder gives them.
  const asked = Array.from({ length: ASKED }, (_, i) =>
    Buffer.from(i % 2 === 0 ? `www.${text((i * 7) % names)}` : `r3---sn-${i}.othernames${i}.net`).toString('latin1'),
  )
  const plain = (name: string): number => {
    for (let at = 0; at >= 0; ) {
      const found = bySuffix.get(name.slice(at))
      if (found !== undefined) return found
      const dot = name.indexOf('.', at)
      at = dot < 0 ? -1 : dot + 1
    }
    return -1
  }
  const ours = measure(asked, (name) => known.lookup(name))
  const theirs = measure(asked, plain)
  if (ours.sum !== theirs.sum) throw new Error('the two do not agree')
  console.log(
    `${names} names: ${ours.perSecond.toFixed(1)} M lookups/s, ${(ours.perSecond / theirs.perSecond).toFixed(1)} times a Map of suffixes`,
  )
}

/** The best of five runs. */
function measure(asked: readonly string[], lookup: (name: string) => number): { perSecond: number; sum: number } {
  let best = Number.POSITIVE_INFINITY
  let sum = 0
  for (let r = 0; r < 5; r++) {
    sum = 0
    const startedMs = performance.now()
    for (let i = 0; i < LOOKUPS; i++) sum += lookup(asked[i % ASKED]!)
    best = Math.min(best, performance.now() - startedMs)
  }
  return { perSecond: LOOKUPS / best / 1000, sum }
}

for (const names of [100, 10_000, 100_000]) run(names)
