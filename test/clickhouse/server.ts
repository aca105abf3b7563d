/** A real ClickHouse for a test: a child process, whose end of standard input ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const SCRIPT = join(import.meta.dirname, 'serve.js')
/** Of the clock of proc(5), a second. */
const TICKS = 100
const UP_WITHIN_MS = 60_000

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export class TestServer {
  readonly httpPort: number
  readonly tcpPort: number
  private readonly folder = mkdtempSync(join(tmpdir(), 'wiretop-clickhouse-'))
  private child: ChildProcess | undefined
  private said = ''

  private constructor(httpPort: number, tcpPort: number) {
    this.httpPort = httpPort
    this.tcpPort = tcpPort
  }
  static async make(): Promise<TestServer> {
    return new TestServer(await freePort(), await freePort())
  }
  static async start(config?: string, users?: string): Promise<TestServer> {
    const server = await TestServer.make()
    await server.up(config, users)
    return server
  }

  /** As --store names it. */
  address(database: string, more = ''): string {
    return `clickhouse://127.0.0.1:${this.httpPort}/${database}${more}`
  }

  /** Starts it, with what it held before. `config` is what stands in its configuration beside `users`, what stands in that of its users. */
  async up(config?: string, users = ''): Promise<void> {
    const args = [SCRIPT, join(this.folder, 'data'), String(this.httpPort), String(this.tcpPort)]
    if (config !== undefined) {
      const [path, usersPath] = [join(this.folder, 'config.xml'), join(this.folder, 'users.xml')]
      writeFileSync(usersPath, `<clickhouse>${users}</clickhouse>`)
      writeFileSync(path, `<clickhouse><users_config>${usersPath}</users_config>${config}</clickhouse>`)
      args.push(path)
    }
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd: this.folder })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.said = (this.said + text).slice(-4000)))
    const until = performance.now() + UP_WITHIN_MS
    while (!(await this.isUp())) {
      if (child.exitCode !== null || performance.now() > until) throw new Error(`ClickHouse does not start: ${this.said}`)
      await pause(100)
    }
  }
  private async isUp(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.httpPort}/ping`)
      .then(({ ok }) => ok)
      .catch(() => false)
  }

  async ask(sql: string, database = 'default'): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.httpPort}/?database=${database}`, { method: 'POST', body: sql })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return text.trim()
  }

  /** Of processors, user and system, since it was started (proc(5)). */
  async cpuSeconds(): Promise<number> {
    const stat = readFileSync(`/proc/${this.child!.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  }

  /** At once, as a machine that loses its power. */
  async kill(): Promise<void> {
    await this.ended(() => this.child?.kill('SIGKILL'))
  }
  async stop(): Promise<void> {
    await this.ended(() => this.child?.stdin?.end())
    rmSync(this.folder, { recursive: true, force: true })
  }
  private async ended(end: () => void): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    end()
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await gone
    clearTimeout(late)
  }
}
