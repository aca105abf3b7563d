/** What sub-commands share that work on a data folder themselves. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duck } from '../history/duck.ts'
import { FolderInUse, FolderLock } from '../state/folder-lock.ts'
import type { Terminal } from './command.ts'
import { flag, valued } from './option.ts'
import { defaultDataDir } from './options.ts'
import { formatPercent } from './units.ts'
import { UsageError } from './usage-error.ts'

const SECTION = 'History'
const MEMORY_MB = 1024
const THREADS = 2

export const folderOption = {
  'data-dir': valued(
    {
      short: 'd',
      value: 'DIR',
      section: SECTION,
      about: 'The data folder.',
      shownDefault: '/var/lib/wiretop for root, else wiretop in the state directory of the user',
    },
    undefined as string | undefined,
    (text) => text,
  ),
} as const
export const jsonOption = { json: flag({ section: SECTION, about: 'JSON lines.' }) } as const

/** Throws a UsageError where there is none. */
export function existingFolder(dataDir: string | undefined): string {
  const folder = dataDir ?? defaultDataDir()
  if (!existsSync(folder)) throw new UsageError(`${folder}: there is no such folder: say where wiretop keeps its data with -d`)
  return folder
}

/** A wiretop has it now. Whoever only looks does not keep one from starting. */
export function isInUse(folder: string): boolean {
  if (!existsSync(join(folder, 'lock'))) return false
  try {
    new FolderLock(folder).release()
    return false
  } catch {
    // Held by a wiretop; or this user may not look, and then one may be running.
    return true
  }
}

/** Does `work` while no wiretop can start there. Throws a FolderInUse that says what to do. */
export async function locked<T>(folder: string, what: string, work: () => Promise<T>): Promise<T> {
  let lock: FolderLock
  try {
    lock = new FolderLock(folder)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new FolderInUse(error.message.replace(/: give another folder with -d$/, `: ${what}`))
  }
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/** A DuckDB of its own, gone with all that it laid aside when `work` ends. */
export async function withDuck<T>(work: (duck: Duck, spillFolder: string) => Promise<T>): Promise<T> {
  const spillFolder = mkdtempSync(join(tmpdir(), 'wiretop-history-'))
  const duck = new Duck({ spillFolder, memoryMB: MEMORY_MB, threads: THREADS })
  try {
    return await work(duck, spillFolder)
  } finally {
    await duck.close()
    rmSync(spillFolder, { recursive: true, force: true })
  }
}

/** One line that moves, on a terminal alone. */
export class MovingLine {
  private readonly terminal: Terminal
  private shown = ''

  constructor(terminal: Terminal) {
    this.terminal = terminal
  }

  share(what: string, done: number, total: number): void {
    if (this.terminal.columns === undefined || total === 0) return
    const text = `wiretop: ${what}: ${formatPercent(done / total)}`.slice(0, this.terminal.columns - 1)
    if (text === this.shown) return
    this.terminal.err(`\r\u001b[K${text}`)
    this.shown = text
  }
  clear(): void {
    if (this.shown !== '') this.terminal.err('\r\u001b[K')
    this.shown = ''
  }
}
