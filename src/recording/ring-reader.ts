import type { KeptAsk, StreamEnd } from '../lib/recording.ts'
import type { PacketMatch } from './packet-match.ts'
import type { PacketOutput } from './packet-output.ts'
import { KeptPacket, type PacketRing } from './packet-ring.ts'

/** Records looked at before the capture has its turn again: a few milliseconds. */
const RECORDS_A_TURN = 16_384

/**
 * Reads the ring out, oldest first, up to what it held at the start, while the capture goes on and overwrites it: what is gone before it was
 * reached counts as left out. It goes as fast as the receiver takes.
 */
export class RingReader {
  private readonly ring: PacketRing
  private readonly match: PacketMatch
  private readonly fromMs: number
  private readonly toMs: number
  private readonly makeOutput: () => PacketOutput
  private readonly done: () => void
  private output: PacketOutput | undefined
  private readonly packet = new KeptPacket()
  private at: number
  /** How many packets were appended before the one at `at`. */
  private index: number
  private readonly until: number
  private scheduled = false

  constructor(ring: PacketRing, match: PacketMatch, { fromMs, toMs }: KeptAsk, makeOutput: () => PacketOutput, done: () => void) {
    this.ring = ring
    this.match = match
    this.fromMs = fromMs ?? Number.NEGATIVE_INFINITY
    this.toMs = toMs ?? Number.POSITIVE_INFINITY
    this.makeOutput = makeOutput
    this.done = done
    this.at = ring.begin
    this.index = ring.dropped
    this.until = ring.end
  }

  /** Whether there is a packet; then the stream follows. */
  async start(): Promise<boolean> {
    for (;;) {
      if (this.findFirst(RECORDS_A_TURN)) break
      if (this.at >= this.until) {
        this.done()
        return false
      }
      await new Promise(setImmediate)
    }
    this.output = this.makeOutput()
    this.schedule()
    return true
  }

  private findFirst(records: number): boolean {
    this.skipOverwritten()
    this.match.begin()
    for (let n = 0; n < records && this.at < this.until; n++) {
      const next = this.ring.read(this.at, this.packet)
      if (this.isWanted()) return true
      this.goOn(next)
    }
    return false
  }

  private isWanted(): boolean {
    const { packet } = this
    return packet.tsMs >= this.fromMs && packet.tsMs <= this.toMs && this.match.kept(packet)
  }

  taken(memory: ArrayBuffer): void {
    this.output?.taken(memory)
    this.schedule()
  }

  stop(): void {
    this.finish('stopped')
  }

  private schedule(): void {
    if (this.scheduled || this.output === undefined || this.output.isOver) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.step()
    })
  }

  private step(): void {
    const { output, ring, packet } = this
    if (output === undefined || output.isOver) return
    output.leftOut += this.skipOverwritten()
    this.match.begin()
    for (let n = 0; n < RECORDS_A_TURN && this.at < this.until; n++) {
      const next = ring.read(this.at, packet)
      if (this.isWanted()) {
        const { bytes, start, capLen, wireLen, tsMs, linkType } = packet
        // The receiver is not through yet: it goes on when a chunk has been taken.
        if (!output.hasRoom(capLen, linkType)) return
        output.packet(bytes, start, capLen, wireLen, tsMs, linkType)
      }
      this.goOn(next)
    }
    if (this.at < this.until) this.schedule()
    else this.finish('complete')
  }

  private goOn(next: number): void {
    this.at = next
    this.index++
  }

  /** How many packets the capture has overwritten that were to be read next. */
  private skipOverwritten(): number {
    const { ring, index } = this
    if (this.at >= ring.begin) return 0
    this.at = Math.min(ring.begin, this.until)
    this.index = ring.dropped
    return ring.dropped - index
  }

  private finish(end: StreamEnd): void {
    this.output?.finish(end)
    this.at = this.until
    this.done()
  }
}
