/** What a process is: its name, user, command, container and service. */
import { basename } from 'node:path'
import { MAX_COMMAND_CHARS, type Program } from '../lib/programs.ts'
import { readCgroup } from './cgroup.ts'
import { readLink, readStart } from './proc-file.ts'
import { Users } from './users.ts'

/** So long a process is taken for what it was: one that runs another program keeps its number. */
const FRESH_MS = 5_000
const MAX_KNOWN = 2048
const MAX_FILE_BYTES = 8192
/** The kernel counts a process's start in hundredths of a second on every system that Node runs on. */
const TICK_MS = 10
/** TASK_COMM_LEN - 1 */
const COMM_CHARS = 15

/** What runs scripts; and what is many programs in one file, and goes by the name it was called by. */
const INTERPRETER = /^(?:python|pypy|perl|ruby|node|nodejs|bash|dash|sh|zsh|ksh|php|lua|tclsh)[\d.]*$/
const MANY_IN_ONE = /^(?:busybox|toybox|coreutils)/

export interface ProcStat {
  readonly comm: string
  /** Ticks after the machine's start. */
  readonly startTicks: number
}
/** /proc/PID/stat (proc(5)). The name stands in parentheses and may hold some itself. */
export function readStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  // Field 22; the one after the name is the third.
  const startTicks = Number(text.slice(close + 2).split(' ')[19])
  return Number.isFinite(startTicks) ? { comm: text.slice(open + 1, close), startTicks } : undefined
}

/** Effective user, from /proc/PID/status. */
export function readUid(text: string): number | undefined {
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(text)?.[1]
  return uid === undefined ? undefined : Number(uid)
}

/** Arguments of /proc/PID/cmdline, each ended by a zero byte. */
export const readArguments = (text: string): readonly string[] => text.replace(/\0+$/, '').split('\0')

/** The name that a user knows a process by. */
export function programName(comm: string, executable: string | undefined, args: readonly string[]): string {
  const file = executable === undefined ? '' : basename(executable)
  if (file === '' || MANY_IN_ONE.test(file)) return comm
  // A script that was run by its own name gives that name to its process (execve(2)).
  const script = basename(args[1] ?? '')
  return INTERPRETER.test(file) && script !== '' && script.slice(0, COMM_CHARS) === comm ? script : file
}

interface Known {
  readonly program: Program | undefined
  readonly readMs: number
}

export class Processes {
  private readonly root: string
  private readonly users: Users
  private readonly known = new Map<number, Known>()
  private readonly bootMs: number
  private readonly ownNamespace: number | undefined

  constructor(root = '/proc', users = new Users()) {
    this.root = root
    this.users = users
    this.bootMs = 1000 * Number(/^btime (\d+)$/m.exec(readStart(`${root}/stat`, 1 << 16) ?? '')?.[1] ?? Number.NaN)
    this.ownNamespace = this.namespaceOf('self')
  }

  /** undefined: it has ended. */
  get(pid: number, nowMs: number): Program | undefined {
    const known = this.known.get(pid)
    if (known !== undefined && nowMs - known.readMs < FRESH_MS) return known.program
    const program = this.read(pid, nowMs)
    this.known.delete(pid)
    if (this.known.size >= MAX_KNOWN) this.known.delete(this.known.keys().next().value!)
    this.known.set(pid, { program, readMs: nowMs })
    return program
  }

  /** Of a socket whose process is not known. */
  userOnly(uid: number, nowMs: number): Program {
    return { name: '', uid, user: this.users.nameOf(uid, nowMs) }
  }

  private read(pid: number, nowMs: number): Program | undefined {
    const folder = `${this.root}/${pid}`
    const stat = readStat(readStart(`${folder}/stat`, MAX_FILE_BYTES) ?? '')
    const uid = readUid(readStart(`${folder}/status`, MAX_FILE_BYTES) ?? '')
    if (stat === undefined || uid === undefined) return undefined
    const args = readArguments(readStart(`${folder}/cmdline`, MAX_FILE_BYTES) ?? '')
    const executable = readLink(`${folder}/exe`)?.replace(/ \(deleted\)$/, '')
    const command = args.join(' ').slice(0, MAX_COMMAND_CHARS)
    const startedMs = this.bootMs + stat.startTicks * TICK_MS
    const namespace = this.namespaceOf(String(pid))
    return {
      pid,
      name: programName(stat.comm, executable, args),
      uid,
      user: this.users.nameOf(uid, nowMs),
      ...(command === '' ? {} : { command }),
      ...(executable === undefined ? {} : { executable }),
      ...readCgroup(readStart(`${folder}/cgroup`, MAX_FILE_BYTES) ?? ''),
      ...(Number.isFinite(startedMs) ? { startedMs } : {}),
      ...(namespace === undefined || namespace === this.ownNamespace ? {} : { networkNamespace: namespace }),
    }
  }

  private namespaceOf(pid: string): number | undefined {
    const inode = /^net:\[(\d+)\]$/.exec(readLink(`${this.root}/${pid}/ns/net`) ?? '')?.[1]
    return inode === undefined ? undefined : Number(inode)
  }
}
