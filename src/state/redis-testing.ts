/** A real redis-server on a socket of its own in a folder of its own, or on a free port of the loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAMS = ['redis-server', 'valkey-server']
const READY_WITHIN_MS = 10_000

const found = PROGRAMS.find((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})
/** Why tests with a real server are skipped; undefined: they are not. */
export const noRedis = found === undefined ? 'skipped: neither redis-server nor valkey-server is installed' : undefined

export class TestRedis {
  readonly folder = mkdtempSync(join(tmpdir(), 'wiretop-redis-'))
  readonly socket = join(this.folder, 'redis.sock')
  private readonly args: readonly string[]
  private child: ChildProcess | undefined

  /** `args` as on its command line; a port of the loopback only where they name one. */
  constructor(args: readonly string[] = []) {
    this.args = args
  }

  /** `more`: arguments that were not known before. */
  async start(more: readonly string[] = []): Promise<this> {
    const usual = ['--port', '0', '--bind', '127.0.0.1', '--unixsocket', this.socket, '--dir', this.folder, '--save', '']
    const child = spawn(found!, [...usual, ...this.args, ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.child = child
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${found} was not ready within ${READY_WITHIN_MS} ms`)), READY_WITHIN_MS)
      let said = ''
      child.stdout.on('data', (part: Buffer) => {
        said += part.toString()
        if (!/ready to accept connections/i.test(said)) return
        clearTimeout(late)
        resolve()
      })
      child.once('exit', (code) => reject(new Error(`${found} ended with status ${code}: ${said}`)))
    })
    return this
  }

  /** As with redis-cli. */
  cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-s', this.socket, ...args], { encoding: 'utf8' }).trimEnd()
  }

  get pid(): number {
    return this.child!.pid!
  }

  async stop(): Promise<void> {
    const { child } = this
    this.child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, 'exit')
    // It may have been stopped with SIGSTOP.
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await ended
  }
  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function freeLoopbackPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
