/** Answers what is asked of files of records, and of their sums, with DuckDB. What is damaged is found, named and left out. */
import { rmSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type BegunFile,
  type Cell,
  type FileFormat,
  type FlowAnswer,
  type FlowQuery,
  HistoryFault,
  type SqlAnswer,
} from '../lib/history.ts'
import { writeAnswer } from './answer-file.ts'
import { cellOf } from './cells.ts'
import { type Duck, quoted } from './duck.ts'
import { ADDRESS_MACROS } from './duck-dialect.ts'
import type { ReadFile } from './flow-files.ts'
import { type FileSet, fileSet, groupSql, placedSql, placeSql, RECORD_COLUMNS, recordFiles } from './flow-sql.ts'
import { isSummed } from './flow-sums.ts'
import { grouped } from './grouped.ts'

const MAX_DAMAGED = 100

/** Of a FileSet. */
type Paths = Readonly<Record<keyof FileSet, readonly string[]>>
const allOf = ({ within, across, sums }: Paths): readonly string[] => [...within, ...across, ...sums]

export interface FlowReaderOptions {
  readonly duck: Duck
  /** Where files that go out are written; what a process that died has left there goes. */
  readonly answersFolder: string
  readonly now: () => number
}

/** Whoever asks sees to it that the files stay until the answer is there. */
export class FlowReader {
  private readonly options: FlowReaderOptions
  private readonly damaged = new Set<string>()

  constructor(options: FlowReaderOptions) {
    this.options = options
    rmSync(options.answersFolder, { recursive: true, force: true })
  }

  get faults(): string[] {
    return [...this.damaged].map((path) => `${path} is damaged and left out`)
  }

  async ask(query: FlowQuery, files: readonly ReadFile[], signal: AbortSignal): Promise<FlowAnswer> {
    const begun = performance.now()
    const answer = await this.answer(query, files, signal)
    return { ...answer, ms: performance.now() - begun, faults: this.faults }
  }

  /** As FlowStore says it. */
  async file(
    query: FlowQuery,
    format: FileFormat,
    files: readonly ReadFile[],
    signal: AbortSignal,
    begun: (file: BegunFile) => void,
  ): Promise<void> {
    const moment = { nowMs: this.options.now() }
    const write = (read: readonly ReadFile[]) => {
      const { paths } = this.source(query, read)
      let isBegun = false
      const tell = (file: BegunFile) => {
        isBegun = true
        begun(file)
      }
      return this.rows(paths, signal, async (connection, set) => {
        await writeAnswer(connection, query, set, moment, format, this.options.answersFolder, signal, tell)
        return []
      }).then((rows) => {
        if (rows === undefined && isBegun) throw new HistoryFault('a file of flows is damaged: ask again, it is left out then')
        return rows
      })
    }
    while ((await write(files)) === undefined);
  }

  async sql(text: string, files: readonly ReadFile[], signal: AbortSignal): Promise<SqlAnswer> {
    const { askSql } = await import('./sql-room.ts')
    const sound = files.flatMap(({ paths }) => paths).filter((path) => !this.damaged.has(path))
    return askSql(text, sound, signal)
  }

  private async answer(query: FlowQuery, files: readonly ReadFile[], signal: AbortSignal): Promise<Omit<FlowAnswer, 'faults' | 'ms'>> {
    const moment = { nowMs: this.options.now() }
    for (;;) {
      const { paths, tier, rowsRead } = this.source(query, files)
      const isNothing = allOf(paths).length === 0
      const rows = await this.rows(paths, signal, async (connection, set) => {
        const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(cellOf))
        // The question is judged also where there is nothing to ask it of.
        if (query.kind === 'groups') {
          const sql = groupSql(query, set, moment)
          return isNothing ? [] : ask(sql)
        }
        const sql = placeSql(query, set, moment)
        const places = isNothing ? [] : await ask(sql)
        return places.length === 0 ? [] : ask(placedSql(query, places as [string, number][]))
      })
      if (rows !== undefined)
        return { ...(query.kind === 'groups' ? grouped(query, rows) : { columns: RECORD_COLUMNS, rows }), tier, rowsRead }
    }
  }
  /** What is read for it: sums where they are enough and sound, else the records. */
  private source(query: FlowQuery, files: readonly ReadFile[]) {
    const isEnough = query.kind === 'groups' && isSummed(query)
    const summed = files.filter(({ sums, isWithin }) => isEnough && isWithin && sums !== undefined && !this.damaged.has(sums.path))
    const records = files.filter((file) => !summed.includes(file) && file.paths.some((path) => !this.damaged.has(path)))
    const rowsOf = (all: readonly { readonly rows: number }[]) => all.reduce((sum, { rows }) => sum + rows, 0)
    const sums = summed.map((file) => file.sums!)
    const sound = (of: readonly ReadFile[]) => of.flatMap(({ paths }) => paths.filter((path) => !this.damaged.has(path)))
    return {
      paths: {
        within: sound(records.filter(({ isWithin }) => isWithin)),
        across: sound(records.filter(({ isWithin }) => !isWithin)),
        sums: sums.map(({ path }) => path),
      },
      tier: sums.length > 0 ? ('hours' as const) : ('records' as const),
      rowsRead: rowsOf(records) + rowsOf(sums),
    }
  }

  /** Undefined: a file was damaged, and is known to be now. */
  private rows(
    paths: Paths,
    signal: AbortSignal,
    ask: (connection: DuckDBConnection, files: FileSet) => Promise<Cell[][]>,
  ): Promise<Cell[][] | undefined> {
    return this.options.duck.use(signal, async (connection) => {
      for (const macro of ADDRESS_MACROS) await connection.run(macro)
      try {
        const [across, within] = [await recordFiles(connection, paths.across), await recordFiles(connection, paths.within)]
        return await ask(connection, fileSet(across, within, paths.sums))
      } catch (error) {
        if (signal.aborted || error instanceof HistoryFault || !(await this.findDamaged(connection, allOf(paths)))) throw error
        return undefined
      }
    })
  }
  private async findDamaged(connection: DuckDBConnection, paths: readonly string[]): Promise<boolean> {
    const before = this.damaged.size
    for (const path of paths) {
      try {
        await connection.run(`SELECT hash(COLUMNS(*)) FROM read_parquet(${quoted(path)})`)
      } catch {
        if (this.damaged.size < MAX_DAMAGED) this.damaged.add(path)
      }
    }
    return this.damaged.size > before
  }
}
