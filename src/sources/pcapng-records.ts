import { MAX_WIRE_LEN, type PacketBatch, type SourceStats } from '../lib/source.ts'
import type { ByteWindow } from './byte-window.ts'
import { PcapngClock } from './pcapng-clock.ts'
import { boundedWireLen, lengthFault, MAX_RECORD_BYTES, type RecordParser, withoutFcs } from './record-parser.ts'
import { noteCut, noteFault } from './source-stats.ts'

// draft-ietf-opsawg-pcapng. A block is its type, its length, a body, and its length again.
const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const OBSOLETE_PACKET = 2
const SIMPLE_PACKET = 3
const INTERFACE_STATISTICS = 5
const ENHANCED_PACKET = 6

const BLOCK_HEADER_LEN = 8
const BLOCK_TRAILER_LEN = 4
const MIN_BLOCK_LEN = BLOCK_HEADER_LEN + BLOCK_TRAILER_LEN

const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const SHB_MAGIC = 8
const SHB_MAJOR = 12
const SHB_MIN_LEN = 28
/** As far as we read a section header. */
export const SECTION_HEAD_LEN = 16

const IDB_LINK_TYPE = 8
const IDB_SNAP_LEN = 12
const IDB_OPTIONS = 16
const IF_TSRESOL = 9
const IF_FCSLEN = 13
const IF_TSOFFSET = 14

const PACKET_TS_HIGH = 12
const PACKET_TS_LOW = 16
const PACKET_CAP_LEN = 20
const PACKET_WIRE_LEN = 24
const PACKET_BODY = 28
const OPB_DROPS = 10
const OPB_DROPS_UNKNOWN = 0xffff

const SPB_WIRE_LEN = 8
const SPB_BODY = 12

const ISB_OPTIONS = 20
const ISB_IFDROP = 5
const ISB_OSDROP = 7

/** More than any capture has; a file of nothing but interface descriptions must not eat the memory. */
const MAX_INTERFACES = 65_536

interface Interface {
  readonly linkType: number
  readonly known: boolean
  /** 0: no limit. */
  readonly snapLen: number
  readonly fcsLen: number
  readonly clock: PcapngClock
  dropped: number
}

/** A section begins here and its first words make sense. */
export function isPcapng(window: ByteWindow): boolean {
  if (window.view.getUint32(window.at) !== SECTION_HEADER) return false
  return window.left < SHB_MAGIC + 4 || sectionOrder(window) !== undefined
}

/** True: little endian. */
function sectionOrder(window: ByteWindow): boolean | undefined {
  if (window.view.getUint32(window.at + SHB_MAGIC, true) === BYTE_ORDER_MAGIC) return true
  if (window.view.getUint32(window.at + SHB_MAGIC, false) === BYTE_ORDER_MAGIC) return false
  return undefined
}

export class PcapngRecords implements RecordParser {
  need = MIN_BLOCK_LEN
  ended = false
  /** Link types that were met and are not known, with the packets that had to be left out. */
  readonly unknownLinkTypes = new Set<number>()
  #littleEndian = true
  #interfaces: Interface[] = []
  /** Bytes of a block of no interest that are still to come, then its trailer, which must repeat #blockLen. */
  #skip = 0
  #blockLen = 0
  /** Offset in the input of the block that is being read. */
  #blockOffset = 0
  /** A simple packet block has no time; it takes that of the packet before it. */
  #lastTsMs = 0
  readonly #stats: SourceStats
  readonly #knowsLinkType: (linkType: number) => boolean

  constructor(stats: SourceStats, knowsLinkType: (linkType: number) => boolean) {
    this.#stats = stats
    this.#knowsLinkType = knowsLinkType
  }

  take(window: ByteWindow, batch: PacketBatch): void {
    while (!this.ended && batch.count < batch.capacity && this.#block(window, batch));
  }

  /** One block, or what is left of one. False: more bytes are needed. */
  #block(w: ByteWindow, batch: PacketBatch): boolean {
    if (this.#blockLen > 0) return this.#restOfBlock(w)
    if (!this.#has(w, MIN_BLOCK_LEN)) return false
    this.#blockOffset = w.offset
    const type = w.view.getUint32(w.at, this.#littleEndian)
    if (type === SECTION_HEADER && !this.#section(w)) return false
    const len = w.view.getUint32(w.at + 4, this.#littleEndian)
    if (len < MIN_BLOCK_LEN || len % 4 !== 0) return this.#damage(`block length ${len}`)
    if (!isRead(type)) return this.#begin(w, len, BLOCK_HEADER_LEN)
    if (len > MAX_RECORD_BYTES) return this.#damage(`length ${len} of a block of type ${type} is beyond ${MAX_RECORD_BYTES}`)
    if (!this.#has(w, len)) return false
    if (w.view.getUint32(w.at + len - BLOCK_TRAILER_LEN, this.#littleEndian) !== len) return this.#trailerDamage(len)
    if (!this.#read(type, w, len, batch)) return false
    w.at += len
    return true
  }

  #has(w: ByteWindow, bytes: number): boolean {
    this.need = bytes
    return w.left >= bytes
  }

  #damage(why: string): false {
    noteCut(this.#stats, this.#blockOffset, why)
    this.ended = true
    return false
  }

  #trailerDamage(len: number): false {
    return this.#damage(`the block's length at its end is not ${len} as at its beginning`)
  }

  /** Goes past a block without holding it. */
  #begin(w: ByteWindow, len: number, seen: number): boolean {
    this.#blockLen = len
    this.#skip = len - seen - BLOCK_TRAILER_LEN
    w.at += seen
    return true
  }

  #restOfBlock(w: ByteWindow): boolean {
    const step = Math.min(this.#skip, w.left)
    w.at += step
    this.#skip -= step
    if (!this.#has(w, this.#skip > 0 ? 1 : BLOCK_TRAILER_LEN)) return false
    const len = this.#blockLen
    if (w.view.getUint32(w.at, this.#littleEndian) !== len) return this.#trailerDamage(len)
    w.at += BLOCK_TRAILER_LEN
    this.#blockLen = 0
    return true
  }

  /** False: more bytes are needed or the section is not one. */
  #section(w: ByteWindow): boolean {
    if (!this.#has(w, SECTION_HEAD_LEN)) return false
    const order = sectionOrder(w)
    if (order === undefined) return this.#damage('bad byte-order magic in a section header')
    if (w.view.getUint32(w.at + 4, order) < SHB_MIN_LEN) return this.#damage('a section header that is too short')
    const major = w.view.getUint16(w.at + SHB_MAJOR, order)
    if (major !== 1) return this.#damage(`pcapng version ${major}, only 1 is known`)
    this.#littleEndian = order
    this.#interfaces = []
    return true
  }

  /** False: the block is damaged. */
  #read(type: number, w: ByteWindow, len: number, batch: PacketBatch): boolean {
    if (type === ENHANCED_PACKET) return this.#packet(w, len, w.view.getUint32(w.at + BLOCK_HEADER_LEN, this.#littleEndian), batch)
    if (type === INTERFACE_DESCRIPTION) return this.#interface(w, len)
    if (type === SIMPLE_PACKET) return this.#simplePacket(w, len, batch)
    if (type === INTERFACE_STATISTICS) return this.#statistics(w, len)
    return this.#obsoletePacket(w, len, batch)
  }

  #packet(w: ByteWindow, len: number, interfaceId: number, batch: PacketBatch): boolean {
    if (len < PACKET_BODY + BLOCK_TRAILER_LEN) return this.#damage(`a packet block of ${len} bytes`)
    const { view, at } = w
    const le = this.#littleEndian
    const capLen = view.getUint32(at + PACKET_CAP_LEN, le)
    const wireLen = view.getUint32(at + PACKET_WIRE_LEN, le)
    if (capLen > len - PACKET_BODY - BLOCK_TRAILER_LEN) return this.#damage(`captured length ${capLen} reaches past its block`)
    const why = lengthFault(capLen, wireLen)
    if (why !== undefined) return this.#damage(why)
    const from = this.#interfaces[interfaceId]
    if (!this.#usable(from, interfaceId)) return true
    this.#lastTsMs = from.clock.toMs(view.getUint32(at + PACKET_TS_HIGH, le), view.getUint32(at + PACKET_TS_LOW, le))
    this.#add(batch, from, at + PACKET_BODY, capLen, wireLen)
    return true
  }

  #simplePacket(w: ByteWindow, len: number, batch: PacketBatch): boolean {
    const room = len - SPB_BODY - BLOCK_TRAILER_LEN
    if (room < 0) return this.#damage(`a packet block of ${len} bytes`)
    const wireLen = w.view.getUint32(w.at + SPB_WIRE_LEN, this.#littleEndian)
    const from = this.#interfaces[0]
    const snapLen = from?.snapLen || MAX_WIRE_LEN
    const capLen = Math.min(wireLen, snapLen, room, MAX_WIRE_LEN)
    if (this.#usable(from, 0)) this.#add(batch, from, w.at + SPB_BODY, capLen, wireLen)
    return true
  }

  #obsoletePacket(w: ByteWindow, len: number, batch: PacketBatch): boolean {
    if (len < PACKET_BODY + BLOCK_TRAILER_LEN) return this.#damage(`a packet block of ${len} bytes`)
    const drops = w.view.getUint16(w.at + OPB_DROPS, this.#littleEndian)
    if (drops !== OPB_DROPS_UNKNOWN) this.#stats.dropped += drops
    return this.#packet(w, len, w.view.getUint16(w.at + BLOCK_HEADER_LEN, this.#littleEndian), batch)
  }

  #usable(from: Interface | undefined, id: number): from is Interface {
    if (from?.known) return true
    noteFault(
      this.#stats,
      from === undefined
        ? `packet at byte ${this.#blockOffset} of interface ${id}, which the section does not describe: left out`
        : `packet at byte ${this.#blockOffset} of interface ${id} left out: link type ${from.linkType} is not supported`,
    )
    if (from !== undefined) this.unknownLinkTypes.add(from.linkType)
    return false
  }

  #add(batch: PacketBatch, from: Interface, start: number, capLen: number, wireLen: number): void {
    const n = batch.count++
    const onWire = boundedWireLen(wireLen, this.#blockOffset, this.#stats)
    batch.start[n] = start
    batch.capLen[n] = withoutFcs(capLen, onWire, from.fcsLen)
    batch.wireLen[n] = onWire
    batch.tsMs[n] = this.#lastTsMs
    batch.linkType[n] = from.linkType
  }

  #interface(w: ByteWindow, len: number): boolean {
    if (len < IDB_OPTIONS + BLOCK_TRAILER_LEN) return this.#damage(`an interface description of ${len} bytes`)
    if (this.#interfaces.length === MAX_INTERFACES) return this.#damage(`more than ${MAX_INTERFACES} interfaces in a section`)
    const { view, at } = w
    const le = this.#littleEndian
    let resolution: number | undefined
    let fcsLen = 0
    let offsetSeconds = 0
    this.#options(w, IDB_OPTIONS, len, (code, value, valueLen) => {
      if (code === IF_TSRESOL && valueLen === 1) resolution = view.getUint8(value)
      if (code === IF_FCSLEN && valueLen === 1) fcsLen = fcsBytes(view.getUint8(value))
      if (code === IF_TSOFFSET && valueLen === 8) offsetSeconds = Number(view.getBigInt64(value, le))
    })
    const linkType = view.getUint16(at + IDB_LINK_TYPE, le)
    this.#interfaces.push({
      linkType,
      known: this.#knowsLinkType(linkType),
      snapLen: view.getUint32(at + IDB_SNAP_LEN, le),
      fcsLen,
      clock: new PcapngClock(resolution, offsetSeconds),
      dropped: 0,
    })
    return true
  }

  /** Both counts are since the start of the capture, so only what they gained is added. */
  #statistics(w: ByteWindow, len: number): boolean {
    if (len < ISB_OPTIONS + BLOCK_TRAILER_LEN) return this.#damage(`interface statistics of ${len} bytes`)
    const of = this.#interfaces[w.view.getUint32(w.at + BLOCK_HEADER_LEN, this.#littleEndian)]
    if (of === undefined) return true
    let dropped = 0
    this.#options(w, ISB_OPTIONS, len, (code, value, valueLen) => {
      if ((code === ISB_IFDROP || code === ISB_OSDROP) && valueLen === 8) dropped += Number(w.view.getBigUint64(value, this.#littleEndian))
    })
    this.#stats.dropped += Math.max(0, dropped - of.dropped)
    of.dropped = Math.max(dropped, of.dropped)
    return true
  }

  /** Each step goes forward by at least four bytes and none leaves the block; a length that lies ends the options. */
  #options(w: ByteWindow, from: number, blockLen: number, each: (code: number, valueAt: number, valueLen: number) => void): void {
    const end = w.at + blockLen - BLOCK_TRAILER_LEN
    let at = w.at + from
    while (at + 4 <= end) {
      const code = w.view.getUint16(at, this.#littleEndian)
      const valueLen = w.view.getUint16(at + 2, this.#littleEndian)
      if (code === 0 || at + 4 + valueLen > end) return
      each(code, at + 4, valueLen)
      at += 4 + ((valueLen + 3) & ~3)
    }
  }

  finish(window: ByteWindow): void {
    if (this.ended || (window.left === 0 && this.#blockLen === 0)) return
    const blockOffset = this.#blockLen > 0 ? this.#blockOffset : window.offset
    noteCut(this.#stats, window.endOffset, `the block at byte ${blockOffset} is not whole`)
  }
}

/** The blocks that are held whole and read; of section headers only the head is, and all others are passed over. */
const isRead = (type: number) =>
  type === ENHANCED_PACKET ||
  type === SIMPLE_PACKET ||
  type === OBSOLETE_PACKET ||
  type === INTERFACE_DESCRIPTION ||
  type === INTERFACE_STATISTICS

/** The draft counts bytes, some writers bits. */
const fcsBytes = (value: number) => (value > 8 ? value >> 3 : value)
