/**
 * Flow records as files of SQLite in the layout of ntopng 1.2: <data folder>/<number of the interface>/flows/YYYY/MM/DD/HH/MM.sqlite, in local time. Files that 1.2
 * has written are read like those written here. What is asked is answered of copies as Parquet, which are made when they are first needed.
 */
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FlowBatch as Batch, type FlowBatch, unpackFlows } from '../../lib/flow-batch.ts'
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
} from '../../lib/history.ts'
import { HostDeletions } from '../care/host-deletions.ts'
import { Duck } from '../duck.ts'
import type { ReadFile } from '../flow-files.ts'
import { FlowReader } from '../flow-reader.ts'
import { hostMatcher } from '../host-condition.ts'
import { InterfaceIds } from '../interface-ids.ts'
import { LeapGuard } from '../leap-guard.ts'
import type { ParquetPlace } from '../parquet-reader.ts'
import { reachOf } from '../spread.ts'
import { DaySums, dayOf, isOver } from './day-sums.ts'
import { COPIES, type LayoutFile, layoutFiles, mayHave, PART_MS, pathAt } from './file-paths.ts'
import { FlowDatabase, isDamaged, isFull } from './flow-database.ts'
import { rowOf } from './flow-row.ts'
import { type Copy, isWithin, ParquetCopies, readFileOf } from './parquet-copies.ts'

export interface SqliteStoreOptions {
  /** The data folder. */
  readonly folder: string
  /** Of all files and copies; the oldest go first. */
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly ids?: InterfaceIds
  readonly memoryMB?: number
  readonly threads?: number
  readonly now?: () => number
}

const FLOWS = 'flows'
const TICK_MS = 1000
const HOUR_MS = 3_600_000
const MEMORY_MB = 1024
/** Records of a flow come a little after its end. */
const OPEN_FOR_MS = 120_000
const MAX_OPEN = 64
/** Files may come from elsewhere. */
const LOOK_EVERY_MS = 10_000
const MAX_FAULTS = 20

interface Kept {
  readonly key: string
  readonly folder: string
  readonly copies: ParquetCopies
  readonly sums: DaySums
  name: string
  files: LayoutFile[]
  lookedMs: number
}

export class SqliteStore implements FlowStore {
  readonly kind = 'sqlite'
  private readonly options: SqliteStoreOptions
  private readonly duck: Duck
  private readonly reader: FlowReader
  private readonly ids: InterfaceIds
  private readonly interfaces = new Map<string, Kept>()
  private readonly open = new Map<string, { readonly db: FlowDatabase; usedMs: number }>()
  private readonly timer: NodeJS.Timeout
  private readonly stop = new AbortController()
  private readonly deletions = new HostDeletions()
  private readonly faults: string[] = []
  private retention: Retention
  private readonly guard: LeapGuard
  /** Copies are made one after the other. */
  private copying: Promise<unknown> = Promise.resolve()
  private isCaring = false
  private records = 0
  private lost = 0
  private fault: string | undefined

  /** Throws as the functions of node:fs do, where the folder cannot be used. */
  constructor(options: SqliteStoreOptions) {
    this.options = options
    this.retention = { maxAgeMs: options.maxAgeMs, maxBytes: options.maxBytes }
    this.guard = new LeapGuard(options.now)
    const { folder } = options
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const spillFolder = join(folder, 'tmp')
    rmSync(spillFolder, { recursive: true, force: true })
    this.duck = new Duck({ spillFolder, memoryMB: options.memoryMB ?? MEMORY_MB, threads: options.threads ?? 2 })
    this.reader = new FlowReader({ duck: this.duck, answersFolder: join(folder, 'answers'), now: () => this.nowMs })
    this.ids = options.ids ?? new InterfaceIds(folder)
    for (const [key, id] of this.ids.all) if (existsSync(join(folder, String(id), FLOWS))) this.keptOf(key)
    this.timer = setInterval(() => this.tick(), TICK_MS)
    this.timer.unref()
  }

  private get nowMs(): number {
    return (this.options.now ?? Date.now)()
  }

  private keptOf(key: string): Kept {
    const known = this.interfaces.get(key)
    if (known !== undefined) return known
    const place = join(this.options.folder, String(this.ids.idOf(key)))
    const folder = join(place, FLOWS)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const kept: Kept = {
      key,
      folder,
      copies: new ParquetCopies(folder, join(place, COPIES), () => kept.name),
      sums: new DaySums(join(place, COPIES)),
      name: key,
      files: [],
      lookedMs: Number.NEGATIVE_INFINITY,
    }
    this.look(kept)
    this.interfaces.set(key, kept)
    return kept
  }
  private look(kept: Kept): void {
    kept.files = layoutFiles(kept.folder)
    kept.lookedMs = this.nowMs
  }

  async write({ interfaceKey, interfaceName, records }: InterfaceRecords): Promise<void> {
    const batch = unpackFlows({ ...new Batch(0), ...records })
    let done = 0
    try {
      const kept = this.keptOf(interfaceKey)
      kept.name = interfaceName || kept.name
      for (const [path, numbers] of byPath(batch)) {
        this.append(
          kept,
          path,
          numbers.map((i) => rowOf(batch, i, kept.name)),
        )
        done += numbers.length
      }
      this.fault = undefined
    } catch (error) {
      this.lost += records.count - done
      this.fault = `flows cannot be kept: ${(error as Error).message}`
      throw new HistoryFault(this.fault, { cause: error })
    } finally {
      this.records += done
    }
  }

  private append(kept: Kept, path: string, rows: readonly (number | string)[][]): void {
    for (;;) {
      try {
        this.database(kept, path).append(rows)
        kept.lookedMs = Number.NEGATIVE_INFINITY
        return
      } catch (error) {
        const whole = join(kept.folder, path)
        this.shut(whole)
        if (isDamaged(error)) this.putAside(whole, error as Error)
        // The oldest make room for the newest.
        else if (!isFull(error) || !this.removeOldest()) throw error
      }
    }
  }
  private database(kept: Kept, path: string): FlowDatabase {
    const whole = join(kept.folder, path)
    let one = this.open.get(whole)
    if (one === undefined) {
      if (this.open.size === MAX_OPEN) this.shut([...this.open].sort(([, a], [, b]) => a.usedMs - b.usedMs)[0]![0])
      one = { db: new FlowDatabase(whole), usedMs: 0 }
      this.open.set(whole, one)
    }
    one.usedMs = this.nowMs
    return one.db
  }
  private shut(whole: string): void {
    this.open.get(whole)?.db.close()
    this.open.delete(whole)
  }
  /** What was to be written next goes into a file of its own. */
  private putAside(whole: string, error: Error): void {
    const aside = `${whole}.damaged`
    renameSync(whole, aside)
    for (const more of ['-journal', '-wal', '-shm']) rmSync(whole + more, { force: true })
    if (this.faults.length < MAX_FAULTS) this.faults.push(`${whole} is damaged (${error.message}): set aside as ${aside}`)
  }

  private tick(): void {
    const { nowMs } = this
    for (const [path, { usedMs }] of this.open) if (Math.abs(nowMs - usedMs) > OPEN_FOR_MS) this.shut(path)
    if (this.isCaring) return
    this.isCaring = true
    void this.care(nowMs).finally(() => {
      this.isCaring = false
    })
  }
  /** Lets go of what is too old or too much, and copies what is over, so that nobody has to wait for it. */
  private async care(nowMs: number): Promise<void> {
    try {
      this.letGo(nowMs)
      for (const kept of this.interfaces.values()) {
        const next = kept.files.findLast(({ beganMs }) => beganMs + PART_MS + OPEN_FOR_MS < nowMs && beganMs > nowMs - HOUR_MS)
        if (next !== undefined && !kept.copies.has(next)) await this.copied(kept, next, this.stop.signal)
        await this.sumUp(kept, nowMs)
      }
    } catch (error) {
      if (!this.stop.signal.aborted) this.fault = `copies of flows cannot be made: ${(error as Error).message}`
    }
  }
  /** The latest day that is over and copied as a whole, where it has no sums. */
  private async sumUp(kept: Kept, nowMs: number): Promise<void> {
    const days = [...new Set(kept.files.map(({ path }) => dayOf(path)))].filter((day) => isOver(day, nowMs - OPEN_FOR_MS))
    for (const day of days.reverse()) {
      const copies = copiesOfDay(kept, day)
      if (copies !== undefined && kept.sums.isWanted(day, copies)) return kept.sums.make(day, copies, this.duck, this.stop.signal)
    }
  }
  private letGo(nowMs: number): void {
    const { maxAgeMs, maxBytes } = this.retention
    const isSettled = this.guard.isSettled(nowMs)
    for (const kept of this.interfaces.values()) {
      if (Math.abs(nowMs - kept.lookedMs) >= LOOK_EVERY_MS) this.look(kept)
      if (isSettled) for (const file of kept.files) if (file.beganMs + PART_MS < nowMs - maxAgeMs) this.remove(kept, file)
    }
    while (this.bytes > maxBytes && this.removeOldest());
  }
  private get bytes(): number {
    return [...this.interfaces.values()].reduce(
      (sum, { files, copies, sums }) => sum + copies.bytes + sums.bytes + files.reduce((all, { bytes }) => all + bytes, 0),
      0,
    )
  }
  private removeOldest(): boolean {
    const [first] = [...this.interfaces.values()]
      .filter(({ files }) => files.length > 0)
      .sort((a, b) => a.files[0]!.beganMs - b.files[0]!.beganMs)
    if (first === undefined) return false
    this.remove(first, first.files[0]!)
    return true
  }
  private remove(kept: Kept, file: LayoutFile): void {
    const whole = join(kept.folder, file.path)
    this.shut(whole)
    for (const ending of ['', '-journal']) rmSync(whole + ending, { force: true })
    kept.copies.wipe(file.path)
    kept.sums.wipe(dayOf(file.path))
    kept.files = kept.files.filter((one) => one !== file)
    removeEmpty(dirname(whole), kept.folder)
  }

  private copied(kept: Kept, file: LayoutFile, signal: AbortSignal): Promise<Copy | undefined> {
    const next = this.copying
      .catch(() => undefined)
      .then(() => kept.copies.of(file, this.nowMs, AbortSignal.any([signal, this.stop.signal])))
    this.copying = next
    return next
  }
  /** Copies of what may have records of the range. */
  private async copiesOf({ fromMs, toMs, interfaceKey }: FlowRange, signal: AbortSignal): Promise<Copy[]> {
    const found: Copy[] = []
    for (const kept of this.interfaces.values()) {
      if (interfaceKey !== undefined && kept.key !== interfaceKey) continue
      if (Math.abs(this.nowMs - kept.lookedMs) >= LOOK_EVERY_MS) this.look(kept)
      for (const file of kept.files) {
        signal.throwIfAborted()
        if (!mayHave(file, { fromMs, toMs })) continue
        const copy = await this.copied(kept, file, signal)
        if (copy !== undefined && copy.toMs >= fromMs && copy.fromMs < toMs) found.push(copy)
      }
    }
    return found.sort((a, b) => a.fromMs - b.fromMs)
  }
  private async readable(range: FlowRange, signal: AbortSignal): Promise<ReadFile[]> {
    signal.throwIfAborted()
    const copies = await this.copiesOf(range, signal)
    const summed = this.summedDays(copies, range)
    const within = new Set(summed.flatMap(({ paths }) => paths))
    return [...summed, ...copies.filter(({ path }) => !within.has(path)).map((copy) => readFileOf(copy, range))]
  }
  /** Days that lie in the range as a whole and have sums. */
  private summedDays(copies: readonly Copy[], range: FlowRange): ReadFile[] {
    const wanted = new Set(copies)
    const found: ReadFile[] = []
    for (const kept of this.interfaces.values())
      for (const day of new Set(kept.files.map(({ path }) => dayOf(path)))) {
        const ofDay = copiesOfDay(kept, day)
        const sums = ofDay && kept.sums.find(day, ofDay)
        if (sums === undefined || !ofDay!.every((copy) => wanted.has(copy) && isWithin(copy, range))) continue
        found.push({ paths: ofDay!.map(({ path }) => path), rows: ofDay!.reduce((sum, { rows }) => sum + rows, 0), isWithin: true, sums })
      }
    return found
  }

  async ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer> {
    const begun = performance.now()
    const answer = await this.reader.ask(query, await this.readable(reachOf(query), signal), signal)
    return { ...answer, ms: performance.now() - begun, faults: [...answer.faults, ...this.damaged] }
  }
  async file(query: FlowQuery, format: FileFormat, signal: AbortSignal, begun: (file: BegunFile) => void): Promise<void> {
    await this.reader.file(query, format, await this.readable(reachOf(query), signal), signal, begun)
  }
  async sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    return this.reader.sql(text, await this.readable({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, signal), signal)
  }
  async place(range: FlowRange): Promise<ParquetPlace> {
    const copies = await this.copiesOf(range, this.stop.signal)
    return { kind: 'parquet', files: copies.map(({ path, bytes }) => ({ path, bytes })) }
  }

  async deleteHost(wanted: HostDeletion, signal: AbortSignal): Promise<Deletion> {
    const isMeant = hostMatcher(wanted.network)
    if (isMeant === undefined) throw new HistoryFault(`${wanted.network} is neither an address nor a network`)
    return this.deletions.run(wanted, async (tell) => {
      for (const kept of this.interfaces.values()) {
        this.look(kept)
        tell({ filesTotal: kept.files.length })
        for (const file of kept.files) {
          signal.throwIfAborted()
          this.stop.signal.throwIfAborted()
          await new Promise((resolve) => setImmediate(resolve))
          tell({ filesDone: 1, ...this.deleteFrom(kept, file, isMeant, wanted.isTrial) })
        }
      }
    })
  }
  private deleteFrom(kept: Kept, { path }: LayoutFile, isMeant: (address: string) => boolean, isTrial: boolean) {
    const whole = join(kept.folder, path)
    this.shut(whole)
    if (!existsSync(whole)) return {}
    try {
      const db = new FlowDatabase(whole)
      try {
        const records = db.deleteEnds(isMeant, isTrial)
        if (records > 0 && !isTrial) {
          kept.copies.wipe(path)
          kept.sums.wipe(dayOf(path))
        }
        return { records }
      } finally {
        db.close()
        kept.lookedMs = Number.NEGATIVE_INFINITY
      }
    } catch (error) {
      return { fault: `${whole} may still have some: ${(error as Error).message}` }
    }
  }

  retain(retention: Retention): void {
    this.retention = retention
  }

  private get damaged(): string[] {
    return [...this.interfaces.values()].flatMap(({ copies }) => copies.faults)
  }
  stats(): StoreStats {
    const files = [...this.interfaces.values()].flatMap((kept) => kept.files)
    const began = files.map(({ beganMs }) => beganMs)
    return {
      kind: this.kind,
      records: this.records,
      bytes: this.bytes,
      files: files.length,
      ...(files.length > 0 && { fromMs: Math.min(...began), toMs: Math.min(this.nowMs, Math.max(...began) + PART_MS) }),
      lost: this.lost,
      retention: this.retention,
      ...(this.deletions.last && { deletion: this.deletions.last }),
      faults: [...(this.fault === undefined ? [] : [this.fault]), ...this.faults, ...this.damaged, ...this.reader.faults],
    }
  }

  async close(): Promise<void> {
    if (this.stop.signal.aborted) return
    clearInterval(this.timer)
    this.stop.abort()
    await this.copying.catch(() => undefined)
    for (const path of [...this.open.keys()]) this.shut(path)
    await this.duck.close()
  }
}

/** Copies with records of all files of a day; undefined: not all of them are there. */
function copiesOfDay({ files, copies }: Kept, day: string): Copy[] | undefined {
  const found = files.filter(({ path }) => dayOf(path) === day).map((file) => copies.known(file))
  return found.includes(undefined) ? undefined : (found as Copy[]).filter(({ rows }) => rows > 0)
}

/** Which records go into which file: by when they were last seen, as 1.2 has it. */
function byPath(batch: FlowBatch): Map<string, number[]> {
  const paths = new Map<string, number[]>()
  let part = Number.NaN
  let numbers: number[] = []
  for (let i = 0; i < batch.count; i++) {
    const mine = Math.floor(batch.lastMs[i]! / PART_MS)
    if (mine !== part) {
      part = mine
      const path = pathAt(mine * PART_MS)
      numbers = paths.get(path) ?? []
      paths.set(path, numbers)
    }
    numbers.push(i)
  }
  return paths
}

function removeEmpty(folder: string, root: string): void {
  for (let one = folder; one !== root && one.startsWith(root); one = dirname(one)) {
    try {
      rmdirSync(one)
    } catch {
      // There is more in it.
      return
    }
  }
}
