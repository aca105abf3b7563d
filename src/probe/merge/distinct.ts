import type { Crew } from './crew.ts'
import { KeyCounts } from './key-counts.ts'
import type { PartAnswer } from './part.ts'

/** A worker that answers as one that was never asked makes us begin anew, once. */
const TRIES = 3

/** How many flows, hosts and link addresses the workers have together, each counted once: kept from one question to the next, so that a worker only says what has come and left. */
export class DistinctRows {
  readonly flows = new KeyCounts()
  readonly hosts = new KeyCounts()
  readonly macs = new KeyCounts()
  /** What each worker told last. */
  private readonly toldBy = new Map<number, number>()
  private asking: Promise<unknown> = Promise.resolve()

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
