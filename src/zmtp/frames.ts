/** Frames of ZMTP 3 (RFC 23 §Framing): flags, length in one byte or eight, body. */
export const FRAME_MORE = 1
const FRAME_LONG = 2
export const FRAME_COMMAND = 4
const RESERVED = 0xf8

const SHORT_HEADER = 2
const LONG_HEADER = 9
const WORD = 0x1_0000_0000
/** A body that is still to come gets room as it comes, not as its length says. */
const FIRST_ROOM = 64 * 1024

export type FrameFault = 'reserved flags set' | 'command with more to follow' | 'frame longer than allowed'

/** Takes a frame's body, which lies in `bytes` from `start` to `end` and stays as it is. False: no more, please. */
export type TakeFrame = (flags: number, bytes: Uint8Array, start: number, end: number) => boolean

/** Cuts a stream into frames, however its bytes come. */
export class FrameReader {
  private readonly maxBody: number
  private readonly take: TakeFrame
  private readonly header = new Uint8Array(LONG_HEADER)
  private headerLen = 0
  private body: Uint8Array | undefined
  private bodyLen = 0
  private wanted = 0
  private flags = 0
  private isOver = false

  constructor(maxBody: number, take: TakeFrame) {
    this.maxBody = maxBody
    this.take = take
  }

  /** After a fault nothing is read any more: where a frame ends is not known. */
  push(bytes: Uint8Array): FrameFault | undefined {
    let at = 0
    while (at < bytes.length && !this.isOver) {
      if (this.body !== undefined) {
        at = this.fill(bytes, at)
        continue
      }
      const headerLen = this.headerLen === 0 ? wholeHeader(bytes, at) : 0
      if (headerLen === 0) {
        at = this.fillHeader(bytes, at)
        if (this.headerLen < headerLenOf(this.header[0]!)) break
      }
      const fault = headerLen > 0 ? this.begin(bytes, at) : this.begin(this.header, 0)
      if (fault !== undefined) {
        this.isOver = true
        return fault
      }
      at += headerLen
      this.headerLen = 0
      if (bytes.length - at >= this.wanted) {
        this.isOver = !this.take(this.flags, bytes, at, at + this.wanted)
        at += this.wanted
      } else {
        this.body = new Uint8Array(Math.min(this.wanted, Math.max(FIRST_ROOM, bytes.length - at)))
        this.bodyLen = 0
      }
    }
    return undefined
  }

  private fillHeader(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length && (this.headerLen === 0 || this.headerLen < headerLenOf(this.header[0]!)))
      this.header[this.headerLen++] = bytes[at++]!
    return at
  }

  private begin(b: Uint8Array, at: number): FrameFault | undefined {
    const flags = b[at]!
    if ((flags & RESERVED) !== 0) return 'reserved flags set'
    if ((flags & FRAME_COMMAND) !== 0 && (flags & FRAME_MORE) !== 0) return 'command with more to follow'
    this.flags = flags
    this.wanted = (flags & FRAME_LONG) === 0 ? b[at + 1]! : u64(b, at + 1)
    return this.wanted > this.maxBody ? 'frame longer than allowed' : undefined
  }

  private fill(bytes: Uint8Array, from: number): number {
    const end = Math.min(bytes.length, from + this.wanted - this.bodyLen)
    const filled = this.bodyLen + end - from
    let body = this.body!
    if (filled > body.length) {
      body = new Uint8Array(Math.min(this.wanted, Math.max(filled, 2 * body.length)))
      body.set(this.body!.subarray(0, this.bodyLen))
      this.body = body
    }
    body.set(bytes.subarray(from, end), this.bodyLen)
    this.bodyLen = filled
    if (filled === this.wanted) {
      this.body = undefined
      this.isOver = !this.take(this.flags, body, 0, filled)
    }
    return end
  }
}

const headerLenOf = (flags: number): number => ((flags & FRAME_LONG) === 0 ? SHORT_HEADER : LONG_HEADER)
function wholeHeader(bytes: Uint8Array, at: number): number {
  const length = headerLenOf(bytes[at]!)
  return bytes.length - at >= length ? length : 0
}
const u32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
const u64 = (b: Uint8Array, at: number): number => u32(b, at) * WORD + u32(b, at + 4)

/** Bytes of a frame with such a body. */
export const frameLength = (body: number): number => (body > 255 ? LONG_HEADER : SHORT_HEADER) + body

/** Writes the head of a frame at `at`, and returns where its body belongs. */
export function putFrameHead(to: Uint8Array, at: number, flags: number, body: number): number {
  if (body <= 255) {
    to[at] = flags
    to[at + 1] = body
    return at + SHORT_HEADER
  }
  to[at] = flags | FRAME_LONG
  for (let n = 0; n < 8; n++) to[at + 1 + n] = n < 4 ? 0 : body >>> (8 * (7 - n))
  return at + LONG_HEADER
}

/** A message as it goes over the wire: all its parts, one frame each. */
export function messageBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += frameLength(part.length)
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const [n, part] of parts.entries()) {
    at = putFrameHead(bytes, at, n < parts.length - 1 ? FRAME_MORE : 0, part.length)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function frameBytes(flags: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frameLength(body.length))
  bytes.set(body, putFrameHead(bytes, 0, flags, body.length))
  return bytes
}
