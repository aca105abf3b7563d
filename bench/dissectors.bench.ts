/**
 * What one payload costs each dissector, signature and extract together: payloads of the samples and of the corpus, whole and damaged. Prints the dearest by
 * median and at worst; a call that took long is timed again, so that a pause of the collector does not count. To hold: 20 µs median, 2 ms at worst.
 *   node bench/dissectors.bench.ts
 */
import { Match } from '../src/dissectors/dissector.ts'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { silentContext } from '../src/dissectors/testing.ts'
import { Cursor } from '../src/wire/cursor.ts'
import { seeded } from '../src/wire/testing.ts'
import { DAMAGES, hasCorpus, realPayloads } from '../test/payloads.ts'
import { median, table } from './measure.ts'

const MEDIAN_US = 20
const WORST_US = 2000
/** Of each dissector at least so many calls are timed, those that match among them. */
const SHOWN = 4000
const AGAIN_US = 200
const AGAIN = 5
const DEAREST = 12
const cursor = new Cursor()

const random = seeded(3)
const all = await realPayloads()
const payloads = Array.from({ length: SHOWN }, () => all[random(all.length)]!).flatMap((payload) =>
  Object.values(DAMAGES).map((damage) => ({ ...payload, bytes: damage(payload.bytes, random, all[random(all.length)]!.bytes) })),
)

interface Cost {
  readonly name: string
  readonly calls: number
  readonly matched: number
  readonly median: number
  readonly worst: number
}

const costs = allDissectors.flatMap((d): Cost[] => {
  const { signature, extract } = d
  if (signature === undefined) return []
  let matched = 0
  const once = ({ over, srcPort, dstPort, bytes }: (typeof payloads)[number]): [boolean, number] => {
    const ctx = silentContext({ proto: over === 'tcp' ? 6 : 17, srcPort, dstPort, wireLeft: bytes.length })
    const begin = performance.now()
    const isMatch = signature(cursor.reset(bytes, 0, bytes.length), ctx) === Match
    if (isMatch) extract?.(cursor.reset(bytes, 0, bytes.length), {}, ctx)
    return [isMatch, (performance.now() - begin) * 1000]
  }
  const ours = payloads.filter(({ over, bytes }) => [d.over].flat().includes(over) && bytes.length >= (d.minLen ?? 1))
  for (const payload of ours.slice(0, 1000)) once(payload)
  const times: number[] = []
  for (const payload of ours) {
    let [isMatch, us] = once(payload)
    for (let i = 0; us > AGAIN_US && i < AGAIN; i++) us = Math.min(us, once(payload)[1])
    if (isMatch) matched++
    times.push(us)
  }
  return times.length === 0 ? [] : [{ name: d.name, calls: times.length, matched, median: median(times), worst: Math.max(...times) }]
})

const show = (by: 'median' | 'worst') =>
  table(
    [`dearest by ${by}`, 'payloads', 'matched', 'median µs', 'worst µs'],
    costs
      .toSorted((a, b) => b[by] - a[by])
      .slice(0, DEAREST)
      .map(({ name, calls, matched, median, worst }) => [name, String(calls), String(matched), median.toFixed(2), worst.toFixed(0)]),
  )
console.log(`${payloads.length} payloads of ${hasCorpus ? 'samples and corpus' : 'the samples'}, ${costs.length} dissectors`)
console.log(show('median'))
console.log(show('worst'))
const over = costs.filter(({ median, worst }) => median > MEDIAN_US || worst > WORST_US)
console.log(over.length === 0 ? 'all within 20 µs median, 2 ms at worst' : `over the bar: ${over.map(({ name }) => name).join(', ')}`)
