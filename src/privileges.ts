/**
 * Giving up root. What needs it has been opened by then: packet sockets, ports below 1024, keys. Node's setuid reaches every thread of the process
 * (setuid(2), "C library/kernel differences"); that it did is read back from the kernel, not believed.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export class PrivilegeError extends Error {
  override readonly name = 'PrivilegeError'
}

/** The account of this name or number. */
export function accountOf(user: string): Account {
  const fields = (line: string) => line.split(':')
  const known = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(fields)
    .find(([name, , uid]) => name === user || uid === user)
  const [name, , uid, gid] = known ?? fromNameService(user)
  if (name === undefined || uid === undefined || gid === undefined)
    throw new PrivilegeError(`there is no user ${user}: give another with -U, or stay root with -s`)
  return { name, uid: Number(uid), gid: Number(gid) }
}

/** Users of a directory service are in no file. */
function fromNameService(user: string): string[] {
  const { stdout } = spawnSync('getent', ['passwd', '--', user], { encoding: 'utf8' })
  return stdout ? stdout.trim().split(':') : []
}

export const isRoot = (): boolean => process.geteuid?.() === 0

/**
 * Whether the account can read a file or enter a folder, by the permissions of it and all above it. Groups other than the account's own do not count: they
 * are dropped.
 */
export const canRead = (account: Account, path: string): boolean => isAllowed(account, path, READ) && canReach(account, path)

/** Whether the account can enter every folder above it, as it must to use what is its own. */
export function canReach(account: Account, path: string): boolean {
  for (let at = resolve(path); at !== dirname(at); ) {
    at = dirname(at)
    if (!isAllowed(account, at, ENTER)) return false
  }
  return true
}

const READ = 4
const ENTER = 1
function isAllowed(account: Account, path: string, wanted: number): boolean {
  const { mode, uid, gid } = statSync(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  return ((mode >> shift) & wanted) === wanted
}

/** Files and folders that the account must be able to write later become its own. */
export function handOver(account: Account, paths: readonly string[]): void {
  for (const path of paths) {
    if (!existsSync(path)) continue
    chownSync(path, account.uid, account.gid)
    // What an earlier root had left in a folder; links are not followed out of it.
    if (!statSync(path).isDirectory()) continue
    for (const name of readdirSync(path, { recursive: true })) lchownSync(join(path, String(name)), account.uid, account.gid)
  }
}

/** The whole process becomes the account, for good: supplementary groups first, then the group, then the user. */
export function become({ name, uid, gid }: Account): void {
  process.setgroups!([gid])
  process.setgid!(gid)
  process.setuid!(uid)
  const stillRoot = threads().filter((status) => !isOnly(status, uid, gid))
  if (stillRoot.length > 0)
    throw new PrivilegeError(`${stillRoot.length} threads did not become ${name}: this system cannot give up root; -s stays root knowingly`)
}

const threads = (): string[] => readdirSync('/proc/self/task').flatMap(statusOf)
function statusOf(thread: string): string[] {
  try {
    return [readFileSync(`/proc/self/task/${thread}/status`, 'utf8')]
  } catch {
    // It has just ended.
    return []
  }
}

/** Real, effective, saved and file-system ids, groups, and no capability that could be used (proc_pid_status(5)). */
function isOnly(status: string, uid: number, gid: number): boolean {
  const ids = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim().split(/\s+/) ?? []
  const all = (key: string, id: number) => ids(key).length > 0 && ids(key).every((text) => text === String(id))
  const none = (key: string) => ids(key).every((text) => /^0+$/.test(text))
  return all('Uid', uid) && all('Gid', gid) && all('Groups', gid) && none('CapEff') && none('CapPrm')
}
