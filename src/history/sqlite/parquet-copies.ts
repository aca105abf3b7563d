/** Copies of SQLite's files as Parquet, which questions are answered of: made when they are first needed, and again when the file has been written since. */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ReadFile } from '../flow-files.ts'
import { type LayoutFile, layoutFiles } from './file-paths.ts'
import { parquetOf } from './parquet-of.ts'

const READ_WITHIN_MS = 900_000
/** What is written at this moment is copied anew no more often. */
const FRESH_MS = 10_000

export interface Copy {
  readonly path: string
  readonly bytes: number
  readonly stamp: string
  readonly madeMs: number
  readonly rows: number
  readonly fromMs: number
  readonly toMs: number
}

/** Copies of these files that are in a folder, by what they are copies of, and what is none of them any more. A copy's name says what it is a copy of, and what it holds. */
export function copiesIn(folder: string, of: readonly LayoutFile[]): { readonly copies: Map<string, Copy>; readonly stale: string[] } {
  const copies = new Map<string, Copy>()
  const stale: string[] = []
  if (!existsSync(folder)) return { copies, stale }
  const stamps = new Map(of.map(({ path, stamp }) => [path, stamp]))
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, String(name))
    const [, minute, stamp, rows, fromMs, toMs] = NAME.exec(basename(path)) ?? []
    const original = join(dirname(String(name)), `${minute}.sqlite`)
    const bytes = minute === undefined ? undefined : statSync(path, { throwIfNoEntry: false })?.size
    if (bytes !== undefined && stamps.get(original) === stamp)
      copies.set(original, { path, stamp: stamp!, bytes, madeMs: 0, rows: Number(rows), fromMs: Number(fromMs), toMs: Number(toMs) })
    else if (/\.(?:parquet|part)$/.test(path)) stale.push(path)
  }
  return { copies, stale }
}

export class ParquetCopies {
  private readonly flows: string
  private readonly folder: string
  private readonly name: () => string
  private readonly copies = new Map<string, Copy>()
  /** By file: how it was when it could not be read, and why. */
  private readonly damaged = new Map<string, { readonly stamp: string; readonly why: string }>()

  /** `flows`: where the files are. What belongs to none of them any more goes. */
  constructor(flows: string, folder: string, name: () => string) {
    this.flows = flows
    this.folder = folder
    this.name = name
    this.takeUp()
  }

  get bytes(): number {
    return [...this.copies.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }
  get faults(): string[] {
    return [...this.damaged].map(([path, { why }]) => `${join(this.flows, path)} is damaged and left out: ${why}`)
  }

  private takeUp(): void {
    const { copies, stale } = copiesIn(this.folder, layoutFiles(this.flows))
    for (const [of, copy] of copies) this.copies.set(of, copy)
    for (const path of stale) rmSync(path, { force: true })
  }

  /** The copy of the file as it is now, also where it has no records; undefined: there is none. */
  known({ path, stamp }: LayoutFile): Copy | undefined {
    const copy = this.copies.get(path)
    return copy?.stamp === stamp ? copy : undefined
  }

  has({ path, stamp }: LayoutFile): boolean {
    return this.copies.get(path)?.stamp === stamp || this.damaged.get(path)?.stamp === stamp
  }

  /** Undefined: it has no records, or cannot be read. Rejects when `signal` aborts, or where the copy cannot be written. */
  async of(file: LayoutFile, nowMs: number, signal: AbortSignal): Promise<Copy | undefined> {
    if (this.damaged.get(file.path)?.stamp === file.stamp) return undefined
    const known = this.copies.get(file.path)
    if (known !== undefined && (known.stamp === file.stamp || Math.abs(nowMs - known.madeMs) < FRESH_MS))
      return known.rows === 0 ? undefined : known
    return this.make(file, nowMs, signal)
  }

  private async make(file: LayoutFile, madeMs: number, signal: AbortSignal): Promise<Copy | undefined> {
    const { path, stamp } = file
    const place = join(this.folder, dirname(path))
    const aside = join(place, `${basename(path, '.sqlite')}-${process.hrtime.bigint()}.made`)
    try {
      const found = await parquetOf(join(this.flows, path), aside, this.name(), signal)
      const [fromMs, toMs] = found.rows === 0 ? [0, 0] : [found.fromMs, found.toMs]
      const into = join(place, `${basename(path, '.sqlite')}-${stamp}-${found.rows}-${fromMs}-${toMs}.parquet`)
      renameSync(aside, into)
      this.forget(path, into)
      this.damaged.delete(path)
      const copy: Copy = { path: into, stamp, bytes: statSync(into).size, madeMs, rows: found.rows, fromMs, toMs }
      this.copies.set(path, copy)
      return copy.rows === 0 ? undefined : copy
    } catch (error) {
      if (signal.aborted || (error as { errcode?: number }).errcode === undefined) throw error
      this.damaged.set(path, { stamp, why: (error as Error).message })
      return undefined
    } finally {
      rmSync(aside, { force: true })
    }
  }

  /** A copy may still be read by somebody elsewhere, and goes a while later. */
  forget(path: string, unless = ''): void {
    const copy = this.copies.get(path)
    this.copies.delete(path)
    if (copy !== undefined && copy.path !== unless) setTimeout(() => rmSync(copy.path, { force: true }), READ_WITHIN_MS).unref()
  }
  /** Nothing of it may stay. */
  wipe(path: string): void {
    const copy = this.copies.get(path)
    this.copies.delete(path)
    this.damaged.delete(path)
    if (copy !== undefined) rmSync(copy.path, { force: true })
  }
}
const NAME = /^(\d\d)-(\d+-\d+)-(\d+)-(\d+)-(\d+)\.parquet$/

interface Range {
  readonly fromMs: number
  readonly toMs: number
}
export const isWithin = ({ fromMs, toMs }: Copy, range: Range): boolean => fromMs >= range.fromMs && toMs < range.toMs
export const readFileOf = (copy: Copy, range: Range): ReadFile => ({
  paths: [copy.path],
  rows: copy.rows,
  isWithin: isWithin(copy, range),
})
