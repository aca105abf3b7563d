/**
 * Takes records of files into the store, never the same twice: what a file has that the store has too, in all columns, is left out, so that a file that was taken
 * in before adds nothing, and one that was only partly taken in the rest. No store may have the folder open.
 */
import { existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { HistoryFault } from '../../lib/history.ts'
import { type Duck, named, quoted } from '../duck.ts'
import { FlowFiles, packSql } from '../flow-files.ts'
import { recordFiles } from '../flow-sql.ts'
import { InterfaceIds } from '../interface-ids.ts'
import { parquetOf } from '../sqlite/parquet-of.ts'
import { KEY_COLUMN } from './export.ts'
import { firstLine } from './file-facts.ts'
import { FLOWS } from './interface-folders.ts'
import { apartSql, counted, overlapping } from './records-apart.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Without these a file has no flows. The others may be missing: an earlier version wrote it. */
const NEEDED = ['firstSeen', 'lastSeen', 'client', 'server', 'bytesC2s', 'bytesS2c']
const NAMELESS = 'imported'

export interface Imported {
  /** Records that the file has, and those of them that are new. */
  readonly records: number
  readonly taken: number
  /** Epoch milliseconds of the oldest that was taken; NaN: none was. */
  readonly fromMs: number
}

export interface ImportOptions {
  readonly dataFolder: string
  readonly duck: Duck
  readonly signal: AbortSignal
  /** What the interface reads that the records become those of; unless given, what each record says. */
  readonly into?: string | undefined
  /** Days of a file that are done, of all. */
  progress?(done: number, total: number): void
}

/** Takes in a file of Parquet, or of SQLite as ntopng 1.2 and `--store sqlite` write them. Rejects with a HistoryFault where it is none of flows; what was taken in till then holds. */
export async function importFile(path: string, options: ImportOptions & { readonly spillFolder: string }): Promise<Imported> {
  if (!path.endsWith('.sqlite')) return importParquet(path, options)
  if (!existsSync(path)) throw new HistoryFault(`${path}: is not there`)
  const copy = join(options.spillFolder, `${basename(path)}.parquet`)
  try {
    await parquetOf(path, copy, '', options.signal)
    return await importParquet(copy, options)
  } catch (error) {
    options.signal.throwIfAborted()
    throw new HistoryFault(`${path}: ${firstLine(error).replace(`${copy}: `, '')}`)
  } finally {
    rmSync(copy, { force: true })
  }
}

async function importParquet(path: string, options: ImportOptions): Promise<Imported> {
  const { duck, signal } = options
  if (!existsSync(path)) throw new HistoryFault(`${path}: is not there`)
  return duck.use(signal, async (connection) => {
    try {
      const { missing } = await recordFiles(connection, [path])
      const lacking = NEEDED.filter((name) => missing.has(name))
      if (lacking.length > 0) throw new Error(`has no column ${lacking.join(', ')}, so it is no file of flows`)
      const taking = new Import(connection, path, options)
      return await taking.run().finally(() => taking.close())
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof HistoryFault ? error : new HistoryFault(`${path}: ${firstLine(error)}`)
    }
  })
}

class Import {
  private readonly connection: DuckDBConnection
  private readonly path: string
  private readonly options: ImportOptions
  private readonly ids: InterfaceIds
  private readonly opened = new Map<string, FlowFiles>()
  private taken = 0
  private fromMs = Number.NaN

  constructor(connection: DuckDBConnection, path: string, options: ImportOptions) {
    this.connection = connection
    this.path = path
    this.options = options
    this.ids = new InterfaceIds(options.dataFolder)
  }

  private async rows(sql: string): Promise<unknown[][]> {
    return (await this.connection.runAndReadAll(sql)).getRows()
  }

  async run(): Promise<Imported> {
    const { path, options } = this
    const all = `read_parquet(${quoted(path)})`
    const columns = new Set((await this.connection.runAndReadAll(`SELECT * FROM ${all} LIMIT 0`)).columnNames())
    const keyOf = options.into !== undefined ? quoted(options.into) : keySql(columns)
    const day = `epoch_ms("lastSeen") // ${DAY_MS}`
    const groups = await this.rows(`SELECT ${keyOf} AS k, ${day} AS d FROM ${all} WHERE "lastSeen" IS NOT NULL GROUP BY ALL ORDER BY k, d`)
    for (const [at, [key, number]] of groups.entries()) {
      options.signal.throwIfAborted()
      await this.day(String(key), Number(number), { mine: `${keyOf} = ${quoted(String(key))}`, both: `${day} = ${number}` })
      options.progress?.(at + 1, groups.length)
    }
    const [[records] = []] = await this.rows(`SELECT count(*) FROM ${all}`)
    return { records: Number(records), taken: this.taken, fromMs: this.fromMs }
  }

  private async day(key: string, number: number, where: { readonly mine: string; readonly both: string }): Promise<void> {
    const files = this.filesOf(key)
    const near = overlapping(files.files, { fromMs: number * DAY_MS, toMs: (number + 1) * DAY_MS - 1 })
    const paths = near.map((file) => join(files.folder, file.path))
    const apart = await apartSql(this.connection, [this.path], paths, where)
    const fresh = await counted(this.connection, apart)
    if (fresh.rows === 0) return
    const aside = files.newAside()
    await this.connection.run(packSql(apart, aside))
    const sums = await files.sumUp(this.options.duck, aside, this.options.signal)
    files.replace([], hourPath(fresh.fromMs), aside, sums, fresh)
    this.taken += fresh.rows
    if (!(this.fromMs <= fresh.fromMs)) this.fromMs = fresh.fromMs
  }

  private filesOf(key: string): FlowFiles {
    const open = this.opened.get(key)
    if (open !== undefined) return open
    const folder = join(this.options.dataFolder, String(this.ids.idOf(key)), FLOWS)
    const files = new FlowFiles(
      folder,
      () => key,
      () => false,
    )
    this.opened.set(key, files)
    return files
  }
  close(): void {
    for (const files of this.opened.values()) files.close()
  }
}

function keySql(columns: ReadonlySet<string>): string {
  const known = [KEY_COLUMN, 'interface'].filter((name) => columns.has(name)).map((name) => `nullif(${named(name)}::VARCHAR, '')`)
  return `coalesce(${[...known, quoted(NAMELESS)].join(', ')})`
}

/** Where the store merges it with the others of its day. */
const hourPath = (ms: number): string =>
  `${new Date(Math.floor(ms / HOUR_MS) * HOUR_MS).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')}.parquet`
