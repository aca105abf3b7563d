/** Which files of a folder count. A line a change, written and made safe before anything else is done about it: files that merge others replace them in one line. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { StoredSums } from './flow-sums.ts'

export interface StoredFile {
  /** Within the folder. */
  readonly path: string
  readonly rows: number
  readonly bytes: number
  /** Epoch milliseconds: of `lastSeen`, over its rows. */
  readonly fromMs: number
  readonly toMs: number
  /** The stage that it was made of. */
  readonly stage?: string
  /** Sums of its records (flow-sums.ts), which go with it. */
  readonly sums?: StoredSums
}

/** A file, and what goes with it. */
export const pathsOf = ({ path, sums }: Pick<StoredFile, 'path' | 'sums'>): string[] => (sums === undefined ? [path] : [path, sums.path])
/** With what goes with it. */
export const bytesOf = ({ bytes, sums }: StoredFile): number => bytes + (sums?.bytes ?? 0)

interface Change {
  readonly add?: readonly StoredFile[]
  readonly remove?: readonly string[]
}

const FILE = 'manifest.jsonl'
/** Lines after which it is written anew. */
const MAX_LINES = 10_000

export class Manifest {
  private readonly path: string
  private readonly byPath = new Map<string, StoredFile>()
  private fd = -1
  private lines = 0
  /** Files that no longer count, and may still be there. */
  readonly gone = new Set<string>()
  /** Lines that could not be read. */
  damaged = 0

  /** Throws as the functions of node:fs do. */
  constructor(folder: string) {
    this.path = join(folder, FILE)
    if (existsSync(this.path)) this.load()
    this.rewrite()
  }

  get files(): StoredFile[] {
    return [...this.byPath.values()]
  }
  has(path: string): boolean {
    return this.byPath.has(path)
  }

  /** Is in force, and safe, when it returns. When it throws nothing has changed. */
  change(change: Change): void {
    const line = Buffer.from(`${JSON.stringify(change)}\n`)
    const before = fstatSync(this.fd).size
    try {
      if (writeSync(this.fd, line) < line.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      fsyncSync(this.fd)
    } catch (error) {
      ftruncateSync(this.fd, before)
      throw error
    }
    this.apply(change)
    if (++this.lines > MAX_LINES) this.rewrite()
  }
  close(): void {
    closeSync(this.fd)
  }

  private load(): void {
    for (const line of readFileSync(this.path, 'utf8').split('\n')) {
      if (line === '') continue
      const change = parsed(line)
      if (change === undefined) this.damaged++
      else this.apply(change)
    }
  }
  private apply({ add = [], remove = [] }: Change): void {
    for (const path of remove) {
      for (const one of pathsOf(this.byPath.get(path) ?? { path })) this.gone.add(one)
      this.byPath.delete(path)
    }
    for (const file of add) {
      this.byPath.set(file.path, file)
      for (const one of pathsOf(file)) this.gone.delete(one)
    }
  }
  /** As one line that says all. */
  private rewrite(): void {
    const aside = `${this.path}.new`
    const all = { add: this.files, remove: [...this.gone] } satisfies Change
    writeFileSync(aside, `${JSON.stringify(all)}\n`, { mode: 0o600, flush: true })
    renameSync(aside, this.path)
    syncFolder(dirname(this.path))
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = openSync(this.path, 'a')
    this.lines = 1
  }
}

function parsed(line: string): Change | undefined {
  try {
    const change = JSON.parse(line) as Change
    const isSound = (change.add ?? []).every(
      (file) => typeof file.path === 'string' && Number.isFinite(file.fromMs) && Number.isFinite(file.toMs),
    )
    return isSound ? change : undefined
  } catch {
    return undefined
  }
}

/** What was renamed into a folder, or removed from it, is so after a power cut too. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
