import { type Answer, type Ask, BadQuestion, type Question, type Totals } from '../lib/live.ts'
import type { RecordingCommand } from '../lib/recording.ts'
import { newSourceStats, type SourceStats } from '../lib/source.ts'
import type { Learned } from '../tables/learned.ts'
import type { Elsewhere } from '../tables/set-aside.ts'
import type { PartWorker } from './merge/crew.ts'
import type { PartAnswer, PartAsk, PartQuestion } from './merge/part.ts'
import { isKept, type PartMessage, type ProbeConfig, type ProbeMessage, type QuestionMessage, type WorkerMessage } from './messages.ts'
import { PacketStreams } from './packet-streams.ts'
import type { ProbeThread, ThreadSeat } from './probe-thread.ts'

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** What a worker says of itself, beside its answers. */
export type Said = Exclude<ProbeMessage, { readonly type: 'answer' | 'fault' | 'refusal' | 'chunk' | 'closed' }>

export interface WorkerOptions {
  readonly thread: ProbeThread
  readonly number: number
  readonly name: string
  readonly config: ProbeConfig
  said(worker: ProbeWorker, message: Said): void
  /** The thread is gone without having been asked to go. */
  died(worker: ProbeWorker, why: string): void
}

/** One probe of an interface as the main thread sees it: its place in a thread, how far it is, and the questions on their way. */
export class ProbeWorker implements PartWorker {
  readonly number: number
  private readonly options: WorkerOptions
  private readonly seat: ThreadSeat
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
    this.seat = options.thread.open(options.config, {
      hear: (message) => {
        // What a dead worker had still on its way does not bring it back; what its flows had gained counts.
        if (this.isAlive || isKept(message)) this.hear(message)
      },
      died: (why) => this.die(why),
    })
  }

  get thread(): ProbeThread {
    return this.options.thread
  }
  get seatNumber(): number {
    return this.seat.number
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
      case 'closed':
        return
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

  /** Its input is at its end. */
  get hasEnded(): boolean {
    return this.state === 'ended'
  }
  /** Resolves when nothing of it runs any more. */
  get threadEnded(): Promise<void> {
    return this.options.thread.ended
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
  part<Q extends PartQuestion>(part: Q, ask: PartAsk<Q>, elsewhere?: Elsewhere): Promise<PartAnswer<Q>> {
    const message: PartMessage = { id: ++this.nextId, part, ask, ...(elsewhere && { elsewhere }) }
    return this.send(message) as Promise<PartAnswer<Q>>
  }
  private send(message: QuestionMessage | PartMessage, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (!this.isAlive) return Promise.reject(this.gone)
    this.seat.say(message, transfer)
    return new Promise((resolve, reject) => this.waiting.set(message.id, { resolve, reject }))
  }

  learn(learned: Learned): void {
    this.tell({ learned })
  }
  tell(message: WorkerMessage): void {
    if (this.isAlive) this.seat.say(message)
  }

  async stop(): Promise<void> {
    this.isAlive = false
    this.rejectAll()
    await this.seat.leave()
  }
}
