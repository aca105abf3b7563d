/** A command on a real pseudo-terminal, seen through a small emulation of one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { TestTerminal } from '../src/cli/top/testing-terminal.ts'

const PTY = join(import.meta.dirname, 'run-in-terminal.py')
const WITHIN_MS = 20_000
const POLL_MS = 20

/** Why there can be no pseudo-terminal here; undefined when there can. */
export function ptyMissing(): string | undefined {
  return spawnSync('python3', ['-c', 'import fcntl, termios']).status === 0 ? undefined : 'needs python3'
}

export interface PtyEnded {
  readonly status: number | null
  readonly signal: string | null
  /** The modes of the terminal are as they were before the command began. */
  readonly restored: boolean
}

export class Pty {
  terminal: TestTerminal
  /** Everything that was written, for what an emulation does not keep. */
  raw = ''
  fault: unknown
  private readonly child: ChildProcess
  private readonly ending: Promise<PtyEnded>

  constructor(command: readonly string[], columns: number, rows: number, env: NodeJS.ProcessEnv = {}) {
    this.terminal = new TestTerminal(columns, rows)
    this.child = spawn('python3', [PTY, String(columns), String(rows), ...command], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, TERM: 'xterm-256color', ...env },
      stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'pipe'],
    })
    const out = this.child.stdout as Readable
    out.setEncoding('utf8')
    out.on('data', (text: string) => this.take(text))
    const result: string[] = []
    const results = this.child.stdio[4] as Readable
    results.on('data', (part: Buffer) => result.push(part.toString()))
    this.ending = new Promise((resolve, reject) =>
      this.child.once('close', () => {
        try {
          resolve(JSON.parse(result.join('')) as PtyEnded)
        } catch (error) {
          reject(error)
        }
      }),
    )
    this.ending.catch(() => undefined)
  }

  private take(text: string): void {
    this.raw += text
    try {
      this.terminal.write(text)
    } catch (error) {
      this.fault ??= error
    }
  }

  keys(text: string): void {
    ;(this.child.stdin as Writable).write(text)
  }
  resize(columns: number, rows: number): void {
    // What is still written for the old size is cut at the new one's edges, until the command writes the screen whole.
    const { modes } = this.terminal
    this.terminal = new TestTerminal(columns, rows)
    for (const mode of modes) this.terminal.modes.add(mode)
    this.terminal.isNarrowed = true
    this.order(`size ${columns} ${rows}`)
  }
  signal(name: NodeJS.Signals): void {
    this.order(`signal ${name}`)
  }
  private order(text: string): void {
    ;(this.child.stdio[3] as Writable).write(`${text}\n`)
  }

  /** Resolves when the screen shows it; the message of the error has the screen. */
  async shows(what: string | RegExp | ((terminal: TestTerminal) => boolean)): Promise<void> {
    const isShown = () =>
      typeof what === 'function'
        ? what(this.terminal)
        : typeof what === 'string'
          ? this.terminal.text().includes(what)
          : what.test(this.terminal.text())
    for (const untilMs = Date.now() + WITHIN_MS; Date.now() < untilMs; ) {
      if (this.fault !== undefined) throw this.fault
      if (isShown()) return
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    throw new Error(`the screen never showed ${String(what)}; it is\n${this.terminal.text()}`)
  }

  ended(): Promise<PtyEnded> {
    return this.ending
  }
  /** When a test has failed half-way: nothing stays behind. */
  async dispose(): Promise<void> {
    ;(this.child.stdin as Writable).destroy()
    await this.ending.catch(() => undefined)
  }
}
