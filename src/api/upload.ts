import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { compressionOf } from '../sources/decompress.ts'
import { looksLikeText } from '../sources/file-list.ts'
import { ApiError } from './errors.ts'

const PRIVATE_DIR = 0o700
const PRIVATE_FILE = 0o600
export const UPLOAD_PREFIX = 'upload-'

/** Writes the body of a request to a new file of the folder and gives its path. Nothing stays behind when it fails, is cut off or is too large. */
export async function receiveUpload(request: IncomingMessage, folder: string, maxBytes: number): Promise<string> {
  const path = join(folder, `${UPLOAD_PREFIX}${randomUUID()}`)
  try {
    // Before a byte is written, when the client says how much is to come.
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
    await mkdir(folder, { recursive: true, mode: PRIVATE_DIR })
    await pipeline(guarded(request, maxBytes), createWriteStream(path, { flags: 'wx', mode: PRIVATE_FILE }))
    return path
  } catch (error) {
    drain(request)
    await removeQuietly(path)
    throw asUploadError(error)
  }
}

/** The request is no part of the pipeline, which would end the connection, and the answer with it, when something fails. */
function guarded(request: IncomingMessage, maxBytes: number): UploadGuard {
  const guard = new UploadGuard(maxBytes)
  request.on('close', () => request.complete || guard.destroy(new ApiError('bad-request', 'the capture was cut off on its way')))
  return request.pipe(guard)
}

/** A browser reads the answer when it has sent its body; one that sends much more than may be is cut off. */
const MAX_DRAINED_BYTES = 256 * 1024 * 1024
function drain(request: IncomingMessage): void {
  let left = MAX_DRAINED_BYTES
  request.unpipe()
  request.on('data', (chunk: Buffer) => {
    if ((left -= chunk.length) < 0) request.destroy()
  })
  request.resume()
}

function asUploadError(error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ApiError('no-space', 'there is no room left on the disk for this capture')
    default:
      return error
  }
}

const tooLarge = (maxBytes: number) =>
  new ApiError('too-large', `a capture may have ${maxBytes} bytes at most (--max-upload-bytes)`, {
    field: 'body',
    expected: [`${maxBytes} bytes`],
  })

/** As much as an input's kind is told by. */
const HEAD_BYTES = 4096

/** Lets a body through as long as it is no larger than it may be and begins as a capture does. */
class UploadGuard extends Transform {
  private bytes = 0
  private head = Buffer.alloc(0)
  private isCapture = false
  private readonly maxBytes: number
  constructor(maxBytes: number) {
    super()
    this.maxBytes = maxBytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length
    if (!this.isCapture) this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)])
    if (this.bytes > this.maxBytes) done(tooLarge(this.maxBytes))
    else done(this.head.length === HEAD_BYTES ? this.headFault() : null, chunk)
  }
  override _flush(done: (error: Error | null) => void): void {
    done(this.bytes === 0 ? new ApiError('bad-request', 'the body is empty: send the bytes of a capture') : this.headFault())
  }

  private headFault(): ApiError | null {
    this.isCapture ||= beginsAsCapture(this.head)
    return this.isCapture
      ? null
      : new ApiError('not-a-capture', 'this is not a capture: send pcap or pcapng, plain or packed with gzip or zstd')
  }
}

/** First four bytes of pcap (in µs, in ns, modified; each in both byte orders) and of pcapng. */
const MAGICS: readonly string[] = ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', 'a1b2cd34', '34cdb2a1', '0a0d0d0a']
/**
 * A text is never taken, whatever it begins with (pcapng's magic is four line ends): as an input it would be a list of captures, and a client
 * would choose which files of this machine are read.
 */
const beginsAsCapture = (head: Buffer): boolean =>
  (MAGICS.includes(head.toString('hex', 0, 4)) || compressionOf(head) !== undefined) && !looksLikeText(head)

export const removeQuietly = (path: string): Promise<void> => rm(path, { force: true })

const MAX_NAME_LEN = 255
/** U+2400, where the pictures of control characters begin. */
const CONTROL_PICTURES = 0x2400
const DELETE_PICTURE = '\u2421'

/** The last part of a path as a client may send it, with control characters made visible. */
export function uploadName(text: string): string {
  const last = text.split(/[/\\]/).at(-1)!.trim()
  const visible = last
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(CONTROL_PICTURES + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, DELETE_PICTURE)
  return visible.slice(0, MAX_NAME_LEN).toWellFormed() || 'capture'
}
