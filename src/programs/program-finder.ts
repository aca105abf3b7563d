import { type ChildProcess, fork } from 'node:child_process'
import { MAX_WANTED, type Program, type ProgramAnswer, type ProgramFinder, type ProgramFinderState, WANTED_WORDS } from '../lib/programs.ts'
import type { FindMessage, HelperMessage } from './messages.ts'

const START_MS = 10_000
const ANSWER_MS = 5_000
/** Questions that wait, in sockets; beyond, whoever asks is told to come again. */
const MAX_WAITING = 4 * MAX_WANTED
/** After a death; the helper that has died so often stays away. */
const RESTART_MS = [1_000, 10_000, 60_000] as const
/**
 * The helper holds little: a small heap keeps it small. Threads that Node can do without are not begun, also because they would keep the capabilities that the main
 * thread gives up.
 */
const HELPER_OPTIONS = ['--max-old-space-size=32', '--max-semi-space-size=1', '--v8-pool-size=0', '--disable-sigusr1']

interface Waiting {
  readonly wanted: Uint32Array
  resolve(answer: ProgramAnswer): void
  reject(error: Error): void
}

export interface FinderOptions {
  /** The helper's entry file. */
  readonly helper: URL
  /** A helper that died is begun anew only while this process still has the rights that the first one was given. */
  readonly mayRestart: () => boolean
  readonly onState?: (state: ProgramFinderState) => void
}

/**
 * The main process's end of the helper. One question is on its way at a time; those that come meanwhile travel together in the next. Create it before root is given
 * up: the helper keeps what this process has then.
 */
export class ForkedProgramFinder implements ProgramFinder {
  private readonly options: FinderOptions
  private child: ChildProcess | undefined
  private current: ProgramFinderState = { state: 'starting', lacks: [] }
  private readonly queue: Waiting[] = []
  private onTheWay: readonly Waiting[] = []
  private waitingWords = 0
  private id = 0
  private deaths = 0
  private closed = false
  private timer: NodeJS.Timeout | undefined
  private restart: NodeJS.Timeout | undefined

  constructor(options: FinderOptions) {
    this.options = options
    if (process.platform === 'linux') this.start()
    else this.end('programs can be told on Linux alone')
  }

  get state(): ProgramFinderState {
    return this.current
  }
  /** Of the helper; undefined while there is none. */
  get pid(): number | undefined {
    return this.child?.pid
  }

  find(wanted: Uint32Array): Promise<ProgramAnswer> {
    if (this.current.state === 'ended')
      return Promise.reject(new Error(`programs cannot be looked up: ${this.current.lacks[0] ?? 'stopped'}`))
    if (wanted.length > MAX_WANTED * WANTED_WORDS || wanted.length % WANTED_WORDS !== 0)
      return Promise.reject(new Error(`${wanted.length} words are no question of at most ${MAX_WANTED} sockets`))
    if (this.waitingWords + wanted.length > MAX_WAITING * WANTED_WORDS)
      return Promise.reject(new Error('too many look-ups of programs wait'))
    this.waitingWords += wanted.length
    return new Promise((resolve, reject) => {
      this.queue.push({ wanted, resolve, reject })
      // What else is asked in this turn goes with it.
      setImmediate(() => this.send())
    })
  }

  private send(): void {
    const { child } = this
    if (child === undefined || this.current.state !== 'running' || this.onTheWay.length > 0 || this.queue.length === 0) return
    let words = 0
    let n = 0
    for (; n < this.queue.length && words + this.queue[n]!.wanted.length <= MAX_WANTED * WANTED_WORDS; n++)
      words += this.queue[n]!.wanted.length
    this.onTheWay = this.queue.splice(0, n)
    this.waitingWords -= words
    const wanted = new Uint32Array(words)
    let at = 0
    for (const one of this.onTheWay) {
      wanted.set(one.wanted, at)
      at += one.wanted.length
    }
    const message: FindMessage = { type: 'find', id: ++this.id, wanted }
    child.send(message, (error) => {
      if (error !== null) this.refuse(message.id, `the helper that looks programs up does not listen: ${error.message}`)
    })
    this.timer = setTimeout(() => this.refuse(message.id, `programs were not found within ${ANSWER_MS / 1000} s`), ANSWER_MS).unref()
  }

  private hear(message: HelperMessage): void {
    if (message.type === 'state') {
      this.setState(message.state)
      this.send()
    } else if (message.type === 'refused') this.refuse(message.id, `the helper refused to look programs up: ${message.why}`)
    else if (message.id === this.id) this.answer(message)
  }

  private answer({ programs, of }: { readonly programs: readonly Program[]; readonly of: Uint16Array }): void {
    let at = 0
    for (const { wanted, resolve } of this.taken()) {
      const end = at + wanted.length / WANTED_WORDS
      resolve({ programs, of: of.slice(at, end) })
      at = end
    }
    this.send()
  }

  private refuse(id: number, why: string): void {
    if (id !== this.id) return
    for (const { reject } of this.taken()) reject(new Error(why))
    this.send()
  }

  private taken(): readonly Waiting[] {
    clearTimeout(this.timer)
    const taken = this.onTheWay
    this.onTheWay = []
    return taken
  }

  private start(): void {
    this.setState({ state: 'starting', lacks: [] })
    const child = fork(this.options.helper, [], {
      execArgv: HELPER_OPTIONS,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Nothing of ours is its business but where compiled code is kept.
      env: process.env['NODE_COMPILE_CACHE'] === undefined ? {} : { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    })
    this.child = child
    child.on('message', (message) => {
      if (this.child === child) this.hear(message as unknown as HelperMessage)
    })
    child.on('error', (error) => this.died(child, error.message))
    child.on('exit', (code, signal) => this.died(child, signal === null ? `status ${code}` : signal))
    setTimeout(() => {
      if (this.child === child && this.current.state === 'starting') child.kill('SIGKILL')
    }, START_MS).unref()
    // It keeps nobody alive: whoever waits for the product's end does not wait for it.
    child.unref()
    child.channel?.unref()
  }

  private died(child: ChildProcess, how: string): void {
    if (this.child !== child) return
    this.child = undefined
    for (const { reject } of this.taken()) reject(new Error(`the helper that looks programs up has ended (${how})`))
    if (this.closed) return
    const after = RESTART_MS[this.deaths++]
    if (after !== undefined && this.options.mayRestart()) {
      this.setState({ state: 'starting', lacks: [`the helper that looks programs up has ended (${how}); it is started again`] })
      this.restart = setTimeout(() => this.start(), after).unref()
      return
    }
    this.end(`the helper that looks programs up has ended (${how}): restart wiretop to have it back`)
  }

  private end(why: string): void {
    this.setState({ state: 'ended', lacks: [why] })
    for (const { reject } of this.queue.splice(0)) reject(new Error(why))
    this.waitingWords = 0
  }

  private setState(state: ProgramFinderState): void {
    this.current = state
    this.options.onState?.(state)
  }

  close(): void {
    this.closed = true
    clearTimeout(this.restart)
    this.child?.disconnect()
    this.end('wiretop is stopping')
    for (const { reject } of this.taken()) reject(new Error('wiretop is stopping'))
  }
}
