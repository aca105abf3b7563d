import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const LOCK = 'lock'
const PID = 'lock.pid'

/** Another process has the data folder. `message` is one line. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Keeps other processes from using a data folder. The system's own lock on a file of SQLite's is what holds, so that it goes with the process however that ends;
 * the number beside it only says who has it.
 */
export class FolderLock {
  private readonly lock: DatabaseSync

  /** Throws FolderInUse. */
  constructor(folder: string) {
    this.lock = new DatabaseSync(join(folder, LOCK))
    try {
      this.lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch {
      this.lock.close()
      const pid = existsSync(join(folder, PID)) ? ` (process ${readFileSync(join(folder, PID), 'utf8').trim()})` : ''
      throw new FolderInUse(`${folder} is in use by another wiretop${pid}: give another folder with -d`)
    }
    writeFileSync(join(folder, PID), `${process.pid}\n`, { mode: 0o600 })
  }

  release(): void {
    this.lock.close()
  }
}
