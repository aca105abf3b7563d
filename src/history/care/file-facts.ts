import { existsSync, statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../duck.ts'
import type { StoredSums } from '../flow-sums.ts'
import { readStage } from '../stage.ts'

/** What a file of records says of itself, once all of it has been read. */
export interface FileFacts {
  readonly rows: number
  readonly bytes: number
  /** Epoch milliseconds of `lastSeen`; NaN without rows. */
  readonly fromMs: number
  readonly toMs: number
}

const FACTS = ['rows', 'bytes', 'fromMs', 'toMs'] as const
/** Which facts are not those of the manifest. It may know parts of milliseconds, which files do not have. */
export const strangeIn = (facts: FileFacts, file: FileFacts): (typeof FACTS)[number][] =>
  FACTS.filter((name) => facts[name] !== Math.floor(file[name]))

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

/** What is wrong with the sums of a file; undefined: nothing is. */
export async function sumsFault(connection: DuckDBConnection, path: string, { rows, bytes }: StoredSums): Promise<string | undefined> {
  if (!existsSync(path)) return 'is not there'
  try {
    const sql = `SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM read_parquet(${quoted(path)})`
    const found = Number((await connection.runAndReadAll(sql)).getRows()[0]![0])
    return found === rows && statSync(path).size === bytes ? undefined : 'is not what it was when it was written'
  } catch (error) {
    return `cannot be read: ${firstLine(error)}`
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
