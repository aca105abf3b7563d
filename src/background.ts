/** Going to the background (`-e`) and the file with the process id (`-G`). */
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, truncateSync, unlinkSync, writeSync } from 'node:fs'
import { UsageError } from './cli/usage-error.ts'

/** Set in the environment of the process that stays. */
const DETACHED = 'WIRETOP_DETACHED'
const FOLLOW_MS = 50

export const isDetached = (): boolean => process.env[DETACHED] !== undefined

/**
 * Starts this command line again, without a terminal, in a session of its own, its output going to `logPath`. Resolves when it says that it is ready, to 0,
 * or when it ends before, to its exit status; what it wrote until then goes to `say`.
 */
export async function detach(logPath: string, say: (text: string) => void): Promise<number> {
  const log = openSync(logPath, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o640)
  const from = readFileSync(logPath).length
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [DETACHED]: '1' },
  })
  closeSync(log)
  const status = await new Promise<number>((resolve) => {
    child.once('message', () => resolve(0))
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  // Its last lines may still be on their way.
  if (status !== 0) await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS))
  say(readFileSync(logPath).subarray(from).toString())
  if (child.connected) child.disconnect()
  child.unref()
  return status
}

/** Tells who started us that we run. */
export function sayReady(): void {
  if (!process.connected) return
  process.send!('ready')
  process.disconnect()
}

export interface PidFile {
  readonly path: string
  remove(): void
}

/** Writes the process id; refuses when the process of an earlier one still runs. */
export function writePidFile(path: string): PidFile {
  try {
    claim(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined) throw new UsageError(`${path}: the process id cannot be written there (${code}): give another file with -G`)
    throw error
  }
  return { path, remove: () => removeOrEmpty(path) }
}

function claim(path: string): void {
  const running = pidIn(path)
  if (running !== undefined && isAlive(running))
    throw new UsageError(`${path}: wiretop runs already as process ${running}: stop that one, or give another file with -G`)
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644)
  writeSync(file, `${process.pid}\n`)
  closeSync(file)
}

function pidIn(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8').trim())
    return Number.isInteger(pid) && pid > 0 && pid !== process.pid ? pid : undefined
  } catch {
    return undefined
  }
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Who gave up root may not unlink in /run any more, but may empty a file of its own. */
function removeOrEmpty(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    try {
      truncateSync(path)
    } catch {
      // Neither; the number in it is then a dead process's, which the next start sees.
    }
  }
}
