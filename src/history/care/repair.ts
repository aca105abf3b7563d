/**
 * Sets right what `check` finds: what is damaged goes aside, and the manifest says of all that can be read what it is. Nothing is deleted, and no record comes to
 * count twice. No store may have the folder open.
 */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Duck } from '../duck.ts'
import { FlowFiles, packSql } from '../flow-files.ts'
import { InterfaceIds, readInterfaceIds } from '../interface-ids.ts'
import { readManifest, type StoredFile } from '../manifest.ts'
import { layoutFiles } from '../sqlite/file-paths.ts'
import { databaseFacts } from '../sqlite/flow-database.ts'
import { type FileFacts, factsOf, firstLine, stageFacts, strangeIn, sumsFault } from './file-facts.ts'
import { filesBelow, type InterfaceFolder, interfaceFolders, stagesOf } from './interface-folders.ts'
import { apartSql, counted, overlapping } from './records-apart.ts'
import { setAside } from './set-aside.ts'

export interface Mending {
  /** The file or folder, whole. */
  readonly path: string
  /** What was wrong, and what was done. */
  readonly text: string
}

export interface RepairSummary {
  readonly mended: number
  /** Files that went aside. */
  readonly aside: number
  /** Records that count now and did not before. */
  readonly gained: number
}

export interface RepairOptions {
  readonly dataFolder: string
  readonly duck: Duck
  readonly signal: AbortSignal
  mended(mending: Mending): void
  progress?(done: number, total: number): void
}

/** Rejects when `signal` aborts, between one file and the next, and as the functions of node:fs do. */
export async function repairHistory(options: RepairOptions): Promise<RepairSummary> {
  const { dataFolder, duck, signal } = options
  const summary = { mended: 0, aside: 0, gained: 0 }
  const mended = (path: string, text: string) => {
    summary.mended++
    options.mended({ path, text })
  }
  if (readInterfaceIds(dataFolder) === 'damaged')
    mended(join(dataFolder, 'interfaces.json'), 'could not be understood: set aside as interfaces.json.damaged')
  const ids = new InterfaceIds(dataFolder)
  const folders = interfaceFolders(dataFolder)
  await duck.use(signal, async (connection) => {
    for (const [at, one] of folders.entries()) {
      const repair = new FolderRepair(connection, one, signal, mended)
      try {
        await repair.run()
        if (one.key === undefined) await repair.giveKey(ids)
      } finally {
        repair.close()
      }
      summary.aside += repair.aside
      summary.gained += repair.gained
      options.progress?.(at + 1, folders.length)
    }
  })
  return summary
}

/** Whole days before hours, hours before parts of them, and what was written later before what it may have taken the place of. */
const byExtent = (a: string, b: string): number => {
  const depth = (path: string) => path.split('/').length
  const extent = (path: string) => 10 * depth(path) + (basename(path).includes('-') ? 1 : 0)
  return extent(a) - extent(b) || serial(b) - serial(a) || (a < b ? -1 : 1)
}
const NUMBERED = /^(.+?)(?:\.(\d+))?\.parquet$/
const serial = (path: string): number => Number(NUMBERED.exec(path)?.[2] ?? 0)
const unnumbered = (path: string): string => NUMBERED.exec(path)?.[1] ?? path

class FolderRepair {
  aside = 0
  gained = 0
  private readonly connection: DuckDBConnection
  private readonly one: InterfaceFolder
  private readonly signal: AbortSignal
  private readonly mended: (path: string, text: string) => void
  private files: FlowFiles | undefined

  constructor(connection: DuckDBConnection, one: InterfaceFolder, signal: AbortSignal, mended: (path: string, text: string) => void) {
    this.connection = connection
    this.one = one
    this.signal = signal
    this.mended = mended
  }

  async run(): Promise<void> {
    const { folder, key = '' } = this.one
    this.manifest()
    const staged = this.stages()
    this.databases()
    const files = new FlowFiles(
      folder,
      () => key,
      () => false,
    )
    this.files = files
    if (staged > 0) this.mended(join(folder, 'stage'), `${staged} staged records are in a file now`)
    for (const file of files.files) await this.counting(files, file)
    for (const path of this.orphans(files)) await this.orphan(files, path)
  }
  close(): void {
    this.files?.close()
  }

  private manifest(): void {
    const { folder } = this.one
    const path = join(folder, 'manifest.jsonl')
    const manifest = readManifest(folder)
    if (manifest === undefined && filesBelow(folder).length === 0 && layoutFiles(folder).length > 0) return
    if (manifest === undefined) return this.mended(path, 'was not there: made anew')
    if (manifest.damaged > 0)
      this.mended(path, `${manifest.damaged} of its lines are damaged: written anew, as it was it is ${this.copied(path)}`)
    for (const { path } of manifest.files.values())
      if (!existsSync(join(folder, path))) this.mended(join(folder, path), 'is not there: counted no more')
  }

  /** Damaged ones are copied before they are read as far as they go. Returns how many records are taken up of all. */
  private stages(): number {
    const { folder } = this.one
    const listed = new Set([...(readManifest(folder)?.files.values() ?? [])].map(({ stage }) => stage))
    let staged = 0
    for (const path of stagesOf(folder)) {
      if (listed.has(basename(path))) continue
      try {
        const { rows, cut } = stageFacts(path)
        staged += rows
        if (cut > 0)
          this.mended(
            path,
            `its last ${cut} bytes are cut short or damaged: ${rows} records are saved, as it was it is ${this.copied(path)}`,
          )
      } catch (error) {
        this.moved(path, `cannot be read (${firstLine(error)})`)
      }
    }
    this.gained += staged
    return staged
  }

  private databases(): void {
    for (const { path } of layoutFiles(this.one.folder)) {
      const whole = join(this.one.folder, path)
      try {
        databaseFacts(whole)
      } catch (error) {
        this.moved(whole, `cannot be read (${firstLine(error)})`)
      }
    }
  }

  private async counting(files: FlowFiles, file: StoredFile): Promise<void> {
    this.signal.throwIfAborted()
    const path = join(this.one.folder, file.path)
    const facts = await this.factsOf(path)
    if (facts === undefined) return files.forget(file.path)
    if (await this.sums(files, file)) return
    if (strangeIn(facts, file).length === 0) return
    if (facts.rows === 0) {
      this.moved(path, 'has no records')
      return files.forget(file.path)
    }
    files.adopt({ path: file.path, ...facts })
    this.gained += facts.rows - file.rows
    this.mended(path, `is not what the manifest said: it says so now (${facts.rows} records)`)
  }

  /** True: they were damaged, and the file counts without them. */
  private async sums(files: FlowFiles, { sums, ...file }: StoredFile): Promise<boolean> {
    if (sums === undefined) return false
    const path = join(this.one.folder, sums.path)
    const wrong = await sumsFault(this.connection, path, sums)
    this.signal.throwIfAborted()
    if (wrong === undefined) return false
    files.adopt(file)
    if (existsSync(path)) this.moved(path, `${wrong}, and is not needed`)
    else this.mended(path, `${wrong}, and is not needed`)
    return true
  }

  private orphans(files: FlowFiles): string[] {
    const listed = new Set(files.files.map(({ path }) => path))
    return filesBelow(this.one.folder)
      .filter((path) => !listed.has(path))
      .sort(byExtent)
  }

  /** What nothing else has of it counts from now on. */
  private async orphan(files: FlowFiles, path: string): Promise<void> {
    this.signal.throwIfAborted()
    const whole = join(this.one.folder, path)
    const facts = await this.factsOf(whole)
    if (facts === undefined) return
    if (facts.rows === 0) return this.moved(whole, 'has no records')
    const near = overlapping(files.files, facts)
    const successor = await this.successor(near, path, whole)
    if (successor !== undefined) return this.moved(whole, `${successor} has taken its place`)
    const paths = near.map((file) => join(this.one.folder, file.path))
    const apart = await apartSql(this.connection, [whole], paths)
    const fresh = await counted(this.connection, apart)
    if (fresh.rows === 0) return this.moved(whole, 'files that count have all its records')
    this.gained += fresh.rows
    if (fresh.rows === facts.rows) {
      files.adopt({ path, ...facts })
      return this.mended(whole, `was in no manifest: its ${facts.rows} records count now`)
    }
    const aside = files.newAside()
    await this.connection.run(packSql(apart, aside))
    const made = files.replace([], path, aside, undefined, fresh)
    this.moved(whole, `was in no manifest, and other files have some of its records: the ${fresh.rows} others are in ${made}`)
  }

  /** A file of its name that was written later and has some of its records and no others: what is not in it was taken out. */
  private async successor(near: readonly StoredFile[], path: string, whole: string): Promise<string | undefined> {
    for (const file of near) {
      if (unnumbered(file.path) !== unnumbered(path) || serial(file.path) <= serial(path)) continue
      const others = await apartSql(this.connection, [join(this.one.folder, file.path)], [whole])
      if ((await counted(this.connection, others)).rows === 0) return file.path
    }
    return undefined
  }

  /** Undefined: it cannot be read, and is set aside now. */
  private async factsOf(path: string): Promise<FileFacts | undefined> {
    try {
      return await factsOf(this.connection, path)
    } catch (error) {
      this.signal.throwIfAborted()
      this.moved(path, `cannot be read (${firstLine(error)})`)
      return undefined
    }
  }

  private moved(path: string, why: string): void {
    this.aside++
    this.mended(path, `${why}: set aside as ${setAside(this.one.folder, path)}`)
  }
  private copied(path: string): string {
    this.aside++
    return setAside(this.one.folder, path, 'copy')
  }

  /** Of a folder that nothing names: what its records say saw them. */
  async giveKey(ids: InterfaceIds): Promise<void> {
    const { id, folder } = this.one
    const newest = this.files!.files.reduce<StoredFile | undefined>((a, b) => (a === undefined || b.toMs > a.toMs ? b : a), undefined)
    const name = newest === undefined ? undefined : await this.nameIn(join(folder, newest.path))
    const wanted = name || `unknown-${id}`
    const key = ids.all.has(wanted) ? `${wanted} (${id})` : wanted
    ids.take(key, id)
    this.mended(folder, `nothing said whose flows these are: they are those of ${key} now`)
  }
  private async nameIn(path: string): Promise<string | undefined> {
    const sql = `SELECT "interface" FROM (${await apartSql(this.connection, [path], [])}) ORDER BY "lastSeen" DESC LIMIT 1`
    const [row] = (await this.connection.runAndReadAll(sql)).getRows()
    return row === undefined || row[0] === null ? undefined : String(row[0])
  }
}
