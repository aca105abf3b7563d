/** What benches share: children measured by what the kernel says of them, medians, and lines that read alike. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface Run {
  readonly wallSeconds: number
  /** User and system, of all threads. */
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly stdout: string
}

const POLL_MS = 20

/** Runs a program to its end. With `oneCore` it is pinned, where taskset is installed. */
export async function measure(command: readonly string[], oneCore = false): Promise<Run> {
  const pinned = oneCore && availableParallelism() > 1 && hasTaskset ? ['taskset', '-c', '0', ...command] : command
  // The shell's times say what its children took, also of the last moment.
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null', 'bash', ...pinned], { cwd: root })
  const stdout: Buffer[] = []
  const times: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => stdout.push(part))
  child.stderr.on('data', (part: Buffer) => times.push(part))
  let peakBytes = 0
  const poll = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...descendants(child.pid!).map(peakOf))
  }, POLL_MS)
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(poll)
  if (status !== 0) throw new Error(`${command.join(' ')}: ended with status ${status}`)
  const [wall, user, system] = Buffer.concat(times).toString().trim().split('\n').at(-1)!.split(' ').map(Number)
  return { wallSeconds: wall!, cpuSeconds: user! + system!, peakBytes, stdout: Buffer.concat(stdout).toString() }
}

const hasTaskset = isInstalled('taskset')
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => readable(join(folder, program)))
}
function readable(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'))
    return true
  } catch {
    return false
  }
}

function descendants(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}
/** The most memory that the process has ever had. */
const peakOf = (pid: number): number => Number(/VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has just ended.
    return ''
  }
}

/** Reads a file to its end without looking at it, in seconds. Also brings it into the page cache. */
export function bareRead(path: string): number {
  const begin = performance.now()
  const fd = openSync(path, 'r')
  const chunk = new Uint8Array(262_144)
  while (readSync(fd, chunk, 0, chunk.length, null) > 0);
  closeSync(fd)
  return (performance.now() - begin) / 1000
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Rows of text below a head; the first column to the left, the rest to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]) => row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('  ')
  return [head, ...rows].map(line).join('\n')
}
export const MB = 1e6
