/** The product as a user runs it: the command line in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
export const MAIN = join(root, 'src/main.ts')
const READY_WITHIN_MS = 20_000
const POLL_MS = 25
const STOP_WITHIN_MS = 5_000

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const folders: string[] = []
/** Arguments with a data folder of their own, where they name none: what is kept there is nobody else's, and goes with the test's process. */
export function withFolder(args: readonly string[]): string[] {
  if (args.includes('-d') || args.includes('--data-dir') || args[0]?.startsWith('-') !== true) return [...args]
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-data-'))
  // Some run it as another user.
  chmodSync(folder, 0o777)
  if (folders.push(folder) === 1) process.once('exit', () => folders.forEach((one) => void rmSync(one, { recursive: true, force: true })))
  return [...args, '-d', folder]
}

/** Runs a command line to its end. */
export async function wiretop(args: readonly string[], stdin?: Uint8Array): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: root })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => stdout.push(part))
  child.stderr.on('data', (part: Buffer) => stderr.push(part))
  // It may end before it has read everything.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
}

/** What a process writes, and how it ends. */
export interface Output {
  /** Everything so far, both streams. */
  said(): string
  readonly ended: Promise<Ended>
}
export function outputOf(child: ChildProcess): Output {
  const out: string[] = []
  const err: string[] = []
  child.stdout!.on('data', (part: Buffer) => out.push(part.toString()))
  child.stderr!.on('data', (part: Buffer) => err.push(part.toString()))
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (status) => resolve({ status, stdout: out.join(''), stderr: err.join('') })),
  )
  return { said: () => out.join('') + err.join(''), ended }
}

/** A port of this machine that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** Asks again until there is something; `what` is said when there never is. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, withinMs = READY_WITHIN_MS): Promise<T> {
  for (const untilMs = Date.now() + withinMs; Date.now() < untilMs; await pause()) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`${what}: not within ${withinMs} ms`)
}

export interface Product {
  /** Where the console is served, without a slash at its end. */
  readonly url: string
  readonly pid: number
  /** Everything it has written so far, both streams. */
  said(): string
  get<T>(path: string): Promise<T>
  /** Resolves when each of its captures is read or has failed. */
  allRead(): Promise<void>
  stop(): Promise<Ended>
  /** Without a chance to put anything in order. */
  kill(): Promise<Ended>
}

/** Starts it on a free port and waits until it answers. */
export async function startProduct(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Product> {
  const child = spawn(process.execPath, [MAIN, '-w', 'auto', ...withFolder(args)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { said, ended } = outputOf(child)
  try {
    const url = await ready(child, said)
    return {
      url,
      pid: child.pid!,
      said,
      get: (path) => getJson(url + path),
      allRead: () => allRead(url),
      stop: () => stop(child, ended),
      kill: () => {
        child.kill('SIGKILL')
        return ended
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

const ready = (child: ChildProcess, said: () => string): Promise<string> =>
  until('it answers', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}: ${said()}`)
    const url = /https?:\/\/[\w.:[\]-]+:\d+/.exec(said())?.[0]
    return url !== undefined && (await answers(url)) ? url : undefined
  })

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS))
const answers = (url: string) =>
  fetch(`${url}/readyz`)
    .then((reply) => reply.ok)
    .catch(() => false)

async function getJson<T>(address: string): Promise<T> {
  const reply = await fetch(address)
  if (!reply.ok) throw new Error(`${address}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as T
}

const allRead = async (url: string): Promise<void> => {
  await until('captures are read', async () => {
    const { interfaces } = await getJson<{ interfaces: { state: string }[] }>(`${url}/api/v1/interfaces`)
    return interfaces.every(({ state }) => state === 'ended' || state === 'failed') || undefined
  })
}

async function stop(child: ChildProcess, ended: Promise<Ended>): Promise<Ended> {
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  const how = await ended
  clearTimeout(late)
  return how
}

/** A folder that goes with `dispose`. */
export function scratchFolder(): { path: (name: string) => string; dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-test-'))
  return { path: (name) => join(folder, name), dispose: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface FlowLine {
  readonly type: 'flow'
  readonly capture: string
  readonly l4: string
  readonly a: string
  readonly ap: number
  readonly b: string
  readonly bp: number
  readonly vlan: number
  readonly proto: string
  readonly confidence: string
  readonly host?: string
  readonly packets: readonly [number, number]
  readonly bytes: readonly [number, number]
}
export interface SummaryLine {
  readonly type: 'summary'
  readonly capture: string
  readonly packets: number
  readonly bytes: number
  readonly wireBytes: number
  readonly flows: number
  readonly hosts: number
  readonly malformed: Readonly<Record<string, number>>
  readonly cutShort: boolean
}

/** The JSON lines of `analyze --json`. */
export function linesOf(stdout: string): { flows: FlowLine[]; summaries: SummaryLine[] } {
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FlowLine | SummaryLine)
  return {
    flows: lines.filter((line) => line.type === 'flow'),
    summaries: lines.filter((line) => line.type === 'summary'),
  }
}
