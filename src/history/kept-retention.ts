import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Retention } from '../lib/history.ts'

const FILE = 'retention.json'

/** How much is kept, as it was said last: in the console, and kept in a file; or by options, where those are others than they were then. */
export class KeptRetention {
  private readonly path: string
  private readonly given: Retention
  private said: Partial<Retention>

  /** `given`: what the options say. A file that cannot be understood is set aside. */
  constructor(folder: string, { maxAgeMs, maxBytes }: Retention) {
    this.path = join(folder, FILE)
    this.given = { maxAgeMs, maxBytes }
    this.said = existsSync(this.path) ? this.read() : {}
  }

  get now(): Retention {
    return { ...this.given, ...this.said }
  }

  /** Throws as writeFileSync does; then nothing has changed. */
  change(change: Partial<Retention>): void {
    const said = { ...this.said, ...change }
    writeFileSync(`${this.path}.new`, `${JSON.stringify({ said, given: this.given })}\n`, { mode: 0o600, flush: true })
    renameSync(`${this.path}.new`, this.path)
    this.said = said
  }

  private read(): Partial<Retention> {
    try {
      const { said, given } = JSON.parse(readFileSync(this.path, 'utf8')) as Record<'given' | 'said', Record<string, unknown>>
      const names = ['maxAgeMs', 'maxBytes'] as const
      const holds = names.filter((name) => isAmount(said[name]) && given[name] === this.given[name])
      return Object.fromEntries(holds.map((name) => [name, said[name]]))
    } catch {
      renameSync(this.path, `${this.path}.damaged`)
      return {}
    }
  }
}
const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value > 0
