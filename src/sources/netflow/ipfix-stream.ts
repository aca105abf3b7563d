import { u16, u32 } from './bytes.ts'
import type { NetflowDecoder } from './netflow-decoder.ts'

const HEADER = 16
const VERSION = 10
const MAX_MESSAGE = 65_535

/** Messages of IPFIX in a stream of bytes (RFC 7011 §10.4), however it is cut. */
export class IpfixStream {
  private readonly decoder: NetflowDecoder
  private readonly from: string
  private readonly port: number
  private readonly kept = new Uint8Array(MAX_MESSAGE)
  private keptBytes = 0
  private isLost = false
  /** Of its latest message. */
  private domain = 0

  constructor(decoder: NetflowDecoder, from: string, port: number) {
    this.decoder = decoder
    this.from = from
    this.port = port
  }

  /** False: it is no stream of IPFIX, or not any more; nothing more is taken. */
  take(bytes: Uint8Array, nowMs: number): boolean {
    let at = 0
    while (!this.isLost && at < bytes.length) {
      if (this.keptBytes > 0) at = this.complete(bytes, at, nowMs)
      else at = this.whole(bytes, at, nowMs)
    }
    return !this.isLost
  }

  /** A message that lies in what came as a whole is read where it lies. */
  private whole(bytes: Uint8Array, at: number, nowMs: number): number {
    const left = bytes.length - at
    const length = left >= 4 ? this.lengthAt(bytes, at) : 0
    if (this.isLost) return at
    if (length > 0 && length <= left) {
      this.message(bytes.subarray(at, at + length), nowMs)
      return at + length
    }
    return this.keep(bytes, at, left)
  }

  private message(message: Uint8Array, nowMs: number): void {
    this.domain = u32(message, 12)
    this.decoder.ipfix(message, this.from, this.port, nowMs)
  }

  /** The connection is over: what has come of a message is all. */
  end(): void {
    if (this.keptBytes > 0 && !this.isLost) this.decoder.connectionFault(this.from, this.domain, 'connection cut within a message')
    this.decoder.closed(this.from, this.port)
  }

  /** Adds to a message that was cut as much as it lacks. */
  private complete(bytes: Uint8Array, from: number, nowMs: number): number {
    let at = from
    if (this.keptBytes < 4) at = this.keep(bytes, at, Math.min(4 - this.keptBytes, bytes.length - at))
    if (this.keptBytes < 4) return at
    const length = this.lengthAt(this.kept, 0)
    if (this.isLost) return at
    at = this.keep(bytes, at, Math.min(length - this.keptBytes, bytes.length - at))
    if (this.keptBytes === length) {
      this.keptBytes = 0
      this.message(this.kept.subarray(0, length), nowMs)
    }
    return at
  }
  private keep(bytes: Uint8Array, at: number, count: number): number {
    this.kept.set(bytes.subarray(at, at + count), this.keptBytes)
    this.keptBytes += count
    return at + count
  }

  private lengthAt(b: Uint8Array, at: number): number {
    const length = u16(b, at + 2)
    this.isLost = u16(b, at) !== VERSION || length < HEADER
    if (this.isLost) this.decoder.connectionFault(this.from, this.domain, 'no message of IPFIX in the stream')
    return length
  }
}
