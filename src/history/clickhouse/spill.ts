/**
 * Batches that wait on disk for a server that is away, in files of a folder. Each file begins with how far it has been sent, then come its frames: a head of fixed length, the token,
 * the body. What was appended is there after a death of the process; a frame that was being sent then is sent again, by the same token.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Records on their way, as they are sent. */
export interface Batch {
  /** What comes twice by one token counts once. */
  readonly token: string
  readonly rows: number
  /** Epoch milliseconds: when it was made. */
  readonly madeMs: number
  readonly body: Uint8Array<ArrayBuffer>
}

const POSITION_LEN = 8
const MAGIC = 0x31515457
const HEAD_LEN = 32
const MAX_BODY_LEN = 2 ** 30
const SUFFIX = '.queue'
const MAX_SEGMENT_BYTES = 32 * 2 ** 20
/** The oldest goes as a whole when there is no room: so there are several. */
const MIN_SEGMENTS = 8

interface Head {
  readonly bodyLen: number
  readonly crc: number
  readonly rows: number
  readonly tokenLen: number
  readonly madeMs: number
}
interface Segment {
  readonly path: string
  readonly fd: number
  /** Where the next frame to be sent begins, and where frames end. */
  at: number
  end: number
  rows: number
  batches: number
}

export class Spill {
  /** Records that had to make room, or could not be read again; what of them is not known counts as none. */
  lost = 0
  /** What is wrong, one line; the last one. */
  fault: string | undefined
  private readonly folder: string
  private readonly maxBytes: number
  private readonly segmentBytes: number
  private readonly segments: Segment[] = []
  private next = 0
  /** What was handed out last, and not yet taken away. */
  private peeked: { readonly segment: Segment; readonly at: number; readonly length: number; readonly rows: number } | undefined

  /** Throws as the functions of node:fs do. */
  constructor(folder: string, maxBytes: number) {
    this.folder = folder
    this.maxBytes = maxBytes
    this.segmentBytes = Math.min(MAX_SEGMENT_BYTES, maxBytes / MIN_SEGMENTS)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder).sort()) if (name.endsWith(SUFFIX)) this.takeUp(name)
  }

  get bytes(): number {
    return this.segments.reduce((sum, { at, end }) => sum + end - at, 0)
  }
  get rows(): number {
    return this.segments.reduce((sum, { rows }) => sum + rows, 0)
  }
  get isEmpty(): boolean {
    return this.segments.length === 0
  }
  /** When the oldest batch was made. */
  get sinceMs(): number | undefined {
    const [first] = this.segments
    return first && headAt(first.fd, first.at)?.madeMs
  }

  /** The oldest make room where there is none. False: it could not be kept, and is not counted here. */
  append(batch: Batch): boolean {
    const frame = frameOf(batch)
    if (frame.length > this.maxBytes) return this.refuse(`a batch of ${frame.length} bytes is larger than the queue may be`)
    while (this.onDisk + frame.length > this.maxBytes && this.dropOldest());
    for (;;) {
      try {
        this.write(frame, batch.rows)
        return true
      } catch (error) {
        if (!isFull(error as Error) || !this.dropOldest()) return this.refuse((error as Error).message)
      }
    }
  }
  private refuse(why: string): false {
    this.fault = `${this.folder}: ${why}`
    return false
  }
  private get onDisk(): number {
    return this.segments.reduce((sum, { end }) => sum + end, 0)
  }

  private write(frame: Uint8Array, rows: number): void {
    let segment = this.segments.at(-1)
    if (segment === undefined || (segment.end > POSITION_LEN && segment.end + frame.length > this.segmentBytes)) segment = this.begin()
    try {
      for (let at = 0; at < frame.length; ) at += writeSync(segment.fd, frame, at, frame.length - at, segment.end + at)
    } catch (error) {
      ftruncateSync(segment.fd, segment.end)
      if (segment.batches === 0) this.drop(segment)
      throw error
    }
    segment.end += frame.length
    segment.rows += rows
    segment.batches++
  }
  private begin(): Segment {
    const path = join(this.folder, `${String(this.next++).padStart(10, '0')}${SUFFIX}`)
    const segment: Segment = { path, fd: openSync(path, 'wx+', 0o600), at: POSITION_LEN, end: POSITION_LEN, rows: 0, batches: 0 }
    this.segments.push(segment)
    this.mark(segment)
    return segment
  }
  /** The oldest batch, read anew. One that is damaged is counted as lost; where its head is, so is all that lies behind it in its file. */
  peek(): Batch | undefined {
    for (let [first] = this.segments; first !== undefined; [first] = this.segments) {
      const head = frameAt(first)
      const batch = head && batchAt(first, head)
      const length = head && frameLen(head.bodyLen, head.tokenLen)
      this.peeked = { segment: first, at: first.at, length: length ?? first.end - first.at, rows: head?.rows ?? first.rows }
      if (batch !== undefined) return batch
      this.lost += this.peeked.rows
      this.fault = `${first.path} is damaged, and ${this.peeked.rows} records in it are lost`
      if (head === undefined) first.batches = 1
      this.shift()
    }
    return undefined
  }
  /** The batch of the last `peek` has arrived, or will never be taken. It may have had to make room meanwhile. */
  shift(): void {
    const { peeked } = this
    const [first] = this.segments
    this.peeked = undefined
    if (peeked === undefined || first !== peeked.segment || first.at !== peeked.at) return
    first.at += peeked.length
    first.rows -= peeked.rows
    first.batches--
    if (first.batches === 0) this.drop(first)
    else this.mark(first)
  }

  private mark({ fd, at }: Segment): void {
    const position = Buffer.alloc(POSITION_LEN)
    position.writeDoubleLE(at)
    writeSync(fd, position, 0, POSITION_LEN, 0)
  }
  private dropOldest(): boolean {
    const [first] = this.segments
    if (first === undefined) return false
    this.lost += first.rows
    this.drop(first)
    return true
  }
  private drop(segment: Segment): void {
    closeSync(segment.fd)
    rmSync(segment.path, { force: true })
    this.segments.splice(this.segments.indexOf(segment), 1)
  }

  /** A file that was left: what is whole in it counts. */
  private takeUp(name: string): void {
    const path = join(this.folder, name)
    this.next = Math.max(this.next, Number.parseInt(name, 10) + 1 || 0)
    const fd = openSync(path, 'r+')
    const segment: Segment = { path, fd, at: positionOf(fd), end: 0, rows: 0, batches: 0 }
    const { size } = statSync(path)
    segment.end = segment.at
    for (let head = headAt(fd, segment.end); head !== undefined; head = headAt(fd, segment.end)) {
      const length = frameLen(head.bodyLen, head.tokenLen)
      if (segment.end + length > size) break
      segment.end += length
      segment.rows += head.rows
      segment.batches++
    }
    this.segments.push(segment)
    if (segment.end < size) this.fault = `${path} is cut short: ${size - segment.end} bytes at its end are lost`
    if (segment.batches === 0) this.drop(segment)
    else ftruncateSync(fd, segment.end)
  }

  close(): void {
    for (const { fd } of this.segments.splice(0)) closeSync(fd)
  }
}

const frameLen = (bodyLen: number, tokenLen: number) => HEAD_LEN + tokenLen + bodyLen

function frameOf({ token, rows, madeMs, body }: Batch): Uint8Array {
  const name = Buffer.from(token)
  const head = Buffer.alloc(HEAD_LEN)
  head.writeUInt32LE(MAGIC, 0)
  head.writeUInt32LE(body.length, 4)
  head.writeUInt32LE(crc32(body, crc32(name)), 8)
  head.writeUInt32LE(rows, 12)
  head.writeUInt32LE(name.length, 16)
  head.writeDoubleLE(madeMs, 24)
  return Buffer.concat([head, name, body])
}

function read(fd: number, at: number, length: number): Buffer<ArrayBuffer> | undefined {
  const bytes = Buffer.alloc(length)
  return readSync(fd, bytes, 0, length, at) === length ? bytes : undefined
}
function positionOf(fd: number): number {
  const at = read(fd, 0, POSITION_LEN)?.readDoubleLE() ?? POSITION_LEN
  return Number.isSafeInteger(at) && at >= POSITION_LEN ? at : POSITION_LEN
}
function headAt(fd: number, at: number): Head | undefined {
  const head = read(fd, at, HEAD_LEN)
  if (head === undefined || head.readUInt32LE(0) !== MAGIC) return undefined
  const bodyLen = head.readUInt32LE(4)
  if (bodyLen > MAX_BODY_LEN) return undefined
  return {
    bodyLen,
    crc: head.readUInt32LE(8),
    rows: head.readUInt32LE(12),
    tokenLen: head.readUInt32LE(16),
    madeMs: head.readDoubleLE(24),
  }
}
/** The head of the next frame, where all of the frame is there. */
function frameAt({ fd, at, end }: Segment): Head | undefined {
  const head = at < end ? headAt(fd, at) : undefined
  return head === undefined || at + frameLen(head.bodyLen, head.tokenLen) > end ? undefined : head
}
function batchAt({ fd, at }: Segment, { tokenLen, bodyLen, crc, rows, madeMs }: Head): Batch | undefined {
  const rest = read(fd, at + HEAD_LEN, tokenLen + bodyLen)
  if (rest === undefined || crc32(rest) !== crc) return undefined
  return { token: rest.toString('utf8', 0, tokenLen), rows, madeMs, body: rest.subarray(tokenLen) }
}

const isFull = (error: Error) => ['EDQUOT', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '')
