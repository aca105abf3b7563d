/** One file of flows in the layout of ntopng 1.2. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { INSERT, SELECT, TABLE, type TableRow } from './flow-row.ts'

/** SQLite's result codes (sqlite.org/rescode.html). */
const FULL = 13
const CORRUPT = 11
const NOT_A_DATABASE = 26
const codeOf = (error: unknown): number | undefined => (error as { errcode?: number }).errcode
export const isFull = (error: unknown): boolean => codeOf(error) === FULL || (error as NodeJS.ErrnoException).code === 'ENOSPC'
export const isDamaged = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes((codeOf(error) ?? 0) & 0xff)

/** A file that is written. It is one file, and whole, between any two calls: no other has to be beside it. */
export class FlowDatabase {
  readonly path: string
  private readonly db: DatabaseSync
  private readonly insert: StatementSync

  /** Makes what is not there. Throws as SQLite does. */
  constructor(path: string) {
    this.path = path
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.db = new DatabaseSync(path)
    try {
      this.db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000')
      this.db.exec(TABLE)
      this.insert = this.db.prepare(INSERT)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** All of them or none; safe from a death of the process when it returns. Throws as SQLite does. */
  append(rows: readonly (readonly (number | string)[])[]): void {
    this.db.exec('BEGIN')
    try {
      for (const row of rows) this.insert.run(...row)
      this.db.exec('COMMIT')
    } catch (error) {
      // SQLite has done so itself after some errors, as of a full disk.
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * Deletes records with an end of which `isMeant` is true, and leaves nothing of them in the file; returns how many. With `isTrial` they are counted. Throws as
   * SQLite does.
   */
  deleteEnds(isMeant: (address: string) => boolean, isTrial: boolean): number {
    this.db.function('is_meant', { deterministic: true }, (address) => (isMeant(String(address)) ? 1 : 0))
    const where = 'WHERE is_meant(cli_ip) OR is_meant(srv_ip)'
    const { n } = this.db.prepare(`SELECT count(*) AS n FROM flows ${where}`).get() as { n: number }
    if (n > 0 && !isTrial) this.db.exec(`DELETE FROM flows ${where}; VACUUM`)
    return n
  }

  close(): void {
    this.db.close()
  }
}

/** Rows of a file that nothing is written to here, one after the other. Throws as SQLite does. */
export function* rowsIn(path: string): Generator<TableRow> {
  // A file that was being written when the power went is mended by opening it for writing; one that may only be read is read as it is.
  const db = openToRead(path)
  try {
    yield* db.prepare(SELECT).iterate() as Iterable<TableRow>
  } finally {
    db.close()
  }
}
/** What a file holds, once SQLite has looked through all of it; times are epoch milliseconds. Throws as SQLite does, or with what it found. */
export function databaseFacts(path: string): { readonly rows: number; readonly fromMs: number; readonly toMs: number } {
  const db = openToRead(path)
  try {
    const [verdict] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[]
    if (verdict?.quick_check !== 'ok') throw new Error(verdict?.quick_check ?? 'it is damaged')
    const facts = db.prepare('SELECT count(*) AS n, min(last_seen) AS a, max(last_seen) AS b FROM flows').get() as Record<
      'a' | 'b' | 'n',
      number
    >
    return { rows: facts.n, fromMs: 1000 * facts.a, toMs: 1000 * facts.b + 999 }
  } finally {
    db.close()
  }
}

function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.prepare('SELECT 1 FROM flows LIMIT 1').get()
    return db
  } catch (error) {
    db.close()
    if (isDamaged(error)) throw error
    return new DatabaseSync(path)
  }
}
