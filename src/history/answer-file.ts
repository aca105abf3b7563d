/** Answers as files that others read: CSV, JSON and Parquet, as many records as there are. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type BegunFile, type FileFormat, type FlowQuery, HistoryFault } from '../lib/history.ts'
import { quoted } from './duck.ts'
import { countSql, type FileSet, groupFileSql, recordFileSql, type SqlMoment } from './flow-sql.ts'

const MAX_BYTES = 16 * 2 ** 30
const LOOK_MS = 500
/** More are not put in order: that takes long, and nothing could be sent before it is done. */
const MAX_SORTED = 250_000

const OPTIONS: Readonly<Record<FileFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  json: 'FORMAT json, ARRAY true',
  jsonl: 'FORMAT json, ARRAY false',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
}
let last = 0

/** Resolves when all is written. */
export async function writeAnswer(
  connection: DuckDBConnection,
  query: FlowQuery,
  files: FileSet,
  moment: SqlMoment,
  format: FileFormat,
  folder: string,
  signal: AbortSignal,
  begun: (file: BegunFile) => void,
): Promise<void> {
  const rows = query.kind === 'records' ? Math.min(query.limit, await countOf(connection, countSql(query, files, moment))) : undefined
  const sql =
    query.kind === 'records' ? recordFileSql(query, files, moment, format, rows! <= MAX_SORTED) : groupFileSql(query, files, moment, format)
  signal.throwIfAborted()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${++last}.${format}`)
  writeFileSync(path, '', { mode: 0o600 })
  const tooLarge = new AbortController()
  const watch = setInterval(() => {
    if (sizeOf(path) <= MAX_BYTES) return
    tooLarge.abort()
    connection.interrupt()
  }, LOOK_MS)
  try {
    // Said before the first byte is there, because much may be read before the last one is.
    begun({ path, ...(rows !== undefined && { rows }) })
    await connection.run(`COPY (${sql}) TO ${quoted(path)} (${OPTIONS[format]}, USE_TMP_FILE false)`)
  } catch (error) {
    if (tooLarge.signal.aborted) throw new HistoryFault(`the file is larger than ${MAX_BYTES / 2 ** 30} GiB: ask for less time`)
    throw error
  } finally {
    clearInterval(watch)
  }
}

async function countOf(connection: DuckDBConnection, sql: string): Promise<number> {
  const [row] = (await connection.runAndReadAll(sql)).getRows()
  return Number(row?.[0] ?? 0)
}
function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    // Whoever read it has removed it.
    return 0
  }
}
