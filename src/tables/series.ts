/** Seconds that are kept. */
export const SERIES_SECONDS = 3600

/** One value a second for the last hour, in columns that begin when they are first written. */
export class SeriesRing {
  private readonly columns = new Map<string | number, Float32Array>()
  /** Seconds written so far; second n lies in slot n % SERIES_SECONDS. */
  private written = 0
  /** Epoch ms at the end of the latest second. */
  lastMs = 0
  private readonly levels: ReadonlySet<string | number>

  /** `levels`: columns that keep their value through silent seconds, as the number of flows does; the others fall to 0. */
  constructor(levels: readonly string[] = []) {
    this.levels = new Set(levels)
  }

  /** Goes `seconds` on, the last of which ends at `nowMs`. */
  advance(seconds: number, nowMs: number): void {
    const blank = Math.min(seconds, SERIES_SECONDS)
    for (const [key, column] of this.columns) {
      const value = this.levels.has(key) ? column[this.slot(1)]! : 0
      for (let i = 0; i < blank; i++) column[(this.written + i) % SERIES_SECONDS] = value
    }
    // Further than the ring is long: only the phase matters, and the last hour is blank.
    this.written += seconds
    this.lastMs = nowMs
  }

  /** Sets the value of the latest second. */
  set(key: string | number, value: number): void {
    let column = this.columns.get(key)
    if (column === undefined) {
      column = new Float32Array(SERIES_SECONDS)
      this.columns.set(key, column)
    }
    column[(this.written - 1 + SERIES_SECONDS) % SERIES_SECONDS] = value
  }

  keys(): Iterable<string | number> {
    return this.columns.keys()
  }
  get seconds(): number {
    return Math.min(this.written, SERIES_SECONDS)
  }

  /** The last `seconds` of a column, oldest first. */
  last(key: string | number, seconds: number): Float32Array {
    const column = this.columns.get(key)
    return Float32Array.from({ length: seconds }, (_, i) => (column === undefined ? 0 : column[this.slot(seconds - i)]!))
  }

  private slot(back: number): number {
    return (((this.written - back) % SERIES_SECONDS) + SERIES_SECONDS) % SERIES_SECONDS
  }
}
