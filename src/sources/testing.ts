import type { PacketBatch, Sink, Source } from '../lib/source.ts'
import { newSourceStats, type SourceStats } from '../lib/source.ts'
import { type CaptureOptions, CaptureReader } from './capture-reader.ts'
import { joinBytes } from './pcap-writer.ts'

/** What came out of a source: packets as plain objects, with their bytes. */
export interface SeenPacket {
  tsMs: number
  data: string
  wireLen: number
  linkType: number
}

export class CollectingSink implements Sink {
  readonly seen: SeenPacket[] = []
  packets(batch: PacketBatch): void {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.start[i]!
      this.seen.push({
        tsMs: batch.tsMs[i]!,
        data: Buffer.from(batch.buf.subarray(start, start + batch.capLen[i]!)).toString('hex'),
        wireLen: batch.wireLen[i]!,
        linkType: batch.linkType[i]!,
      })
    }
  }
}

export const NEVER = new AbortController().signal

export async function collect(source: Source, signal: AbortSignal = NEVER): Promise<SeenPacket[]> {
  const sink = new CollectingSink()
  await source.run(sink, signal)
  return sink.seen
}

/** Bytes through the reader, in slices of the given lengths (repeated), without a file. */
export async function readBytes(
  bytes: Uint8Array,
  slices: readonly number[] = [bytes.length],
  options: CaptureOptions = {},
): Promise<{ seen: SeenPacket[]; stats: SourceStats }> {
  const stats = newSourceStats()
  const sink = new CollectingSink()
  const reader = new CaptureReader('test', sink, stats, NEVER, options)
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const step = Math.max(1, slices[i % slices.length]!)
    // A copy, overwritten afterwards: whoever keeps a view of it is found out.
    const chunk = bytes.slice(at, at + step)
    await reader.feed(chunk)
    chunk.fill(0xee)
    at += step
  }
  reader.finish()
  return { seen: sink.seen, stats }
}

/** `length` bytes that tell where they come from. */
export const payload = (length: number, seed = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff)

/** Builds pcapng blocks in one byte order. */
export class PcapngBuilder {
  readonly #parts: Uint8Array[] = []
  readonly #le: boolean

  constructor(littleEndian = true) {
    this.#le = littleEndian
  }

  /** `words`: numbers are 32 bits, [n] is 16 bits, byte arrays are padded to 4. */
  body(...words: (number | [number] | Uint8Array)[]): Uint8Array {
    return joinBytes(words.map((word) => this.#word(word)))
  }

  #word(word: number | [number] | Uint8Array): Uint8Array {
    if (word instanceof Uint8Array) return joinBytes([word, new Uint8Array(-word.length & 3)])
    const view = new DataView(new ArrayBuffer(typeof word === 'number' ? 4 : 2))
    if (typeof word === 'number') view.setUint32(0, word >>> 0, this.#le)
    else view.setUint16(0, word[0], this.#le)
    return new Uint8Array(view.buffer)
  }

  block(type: number, body: Uint8Array, claimedLen = body.length + 12, trailerLen = claimedLen): this {
    this.#parts.push(this.body(type, claimedLen, body, trailerLen))
    return this
  }

  section(magic = 0x1a2b3c4d, major = 1): this {
    return this.block(0x0a0d0d0a, this.body(magic, [major], [0], 0xffffffff, 0xffffffff))
  }

  option(code: number, value: Uint8Array): Uint8Array {
    return this.body([code], [value.length], value)
  }

  interface(linkType = 1, snapLen = 0, ...options: Uint8Array[]): this {
    return this.block(1, this.body([linkType], [0], snapLen, ...options, ...(options.length > 0 ? [0] : [])))
  }

  /** `ticks` in the unit of the interface. */
  enhanced(interfaceId: number, ticks: bigint, data: Uint8Array, wireLen = data.length, capLen = data.length): this {
    return this.block(6, this.body(interfaceId, Number(ticks >> 32n), Number(ticks & 0xffffffffn), capLen, wireLen, data))
  }

  obsolete(interfaceId: number, drops: number, ticks: bigint, data: Uint8Array): this {
    const body = this.body([interfaceId], [drops], Number(ticks >> 32n), Number(ticks & 0xffffffffn), data.length, data.length, data)
    return this.block(2, body)
  }

  simple(data: Uint8Array, wireLen = data.length): this {
    return this.block(3, this.body(wireLen, data))
  }

  bytes(): Uint8Array {
    return joinBytes(this.#parts)
  }
}
