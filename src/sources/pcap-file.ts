import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { isatty } from 'node:tty'
import { newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { type CaptureOptions, CaptureReader, CHUNK_BYTES } from './capture-reader.ts'
import { COMPRESSION_MAGIC_LEN, type Compression, compressionOf, decompressed } from './decompress.ts'
import { fileError } from './file-error.ts'
import { noteCut } from './source-stats.ts'

export const STDIN = '-'
const STDIN_FD = 0

/** One capture: a file, a pipe, or '-' for standard input; pcap or pcapng, plain or packed with gzip or zstd. */
export class PcapFile implements Source {
  readonly name: string
  readonly #path: string
  readonly #options: CaptureOptions
  readonly #stats = newSourceStats()

  constructor(path: string, options: CaptureOptions = {}) {
    this.name = path === STDIN ? 'standard input' : path
    this.#path = path
    this.#options = options
  }

  stats(): SourceStats {
    return this.#stats
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const reader = new CaptureReader(this.name, sink, this.#stats, signal, this.#options)
    const about = await this.#about()
    if (!about.isFile()) return this.#readChunks(this.#stream(about, signal), reader)
    this.#stats.bytesTotal = about.size
    const fd = this.#open()
    try {
      await this.#readFile(fd, reader)
    } finally {
      if (fd !== STDIN_FD) closeSync(fd)
    }
  }

  async #about(): Promise<Stats> {
    try {
      const about = this.#path === STDIN ? fstatSync(STDIN_FD) : await stat(this.#path)
      if (about.isDirectory()) throw new SourceError(`${this.name}: a directory: give the capture files in it`)
      if (this.#path === STDIN && isatty(STDIN_FD))
        throw new SourceError('standard input is a terminal: pipe a capture into it, as in tcpdump -w - | wiretop -i -')
      return about
    } catch (error) {
      throw fileError(this.name, error)
    }
  }

  #open(flags = constants.O_RDONLY): number {
    if (this.#path === STDIN) return STDIN_FD
    try {
      return openSync(this.#path, flags)
    } catch (error) {
      throw fileError(this.name, error)
    }
  }

  /** Reads straight into the window: no stream, no copy, no turn of the event loop unless the sink asks for one. */
  async #readFile(fd: number, reader: CaptureReader): Promise<void> {
    const head = this.#fileHead(fd)
    const compression = compressionOf(head)
    if (compression !== undefined) return this.#unpack(fileChunks(fd, head), compression, reader)
    this.#stats.bytesRead = reader.window.append(head, 0, 0)
    while (!reader.ended && this.#fill(fd, reader)) await reader.drain()
    reader.finish()
  }

  #fileHead(fd: number): Uint8Array {
    const head = new Uint8Array(COMPRESSION_MAGIC_LEN)
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, null))
    } catch (error) {
      throw fileError(this.name, error)
    }
  }

  /** False at the end of the file. */
  #fill(fd: number, reader: CaptureReader): boolean {
    const { window } = reader
    reader.makeRoom()
    try {
      const bytes = readSync(fd, window.buf, window.end, window.buf.length - window.end, null)
      window.end += bytes
      this.#stats.bytesRead += bytes
      return bytes > 0
    } catch (error) {
      noteCut(this.#stats, window.endOffset, (error as Error).message)
      return false
    }
  }

  /** A pipe goes by the event loop, so that it can be left while it is silent; a thread that reads it could not be called back. */
  #stream(about: Stats, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const isStdin = this.#path === STDIN
    if (about.isFIFO() || about.isSocket()) {
      const fd = isStdin ? STDIN_FD : this.#open(constants.O_RDONLY | constants.O_NONBLOCK)
      return addAbortSignal(signal, new Socket({ fd, readable: true, writable: false }))
    }
    const options = { highWaterMark: CHUNK_BYTES, signal }
    return isStdin ? createReadStream('', { ...options, fd: STDIN_FD, autoClose: false }) : createReadStream(this.#path, options)
  }

  async #readChunks(chunks: AsyncIterable<Uint8Array>, reader: CaptureReader): Promise<void> {
    const input = chunks[Symbol.asyncIterator]()
    const head = await this.#head(input, reader)
    const all = startingWith(head, input)
    const compression = compressionOf(head)
    if (compression !== undefined) return this.#unpack(all, compression, reader)
    await this.#feed(this.#counted(all), reader)
  }

  /** Enough of the first bytes to tell what they are. */
  async #head(input: AsyncIterator<Uint8Array>, reader: CaptureReader): Promise<Uint8Array> {
    let head = new Uint8Array(0)
    try {
      while (head.length < COMPRESSION_MAGIC_LEN) {
        const next = await input.next()
        if (next.done) break
        head = new Uint8Array(Buffer.concat([head, next.value]))
      }
    } catch (error) {
      if (!reader.ended) throw fileError(this.name, error)
    }
    return head
  }

  #unpack(packed: AsyncIterable<Uint8Array>, compression: Compression, reader: CaptureReader): Promise<void> {
    return this.#feed(decompressed(this.#counted(packed), compression), reader)
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#stats.bytesRead += chunk.length
      yield chunk
    }
  }

  async #feed(chunks: AsyncIterable<Uint8Array>, reader: CaptureReader): Promise<void> {
    const input = chunks[Symbol.asyncIterator]()
    try {
      while (!reader.ended) {
        const chunk = await this.#next(input, reader)
        if (chunk === undefined) break
        await reader.feed(chunk)
      }
    } finally {
      await input.return?.()
    }
    reader.finish()
  }

  /** Undefined at the end of the input, whether it was meant or not. */
  async #next(input: AsyncIterator<Uint8Array>, reader: CaptureReader): Promise<Uint8Array | undefined> {
    try {
      const next = await input.next()
      return next.done ? undefined : next.value
    } catch (error) {
      if (!reader.ended) this.#inputFailed(error as Error, reader)
      return undefined
    }
  }

  #inputFailed(error: Error, reader: CaptureReader): void {
    if (reader.window.endOffset === 0)
      throw new SourceError(`${this.name}: cannot be read from its first byte (${error.message}): copy it again`)
    noteCut(this.#stats, reader.window.endOffset, error.message)
  }
}

/** What was read already, then the rest; one buffer serves all of the rest, as `decompressed` allows. */
async function* fileChunks(fd: number, head: Uint8Array): AsyncGenerator<Uint8Array> {
  yield head
  const chunk = new Uint8Array(CHUNK_BYTES)
  for (;;) {
    const bytes = readSync(fd, chunk, 0, chunk.length, null)
    if (bytes === 0) return
    yield chunk.subarray(0, bytes)
  }
}

async function* startingWith(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
