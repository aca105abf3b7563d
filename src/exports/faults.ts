import { MAX_FAULTS } from '../lib/source.ts'

/** What went wrong on the way out: one line each, each line once, all of them counted. */
export class Faults {
  count = 0
  private readonly known = new Set<string>()

  add(line: string): void {
    this.count++
    if (this.known.size < MAX_FAULTS) this.known.add(line)
  }

  get lines(): readonly string[] {
    return [...this.known]
  }
}
