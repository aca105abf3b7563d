import { close, fstat, open, rename, stat, unlink, write } from 'node:fs'
import { promisify } from 'node:util'
import { type ChannelEvents, inWords, type OpenChannel } from './channel.ts'

const fs = {
  open: promisify(open),
  close: promisify(close),
  fstat: promisify(fstat),
  stat: promisify(stat),
  rename: promisify(rename),
  unlink: promisify(unlink),
}

export interface Rotation {
  /** A file that would grow beyond is put aside first. */
  readonly bytes?: number | undefined
  /** A file begun longer ago is put aside before the next line. */
  readonly ms?: number | undefined
  /** Files put aside that stay: NAME.1 is the latest. */
  readonly keep?: number | undefined
}

const DEFAULT_KEEP = 10
/** Others than the owner read it only if the folder's owner says so: flows tell who talks to whom. */
const MODE = 0o640

/**
 * Appends to a file. What cannot be written is given up and the next tried, so that a full disk costs records and nothing else; after a fault the file is opened
 * anew, as it may have been moved or its file system mounted again.
 */
export const openFile =
  (path: string, rotation: Rotation = {}): OpenChannel<Uint8Array> =>
  (events) =>
    new FileChannel(path, rotation, events)

class FileChannel {
  private readonly path: string
  private readonly rotation: Rotation
  private fd: number | undefined
  private size = 0
  private begunMs = 0
  /** A part of a line stands at the end: the disk was full in its midst. */
  private isTorn = false
  private last: Promise<void>

  constructor(path: string, rotation: Rotation, events: ChannelEvents) {
    this.path = path
    this.rotation = rotation
    this.last = this.begin().then(
      () => events.opened(),
      (error: Error) => events.lost(inWords(error)),
    )
  }

  write(payload: Uint8Array, done: (error?: Error) => void): void {
    this.last = this.last
      .then(() => this.append(payload))
      .then(
        () => done(),
        async (error: Error) => {
          await this.end()
          done(new Error(inWords(error)))
        },
      )
  }

  async close(): Promise<void> {
    await this.last
    await this.end()
  }

  private async begin(): Promise<void> {
    this.fd = await fs.open(this.path, 'a', MODE)
    const { size, birthtimeMs } = await fs.fstat(this.fd)
    this.size = size
    this.begunMs = size === 0 ? Date.now() : birthtimeMs
  }

  private async end(): Promise<void> {
    const { fd } = this
    this.fd = undefined
    if (fd !== undefined) await fs.close(fd).catch(() => {})
  }

  private async append(payload: Uint8Array): Promise<void> {
    if (this.fd === undefined) await this.begin()
    if (this.isDue(payload.length)) await this.rotate()
    if (this.isTorn) await this.writeAll(NEWLINE)
    this.isTorn = true
    await this.writeAll(payload)
    this.isTorn = false
  }

  private isDue(bytes: number): boolean {
    const { bytes: maxBytes = Infinity, ms: maxMs = Infinity } = this.rotation
    return this.size > 0 && (this.size + bytes > maxBytes || Date.now() - this.begunMs >= maxMs)
  }

  /** NAME becomes NAME.1, that NAME.2, and so on; the last one is removed. */
  private async rotate(): Promise<void> {
    await this.end()
    const { keep = DEFAULT_KEEP } = this.rotation
    const aside = (n: number) => (n === 0 ? this.path : `${this.path}.${n}`)
    if (keep === 0) await fs.unlink(this.path)
    for (let n = keep; n > 0; n--) await fs.rename(aside(n - 1), aside(n)).catch(isNoFile)
    await this.begin()
  }

  private async writeAll(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; ) {
      const written = await writeSome(this.fd!, data, at)
      at += written
      this.size += written
    }
  }
}

const NEWLINE = new Uint8Array([10])

const writeSome = (fd: number, data: Uint8Array, at: number): Promise<number> =>
  new Promise((resolve, reject) =>
    write(fd, data, at, data.length - at, null, (error, written) => (error === null ? resolve(written) : reject(error))),
  )

function isNoFile(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** Standard output. When its reader is gone, so is the way out, for good. */
export const openStdout = (): OpenChannel<Uint8Array> => {
  const { stdout } = process
  let failure: string | undefined
  let isListening = false
  return (events) => {
    const lost = (error: Error) => {
      failure ??= inWords(error)
      events.lost(failure)
    }
    if (!isListening) stdout.on('error', lost)
    isListening = true
    queueMicrotask(() => (failure === undefined ? events.opened() : events.lost(failure)))
    return {
      write: (payload, done) => {
        stdout.write(payload, (error) => {
          if (error == null) done()
        })
      },
      close: async () => {},
    }
  }
}
