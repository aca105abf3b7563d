/** Writes records of a time and a filter as one file, also while a wiretop is running. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { FlowRange } from '../../lib/history.ts'
import { type Duck, named, quoted } from '../duck.ts'
import { ADDRESS_MACROS } from '../duck-dialect.ts'
import { fileSet, plainRangeSql, recordFiles } from '../flow-sql.ts'
import { readManifest } from '../manifest.ts'
import { COPIES, layoutFiles, mayHave } from '../sqlite/file-paths.ts'
import { copiesIn } from '../sqlite/parquet-copies.ts'
import { parquetOf } from '../sqlite/parquet-of.ts'
import { PARQUET_COLUMNS } from '../stored-flows.ts'
import { type InterfaceFolder, interfaceFolders } from './interface-folders.ts'
import { syncFile } from './sync-file.ts'

export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** The column behind all others that says what the interface reads, as `-i` names it: where records belong when they are taken in again. */
export const KEY_COLUMN = 'interfaceKey'
/** Files are merged while they are read: then those that took their place are. */
const MAX_TRIES = 4
const LOOK_EVERY_MS = 200
/** Of all the work, where SQLite's files are read. */
const COPYING = 0.5

export interface ExportOptions {
  readonly dataFolder: string
  readonly range: FlowRange
  readonly format: ExportFormat
  readonly into: string
  readonly duck: Duck
  /** Copies of SQLite's files are made in it. */
  readonly spillFolder: string
  readonly signal: AbortSignal
  readonly nowMs: number
  /** Share that is done, 0 to 1. */
  progress?(share: number): void
}

/** Resolves to how many records there are in the file. Until then it is not there; a pipe is written at once. Rejects with a HistoryFault where the filter is at fault. */
export async function exportHistory(options: ExportOptions): Promise<number> {
  const made = mkdtempSync(join(options.spillFolder, 'copies-'))
  try {
    for (let tries = 1; ; tries++) {
      const paths = await pathsOf(options, made)
      try {
        return await written(options, paths, readdirSync(made).length > 0 ? COPYING : 0)
      } catch (error) {
        options.signal.throwIfAborted()
        const areThere = [...paths.values()].flat().every((path) => existsSync(path))
        if (tries === MAX_TRIES || areThere) throw error
      }
    }
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

/** Files that may have such records, by the key of their interface; of SQLite's files copies as Parquet, those that are not there already in `made`. */
async function pathsOf(options: ExportOptions, made: string): Promise<Map<string, string[]>> {
  const { dataFolder, range } = options
  const { fromMs, toMs, interfaceKey } = range
  const folders = interfaceFolders(dataFolder).filter(({ key }) => interfaceKey === undefined || key === interfaceKey)
  const pathsIn = (folder: string) =>
    [...(readManifest(folder)?.files.values() ?? [])]
      .filter((file) => file.toMs >= fromMs && file.fromMs < toMs)
      .sort((a, b) => a.fromMs - b.fromMs)
      .map(({ path }) => join(folder, path))
  const found = new Map<string, string[]>()
  for (const one of folders) found.set(one.key ?? '', [...pathsIn(one.folder), ...(await copiesOf(one, options, made))])
  return found
}

/** A running wiretop goes on writing: what it has committed is copied. */
async function copiesOf(
  { id, key = '', folder }: InterfaceFolder,
  { range, signal, progress }: ExportOptions,
  made: string,
): Promise<string[]> {
  const all = layoutFiles(folder)
  const files = all.filter((file) => mayHave(file, range))
  const { copies } = copiesIn(join(dirname(folder), COPIES), all)
  const paths: string[] = []
  for (const [n, file] of files.entries()) {
    signal.throwIfAborted()
    progress?.((COPYING * n) / files.length)
    const known = copies.get(file.path)?.path
    const path = known ?? join(made, String(id), `${file.path}-${file.stamp}.parquet`)
    if (!existsSync(path) && !(await isCopied(join(folder, file.path), path, key, signal))) continue
    paths.push(path)
  }
  return paths
}
/** False: it has no records, or has gone meanwhile. Rejects with the file that is damaged. */
async function isCopied(path: string, into: string, interfaceName: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await parquetOf(path, into, interfaceName, signal)).rows > 0
  } catch (error) {
    if (signal.aborted) throw error
    if (!existsSync(path)) return false
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** `done`: share of all the work that is done already. */
function written(options: ExportOptions, paths: ReadonlyMap<string, readonly string[]>, done: number): Promise<number> {
  const { into, duck, signal } = options
  const isFile = !existsSync(into) || statSync(into).isFile()
  const aside = isFile ? `${into}.part` : into
  return duck.use(signal, async (connection) => {
    for (const macro of ADDRESS_MACROS) await connection.run(macro)
    const sql = `COPY (${await selectOf(connection, options, paths)}) TO ${quoted(aside)} (${FORMS[options.format]})`
    const timer = await watched(connection, options, done)
    try {
      const rows = Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? 0)
      if (isFile) {
        syncFile(aside)
        renameSync(aside, into)
      }
      return rows
    } finally {
      clearInterval(timer)
      if (isFile) rmSync(aside, { force: true })
    }
  })
}

async function watched(connection: DuckDBConnection, { progress }: ExportOptions, done: number): Promise<NodeJS.Timeout | undefined> {
  if (progress === undefined) return undefined
  for (const setting of ['enable_progress_bar = true', 'enable_progress_bar_print = false', 'progress_bar_time = 0'])
    await connection.run(`SET ${setting}`)
  return setInterval(() => progress(done + ((1 - done) * Math.max(0, connection.progress.percentage)) / 100), LOOK_EVERY_MS)
}

async function selectOf(
  connection: DuckDBConnection,
  { range, format, nowMs }: ExportOptions,
  paths: ReadonlyMap<string, readonly string[]>,
): Promise<string> {
  const columns = format === 'parquet' ? '*' : TEXT_COLUMNS
  const parts: string[] = []
  for (const [key, files] of paths.size === 0 ? new Map([['', []]]) : paths)
    parts.push(
      `SELECT ${columns}, ${quoted(key)} AS ${named(KEY_COLUMN)} FROM (${plainRangeSql(range, fileSet(await recordFiles(connection, files)), nowMs)})`,
    )
  return parts.join(' UNION ALL ')
}

/** Times as `wiretop query` prints them, and the map as JSON. */
const TEXT_COLUMNS = PARQUET_COLUMNS.map(({ name, type }) => {
  if (type === 'timeMs') return `epoch_ms(${named(name)}) AS ${named(name)}`
  return type === 'map' ? `to_json(${named(name)}) AS ${named(name)}` : named(name)
}).join(', ')

const FORMS: Readonly<Record<ExportFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  jsonl: 'FORMAT json, ARRAY false',
  parquet: 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2',
}
