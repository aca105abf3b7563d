/** Whether what is kept of flows is whole: every file against what the manifest says of it. Nothing is changed, and a wiretop that is running need not stop. */
import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Duck } from '../duck.ts'
import { readInterfaceIds } from '../interface-ids.ts'
import { readManifest, type StoredFile } from '../manifest.ts'
import { layoutFiles } from '../sqlite/file-paths.ts'
import { databaseFacts } from '../sqlite/flow-database.ts'
import { type FileFacts, factsOf, firstLine, stageFacts, strangeIn, sumsFault } from './file-facts.ts'
import { filesBelow, type InterfaceFolder, interfaceFolders, stagesOf } from './interface-folders.ts'

export type FaultKind = 'manifest' | 'missing' | 'numbers' | 'orphan' | 'stage' | 'sums' | 'unknown' | 'unreadable'

export interface Fault {
  readonly kind: FaultKind
  /** The file or folder, whole. */
  readonly path: string
  /** What is wrong with it. */
  readonly text: string
}

export interface CheckSummary {
  readonly interfaces: number
  /** Of files that are sound. */
  readonly files: number
  readonly records: number
  readonly bytes: number
  /** Epoch milliseconds of the oldest and the newest record in sound files; undefined: there is none. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Staged records, which become a file when wiretop starts. */
  readonly staged: number
  readonly faults: number
}

export interface CheckOptions {
  readonly dataFolder: string
  readonly duck: Duck
  /** A wiretop is running there: its files come and go meanwhile. */
  readonly isInUse: boolean
  readonly signal: AbortSignal
  fault(fault: Fault): void
  /** Bytes that were read, of all. */
  progress?(done: number, total: number): void
}

/** Rejects when `signal` aborts, and as the functions of node:fs do where a folder cannot be read. */
export async function checkHistory(options: CheckOptions): Promise<CheckSummary> {
  const check = new Check(options)
  await check.run()
  return check.summary
}

class Check {
  private readonly options: CheckOptions
  private readonly sound: FileFacts[] = []
  private interfaces = 0
  private staged = 0
  private faults = 0
  private done = 0
  private total = 0

  constructor(options: CheckOptions) {
    this.options = options
  }

  get summary(): CheckSummary {
    const { sound, interfaces, staged, faults } = this
    const sum = (of: 'bytes' | 'rows') => sound.reduce((total, facts) => total + facts[of], 0)
    const withRows = sound.filter(({ rows }) => rows > 0)
    return {
      interfaces,
      files: sound.length,
      records: sum('rows'),
      bytes: sum('bytes'),
      ...(withRows.length > 0 && {
        fromMs: withRows.reduce((least, { fromMs }) => Math.min(least, fromMs), Number.POSITIVE_INFINITY),
        toMs: withRows.reduce((most, { toMs }) => Math.max(most, toMs), 0),
      }),
      staged,
      faults,
    }
  }

  async run(): Promise<void> {
    const { dataFolder, duck, signal } = this.options
    const folders = interfaceFolders(dataFolder)
    this.interfaces = folders.length
    if (readInterfaceIds(dataFolder) === 'damaged')
      this.fault('unknown', join(dataFolder, 'interfaces.json'), 'cannot be understood, so that nothing says whose the folders are')
    const listed = folders.map((one) => ({ one, manifest: readManifest(one.folder), there: filesBelow(one.folder) }))
    this.total = listed.flatMap(({ manifest }) => [...(manifest?.files.values() ?? [])]).reduce((sum, { bytes }) => sum + bytes, 0)
    await duck.use(signal, async (connection) => {
      for (const { one, manifest, there } of listed) await this.folder(connection, one, manifest, there)
    })
  }

  private async folder(
    connection: DuckDBConnection,
    { folder, key, id }: InterfaceFolder,
    manifest: ReturnType<typeof readManifest>,
    there: readonly string[],
  ): Promise<void> {
    if (key === undefined) this.fault('unknown', folder, `nothing says whose flows these are: interfaces.json does not have number ${id}`)
    const isOther = manifest === undefined && there.length === 0 && layoutFiles(folder).length > 0
    if (manifest === undefined && !isOther) this.fault('manifest', join(folder, 'manifest.jsonl'), 'is not there, so that no file counts')
    if (manifest !== undefined && manifest.damaged > 0)
      this.fault('manifest', join(folder, 'manifest.jsonl'), `${manifest.damaged} of its lines are damaged`)
    for (const file of manifest?.files.values() ?? []) {
      this.options.signal.throwIfAborted()
      await this.file(connection, folder, file)
      this.done += file.bytes
      this.options.progress?.(this.done, this.total)
    }
    for (const path of there)
      if (this.isOrphan(folder, path)) this.fault('orphan', join(folder, path), 'is in no manifest, and does not count')
    await this.databases(folder)
    this.stages(folder, new Set([...(manifest?.files.values() ?? [])].map(({ stage }) => stage)))
  }

  /** Files of SQLite (--store sqlite) need no manifest: SQLite itself says whether they are whole. */
  private async databases(folder: string): Promise<void> {
    for (const { path, bytes } of layoutFiles(folder)) {
      this.options.signal.throwIfAborted()
      await new Promise((resolve) => setImmediate(resolve))
      const whole = join(folder, path)
      try {
        const { rows, fromMs, toMs } = databaseFacts(whole)
        this.sound.push({ rows, bytes, fromMs, toMs })
      } catch (error) {
        if (existsSync(whole)) this.fault('unreadable', whole, `cannot be read: ${firstLine(error)}`)
      }
    }
  }

  private async file(connection: DuckDBConnection, folder: string, file: StoredFile): Promise<void> {
    const path = join(folder, file.path)
    const found = await this.faultOf(connection, path, file)
    // What was merged or let go of meanwhile is none.
    const isGone = () => this.options.isInUse && !readManifest(folder)?.files.has(file.path)
    if (found !== undefined && !isGone()) this.fault(found.kind, path, found.text)
    if (file.sums === undefined) return
    const sums = join(folder, file.sums.path)
    const wrong = await sumsFault(connection, sums, file.sums)
    this.options.signal.throwIfAborted()
    if (wrong !== undefined && !isGone()) this.fault('sums', sums, wrong)
  }
  private async faultOf(connection: DuckDBConnection, path: string, file: StoredFile): Promise<Omit<Fault, 'path'> | undefined> {
    if (!existsSync(path)) return { kind: 'missing', text: 'is not there' }
    let facts: FileFacts
    try {
      facts = await factsOf(connection, path)
    } catch (error) {
      this.options.signal.throwIfAborted()
      return { kind: 'unreadable', text: `cannot be read: ${firstLine(error)}` }
    }
    const strange = facts.rows > 0 ? strangeIn(facts, file) : []
    if (strange.length === 0) {
      this.sound.push(facts)
      return undefined
    }
    const differences = strange.map((name) => `${name} ${facts[name]}, where the manifest says ${file[name]}`)
    return { kind: 'numbers', text: `is not what it was when it was written: ${differences.join('; ')}` }
  }

  private isOrphan(folder: string, path: string): boolean {
    const manifest = readManifest(folder)
    return manifest?.files.has(path) !== true && manifest?.gone.has(path) !== true && existsSync(join(folder, path))
  }

  private stages(folder: string, counted: ReadonlySet<string | undefined>): void {
    for (const path of stagesOf(folder)) {
      if (counted.has(basename(path)) || !existsSync(path)) continue
      try {
        const { rows, cut } = stageFacts(path)
        this.staged += rows
        // What is written at this moment ends anywhere.
        if (cut > 0 && !this.options.isInUse)
          this.fault('stage', path, `its last ${cut} of ${statSync(path).size} bytes are cut short or damaged`)
      } catch (error) {
        if (!this.options.isInUse) this.fault('stage', path, `cannot be read: ${firstLine(error)}`)
      }
    }
  }

  private fault(kind: FaultKind, path: string, text: string): void {
    this.faults++
    this.options.fault({ kind, path, text })
  }
}
