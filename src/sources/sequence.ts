import { newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { noteFault, sumStats } from './source-stats.ts'

/** Sources one after the other, as if they were one. A part that cannot start is a fault, and the next one goes on. */
export class Sequence implements Source {
  readonly name: string
  readonly #parts: readonly Source[]
  readonly #refused: SourceError[] = []

  constructor(name: string, parts: readonly Source[]) {
    this.name = name
    this.#parts = parts
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    for (const part of this.#parts) {
      if (signal.aborted) return
      try {
        await part.run(sink, signal)
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        this.#refused.push(error)
      }
    }
    if (this.#refused.length > 0 && this.#refused.length === this.#parts.length) throw allRefused(this.#refused)
  }

  stats(): SourceStats {
    return statsOfParts(this.#parts, this.#refused)
  }
}

/** Not one part could start: the first one's reason stands for all. */
export const allRefused = ([first, ...others]: readonly SourceError[]): SourceError =>
  new SourceError(`${first?.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`)

export function statsOfParts(parts: readonly Source[], refused: readonly SourceError[]): SourceStats {
  const stats = sumStats(
    parts.map((part) => ({ name: part.name, stats: part.stats() })),
    { ...newSourceStats(), bytesTotal: 0 },
  )
  for (const { message } of refused) noteFault(stats, message)
  return stats
}
