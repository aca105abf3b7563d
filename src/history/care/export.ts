/** Writes records of a time and a filter as one file, also while a wiretop is running. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { FlowRange } from '../../lib/history.ts'
import { type Duck, named, quoted } from '../duck.ts'
import { ADDRESS_MACROS } from '../duck-dialect.ts'
import { fileSet, plainRangeSql } from '../flow-sql.ts'
import { readManifest } from '../manifest.ts'
import { PARQUET_COLUMNS } from '../stored-flows.ts'
import { interfaceFolders } from './interface-folders.ts'
import { syncFile } from './sync-file.ts'

export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** The column behind all others that says what the interface reads, as `-i` names it: where records belong when they are taken in again. */
export const KEY_COLUMN = 'interfaceKey'
/** Files are merged while they are read: then those that took their place are. */
const MAX_TRIES = 4
const LOOK_EVERY_MS = 200

export interface ExportOptions {
  readonly dataFolder: string
  readonly range: FlowRange
  readonly format: ExportFormat
  readonly into: string
  readonly duck: Duck
  readonly signal: AbortSignal
  readonly nowMs: number
  /** Share that is done, 0 to 1. */
  progress?(share: number): void
}

/** Resolves to how many records there are in the file. Until then it is not there; a pipe is written at once. Rejects with a HistoryFault where the filter is at fault. */
export async function exportHistory(options: ExportOptions): Promise<number> {
  for (let tries = 1; ; tries++) {
    const paths = pathsOf(options)
    try {
      return await written(options, paths)
    } catch (error) {
      options.signal.throwIfAborted()
      const areThere = [...paths.values()].flat().every((path) => existsSync(path))
      if (tries === MAX_TRIES || areThere) throw error
    }
  }
}

/** Files that may have such records, by the key of their interface. */
function pathsOf({ dataFolder, range: { fromMs, toMs, interfaceKey } }: ExportOptions): Map<string, string[]> {
  const folders = interfaceFolders(dataFolder).filter(({ key }) => interfaceKey === undefined || key === interfaceKey)
  const pathsIn = (folder: string) =>
    [...(readManifest(folder)?.files.values() ?? [])]
      .filter((file) => file.toMs >= fromMs && file.fromMs < toMs)
      .sort((a, b) => a.fromMs - b.fromMs)
      .map(({ path }) => join(folder, path))
  return new Map(folders.map(({ key = '', folder }) => [key, pathsIn(folder)]))
}

function written(options: ExportOptions, paths: ReadonlyMap<string, readonly string[]>): Promise<number> {
  const { into, duck, signal } = options
  const isFile = !existsSync(into) || statSync(into).isFile()
  const aside = isFile ? `${into}.part` : into
  return duck.use(signal, async (connection) => {
    for (const macro of ADDRESS_MACROS) await connection.run(macro)
    const sql = `COPY (${await selectOf(connection, options, paths)}) TO ${quoted(aside)} (${FORMS[options.format]})`
    const timer = await watched(connection, options)
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

async function watched(connection: DuckDBConnection, { progress }: ExportOptions): Promise<NodeJS.Timeout | undefined> {
  if (progress === undefined) return undefined
  for (const setting of ['enable_progress_bar = true', 'enable_progress_bar_print = false', 'progress_bar_time = 0'])
    await connection.run(`SET ${setting}`)
  return setInterval(() => progress(Math.max(0, connection.progress.percentage) / 100), LOOK_EVERY_MS)
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
      `SELECT ${columns}, ${quoted(key)} AS ${named(KEY_COLUMN)} FROM (${plainRangeSql(range, await fileSet(connection, files), nowMs)})`,
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
