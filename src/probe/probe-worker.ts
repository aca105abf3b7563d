import { Worker } from 'node:worker_threads'
import { type Answer, type Ask, BadQuestion, type Question, type Totals } from '../lib/live.ts'
import type { RecordingCommand } from '../lib/recording.ts'
import { newSourceStats, type SourceStats } from '../lib/source.ts'
import type { Learned } from '../tables/learned.ts'
import type { PartWorker } from './merge/crew.ts'
import type { PartAnswer, PartAsk, PartQuestion } from './merge/part.ts'
import type { PartMessage, ProbeConfig, ProbeMessage, QuestionMessage, WorkerMessage } from './messages.ts'
import { PacketStreams } from './packet-streams.ts'

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** What a worker says of itself, beside its answers. */
export type Said = Exclude<ProbeMessage, { readonly type: 'answer' | 'fault' | 'refusal' | 'chunk' }>

export interface WorkerOptions {
  /** The worker's entry file. */
  readonly entry: URL
  readonly number: number
  readonly name: string
  readonly config: Omit<ProbeConfig, 'waiting'>
  said(worker: ProbeWorker, message: Said): void
  /** The thread is gone without having been asked to go. */
  died(worker: ProbeWorker, why: string): void
}

/** One worker as the main thread sees it: its thread, how far it is, and the questions on their way. */
export class ProbeWorker implements PartWorker {
  readonly number: number
  private readonly options: WorkerOptions
  private readonly thread: Worker
  private readonly counter: Int32Array
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 0
  isAlive = true
  state: 'starting' | 'running' | 'ended' | 'failed' = 'starting'
  failure: string | undefined
  stats: SourceStats = newSourceStats()
  totals: Totals | undefined
  readonly recordings = new PacketStreams((command, ask, transfer) => this.ask(command, ask, transfer))

  constructor(options: WorkerOptions) {
    this.options = options
    this.number = options.number
    const shared = new SharedArrayBuffer(4)
    this.counter = new Int32Array(shared)
    const config: ProbeConfig = { ...options.config, waiting: shared }
    // Held until this turn is over: the worker reads nothing before it has heard what is asked in it.
    Atomics.store(this.counter, 0, 1)
    setImmediate(() => Atomics.sub(this.counter, 0, 1))
    this.thread = new Worker(options.entry, { workerData: config, name: `probe ${options.name}` })
    this.thread.on('message', (message: ProbeMessage) => {
      // What a dead worker had still on its way does not bring it back.
      if (this.isAlive) this.hear(message)
    })
    this.thread.on('error', (error: unknown) => this.die(`its worker died: ${error instanceof Error ? error.message : String(error)}`))
    this.thread.on('exit', (code) => this.die(`its worker ended with status ${code}`))
  }

  private hear(message: ProbeMessage): void {
    switch (message.type) {
      case 'answer':
        return this.settle(message.id)?.resolve(message.answer)
      case 'refusal':
        return this.settle(message.id)?.reject(new BadQuestion(message.field, message.message, message.offset, message.expected))
      case 'fault':
        return this.settle(message.id)?.reject(new Error(message.message))
      case 'chunk':
        return this.recordings.hear(message)
      case 'tick':
        this.totals = message.totals
        this.stats = message.stats
        break
      case 'failed':
        this.failure = message.message
        this.state = 'failed'
        break
      case 'running':
      case 'ended':
        this.state = message.type
        break
      default:
    }
    this.options.said(this, message)
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  private die(why: string): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.state = 'failed'
    this.failure ??= why
    this.rejectAll()
    this.options.died(this, why)
  }

  get gone(): Error {
    return new Error(`interface ${this.options.name} has failed: ${this.failure ?? 'it was stopped'}`)
  }
  private rejectAll(): void {
    for (const { reject } of this.waiting.values()) reject(this.gone)
    this.waiting.clear()
    this.recordings.gone()
  }

  answer<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    return this.ask(question, ask)
  }
  private ask<A>(question: Question | RecordingCommand, ask: QuestionMessage['ask'], transfer?: readonly ArrayBuffer[]): Promise<A> {
    const message: QuestionMessage = { id: ++this.nextId, question, ask }
    return this.send(message, transfer) as Promise<A>
  }
  part<Q extends PartQuestion>(part: Q, ask: PartAsk<Q>): Promise<PartAnswer<Q>> {
    const message: PartMessage = { id: ++this.nextId, part, ask }
    return this.send(message) as Promise<PartAnswer<Q>>
  }
  private send(message: QuestionMessage | PartMessage, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (!this.isAlive) return Promise.reject(this.gone)
    Atomics.add(this.counter, 0, 1)
    this.thread.postMessage(message, transfer)
    return new Promise((resolve, reject) => this.waiting.set(message.id, { resolve, reject }))
  }

  learn(learned: Learned): void {
    const message: WorkerMessage = { learned }
    if (this.isAlive) this.thread.postMessage(message)
  }

  async stop(): Promise<void> {
    this.isAlive = false
    this.rejectAll()
    await this.thread.terminate()
  }
}
