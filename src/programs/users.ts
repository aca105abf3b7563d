import { statSync } from 'node:fs'
import { readStart } from './proc-file.ts'

const PASSWD = '/etc/passwd'
const MAX_PASSWD_BYTES = 1 << 16
/** How often the file's time is looked at. */
const LOOK_MS = 10_000

/** passwd(5): NAME:PASSWORD:UID:GID:…; of two names of one user the first counts. */
export function readPasswd(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const m = /^([^:#+-][^:]*):[^:]*:(\d{1,10}):/.exec(line)
    if (m !== null && !names.has(Number(m[2]))) names.set(Number(m[2]), m[1]!)
  }
  return names
}

/** Names of users. Those that only a directory service knows show as their number. */
export class Users {
  private readonly path: string
  private names: ReadonlyMap<number, string> = new Map()
  private changedMs = -1
  private lookedMs = Number.NEGATIVE_INFINITY

  constructor(path = PASSWD) {
    this.path = path
  }

  nameOf(uid: number, nowMs: number): string {
    if (nowMs - this.lookedMs >= LOOK_MS) this.look(nowMs)
    return this.names.get(uid) ?? String(uid)
  }

  private look(nowMs: number): void {
    this.lookedMs = nowMs
    const changedMs = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? -1
    if (changedMs === this.changedMs) return
    this.changedMs = changedMs
    this.names = readPasswd(readStart(this.path, MAX_PASSWD_BYTES) ?? '')
  }
}
