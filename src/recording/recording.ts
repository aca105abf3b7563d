import type { RecordingCommands, StreamEnd } from '../lib/recording.ts'
import type { PacketBatch } from '../lib/source.ts'
import type { Bytes } from './byte-copy.ts'
import type { PacketMatch } from './packet-match.ts'
import type { PacketOutput } from './packet-output.ts'

const MS_PER_SECOND = 1000

/** One recording in the worker: takes the packets that match until a bound is reached. */
export class Recording {
  readonly output: PacketOutput
  readonly inputWaits: boolean
  private readonly tellsTime: boolean
  private readonly match: PacketMatch
  private readonly maxPackets: number
  private readonly maxBytes: number
  private readonly untilMs: number

  constructor(
    { maxPackets, maxBytes, maxSeconds, inputWaits = false, tellsTime = false }: RecordingCommands['startRecording']['ask'],
    match: PacketMatch,
    output: PacketOutput,
  ) {
    this.tellsTime = tellsTime
    this.match = match
    this.output = output
    this.inputWaits = inputWaits
    this.maxPackets = maxPackets
    this.maxBytes = maxBytes
    this.untilMs = performance.now() + maxSeconds * MS_PER_SECOND
  }

  get isOver(): boolean {
    return this.output.isOver
  }

  /** Not after the end. The packets `from` … `upTo` of the batch; their rows are in `rowOf`, and still theirs. */
  take(source: Bytes, batch: PacketBatch, rowOf: Int32Array, from: number, upTo: number): void {
    const { match, output } = this
    if (!match.begin()) return this.end('flow-ended')
    const { start, capLen, wireLen, tsMs, linkType } = batch
    for (let i = from; i < upTo; i++) {
      if (!match.passing(batch, i, rowOf[i]!)) continue
      if (output.bytes + output.lengthOf(capLen[i]!, linkType[i]!) > this.maxBytes) return this.end('bytes')
      output.packet(source, start[i]!, capLen[i]!, wireLen[i]!, tsMs[i]!, linkType[i]!)
      if (output.packets >= this.maxPackets) return this.end('packets')
    }
  }

  /** `inputMs`: the time of the latest packet of the input. */
  tick(nowMs: number, inputMs: number): void {
    if (nowMs >= this.untilMs) this.end('seconds')
    else if (!this.match.begin()) this.end('flow-ended')
    else this.output.flush(this.tellsTime ? inputMs : undefined)
  }

  stop(): void {
    this.end('stopped')
  }
  end(why: StreamEnd): void {
    this.output.finish(why)
  }
}
