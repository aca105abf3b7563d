import type { RingState } from '../lib/recording.ts'
import { MAX_WIRE_LEN } from '../lib/source.ts'
import { Bytes, copyBytes } from './byte-copy.ts'

/** A record begins at a multiple of this, so that no head is cut by the end of the buffer; the bytes of a packet may be. */
const UNIT = 32
const HEAD_BYTES = 32
// Places in a head, in elements of their type.
const CAP_LEN = 0
const WIRE_LEN = 1
const LINK_TYPE = 2
const ROW = 3
const TS_MS = 2
const SERIAL = 6

/** Holds the largest packet several times over. */
export const MIN_RING_BYTES = 1 << 20
/** Offsets stay small integers. */
export const MAX_RING_BYTES = 2 ** 31 - UNIT

export const recordBytes = (capLen: number): number => HEAD_BYTES + ((capLen + UNIT - 1) & -UNIT)

const NO_BYTES = new Bytes(new ArrayBuffer(0))

/** The packet that a position of the ring speaks of; its bytes are those of `bytes` from `start` on, valid until the next one is read. */
export class KeptPacket {
  bytes = NO_BYTES
  start = 0
  capLen = 0
  wireLen = 0
  linkType = 0
  tsMs = 0
  row = -1
  serial = 0
}

/**
 * The last packets that fit into one buffer taken at the start (pages that no packet has touched cost nothing). Positions count all bytes ever appended,
 * so that a reader sees when what it was about to read has been overwritten.
 */
export class PacketRing {
  readonly capacity: number
  /** Position of the oldest record, and behind the latest. */
  begin = 0
  end = 0
  packets = 0
  /** Packets that were overwritten, since the start. */
  dropped = 0
  private readonly bytes: Bytes
  private readonly i32: Int32Array
  private readonly f64: Float64Array
  /** Where `begin` and `end` lie in the buffer. */
  private tail = 0
  private head = 0
  /** For a packet that lies around the buffer's end. */
  private readonly whole = new Bytes(new ArrayBuffer(MAX_WIRE_LEN))

  constructor(bytes: number) {
    this.capacity = Math.min(Math.max(bytes, MIN_RING_BYTES), MAX_RING_BYTES) & -UNIT
    const memory = new ArrayBuffer(this.capacity)
    this.bytes = new Bytes(memory)
    this.i32 = new Int32Array(memory)
    this.f64 = new Float64Array(memory)
  }

  /** `row` and `serial` say which flow, -1 and 0 that there was none. */
  append(source: Bytes, start: number, capLen: number, wireLen: number, tsMs: number, linkType: number, row: number, serial: number): void {
    const { capacity, bytes, i32, head } = this
    const length = recordBytes(capLen)
    while (this.end - this.begin + length > capacity) this.dropOldest()
    const word = head >> 2
    i32[word + CAP_LEN] = capLen
    i32[word + WIRE_LEN] = wireLen
    i32[word + LINK_TYPE] = linkType
    i32[word + ROW] = row
    i32[word + SERIAL] = serial
    this.f64[(head >> 3) + TS_MS] = tsMs
    const at = head + HEAD_BYTES
    const straight = Math.min(capLen, capacity - at)
    copyBytes(source, start, bytes, at, straight)
    if (straight < capLen) copyBytes(source, start + straight, bytes, 0, capLen - straight)
    this.head = head + length >= capacity ? head + length - capacity : head + length
    this.end += length
    this.packets++
  }

  private dropOldest(): void {
    const length = recordBytes(this.i32[(this.tail >> 2) + CAP_LEN]!)
    this.tail = this.tail + length >= this.capacity ? this.tail + length - this.capacity : this.tail + length
    this.begin += length
    this.packets--
    this.dropped++
  }

  /** Reads the record at a position between `begin` and `end`; returns the position of the next one. */
  read(position: number, into: KeptPacket): number {
    const { i32 } = this
    const offset = position % this.capacity
    const word = offset >> 2
    const capLen = i32[word + CAP_LEN]!
    into.capLen = capLen
    into.wireLen = i32[word + WIRE_LEN]!
    into.linkType = i32[word + LINK_TYPE]!
    into.row = i32[word + ROW]!
    into.serial = i32[word + SERIAL]!
    into.tsMs = this.f64[(offset >> 3) + TS_MS]!
    const at = offset + HEAD_BYTES
    const straight = Math.min(capLen, this.capacity - at)
    if (straight === capLen) {
      into.bytes = this.bytes
      into.start = at
    } else {
      copyBytes(this.bytes, at, this.whole, 0, straight)
      copyBytes(this.bytes, 0, this.whole, straight, capLen - straight)
      into.bytes = this.whole
      into.start = 0
    }
    return position + recordBytes(capLen)
  }

  state(): RingState {
    const { capacity: capacityBytes, packets } = this
    if (packets === 0) return { capacityBytes, packets }
    return { capacityBytes, packets, sinceMs: this.f64[(this.tail >> 3) + TS_MS]! }
  }
}
