import type { Crew } from './crew.ts'
import { KeyCounts } from './key-counts.ts'
import type { Keys } from './keys.ts'
import type { PartAnswer } from './part.ts'

/** A worker that answers as one that was never asked makes us begin anew, once. */
const TRIES = 3

/**
 * How many flows, hosts and link addresses the workers have together, each counted once: kept from one question to the next, so that a worker only says
 * what has come and left.
 */
export class DistinctRows {
  readonly flows: KeyCounts
  readonly hosts = new KeyCounts()
  readonly macs = new KeyCounts()
  /** What each worker told last. */
  private readonly toldBy = new Map<number, number>()
  private asking: Promise<unknown> = Promise.resolve()

  /**
   * `countsOnce`: the workers are of one interface, and of a flow that lies on several the contact is counted on that which saw it first: the others are told so,
   * for good.
   */
  constructor(countsOnce = false) {
    this.flows = new KeyCounts(countsOnce)
  }

  /** Resolves when it is that of the answers, the totals of each worker. One question after the other: what a worker says rests on what it said before. */
  update(crew: Crew): Promise<PartAnswer<'partTotals'>[]> {
    const begin = () => this.ask(crew)
    const answers = this.asking.then(begin, begin)
    this.asking = answers
    return answers
  }

  private async ask(crew: Crew): Promise<PartAnswer<'partTotals'>[]> {
    const numbers = crew.workers.map(({ number }) => number)
    if ([...this.toldBy.keys()].some((known) => !numbers.includes(known))) this.clear()
    for (let tries = 1; ; tries++) {
      const answers = await crew.all('partTotals', (i) => ({ changes: { salt: crew.salt, after: this.toldBy.get(numbers[i]!) ?? 0 } }))
      // What a worker had told before is not known any more.
      const isLost = answers.some(({ changes }, i) => changes!.isWhole && this.toldBy.has(numbers[i]!))
      if (isLost && tries < TRIES) {
        this.clear()
        continue
      }
      answers.forEach(({ changes }, i) => {
        this.apply(numbers[i]!, changes!)
      })
      await countOnce(crew, this.flows.takeMet())
      return answers
    }
  }

  private apply(worker: number, { at, flows, hosts, macs }: NonNullable<PartAnswer<'partTotals'>['changes']>): void {
    this.toldBy.set(worker, at)
    this.flows.remove(flows.left)
    this.flows.add(flows.come)
    this.hosts.remove(hosts.left)
    this.hosts.add(hosts.come, hosts.local)
    this.macs.remove(macs.left)
    this.macs.add(macs.come)
  }

  private clear(): void {
    this.toldBy.clear()
    this.flows.clear()
    this.hosts.clear()
    this.macs.clear()
  }
}

/** Of flows that lie on several workers all but the one that saw them first are told. */
async function countOnce(crew: Crew, keys: Keys): Promise<void> {
  if (keys.low.length === 0) return
  const { salt } = crew
  const seen = await crew.all('flowsSeen', () => ({ keys, salt }))
  const late = crew.workers.map((): number[] => [])
  for (let i = 0; i < keys.low.length; i++) {
    const times = seen.map((of) => of?.[i] ?? Number.NaN)
    const first = times.reduce((best, ms, w) => (ms < times[best]! || Number.isNaN(times[best]!) ? w : best), 0)
    times.forEach((ms, w) => {
      if (w !== first && !Number.isNaN(ms)) late[w]!.push(i)
    })
  }
  await Promise.all(
    crew.workers.map((worker, w) => {
      const mine = late[w]!
      const those = { low: Int32Array.from(mine, (i) => keys.low[i]!), high: Int32Array.from(mine, (i) => keys.high[i]!) }
      return mine.length === 0 ? undefined : worker.part('countedElsewhere', { keys: those, salt })
    }),
  )
}
