import { Worker } from 'node:worker_threads'
import type { NamedHost } from '../lib/host-naming.ts'
import type { Wake } from '../lib/live-capture.ts'
import type { OwnerTables } from '../names/address-owners.ts'
import type { CustomTexts } from '../names/custom-names.ts'
import {
  isKept,
  type ProbeConfig,
  type ProbeMessage,
  type Said,
  type ThreadConfig,
  type ThreadMessage,
  type WorkerMessage,
} from './messages.ts'

/** Whose messages a thread brings. */
export interface ThreadClient {
  hear(message: ProbeMessage): void
  /** The thread is gone without having been asked to go. */
  died(why: string): void
}

export interface ThreadOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly name: string
  /** For a thread that waits for packets. */
  readonly wake?: Wake
  readonly core?: number
  readonly customTexts?: CustomTexts | undefined
  readonly owners?: OwnerTables | undefined
  readonly givenNames?: readonly NamedHost[]
}

/** V8's young generation would grow to 48 MB, and keep them. */
const LIVE_YOUNG_MB = 6
/** A thread that does not end when it is asked is ended. */
const CLOSE_WITHIN_MS = 2000

/** One worker thread, with the probes in it. Several quiet interfaces share one. It ends when its last probe has left. */
export class ProbeThread {
  private readonly worker: Worker
  private readonly wake: Wake | undefined
  private readonly waiting: Int32Array
  private readonly seats = new Map<number, ThreadClient>()
  private readonly closing = new Map<number, { readonly client: ThreadClient; closed(): void }>()
  private nextSeat = 0
  isAlive = true
  /** Resolves when it has ended, in whichever way. */
  readonly ended: Promise<void>

  constructor({ entry, name, wake, core, customTexts, owners, givenNames }: ThreadOptions) {
    this.wake = wake
    const shared = new SharedArrayBuffer(4)
    this.waiting = new Int32Array(shared)
    const config: ThreadConfig = {
      waiting: shared,
      wakeFd: wake?.fd ?? -1,
      ...(core === undefined ? {} : { core }),
      ...(customTexts && { customTexts }),
      ...(owners && { owners }),
      ...(givenNames && { givenNames }),
    }
    this.worker = new Worker(entry, {
      workerData: config,
      name: `probe ${name}`,
      // Live traffic leaves little behind; a capture is read as fast as it goes.
      ...(wake === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb: LIVE_YOUNG_MB } }),
    })
    this.worker.on('message', ({ from, message }: Said) => this.hear(from, message))
    this.worker.on('error', (error: unknown) => this.die(`its worker died: ${error instanceof Error ? error.message : String(error)}`))
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()))
    this.worker.on('exit', (code) => this.die(`its worker ended with status ${code}`))
  }

  /** Probes that it holds. */
  get size(): number {
    return this.seats.size
  }

  open(config: ProbeConfig, client: ThreadClient): ThreadSeat {
    const seat = this.nextSeat++
    this.seats.set(seat, client)
    // Held until this turn is over: the worker reads nothing before it has heard what is asked in it.
    Atomics.add(this.waiting, 0, 1)
    setImmediate(() => Atomics.sub(this.waiting, 0, 1))
    this.post({ to: seat, open: config })
    return {
      number: seat,
      say: (message, transfer) => this.post({ to: seat, say: message }, transfer),
      leave: () => this.leave(seat),
    }
  }

  /** Who owns addresses is known from now on. */
  tellOwners(owners: OwnerTables): void {
    this.post({ owners })
  }
  /** Users call these hosts something else from now on. */
  giveNames(givenNames: readonly NamedHost[]): void {
    this.post({ givenNames })
  }
  /** Reverse DNS has told names of hosts. */
  tellResolved(resolved: readonly NamedHost[]): void {
    this.post({ resolved })
  }
  /** Users say something else from now on. */
  customise(customTexts: CustomTexts): void {
    this.post({ customTexts })
  }

  private post(message: ThreadMessage, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.isAlive) return
    Atomics.add(this.waiting, 0, 1)
    this.worker.postMessage(message, transfer)
    this.wake?.wake()
  }

  private hear(from: number, message: ProbeMessage): void {
    const leaving = this.closing.get(from)
    if (message.type === 'closed') leaving?.closed()
    // What its flows had gained is told last.
    else if (isKept(message)) (leaving?.client ?? this.seats.get(from))?.hear(message)
    else this.seats.get(from)?.hear(message)
  }

  private async leave(seat: number): Promise<void> {
    const client = this.seats.get(seat)
    if (client === undefined) return
    this.seats.delete(seat)
    if (!this.isAlive) return
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    this.closing.set(seat, { client, closed: resolve })
    const late = setTimeout(resolve, CLOSE_WITHIN_MS)
    this.post({ to: seat, close: true })
    await closed
    clearTimeout(late)
    this.closing.delete(seat)
    if (this.seats.size === 0 && this.closing.size === 0) await this.end()
  }

  private async end(): Promise<void> {
    if (!this.isAlive) return
    this.isAlive = false
    await this.worker.terminate()
    this.wake?.close()
  }

  private die(why: string): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.wake?.close()
    for (const { closed } of this.closing.values()) closed()
    const clients = [...this.seats.values()]
    this.seats.clear()
    for (const client of clients) client.died(why)
  }
}

/** The place of one probe in a thread. */
export interface ThreadSeat {
  readonly number: number
  say(message: WorkerMessage, transfer?: readonly ArrayBuffer[]): void
  /** Resolves when the probe is gone from the thread, which ends with its last one. */
  leave(): Promise<void>
}
