/** What the main thread and the worker of one interface say to each other. */
import type { Ask, Question, Totals } from '../lib/live.ts'
import type { ChunkMessage, RecordingCommand, RecordingCommands } from '../lib/recording.ts'
import type { SourceStats } from '../lib/source.ts'
import type { Learned } from '../tables/learned.ts'
import type { PartAsk, PartQuestion } from './merge/part.ts'

export interface ProbeConfig {
  readonly name: string
  /** What to read, as `-i` says it. */
  readonly input: string
  /** Somebody sent it: a capture and nothing else, so that it cannot name files of ours. */
  readonly isUpload: boolean
  readonly originalSpeed: boolean
  /** In the syntax of tcpdump; undefined: all packets. */
  readonly packetFilter: string | undefined
  /** Networks as text; undefined: the usual local ranges. */
  readonly localNetworks: readonly string[] | undefined
  /** Of this worker. */
  readonly flowLimit: number
  readonly hostLimit: number
  /** One worker of several: it takes this share of the packets, and tells the others what it learns. */
  readonly share?: { readonly index: number; readonly count: number; readonly seed: number }
  /** Questions that have been sent and not yet been answered: the worker looks here between two batches. */
  readonly waiting: SharedArrayBuffer
  /** Bytes of the latest packets that are kept; 0: none. */
  readonly packetRing: number
}

export interface QuestionMessage {
  readonly id: number
  readonly question: Question | RecordingCommand
  readonly ask: Ask<Question> | RecordingCommands[RecordingCommand]['ask']
}

/** Asked of one worker of several, about its part. */
export interface PartMessage {
  readonly id: number
  readonly part: PartQuestion
  readonly ask: PartAsk<PartQuestion>
}
/** What another worker has learned. */
export interface LearnedMessage {
  readonly learned: Learned
}
export type WorkerMessage = QuestionMessage | PartMessage | LearnedMessage

export type ProbeMessage =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly type: 'refusal'
      readonly id: number
      readonly field: string
      readonly message: string
      readonly offset?: number
      readonly expected: readonly string[]
    }
  | { readonly type: 'fault'; readonly id: number; readonly message: string }
  | { readonly type: 'tick'; readonly totals: Totals; readonly stats: SourceStats }
  | { readonly type: 'learned'; readonly learned: Learned }
  | ChunkMessage
  | { readonly type: 'running' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly message: string }
