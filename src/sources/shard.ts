import { PacketBatch, type Sink, type Source, type SourceStats } from '../lib/source.ts'
import { hashEnd, mix } from '../tables/hash.ts'
import { Decoder } from '../wire/decode.ts'
import { KIND_IP, Packet } from '../wire/packet.ts'

/** Which share a packet with IP belongs to: any 32 bits. */
export type ShardHash = (p: Packet, seed: number) => number

/** By the addresses of the innermost packet, whichever way it goes: flows stay whole, and so do fragmented packets. */
export const symmetric: ShardHash = (p, seed) =>
  mix(hashEnd(p.src0, p.src1, p.src2, p.src3, 0, seed) + hashEnd(p.dst0, p.dst1, p.dst2, p.dst3, 0, seed))

/** As the kernel does for plain packets (PACKET_FANOUT_HASH, packet(7)): flows of two hosts may come apart, but each is whole. */
export const fiveTuple: ShardHash = (p, seed) =>
  mix(
    hashEnd(p.src0, p.src1, p.src2, p.src3, p.srcPort, seed) +
      hashEnd(p.dst0, p.dst1, p.dst2, p.dst3, p.dstPort, seed) +
      Math.imul(p.proto, 7),
  )

/** For tests, as bad as a network card's: the directions of a flow come apart, and later fragments from their first. */
export const lopsided: ShardHash = (p, seed) =>
  mix(
    Math.imul(hashEnd(p.src0, p.src1, p.src2, p.src3, p.srcPort, seed), 31) +
      hashEnd(p.dst0, p.dst1, p.dst2, p.dst3, p.dstPort ^ (p.fragmentOffset << 8), seed),
  )

export interface Share {
  /** From 0 to count - 1. */
  readonly index: number
  readonly count: number
  /** The same for all shares of an input. */
  readonly seed: number
  readonly hash?: ShardHash
}

const SECOND_MS = 1000

/**
 * Of the packets of a source those of one share; frames without IP belong to the first. The times of all others are passed on where they matter (Sink.clock), so
 * that whoever takes this share ends the same ticks as the takers of the other ones.
 */
export function shard(source: Source, share: Share): Source {
  return {
    name: source.name,
    run: (sink, signal) => source.run(new ShardSink(sink, share), signal),
    // What the capture had lost before it was written is no share's: it is counted once.
    stats: (): SourceStats => (share.index === 0 ? source.stats() : { ...source.stats(), dropped: 0 }),
  }
}

class ShardSink implements Sink {
  private readonly sink: Sink
  private readonly share: Share
  private readonly hash: ShardHash
  private readonly decoder: Decoder
  private readonly packet = new Packet()
  private part = new PacketBatch(0)
  /** Latest time of all packets so far, and the end of its second. */
  private nowMs = Number.NEGATIVE_INFINITY
  private secondEndMs = Number.NEGATIVE_INFINITY

  constructor(sink: Sink, share: Share) {
    this.sink = sink
    this.share = share
    this.hash = share.hash ?? symmetric
    this.decoder = new Decoder(share.seed)
  }

  async packets(batch: PacketBatch): Promise<void> {
    if (this.part.capacity < batch.capacity) this.part = new PacketBatch(batch.capacity)
    const { part, decoder } = this
    part.buf = batch.buf
    part.count = 0
    decoder.nowMs = Math.max(0, this.nowMs)
    for (let i = 0; i < batch.count; i++) {
      const ts = batch.tsMs[i]!
      const isOurs = this.isOurs(batch, i)
      // Ours brings its own time, unless it is late by the clock of all.
      const isNoted = isOurs ? this.nowMs - ts > SECOND_MS : ts >= this.secondEndMs
      if (ts > this.nowMs) this.nowMs = ts
      if (ts >= this.secondEndMs) this.secondEndMs = (Math.floor(ts / SECOND_MS) + 1) * SECOND_MS
      if (isNoted) {
        await this.handOver()
        this.sink.clock?.(this.nowMs)
      }
      if (isOurs) add(batch, i, part)
    }
    await this.handOver()
    if (batch.count > 0) this.sink.clock?.(this.nowMs)
  }

  private isOurs({ buf, start, capLen, wireLen, linkType }: PacketBatch, i: number): boolean {
    const { packet, share } = this
    this.decoder.decode(buf, start[i]!, start[i]! + capLen[i]!, wireLen[i]!, linkType[i]!, packet)
    const owner = packet.kind === KIND_IP ? (this.hash(packet, share.seed) >>> 0) % share.count : 0
    return owner === share.index
  }

  private async handOver(): Promise<void> {
    const { part } = this
    if (part.count === 0) return
    const turn = this.sink.packets(part)
    if (turn) await turn
    part.count = 0
  }
}

function add(from: PacketBatch, i: number, to: PacketBatch): void {
  const at = to.count++
  to.start[at] = from.start[i]!
  to.capLen[at] = from.capLen[i]!
  to.wireLen[at] = from.wireLen[i]!
  to.tsMs[at] = from.tsMs[i]!
  to.linkType[at] = from.linkType[i]!
}
