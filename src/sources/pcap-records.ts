import { MAX_WIRE_LEN, type PacketBatch, SourceError, type SourceStats } from '../lib/source.ts'
import type { ByteWindow } from './byte-window.ts'
import { boundedWireLen, lengthFault, type RecordParser, withoutFcs } from './record-parser.ts'
import { noteCut } from './source-stats.ts'

// draft-ietf-opsawg-pcap, and pcap-savefile(5) for what older files do.
export const PCAP_FILE_HEADER_LEN = 24
const VERSION_MAJOR = 4
const VERSION_MINOR = 6
const LINK_TYPE = 20

const RECORD_HEADER_LEN = 16
/** Files of Alexey Kuznetzov's libpcap patches: interface index, protocol and packet type follow the ordinary record header. */
const MODIFIED_RECORD_HEADER_LEN = 24
const REC_FRACTION = 4
const REC_CAP_LEN = 8
const REC_WIRE_LEN = 12

interface Variant {
  /** Ticks of the fraction field in a second. */
  readonly ticks: number
  readonly headerLen: number
}
const VARIANTS: ReadonlyMap<number, Variant> = new Map([
  [0xa1b2c3d4, { ticks: 1e6, headerLen: RECORD_HEADER_LEN }],
  [0xa1b23c4d, { ticks: 1e9, headerLen: RECORD_HEADER_LEN }],
  [0xa1b2cd34, { ticks: 1e6, headerLen: MODIFIED_RECORD_HEADER_LEN }],
])

const variantOf = (b: ByteWindow, littleEndian: boolean) => VARIANTS.get(b.view.getUint32(b.at, littleEndian))

export const isPcap = (window: ByteWindow): boolean => (variantOf(window, true) ?? variantOf(window, false)) !== undefined

/** The link type word: bit 26 says that the top four bits count the 16-bit words of FCS behind each packet; the low half is the type. */
const FCS_PRESENT = 1 << 26
const fcsLenOf = (word: number) => (word & FCS_PRESENT ? (word >>> 28) * 2 : 0)

/** Before 2.3 the two lengths stood the other way round, in 2.3 and 543.0 they may. */
const mayBeSwapped = (major: number, minor: number) => (major === 2 && minor <= 3) || major === 543

export class PcapRecords implements RecordParser {
  need: number
  ended = false
  readonly linkType: number
  readonly #littleEndian: boolean
  readonly #headerLen: number
  readonly #ticksPerMs: number
  readonly #fcsLen: number
  readonly #swapped: boolean
  readonly #stats: SourceStats

  /** The window holds the whole file header, which is used up here. */
  constructor(window: ByteWindow, stats: SourceStats) {
    const { view, at } = window
    this.#littleEndian = variantOf(window, true) !== undefined
    const variant = variantOf(window, this.#littleEndian)
    if (variant === undefined) throw new SourceError('not a pcap file header')
    this.#ticksPerMs = variant.ticks / 1000
    this.#headerLen = this.need = variant.headerLen
    this.#swapped = mayBeSwapped(
      view.getUint16(at + VERSION_MAJOR, this.#littleEndian),
      view.getUint16(at + VERSION_MINOR, this.#littleEndian),
    )
    const word = view.getUint32(at + LINK_TYPE, this.#littleEndian)
    this.linkType = word & 0xffff
    this.#fcsLen = fcsLenOf(word)
    this.#stats = stats
    window.at += PCAP_FILE_HEADER_LEN
  }

  take(window: ByteWindow, batch: PacketBatch): void {
    if (this.ended) return
    const { view, end } = window
    const { start, tsMs, capLen, wireLen, linkType, capacity } = batch
    const le = this.#littleEndian
    const headerLen = this.#headerLen
    const ticksPerMs = this.#ticksPerMs
    const fcsLen = this.#fcsLen
    const fileLinkType = this.linkType
    let at = window.at
    let n = batch.count
    this.need = headerLen
    while (n < capacity && at + headerLen <= end) {
      let captured = view.getUint32(at + REC_CAP_LEN, le)
      let original = view.getUint32(at + REC_WIRE_LEN, le)
      // One test keeps ordinary records clear of everything rare.
      if (captured > original || original > MAX_WIRE_LEN || captured === 0) {
        if (this.#swapped && captured > original) [captured, original] = [original, captured]
        window.at = at
        if (this.#isDamaged(window, captured, original)) break
      }
      const body = at + headerLen
      if (body + captured > end) {
        this.need = headerLen + captured
        break
      }
      if (original > MAX_WIRE_LEN) {
        window.at = at
        original = boundedWireLen(original, window.offset, this.#stats)
      }
      start[n] = body
      capLen[n] = fcsLen === 0 ? captured : withoutFcs(captured, original, fcsLen)
      wireLen[n] = original
      tsMs[n] = view.getUint32(at, le) * 1000 + view.getUint32(at + REC_FRACTION, le) / ticksPerMs
      linkType[n] = fileLinkType
      at = body + captured
      n++
    }
    window.at = at
    batch.count = n
  }

  #isDamaged(window: ByteWindow, capLen: number, wireLen: number): boolean {
    const why = lengthFault(capLen, wireLen) ?? this.#emptyFault(window, capLen, wireLen)
    if (why === undefined) return false
    noteCut(this.#stats, window.offset, why)
    this.ended = true
    return true
  }

  /** An empty packet with a time stamp is odd but whole; a run of zeros (a disk that filled up) is not a packet. */
  #emptyFault(window: ByteWindow, capLen: number, wireLen: number): string | undefined {
    if (capLen > 0) return undefined
    const hasTime = window.view.getUint32(window.at, this.#littleEndian) !== 0
    return wireLen === 0 && hasTime ? undefined : 'captured length 0'
  }

  finish(window: ByteWindow): void {
    if (this.ended || window.left === 0) return
    const missing = this.need - window.left
    noteCut(this.#stats, window.endOffset, `the record at byte ${window.offset} lacks at least ${missing} bytes`)
  }
}
