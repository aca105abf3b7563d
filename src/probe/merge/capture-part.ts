import {
  blockLen,
  blockType,
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  interfaceLinkType,
  packetInterface,
  packetTimeMs,
  SECTION_HEADER,
} from '../../lib/capture-format.ts'
import type { WorkerStream } from '../packet-streams.ts'

/** Packets of one worker that wait here for those of the others. */
const MAX_HELD_BYTES = 8 << 20

interface Held {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly arrivedMs: number
}

/** The packets of one worker, as a pcapng file that comes in pieces of whole blocks. The head is the next of them. */
export class CapturePart {
  readonly stream: WorkerStream
  /** The section header block, as the worker wrote it. */
  section: Uint8Array | undefined
  // The head: where its block lies. Undefined: there is none yet.
  head: Held | undefined
  at = 0
  length = 0
  tsMs = 0
  linkType = 0
  private readonly linkTypes: number[] = []
  private readonly queue: Held[] = []
  private heldBytes = 0
  private hasEnded = false
  private isDropping = false
  private roomy: (() => void) | undefined
  private readonly news: () => void

  constructor(stream: WorkerStream, news: () => void) {
    this.stream = stream
    this.news = news
    stream.onNews = news
    void this.pull()
  }

  /** No packet comes any more, and none is held. */
  get isOver(): boolean {
    return this.hasEnded && this.head === undefined
  }
  /** It holds as much as it may: the worker waits, or leaves packets out. */
  get isFull(): boolean {
    return this.heldBytes >= MAX_HELD_BYTES
  }
  /** No packet that still comes is older, as far as is known. */
  get upToMs(): number {
    return this.hasEnded ? Number.POSITIVE_INFINITY : Math.max(this.stream.upToMs, this.tsMs)
  }

  /** Takes what comes into memory of ours, so that the worker has its own back. */
  private async pull(): Promise<void> {
    for (let chunk = await this.stream.next(); chunk !== undefined; chunk = await this.stream.next()) {
      if (this.isDropping) continue
      const bytes = chunk.slice()
      this.queue.push({ bytes, view: new DataView(bytes.buffer), arrivedMs: performance.now() })
      this.heldBytes += bytes.length
      if (this.head === undefined) this.findHead()
      this.news()
      if (this.isFull) await new Promise<void>((resolve) => (this.roomy = resolve))
    }
    this.hasEnded = true
    this.news()
  }

  /** The head has been taken. */
  advance(): void {
    this.at += this.length
    this.findHead()
  }

  private findHead(): void {
    for (; this.queue.length > 0; this.dropFirst()) {
      const first = this.queue[0]!
      if (this.head === undefined) this.at = 0
      this.head = first
      for (; this.at < first.bytes.length; this.at += this.length) {
        this.length = blockLen(first.view, this.at)
        if (this.isPacket(first)) return
      }
    }
  }

  private isPacket({ bytes, view }: Held): boolean {
    const { at } = this
    switch (blockType(view, at)) {
      case ENHANCED_PACKET:
        this.tsMs = packetTimeMs(view, at)
        this.linkType = this.linkTypes[packetInterface(view, at)]!
        return true
      case INTERFACE_DESCRIPTION:
        this.linkTypes.push(interfaceLinkType(view, at))
        return false
      case SECTION_HEADER:
        this.section = bytes.slice(at, at + this.length)
        return false
      default:
        return false
    }
  }

  private dropFirst(): void {
    this.heldBytes -= this.queue.shift()!.bytes.length
    this.head = undefined
    if (!this.isFull) this.roomy?.()
  }

  /** What still comes is of no use. */
  stop(): void {
    this.isDropping = true
    this.queue.length = 0
    this.heldBytes = 0
    this.head = undefined
    this.roomy?.()
    this.stream.stop()
  }
}
