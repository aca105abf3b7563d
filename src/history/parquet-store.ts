/** Flow records as Parquet files, a folder an interface; DuckDB answers what is asked of them. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BegunFile,
  type Deletion,
  type FileFormat,
  type FlowAnswer,
  type FlowQuery,
  type FlowRange,
  type FlowStore,
  HistoryFault,
  type HostDeletion,
  type InterfaceRecords,
  type Retention,
  type SqlAnswer,
  type StoreStats,
} from '../lib/history.ts'
import { deleteFromFiles } from './care/delete-from-files.ts'
import { HostDeletions } from './care/host-deletions.ts'
import { Duck } from './duck.ts'
import { FlowFiles, isFull, type ReadFile } from './flow-files.ts'
import { FlowReader } from './flow-reader.ts'
import { hostCondition } from './host-condition.ts'
import { InterfaceIds } from './interface-ids.ts'
import { LeapGuard } from './leap-guard.ts'
import { bytesOf } from './manifest.ts'
import type { ParquetPlace } from './parquet-reader.ts'
import { reachOf } from './spread.ts'

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
  /** A clock that never leaps, ms; left out: that of the process, or `now` where that is given. */
  readonly steady?: () => number
}

const FLOWS = 'flows'
const TICK_MS = 1000
const MEMORY_MB = 1024
/** Records that are in no file yet become one when somebody asks, but not more often. */
const SEAL_EVERY_MS = 10_000

export class ParquetStore implements FlowStore {
  readonly kind = 'parquet'
  private readonly options: ParquetStoreOptions
  private readonly duck: Duck
  private readonly reader: FlowReader
  private readonly ids: InterfaceIds
  private readonly interfaces = new Map<string, { files: FlowFiles; name: string; sealedMs: number }>()
  private readonly timer: NodeJS.Timeout
  private readonly stop = new AbortController()
  private merging: Promise<void> = Promise.resolve()
  private isMerging = false
  private retention: Retention
  private readonly guard: LeapGuard
  private readonly deletions = new HostDeletions()
  private records = 0
  private lost = 0
  private fault: string | undefined

  /** Throws as the functions of node:fs do, where the folder cannot be used. */
  constructor(options: ParquetStoreOptions) {
    this.options = options
    this.retention = { maxAgeMs: options.maxAgeMs, maxBytes: options.maxBytes }
    this.guard = new LeapGuard(options.steady ?? options.now)
    const spillFolder = join(options.folder, 'tmp')
    rmSync(spillFolder, { recursive: true, force: true })
    this.duck = new Duck({ spillFolder, memoryMB: options.memoryMB ?? MEMORY_MB, threads: options.threads ?? 2 })
    this.reader = new FlowReader({ duck: this.duck, answersFolder: join(options.folder, 'answers'), now: () => this.nowMs })
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
      // Until it is told: what a process that died had staged bears the key.
      const entry = { name: name || key, sealedMs: 0 }
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
      this.letGo(nowMs)
      for (const { files } of this.interfaces.values()) while (await files.merge(this.duck, nowMs, this.stop.signal)) this.letGo(nowMs)
    } catch (error) {
      if (!this.stop.signal.aborted) this.fault = `files of flows cannot be merged: ${(error as Error).message}`
    } finally {
      this.isMerging = false
    }
  }
  retain(retention: Retention): void {
    this.retention = retention
  }
  private letGo(nowMs: number): void {
    const { maxAgeMs, maxBytes } = this.retention
    if (this.guard.isSettled(nowMs))
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
    const chosen = this.chosen(query)
    const reach = reachOf(query)
    this.sealFor(reach, chosen)
    return this.reading(
      chosen.map(({ files }) => files),
      reach,
      (files) => this.reader.ask(query, files, signal),
    )
  }

  async file(query: FlowQuery, format: FileFormat, signal: AbortSignal, begun: (file: BegunFile) => void): Promise<void> {
    signal.throwIfAborted()
    const chosen = this.chosen(query)
    const reach = reachOf(query)
    this.sealFor(reach, chosen)
    return this.reading(
      chosen.map(({ files }) => files),
      reach,
      (files) => this.reader.file(query, format, files, signal, begun),
    )
  }

  /** Over all files; what is gathered becomes one before. */
  async sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    const all = { kind: 'groups', by: [], measures: [], limit: 0, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const
    const chosen = [...this.interfaces.values()]
    this.sealFor(all, chosen)
    return this.reading(
      chosen.map(({ files }) => files),
      all,
      (files) => this.reader.sql(text, files, signal),
    )
  }

  async place(range: FlowRange): Promise<ParquetPlace> {
    const chosen = this.chosen(range)
    this.sealFor(range, chosen)
    return { kind: 'parquet', files: chosen.flatMap(({ files }) => files.between(range.fromMs, range.toMs)) }
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
  private reading<T>(all: readonly FlowFiles[], { fromMs, toMs }: FlowRange, work: (files: ReadFile[]) => Promise<T>): Promise<T> {
    const next = (at: number, files: ReadFile[]): Promise<T> =>
      at === all.length ? work(files) : all[at]!.reading((more) => next(at + 1, [...files, ...more]), fromMs, toMs)
    return next(0, [])
  }

  async deleteHost(wanted: HostDeletion, signal: AbortSignal): Promise<Deletion> {
    const where = hostCondition(wanted.network)
    if (where === undefined) throw new HistoryFault(`${wanted.network} is neither an address nor a network`)
    const stop = AbortSignal.any([signal, this.stop.signal])
    return this.deletions.run(wanted, (tell) =>
      this.alone(async () => {
        this.sealAll()
        const all = [...this.interfaces.values()].map(({ files }) => files)
        tell({ filesTotal: this.allFiles.length })
        for (const files of all) await deleteFromFiles({ files, duck: this.duck, where, isTrial: wanted.isTrial, signal: stop }, tell)
      }),
    )
  }
  /** Does `work` while nothing is merged. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.isMerging) await this.merging
    this.isMerging = true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.merging = promise
    try {
      return await work()
    } finally {
      this.isMerging = false
      resolve()
    }
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
      retention: this.retention,
      ...(this.deletions.last && { deletion: this.deletions.last }),
      faults: [...(this.fault === undefined ? [] : [this.fault]), ...faults, ...this.reader.faults],
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
