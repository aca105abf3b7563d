import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

export type Compression = 'gzip' | 'zstd'

export const COMPRESSION_MAGIC_LEN = 4
const ZSTD_MAGIC = 0xfd2fb528
/** RFC 8878 §3.1.2: parallel compressors put such a frame in front. */
const ZSTD_SKIPPABLE = 0x184d2a50
const OUTPUT_BYTES = 65_536

/** By the first bytes, never by the name. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head.length < COMPRESSION_MAGIC_LEN) return undefined
  const [a, b, c, d] = head as unknown as [number, number, number, number]
  if (a === 0x1f && b === 0x8b && c === 8) return 'gzip'
  const magic = ((d << 24) | (c << 16) | (b << 8) | a) >>> 0
  return magic === ZSTD_MAGIC || (magic & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE ? 'zstd' : undefined
}

const decoder = (kind: Compression): Transform & { bytesWritten: number } =>
  kind === 'gzip' ? createGunzip({ chunkSize: OUTPUT_BYTES }) : createZstdDecompress({ chunkSize: OUTPUT_BYTES })

/**
 * The bytes that were packed. Throws at damage or a missing end, but not before all that could be unpacked has been yielded: the decoder is
 * told of the end only when it has been read empty. A chunk of the input is done with when the next one is asked for.
 */
export async function* decompressed(chunks: AsyncIterable<Uint8Array>, kind: Compression): AsyncGenerator<Uint8Array> {
  const input = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array | undefined
  try {
    do {
      const frame = new FrameReader(decoder(kind))
      yield* frame.read(input, rest)
      // A decoder ends with its first zstd frame; a file may hold several.
      rest = await longEnough(frame.unread, input)
    } while (compressionOf(rest) === kind)
  } finally {
    await input.return?.()
  }
}

/** What is left of a chunk, with more behind it when a magic would not fit. */
async function longEnough(rest: Uint8Array, input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let joined = rest
  while (joined.length > 0 && joined.length < COMPRESSION_MAGIC_LEN) {
    const kept = joined.slice()
    const next = await input.next()
    if (next.done) break
    joined = new Uint8Array(kept.length + next.value.length)
    joined.set(kept)
    joined.set(next.value, kept.length)
  }
  return joined
}

/** Runs one decoder hand over hand: read it empty, give it a chunk, read it empty. */
class FrameReader {
  /** What followed the frame in the last chunk. */
  unread: Uint8Array = new Uint8Array(0)
  readonly #decoder: Transform & { bytesWritten: number }
  #failure: Error | undefined
  #ended = false
  #writing = false
  #wake: () => void = () => {}

  constructor(decoder: Transform & { bytesWritten: number }) {
    this.#decoder = decoder
    const wake = () => this.#wake()
    decoder.on('readable', wake)
    decoder.on('end', () => {
      this.#ended = true
      wake()
    })
    decoder.on('error', (error) => {
      this.#failure = error
      wake()
    })
  }

  async *read(input: AsyncIterator<Uint8Array>, first: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#read(input, first)
    } finally {
      this.#decoder.destroy()
    }
  }

  async *#read(input: AsyncIterator<Uint8Array>, first: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
    let given = 0
    let chunk = first
    let inputEnded = false
    for (;;) {
      const out = this.#decoder.read() as Uint8Array | null
      if (out !== null) yield out
      else if (this.#failure) throw this.#failure
      else if (this.#ended) break
      else if (this.#writing || inputEnded) await this.#event()
      // Its last chunk is done with but not used up: the frame ended in it.
      else if (this.#decoder.bytesWritten < given) break
      else {
        const next = chunk === undefined || given > 0 ? await input.next() : { done: false, value: chunk }
        if (next.done) {
          inputEnded = true
          this.#decoder.end()
        } else {
          chunk = next.value as Uint8Array
          given += chunk.length
          this.#write(chunk)
        }
      }
    }
    const left = given - this.#decoder.bytesWritten
    if (chunk !== undefined && left > 0) this.unread = chunk.subarray(chunk.length - left)
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #write(chunk: Uint8Array): void {
    this.#writing = true
    this.#decoder.write(chunk, () => {
      this.#writing = false
      this.#wake()
    })
  }
}
