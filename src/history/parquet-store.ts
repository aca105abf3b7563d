/** Flow records as Parquet files, a folder an interface; DuckDB answers what is asked of them. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type BegunFile,
  type Cell,
  type FileFormat,
  type FlowAnswer,
  type FlowQuery,
  type FlowRange,
  type FlowStore,
  type GroupQuery,
  HistoryFault,
  type HistoryFile,
  type InterfaceRecords,
  type SqlAnswer,
  type StoreStats,
} from '../lib/history.ts'
import { writeAnswer } from './answer-file.ts'
import { cellOf } from './cells.ts'
import { Duck, quoted } from './duck.ts'
import { ADDRESS_MACROS } from './duck-dialect.ts'
import { FlowFiles, isFull, type ReadFile } from './flow-files.ts'
import { type FileSet, fileSet, groupSql, placedSql, placeSql, RECORD_COLUMNS } from './flow-sql.ts'
import { isSummed } from './flow-sums.ts'
import { InterfaceIds } from './interface-ids.ts'
import { bytesOf } from './manifest.ts'

export interface ParquetStoreOptions {
  /** The data folder. */
  readonly folder: string
  /** Of all files; the oldest go first. */
  readonly maxBytes: number
  readonly maxAgeMs: number
  /** Shared with whoever else keeps something of interfaces; left out: those of the folder. */
  readonly ids?: InterfaceIds
  readonly memoryMB?: number
  readonly threads?: number
  readonly now?: () => number
}

const FLOWS = 'flows'
const TICK_MS = 1000
const MEMORY_MB = 1024
/** Records that are in no file yet become one when somebody asks, but not more often. */
const SEAL_EVERY_MS = 10_000
const MAX_DAMAGED = 100

export class ParquetStore implements FlowStore {
  readonly kind = 'parquet'
  private readonly options: ParquetStoreOptions
  private readonly duck: Duck
  /** Files that go out; what a process that died has left of them goes at the next start. */
  private readonly answersFolder: string
  private readonly ids: InterfaceIds
  private readonly interfaces = new Map<string, { files: FlowFiles; name: string; sealedMs: number }>()
  private readonly timer: NodeJS.Timeout
  private readonly damaged = new Set<string>()
  private readonly stop = new AbortController()
  private merging: Promise<void> = Promise.resolve()
  private isMerging = false
  private records = 0
  private lost = 0
  private fault: string | undefined

  /** Throws as the functions of node:fs do, where the folder cannot be used. */
  constructor(options: ParquetStoreOptions) {
    this.options = options
    const spillFolder = join(options.folder, 'tmp')
    rmSync(spillFolder, { recursive: true, force: true })
    this.answersFolder = join(options.folder, 'answers')
    rmSync(this.answersFolder, { recursive: true, force: true })
    this.duck = new Duck({ spillFolder, memoryMB: options.memoryMB ?? MEMORY_MB, threads: options.threads ?? 2 })
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.ids = options.ids ?? new InterfaceIds(options.folder)
    for (const [key, id] of this.ids.all) if (hasFlows(options.folder, id)) this.filesOf(key, '')
    this.timer = setInterval(() => this.tick(), TICK_MS)
    this.timer.unref()
  }

  private get nowMs(): number {
    return (this.options.now ?? Date.now)()
  }

  private filesOf(key: string, name: string): FlowFiles {
    let found = this.interfaces.get(key)
    if (found === undefined) {
      const folder = join(this.options.folder, String(this.ids.idOf(key)), FLOWS)
      const entry = { name, sealedMs: 0 }
      found = Object.assign(entry, {
        files: new FlowFiles(
          folder,
          () => entry.name,
          () => this.removeOldest(),
        ),
      })
      this.interfaces.set(key, found)
    }
    if (name !== '') found.name = name
    return found.files
  }

  async write({ interfaceKey, interfaceName, records }: InterfaceRecords): Promise<void> {
    const files = this.filesOf(interfaceKey, interfaceName)
    for (let isTaken = false; !isTaken; ) {
      try {
        files.add(records, this.nowMs)
        isTaken = true
      } catch (error) {
        // The oldest make room for the newest.
        if (!isFull(error as Error) || !this.removeOldest()) throw this.broken(error as Error, records.count)
      }
    }
    this.records += records.count
    this.fault = undefined
  }
  private broken(error: Error, records: number): Error {
    this.lost += records
    this.fault = `flows cannot be kept: ${error.message}`
    return new HistoryFault(this.fault)
  }

  private tick(): void {
    this.tickAll()
    if (!this.isMerging) this.merging = this.care(this.nowMs)
  }
  /** What came is made safe, and parts whose time is over become files. */
  tickAll(): void {
    for (const { files } of this.interfaces.values()) {
      try {
        files.tick(this.nowMs)
      } catch (error) {
        this.fault = `flows cannot be kept: ${(error as Error).message}`
      }
    }
  }

  /** Merges what is over and lets go of what is too old or too much. */
  private async care(nowMs: number): Promise<void> {
    this.isMerging = true
    try {
      this.retain(nowMs)
      for (const { files } of this.interfaces.values()) while (await files.merge(this.duck, nowMs, this.stop.signal)) this.retain(nowMs)
    } catch (error) {
      if (!this.stop.signal.aborted) this.fault = `files of flows cannot be merged: ${(error as Error).message}`
    } finally {
      this.isMerging = false
    }
  }
  private retain(nowMs: number): void {
    const { maxAgeMs, maxBytes } = this.options
    for (const { files } of this.interfaces.values()) for (const file of files.files) if (file.toMs < nowMs - maxAgeMs) files.remove(file)
    while (this.bytes > maxBytes && this.removeOldest());
  }
  private get bytes(): number {
    return this.allFiles.reduce((sum, file) => sum + bytesOf(file), 0)
  }
  private get allFiles() {
    return [...this.interfaces.values()].flatMap(({ files }) => files.files)
  }
  private removeOldest(): boolean {
    const oldest = (files: FlowFiles) => Math.min(...files.files.map(({ toMs }) => toMs))
    const [first] = [...this.interfaces.values()].map(({ files }) => files).sort((a, b) => oldest(a) - oldest(b))
    return first?.removeOldest() ?? false
  }

  async ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer> {
    signal.throwIfAborted()
    const begun = performance.now()
    const chosen = this.chosen(query)
    this.sealFor(query, chosen)
    return this.reading(
      chosen.map(({ files }) => files),
      query,
      async (files) => {
        const answer = await this.answer(query, files, signal)
        return {
          ...answer,
          ms: performance.now() - begun,
          faults: [...this.damaged].map((path) => `${path} is damaged and left out`),
        }
      },
    )
  }

  async file(query: FlowQuery, format: FileFormat, signal: AbortSignal, begun: (file: BegunFile) => void): Promise<void> {
    signal.throwIfAborted()
    const chosen = this.chosen(query)
    this.sealFor(query, chosen)
    const moment = { nowMs: this.nowMs }
    const all = chosen.map(({ files }) => files)
    const write = (read: readonly ReadFile[]) => {
      const { paths, sums } = this.source(query, read)
      let isBegun = false
      const tell = (file: BegunFile) => {
        isBegun = true
        begun(file)
      }
      return this.rows(paths, sums, signal, async (connection, files) => {
        await writeAnswer(connection, query, files, moment, format, this.answersFolder, signal, tell)
        return []
      }).then((rows) => {
        if (rows === undefined && isBegun) throw new HistoryFault('a file of flows is damaged: ask again, it is left out then')
        return rows
      })
    }
    await this.reading(all, query, async (files) => {
      while ((await write(files)) === undefined);
    })
  }

  /** Over all files; what is gathered becomes one before. */
  async sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    const all = { kind: 'groups', by: [], measures: [], limit: 0, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const
    const chosen = [...this.interfaces.values()]
    this.sealFor(all, chosen)
    const { askSql } = await import('./sql-room.ts')
    return this.reading(
      chosen.map(({ files }) => files),
      all,
      (files) =>
        askSql(
          text,
          files.map(({ path }) => path).filter((path) => !this.damaged.has(path)),
          signal,
        ),
    )
  }

  files(range: FlowRange): HistoryFile[] {
    const chosen = this.chosen(range)
    this.sealFor(range, chosen)
    return chosen.flatMap(({ files }) => files.between(range.fromMs, range.toMs))
  }
  private chosen({ interfaceKey }: FlowRange) {
    return [...this.interfaces].filter(([key]) => interfaceKey === undefined || key === interfaceKey).map(([, one]) => one)
  }

  private sealFor({ fromMs, toMs }: FlowRange, chosen: readonly { files: FlowFiles; sealedMs: number }[]): void {
    const { nowMs } = this
    for (const one of chosen) {
      const open = one.files.openRange
      if (open === undefined || open.fromMs >= toMs || open.toMs < fromMs || Math.abs(nowMs - one.sealedMs) < SEAL_EVERY_MS) continue
      one.sealedMs = nowMs
      one.files.seal()
    }
  }

  /** Files of all of them stay as long as `work` lasts. */
  private reading<T>(all: readonly FlowFiles[], { fromMs, toMs }: FlowQuery, work: (files: ReadFile[]) => Promise<T>): Promise<T> {
    const next = (at: number, files: ReadFile[]): Promise<T> =>
      at === all.length ? work(files) : all[at]!.reading((more) => next(at + 1, [...files, ...more]), fromMs, toMs)
    return next(0, [])
  }
  private async answer(query: FlowQuery, files: readonly ReadFile[], signal: AbortSignal): Promise<Omit<FlowAnswer, 'faults' | 'ms'>> {
    const moment = { nowMs: this.nowMs }
    for (;;) {
      const { paths, sums, tier, rowsRead } = this.source(query, files)
      const isNothing = paths.length + sums.length === 0
      const rows = await this.rows(paths, sums, signal, async (connection, set) => {
        const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(cellOf))
        // The question is judged also where there is nothing to ask it of.
        if (query.kind === 'groups') {
          const sql = groupSql(query, set, moment)
          return isNothing ? [] : ask(sql)
        }
        const sql = placeSql(query, set, moment)
        const places = isNothing ? [] : await ask(sql)
        return places.length === 0 ? [] : ask(placedSql(query, places as [string, number][], set))
      })
      if (rows !== undefined)
        return { ...(query.kind === 'groups' ? grouped(query, rows) : { columns: RECORD_COLUMNS, rows }), tier, rowsRead }
    }
  }
  /** What is read for it: sums where they are enough and sound, else the records. */
  private source(query: FlowQuery, files: readonly ReadFile[]) {
    const isEnough = query.kind === 'groups' && isSummed(query)
    const summed = files.filter(({ sums, isWithin }) => isEnough && isWithin && sums !== undefined && !this.damaged.has(sums.path))
    const records = files.filter((file) => !summed.includes(file) && !this.damaged.has(file.path))
    const rowsOf = (all: readonly { readonly rows: number }[]) => all.reduce((sum, { rows }) => sum + rows, 0)
    const sums = summed.map((file) => file.sums!)
    return {
      paths: records.map(({ path }) => path),
      sums: sums.map(({ path }) => path),
      tier: sums.length > 0 ? ('hours' as const) : ('records' as const),
      rowsRead: rowsOf(records) + rowsOf(sums),
    }
  }

  /** Undefined: a file was damaged, and is known to be now. */
  private rows(
    paths: readonly string[],
    sums: readonly string[],
    signal: AbortSignal,
    ask: (connection: DuckDBConnection, files: FileSet) => Promise<Cell[][]>,
  ): Promise<Cell[][] | undefined> {
    return this.duck.use(signal, async (connection) => {
      for (const macro of ADDRESS_MACROS) await connection.run(macro)
      try {
        return await ask(connection, await fileSet(connection, paths, sums))
      } catch (error) {
        if (signal.aborted || error instanceof HistoryFault || !(await this.findDamaged(connection, [...paths, ...sums]))) throw error
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

  stats(): StoreStats {
    const files = this.allFiles
    const faults = [...this.interfaces.values()].flatMap((one) => one.files.faults)
    return {
      kind: this.kind,
      records: this.records,
      bytes: this.bytes,
      files: files.length,
      ...(files.length > 0 && { fromMs: Math.min(...files.map(({ fromMs }) => fromMs)), toMs: Math.max(...files.map(({ toMs }) => toMs)) }),
      lost: this.lost,
      faults: [
        ...(this.fault === undefined ? [] : [this.fault]),
        ...faults,
        ...[...this.damaged].map((path) => `${path} is damaged and left out`),
      ],
    }
  }

  /** What is gathered becomes files now. */
  sealAll(): void {
    for (const { files } of this.interfaces.values()) files.seal()
  }

  /** Files of hours and days that are over are merged now, not when their turn comes. */
  async mergeAll(): Promise<void> {
    this.tickAll()
    await this.merging
    await this.care(this.nowMs)
  }

  async close(): Promise<void> {
    if (this.stop.signal.aborted) return
    clearInterval(this.timer)
    this.stop.abort()
    await this.merging
    for (const { files } of this.interfaces.values()) files.close()
    await this.duck.close()
  }
}

const hasFlows = (folder: string, id: number): boolean => existsSync(join(folder, String(id), FLOWS))

/** Puts the sums behind each row where they belong. */
function grouped(
  { by, measures, stepMs }: GroupQuery,
  rows: readonly (readonly Cell[])[],
): Pick<FlowAnswer, 'columns' | 'rows' | 'groups' | 'total' | 'other'> {
  if (stepMs !== undefined) return { columns: ['time', ...by, ...measures], rows }
  const width = by.length + measures.length
  const shown = rows.map((row) => row.slice(0, width))
  const totals = measures.map((_, i) => (rows[0]?.[width + 1 + i] ?? null) as number | null)
  const other = totals.map((total, i) => (total === null ? null : total - shown.reduce((sum, row) => sum + Number(row[by.length + i]), 0)))
  return { columns: [...by, ...measures], rows: shown, groups: Number(rows[0]?.[width] ?? 0), total: totals, other }
}
