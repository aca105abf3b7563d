import type { PacketStream, RecordingAsk, StreamEnd, StreamProgress } from '../../lib/recording.ts'
import type { WorkerStream } from '../packet-streams.ts'
import { CapturePart } from './capture-part.ts'
import { JointFile } from './joint-file.ts'

/** A packet waits so long, from when it came here, for older ones of workers that have not said how far they are. */
export const REORDER_MS = 500

export interface JointOptions extends Pick<RecordingAsk, 'format' | 'maxBytes' | 'maxPackets'> {
  /** Workers can wait: then order is worth any time. Else what waits too long, or is too much, goes out as it is. */
  readonly canWait: boolean
}

/**
 * The packets of several workers by time, as one file. The oldest goes out when every other worker has a packet waiting here, has ended, or has said that it is further
 * than that. Each worker's own packets keep their order.
 */
export class JointStream implements PacketStream {
  readonly about: string
  private readonly parts: readonly CapturePart[]
  private readonly file: JointFile
  private readonly canWait: boolean
  private end: StreamEnd | undefined
  private isFinished = false
  private wake: (() => void) | undefined
  /** In the order in which they ended. */
  private readonly ended = new Set<CapturePart>()

  constructor(streams: readonly WorkerStream[], options: JointOptions) {
    this.about = streams[0]?.about ?? ''
    this.file = new JointFile(options.format, options)
    this.canWait = options.canWait
    this.parts = streams.map((stream) => new CapturePart(stream, () => this.wake?.()))
  }

  progress(): StreamProgress {
    const { packets, bytes, otherLinkType } = this.file
    const leftOut = this.parts.reduce((sum, { stream }) => sum + stream.progress().leftOut, 0)
    return { packets, bytes, leftOut, otherLinkType, ...(this.end !== undefined && { end: this.end }) }
  }

  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const waitMs = this.gather()
      const piece = this.file.take()
      if (piece.length > 0) return piece
      if (this.isFinished) return undefined
      await this.news(waitMs)
    }
  }

  /** Resolves when a worker says something, or the time is over. */
  private news(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(waitMs) ? setTimeout(resolve, waitMs) : undefined
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  stop(): void {
    for (const { stream } of this.parts) stream.stop()
  }

  /** Puts into the file what can go out. Returns how long the oldest packet has still to wait. */
  private gather(): number {
    const { parts, file } = this
    while (!this.isFinished) {
      const section = parts.find((part) => part.section !== undefined)?.section
      if (section !== undefined) file.begin(section)
      for (const part of parts) if (part.isOver) this.ended.add(part)
      const oldest = oldestOf(parts)
      if (oldest === undefined) {
        if (this.ended.size < parts.length) return Number.POSITIVE_INFINITY
        this.finish(endOf([...this.ended]))
        break
      }
      const waitMs = this.waitFor(oldest)
      if (waitMs > 0) return waitMs
      const put = file.put(oldest)
      if (put === false) return 0
      if (typeof put === 'string') this.finish(put)
      else oldest.advance()
    }
    return 0
  }

  private waitFor(oldest: CapturePart): number {
    const isNext = this.parts.every((part) => part.head !== undefined || part.upToMs >= oldest.tsMs)
    if (isNext) return 0
    if (this.canWait) return Number.POSITIVE_INFINITY
    return oldest.isFull ? 0 : Math.max(0, oldest.head!.arrivedMs + REORDER_MS - performance.now())
  }

  private finish(end: StreamEnd): void {
    this.file.finish()
    this.end = end
    this.isFinished = true
    for (const part of this.parts) part.stop()
  }
}

function oldestOf(parts: readonly CapturePart[]): CapturePart | undefined {
  let oldest: CapturePart | undefined
  for (const part of parts) if (part.head !== undefined && (oldest === undefined || part.tsMs < oldest.tsMs)) oldest = part
  return oldest
}

/** That of the last, but a worker that is gone ends nothing for the others. */
function endOf(parts: readonly CapturePart[]): StreamEnd {
  const ends = parts.map(({ stream }) => stream.progress().end ?? 'interface-gone')
  return ends.findLast((end) => end !== 'interface-gone') ?? 'interface-gone'
}
