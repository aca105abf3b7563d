import type {
  ChunkMessage,
  KeptAsk,
  PacketStream,
  RecordingAsk,
  RecordingCommand,
  RecordingCommands,
  Recordings,
  RingState,
  StreamProgress,
} from '../lib/recording.ts'

type Send = <C extends RecordingCommand>(
  command: C,
  ask: RecordingCommands[C]['ask'],
  transfer?: readonly ArrayBuffer[],
) => Promise<RecordingCommands[C]['answer']>

/** A stream of one worker of several: with what is needed to put its packets in order with those of the others. */
export interface WorkerStream extends PacketStream {
  /** What `next` has not given yet is not older than this. */
  readonly upToMs: number
  /** Called when something has been heard of it. */
  onNews: () => void
}

/** The main thread's end of all streams of packets of one interface. */
export class PacketStreams implements Recordings {
  private readonly send: Send
  private readonly open = new Map<number, IncomingStream>()
  private nextStream = 1

  constructor(send: Send) {
    this.send = send
  }

  async start(ask: RecordingAsk & { readonly tellsTime?: boolean }): Promise<WorkerStream> {
    const stream = this.newStream()
    try {
      stream.about = await this.send('startRecording', { ...ask, stream: stream.id })
      return stream
    } catch (error) {
      this.open.delete(stream.id)
      throw error
    }
  }

  async kept(ask: KeptAsk): Promise<WorkerStream | undefined> {
    const stream = this.newStream()
    try {
      const about = await this.send('ringPackets', { ...ask, stream: stream.id })
      if (about !== null) {
        stream.about = about
        return stream
      }
    } catch (error) {
      this.open.delete(stream.id)
      throw error
    }
    this.open.delete(stream.id)
    return undefined
  }

  async ring(): Promise<RingState | undefined> {
    return (await this.send('ringState', {})) ?? undefined
  }

  private newStream(): IncomingStream {
    const stream = new IncomingStream(this.nextStream++, this.send)
    this.open.set(stream.id, stream)
    return stream
  }

  hear(message: ChunkMessage): void {
    this.open.get(message.stream)?.hear(message)
    if (message.progress.end !== undefined) this.open.delete(message.stream)
  }

  /** The worker is gone: what has come is all there is. */
  gone(): void {
    for (const stream of this.open.values()) stream.gone()
    this.open.clear()
  }
}

const NOTHING: StreamProgress = { packets: 0, bytes: 0, leftOut: 0, otherLinkType: 0 }

class IncomingStream implements WorkerStream {
  readonly id: number
  about = ''
  onNews: () => void = () => undefined
  private readonly send: Send
  private readonly chunks: { readonly memory: ArrayBuffer; readonly length: number }[] = []
  /** What the receiver works on; the worker gets its memory back when it asks for more. */
  private lent: ArrayBuffer | undefined
  private latest = NOTHING
  private toldMs = Number.NEGATIVE_INFINITY
  /** Somebody waits, and all that has come has been taken. */
  private isIdle = false
  private wake: (() => void) | undefined
  private stopped = false

  constructor(id: number, send: Send) {
    this.id = id
    this.send = send
  }

  progress(): StreamProgress {
    return this.latest
  }
  /** Not before the packets that were sent with it are in the receiver's hands. */
  get upToMs(): number {
    return this.isIdle ? this.toldMs : Number.NEGATIVE_INFINITY
  }

  async next(): Promise<Uint8Array | undefined> {
    this.giveBack()
    while (this.chunks.length === 0) {
      if (this.latest.end !== undefined) return undefined
      this.isIdle = true
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    const { memory, length } = this.chunks.shift()!
    this.lent = memory
    return new Uint8Array(memory, 0, length)
  }

  private giveBack(): void {
    const memory = this.lent
    this.lent = undefined
    if (memory === undefined || this.latest.end !== undefined) return
    // A worker that has gone meanwhile wants nothing back.
    this.send('chunkTaken', { stream: this.id, memory }, [memory]).catch(() => undefined)
  }

  stop(): void {
    if (this.stopped || this.latest.end !== undefined) return
    this.stopped = true
    this.send('stopRecording', { stream: this.id }).catch(() => undefined)
  }

  hear({ memory, length, progress, upToMs }: ChunkMessage): void {
    this.latest = progress
    if (memory !== undefined && length > 0) {
      this.chunks.push({ memory, length })
      this.isIdle = false
    }
    if (upToMs !== undefined) this.toldMs = upToMs
    this.wake?.()
    this.onNews()
  }

  gone(): void {
    this.latest = { ...this.latest, end: 'interface-gone' }
    this.wake?.()
    this.onNews()
  }
}
