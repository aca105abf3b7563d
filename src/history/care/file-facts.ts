import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../duck.ts'
import type { StoredFile } from '../manifest.ts'
import { readStage } from '../stage.ts'

/** What a file of records says of itself, once all of it has been read. */
export interface FileFacts {
  readonly rows: number
  readonly bytes: number
  /** Epoch milliseconds of `lastSeen`; NaN without rows. */
  readonly fromMs: number
  readonly toMs: number
}

/** Reads every page of every column. Rejects with one line where that cannot be done. */
export async function factsOf(connection: DuckDBConnection, path: string): Promise<FileFacts> {
  try {
    const sql = `SELECT count(*), min(epoch_ms("lastSeen")), max(epoch_ms("lastSeen")), bit_xor(hash(COLUMNS(*))) FROM read_parquet(${quoted(path)})`
    const [row = []] = (await connection.runAndReadAll(sql)).getRows()
    const [rows, fromMs, toMs] = row.slice(0, 3).map((value) => (value === null ? Number.NaN : Number(value)))
    return { rows: rows!, fromMs: fromMs!, toMs: toMs!, bytes: statSync(path).size }
  } catch (error) {
    throw new Error(firstLine(error), { cause: error })
  }
}

/** Whether the sums of the file at `path` can be read, where it has some. */
export async function areSumsSound(connection: DuckDBConnection, path: string, { path: within, sums }: StoredFile): Promise<boolean> {
  if (sums === undefined) return true
  const whole = path.slice(0, -within.length) + sums.path
  try {
    await connection.run(`SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet(${quoted(whole)})`)
    return statSync(whole).size === sums.bytes
  } catch {
    return false
  }
}

/** What a stage holds up to where it is cut or damaged, and the bytes behind that. */
export function stageFacts(path: string): { readonly rows: number; readonly cut: number } {
  let rows = 0
  const cut = readStage(path, ({ count }) => (rows += count))
  return { rows, cut }
}

/** DuckDB's errors go on with what it saw of the file. */
export const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0]!
