/** Sums of whole days of copies (flow-sums.ts): a question without a filter reads one file a day, not one every five minutes. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Duck, quoted } from '../duck.ts'
import { type StoredSums, sumSql } from '../flow-sums.ts'
import type { Copy } from './parquet-copies.ts'

const READ_WITHIN_MS = 900_000
const HASH_DIGITS = 16
/** Within the folder of copies: YYYY/MM/DD/day-<what they are of>-<rows>.sums. */
const NAME = /^day-([0-9a-f]{16})-(\d+)\.sums$/

interface Kept extends StoredSums {
  readonly of: string
}

/** What a file of a layout is in: '2026/11/26'. */
export const dayOf = (path: string): string => path.slice(0, 'YYYY/MM/DD'.length)
/** The day is over, in this machine's zone. */
export function isOver(day: string, nowMs: number): boolean {
  const [year = 0, month = 1, date = 1] = day.split('/').map(Number)
  return new Date(year, month - 1, date + 1).getTime() < nowMs
}

export class DaySums {
  private readonly folder: string
  private readonly days = new Map<string, Kept>()
  /** Could not be made: not tried again by this process. */
  private readonly failed = new Set<string>()
  private wipes = 0

  /** `folder`: of copies. */
  constructor(folder: string) {
    this.folder = folder
    if (!existsSync(folder)) return
    for (const name of readdirSync(folder, { recursive: true }).map(String)) {
      const [, of, rows] = NAME.exec(basename(name)) ?? []
      const path = join(folder, name)
      if (of !== undefined && !this.days.has(dirname(name)))
        this.days.set(dirname(name), { path, of, rows: Number(rows), bytes: statSync(path).size })
      else if (/\.sums(?:\.made)?$/.test(name)) rmSync(path, { force: true })
    }
  }

  get bytes(): number {
    return [...this.days.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Of all copies of a day, as they are now; undefined: there are none. */
  find(day: string, copies: readonly Copy[]): StoredSums | undefined {
    const kept = this.days.get(day)
    return kept !== undefined && kept.of === signed(copies) ? kept : undefined
  }
  /** That they are not there is known. */
  isWanted(day: string, copies: readonly Copy[]): boolean {
    return copies.length > 1 && !this.failed.has(day) && this.find(day, copies) === undefined
  }

  /** Rejects when `signal` aborts, or as DuckDB does. */
  async make(day: string, copies: readonly Copy[], duck: Duck, signal: AbortSignal): Promise<void> {
    const { wipes } = this
    const of = signed(copies)
    const place = join(this.folder, day)
    const aside = join(place, `day-${of}.sums.made`)
    mkdirSync(place, { recursive: true, mode: 0o700 })
    this.failed.add(day)
    try {
      const rows = await duck.use(signal, async (connection) => {
        const paths = copies.map(({ path }) => path)
        await connection.run(sumSql(paths, aside))
        return Number((await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quoted(aside)})`)).getRows()[0]![0])
      })
      // Something of it was to go meanwhile.
      if (this.wipes !== wipes) return
      const path = join(place, `day-${of}-${rows}.sums`)
      renameSync(aside, path)
      const before = this.days.get(day)
      if (before !== undefined && before.path !== path) setTimeout(() => rmSync(before.path, { force: true }), READ_WITHIN_MS).unref()
      this.days.set(day, { path, of, rows, bytes: statSync(path).size })
      this.failed.delete(day)
    } finally {
      rmSync(aside, { force: true })
      if (signal.aborted || this.wipes !== wipes) this.failed.delete(day)
    }
  }

  /** Nothing of it may stay. */
  wipe(day: string): void {
    this.wipes++
    const kept = this.days.get(day)
    this.days.delete(day)
    if (kept !== undefined) rmSync(kept.path, { force: true })
  }
}

/** What sums are of: those very copies. */
const signed = (copies: readonly Copy[]): string =>
  createHash('sha256')
    .update(copies.map(({ path, rows }) => `${path.slice(-'YYYY/MM/DD/HH/'.length - basename(path).length)} ${rows}`).join('\n'))
    .digest('hex')
    .slice(0, HASH_DIGITS)
