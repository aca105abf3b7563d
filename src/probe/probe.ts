import { activityOf, rangeAsked } from '../lib/activity.ts'
import { type Answer, type Ask, BadQuestion, type Question } from '../lib/live.ts'
import { type PacketTap, RECORDING_COMMANDS, type RecordingCommand, type RecordingCommands } from '../lib/recording.ts'
import { type PacketBatch, type Source, SourceError } from '../lib/source.ts'
import { applyLearned, takeLearned } from '../tables/learned.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import type { ActivityKeeper } from './activity-keeper.ts'
import { Answers } from './answers.ts'
import type { PartAnswer, PartAsk } from './merge/part.ts'
import type { LearnedMessage, PartMessage, ProbeMessage, QuestionMessage } from './messages.ts'

/** Reading goes on this long before timers get their turn, even when nobody asks. */
const TURN_MS = 50
const TICK_MS = 1000
const OPEN_POLL_MS = 10
/** How old a packet may be when it comes out of a ring: a second is not over before. */
const LIVE_LAG_MS = 150
/** What is asked at the start is waited for no longer than this. */
const HEAR_FIRST_MS = 5000

/** What is known beyond memory. */
export interface KeptPast {
  withPast: ActivityKeeper['withPast']
  /** Resolves when what memory knows no more of hosts is in no file either that is written here. */
  forgotten(): Promise<void>
}

export interface ProbeParts {
  readonly tables: LiveTables
  readonly source: Source
  readonly name: string
  /** Packets come as they pass: ticks go by the wall clock, also when none does. */
  readonly isLive: boolean
  /** Messages that wait for this thread. */
  readonly waiting: Int32Array
  readonly post: (message: ProbeMessage) => void
  readonly tap: PacketTap
  /** Called at each tick. */
  readonly onTick?: () => void
  /** Who knows of hours that are in memory no longer. */
  readonly past?: KeptPast | undefined
}

/** The inside of a probe worker: reads a source into its tables, and answers between two batches. */
export class Probe {
  private readonly tables: LiveTables
  private readonly source: Source
  private readonly answers: Answers
  private readonly isLive: boolean
  private readonly waiting: Int32Array
  private readonly post: (message: ProbeMessage) => void
  private readonly tap: PacketTap
  private readonly onTick: () => void
  private readonly past: ProbeParts['past']
  private lastTurn = 0
  private isOver = false
  private readonly over = Promise.withResolvers<void>()

  constructor({ tables, source, name, isLive, waiting, post, tap, onTick = () => undefined, past }: ProbeParts) {
    this.past = past
    this.tables = tables
    this.tap = tap
    this.source = source
    this.isLive = isLive
    this.waiting = waiting
    this.post = post
    this.onTick = onTick
    this.answers = new Answers(tables, () => source.stats(), name)
    tables.countDropped = () => source.stats().dropped
  }

  /** Resolves when nothing is read any more. */
  get ended(): Promise<void> {
    return this.over.promise
  }

  /** Reads the source to its end; what it says comes by `post`. Resolves when there is nothing left to read. */
  async run(signal: AbortSignal): Promise<void> {
    const timer = setInterval(() => this.tick(), TICK_MS)
    signal.addEventListener('abort', () => clearInterval(timer), { once: true })
    try {
      await this.hearFirst()
      if (this.isLive) this.tables.begin(Date.now())
      const running = this.source.run(
        {
          packets: (batch) => this.take(batch),
          clock: (ms) => this.tables.passClock(ms),
          event: (event, nowMs) => this.tables.event(event, nowMs),
          flows: (records, nowMs) => {
            this.tables.goOn()
            this.tables.collect(records, nowMs)
          },
          samples: (samples, nowMs) => {
            this.tables.goOn()
            this.tables.sampled(samples, nowMs)
          },
        },
        signal,
      )
      this.post({ type: 'running' })
      this.tick()
      if (this.isLive) void this.tellOpen(signal)
      await running
      this.finish()
      this.post({ type: 'ended' })
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      this.tick()
      this.tap.inputEnded()
      this.post({ type: 'failed', message: error.message })
    } finally {
      clearInterval(timer)
      this.isOver = true
      this.over.resolve()
    }
  }

  /** That the interface is open is told at once: root is given up when all are. */
  private async tellOpen(signal: AbortSignal): Promise<void> {
    while (this.source.stats().link === undefined && !signal.aborted) {
      if (this.isOver) return
      await new Promise((resolve) => setTimeout(resolve, OPEN_POLL_MS))
    }
    this.tick()
  }

  private finish(): void {
    this.tables.finish()
    // The last second is whole now.
    this.tables.tickTo(this.tables.nowMs + TICK_MS)
    this.tables.points?.finish()
    this.tick()
    this.tap.inputEnded()
  }

  private take(batch: PacketBatch): void | Promise<void> {
    this.tables.goOn()
    this.tables.take(batch)
    return this.tap.take(batch, batch.count) ?? this.giveTurn()
  }

  /** What was asked in the turn that opened the input is heard before its first packet: a recording of it misses none. */
  private async hearFirst(): Promise<void> {
    const untilMs = performance.now() + HEAR_FIRST_MS
    while (Atomics.load(this.waiting, 0) !== 0 && performance.now() < untilMs) await new Promise((resolve) => setImmediate(resolve))
  }

  /** A turn of the event loop when somebody waits for an answer, or when it is time. */
  private giveTurn(): void | Promise<void> {
    const now = performance.now()
    if (Atomics.load(this.waiting, 0) === 0 && now - this.lastTurn < TURN_MS) return undefined
    this.lastTurn = now
    this.tell()
    return new Promise((resolve) => setImmediate(resolve))
  }

  /** What has been learned goes to the other workers of the interface, if there are any. */
  private tell(): void {
    const learned = takeLearned(this.tables)
    if (learned !== undefined) this.post({ type: 'learned', learned })
  }

  private tick(): void {
    this.tell()
    if (this.isLive) this.tables.passClock(Date.now() - LIVE_LAG_MS)
    this.tables.settle()
    this.onTick()
    this.post({ type: 'tick', totals: this.answers.totals(), stats: this.source.stats() })
  }

  hear(message: QuestionMessage | PartMessage | LearnedMessage): void {
    if ('learned' in message) return applyLearned(this.tables, message.learned)
    const { id } = message
    try {
      const answer = this.answerTo(message)
      if (answer instanceof Promise)
        answer.then(
          (found) => this.post({ type: 'answer', id, answer: found }),
          (error: unknown) => this.refuse(id, error),
        )
      else this.post({ type: 'answer', id, answer })
    } catch (error) {
      this.refuse(id, error)
    }
  }

  private answerTo(message: QuestionMessage | PartMessage): unknown {
    if ('part' in message) return this.partOf(message)
    const { question, ask } = message
    if (question === 'activity' && this.past !== undefined) return this.activity(ask as Ask<'activity'>, this.past)
    return isCommand(question)
      ? this.tap.do(question, ask as RecordingCommands[RecordingCommand]['ask'])
      : this.answers.answer(question, ask as Ask<Question>)
  }

  private partOf({ part, ask, elsewhere }: PartMessage): unknown {
    const answer = this.answers.part(part, ask, elsewhere)
    // What is being written has them still.
    if (part === 'forgetObserved') return this.past === undefined ? answer : this.past.forgotten().then(() => answer)
    if (part !== 'activityPart' || this.past === undefined) return answer
    return this.past.withPast(ask as PartAsk<'activityPart'>, answer as PartAnswer<'activityPart'>)
  }
  private async activity(ask: Ask<'activity'>, past: NonNullable<ProbeParts['past']>): Promise<Answer<'activity'>> {
    const range = rangeAsked(ask, this.tables.nowMs)
    const bits = await past.withPast({ ...ask, ...range }, this.answers.part('activityPart', { ...ask, ...range }))
    return bits && activityOf(ask, range, bits)
  }

  private refuse(id: number, error: unknown): void {
    if (error instanceof BadQuestion) {
      const { field, message, offset, expected } = error
      this.post({ type: 'refusal', id, field, message, expected, ...(offset === undefined ? {} : { offset }) })
    } else this.post({ type: 'fault', id, message: error instanceof Error ? error.message : String(error) })
  }
}

const isCommand = (question: Question | RecordingCommand): question is RecordingCommand => RECORDING_COMMANDS.includes(question)
