/**
 * The terminal itself: raw keys in, text out, and everything as it was when we leave, whichever way that happens. Modes are xterm's (ctlseqs): 1049
 * alternate screen, 25 cursor, 7 wrapping at the edge, 1000 and 1006 mouse presses and how they are told, 2004 bracketed paste, 2026 synchronized
 * output, which is only asked for here.
 */
import { openSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { Size } from './layout.ts'

const set = (...modes: number[]) => modes.map((mode) => `\u001b[?${mode}h`).join('')
const reset = (...modes: number[]) => modes.map((mode) => `\u001b[?${mode}l`).join('')
export const ENTER_SEQUENCE = `${set(1049)}${reset(25, 7)}${set(1000, 1006, 2004)}\u001b[?2026$p`
export const LEAVE_SEQUENCE = `${reset(2026, 2004, 1006, 1000)}${set(7)}\u001b[0m${set(25)}${reset(1049)}`

export interface TtyListener {
  input(bytes: Uint8Array): void
  resized(): void
  /** The terminal is ours again; what stands on it is not known. */
  resumed(): void
}

/** Signals that end a process unless they are caught; SIGINT and SIGTERM come by the command's own signal. */
const DEADLY = ['SIGHUP', 'SIGQUIT'] as const
/** Until a stopped process has really been stopped. */
const STOP_MS = 50

/** Standard output, which is a terminal. */
export type TtyOutput = NodeJS.WriteStream & { readonly fd: number }

export class Tty {
  private readonly output: TtyOutput
  private readonly keys: ReadStream
  private readonly opensOwn: boolean
  private readonly listener: TtyListener
  private isEntered = false
  private isBlocked = false

  /** Keys come from standard input, or from the terminal itself where that is no terminal. Throws when there is none. */
  constructor(input: NodeJS.ReadStream, output: TtyOutput, listener: TtyListener) {
    this.output = output
    this.listener = listener
    this.opensOwn = !input.isTTY
    this.keys = this.opensOwn ? new ReadStream(openSync('/dev/tty', 'r')) : (input as ReadStream)
  }

  get size(): Size {
    return { width: this.output.columns, height: this.output.rows }
  }
  /** What was written last waits still: the next screen is better left out. */
  get isBusy(): boolean {
    return this.isBlocked
  }

  open(): void {
    this.enter()
    this.keys.on('data', this.onData)
    this.output.on('resize', this.onResize)
    this.output.on('drain', this.onDrain)
    process.on('exit', this.leave)
    process.on('uncaughtExceptionMonitor', this.leave)
    process.on('SIGTSTP', this.suspend)
    process.on('SIGCONT', this.resume)
    for (const signal of DEADLY) process.on(signal, this.die)
  }

  close(): void {
    this.leave()
    this.keys.off('data', this.onData)
    if (this.opensOwn) this.keys.destroy()
    else this.keys.pause().unref()
    this.output.off('resize', this.onResize)
    this.output.off('drain', this.onDrain)
    process.off('exit', this.leave)
    process.off('uncaughtExceptionMonitor', this.leave)
    process.off('SIGTSTP', this.suspend)
    process.off('SIGCONT', this.resume)
    for (const signal of DEADLY) process.off(signal, this.die)
  }

  write(text: string): void {
    if (this.isEntered && text !== '') this.isBlocked = !this.output.write(text)
  }

  private enter(): void {
    if (this.isEntered) return
    this.isEntered = true
    this.keys.setRawMode(true)
    this.keys.resume()
    this.output.write(ENTER_SEQUENCE)
  }

  /** At once, also when the process is about to end and no event will come any more. */
  private readonly leave = (): void => {
    if (!this.isEntered) return
    this.isEntered = false
    try {
      this.keys.setRawMode(false)
      writeSync(this.output.fd, LEAVE_SEQUENCE)
    } catch {
      // The terminal has gone: there is nothing to restore.
    }
  }

  /** To the background, with all of the pipeline that we are part of. */
  readonly suspend = (): void => {
    this.leave()
    process.off('SIGTSTP', this.suspend)
    process.kill(0, 'SIGTSTP')
    // Also when nothing was stopped: nobody could bring an orphaned process group back, so the system leaves it running.
    setTimeout(() => {
      process.on('SIGTSTP', this.suspend)
      this.resume()
    }, STOP_MS)
  }

  private readonly resume = (): void => {
    if (this.isEntered) return
    this.enter()
    this.listener.resumed()
  }

  /** The signal does what it would have done, to a terminal that is in order. */
  private readonly die = (signal: NodeJS.Signals): void => {
    this.close()
    process.kill(process.pid, signal)
  }

  private readonly onData = (bytes: Uint8Array): void => this.listener.input(bytes)
  private readonly onResize = (): void => this.listener.resized()
  private readonly onDrain = (): void => {
    this.isBlocked = false
  }
}
