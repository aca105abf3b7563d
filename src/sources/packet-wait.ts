import { CallError, EINTR, libc } from './native/libc.ts'

const EFD_NONBLOCK = 0o4000
const EFD_CLOEXEC = 0o2000000
const POLLIN = 0x001
const POLLERR = 0x008
const POLLNVAL = 0x020
/** pollfd: a descriptor of 32 bits, then events and what came of them, 16 bits each. */
const POLLFD_WORDS = 2
const POLLFD_HALVES = 4
const EVENTS_AT = 2
const REVENTS_AT = 3

/** Timers and messages of the thread wait no longer than this. */
const TURN_MS = 50

/** A descriptor by which any thread of the process can end a `PacketWait`'s waiting. The caller closes it. */
export function openWake(): number {
  const fd = libc().eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)
  if (fd === -1) throw new CallError('eventfd', libc().errno())
  return fd
}

const ONE = BigUint64Array.of(1n)
/** Call it after a message was posted to the thread that waits. */
export function wake(fd: number): void {
  // A counter that is full is a wake that has not been heard yet: no matter that it fails then.
  libc().write(fd, new Uint8Array(ONE.buffer), ONE.byteLength)
}

/** Nobody waits on it any more. */
export const closeWake = (fd: number): Promise<void> => libc().background.close(fd)

/** Somebody who is called when his descriptor has something. */
export interface WaitMember {
  readonly fd: number
  /** performance.now() at which he wants a turn even though nothing came; Infinity for never. */
  readonly dueMs: number
  /** A call of his runs in the background: the event loop gets a turn after each wait, so that its end is heard. */
  readonly isCalling: boolean
  /** `hasError`: an error waits on the descriptor. False: he is done. */
  turn(hasError: boolean): Promise<boolean>
}

interface Served {
  readonly member: WaitMember
  readonly signal: AbortSignal
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The one place where a worker thread waits: poll(2) over the descriptors of all its rings and of the wake. The thread sleeps in the kernel, so its event loop
 * gets a turn when somebody wakes it, and every 50 ms for its timers.
 */
export class PacketWait {
  readonly #wakeFd: number
  readonly #served = new Set<Served>()
  readonly #drain = new Uint8Array(8)
  readonly #turnMs: number
  #fds = new Int32Array(0)
  #halves = new Int16Array(0)
  #isRunning = false
  #lastTurnMs = 0

  /** Without a wake, messages are heard within 50 ms. The descriptor stays the caller's. */
  constructor(wakeFd = -1, turnMs = TURN_MS) {
    this.#wakeFd = wakeFd
    this.#turnMs = turnMs
  }

  /** Serves the member until he is done or the signal aborts; never ends while a turn of his is under way. */
  serve(member: WaitMember, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#served.add({ member, signal, resolve, reject })
      this.#resize()
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      // Whoever called `serve` goes on first.
      await this.#giveTurn()
      this.#endAborted()
      while (this.#served.size > 0) await this.#round()
    } catch (error) {
      for (const served of this.#served) served.reject(error)
      this.#served.clear()
    } finally {
      this.#isRunning = false
    }
  }

  async #round(): Promise<void> {
    const isWoken = this.#poll()
    for (const { served, hasError } of this.#due(performance.now())) await this.#serve(served, hasError)
    if (isWoken || this.#isCalling || performance.now() - this.#lastTurnMs >= this.#turnMs) await this.#giveTurn()
    this.#endAborted()
  }

  /** Sleeps until something comes or is due. True when somebody woke us. */
  #poll(): boolean {
    const fds = this.#fds
    let dueMs = this.#lastTurnMs + this.#turnMs
    let i = 1
    fds[0] = this.#wakeFd
    for (const { member } of this.#served) {
      fds[i++ * POLLFD_WORDS] = member.fd
      dueMs = Math.min(dueMs, member.dueMs)
    }
    const timeoutMs = Math.max(0, Math.ceil(dueMs - performance.now()))
    if (libc().poll(fds, i, timeoutMs) === -1) this.#pollFailed()
    if ((this.#revents(0) & POLLIN) === 0) return false
    libc().read(this.#wakeFd, this.#drain, this.#drain.length)
    return true
  }

  #pollFailed(): void {
    const errno = libc().errno()
    this.#resize()
    // A signal came between.
    if (errno !== EINTR) throw new CallError('poll', errno)
  }

  get #isCalling(): boolean {
    for (const { member } of this.#served) if (member.isCalling) return true
    return false
  }

  #revents(i: number): number {
    return this.#halves[i * POLLFD_HALVES + REVENTS_AT]!
  }

  /** Who gets a turn, all told before the first of them has it: members come and go meanwhile. */
  #due(nowMs: number): { served: Served; hasError: boolean }[] {
    const due: { served: Served; hasError: boolean }[] = []
    let i = 1
    for (const served of this.#served) {
      const revents = this.#revents(i++)
      if (revents !== 0 || nowMs >= served.member.dueMs) due.push({ served, hasError: (revents & (POLLERR | POLLNVAL)) !== 0 })
    }
    return due
  }

  async #serve(served: Served, hasError: boolean): Promise<void> {
    if (served.signal.aborted) return
    try {
      if (!(await served.member.turn(hasError))) this.#end(served)
    } catch (error) {
      this.#drop(served)
      served.reject(error)
    }
  }

  #giveTurn(): Promise<void> {
    return new Promise((resolve) =>
      setImmediate(() => {
        this.#lastTurnMs = performance.now()
        resolve()
      }),
    )
  }

  #endAborted(): void {
    for (const served of this.#served) if (served.signal.aborted) this.#end(served)
  }

  #end(served: Served): void {
    this.#drop(served)
    served.resolve()
  }

  #drop(served: Served): void {
    this.#served.delete(served)
    this.#resize()
  }

  #resize(): void {
    const count = this.#served.size + 1
    this.#fds = new Int32Array(count * POLLFD_WORDS)
    this.#halves = new Int16Array(this.#fds.buffer)
    for (let i = 0; i < count; i++) this.#halves[i * POLLFD_HALVES + EVENTS_AT] = POLLIN
  }
}
