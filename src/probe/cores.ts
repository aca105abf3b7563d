import { stat } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Which processor core each thread of live capture is pinned to: successive ones from the first on, the same again after a restart. */
export class Cores {
  private readonly first: number
  private readonly places = new Map<string, number>()

  constructor(first: number) {
    this.first = first
    // The threads of the runtime's pool begin with its first use, and where it is used: by a thread that is pinned, all of them would be.
    stat('/', () => undefined)
  }

  /** `thread`: its name, always the same for the same work. More threads than cores begin again with core 0. */
  of(thread: string): number {
    let place = this.places.get(thread)
    if (place === undefined) this.places.set(thread, (place = this.places.size))
    return (this.first + place) % Math.max(this.first + 1, availableParallelism())
  }
}
