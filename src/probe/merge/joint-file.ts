import {
  INTERFACE_BLOCK_LEN,
  PACKET_HEAD_LEN,
  PCAP_HEADER_LEN,
  PCAP_RECORD_LEN,
  packetBlockLen,
  packetCapLen,
  packetWireLen,
  putInterface,
  putPcapHeader,
  putPcapRecord,
  setPacketInterface,
} from '../../lib/capture-format.ts'
import type { CaptureFormat, RecordingBounds, StreamEnd } from '../../lib/recording.ts'
import { MAX_WIRE_LEN } from '../../lib/source.ts'
import type { CapturePart } from './capture-part.ts'

/** The largest packet, and room for heads. */
const PIECE_BYTES = MAX_WIRE_LEN + 65_536
const ETHERNET = 1

/** Packets of several workers as one capture file, which is handed out in pieces. */
export class JointFile {
  packets = 0
  bytes = 0
  otherLinkType = 0
  private readonly format: CaptureFormat
  private readonly bounds: Pick<RecordingBounds, 'maxBytes' | 'maxPackets'>
  private readonly piece = new Uint8Array(PIECE_BYTES)
  private readonly view = new DataView(this.piece.buffer)
  private at = 0
  private hasSection = false
  /** In the order of their interface blocks; classic pcap has one. */
  private readonly linkTypes: number[] = []

  constructor(format: CaptureFormat, bounds: Pick<RecordingBounds, 'maxBytes' | 'maxPackets'>) {
    this.format = format
    this.bounds = bounds
  }

  /** What has gathered, valid until the next packet is put; empty when nothing has. */
  take(): Uint8Array {
    const piece = this.piece.subarray(0, this.at)
    this.at = 0
    return piece
  }

  /** The head of a pcapng file, once. */
  begin(section: Uint8Array): void {
    if (this.hasSection || this.format === 'pcap') return
    this.hasSection = true
    this.piece.set(section, this.at)
    this.gain(section.length)
  }

  /** The part's head: written, or counted as what the file cannot hold. False: there is no room before what has gathered is taken. A bound that is reached ends the file. */
  put(part: CapturePart): boolean | StreamEnd {
    const { linkType } = part
    if (this.format === 'pcap' && this.linkTypes.length > 0 && linkType !== this.linkTypes[0]) {
      this.otherLinkType++
      return true
    }
    const { view } = part.head!
    const capLen = packetCapLen(view, part.at)
    const length = this.lengthOf(capLen, linkType)
    if (this.bytes + length > this.bounds.maxBytes) return 'bytes'
    if (this.at + length > PIECE_BYTES) return false
    const number = this.interfaceOf(linkType)
    if (this.format === 'pcap') this.putRecord(part, capLen)
    else this.putBlock(part, number)
    this.packets++
    return this.packets < this.bounds.maxPackets || 'packets'
  }

  private lengthOf(capLen: number, linkType: number): number {
    const isNew = !this.linkTypes.includes(linkType)
    if (this.format === 'pcap') return PCAP_RECORD_LEN + capLen + (isNew ? PCAP_HEADER_LEN : 0)
    return packetBlockLen(capLen) + (isNew ? INTERFACE_BLOCK_LEN : 0)
  }

  /** Its number in the file; the first packet of a link type brings a head. */
  private interfaceOf(linkType: number): number {
    const there = this.linkTypes.indexOf(linkType)
    if (there >= 0) return there
    if (this.format === 'pcap') {
      putPcapHeader(this.view, this.at, { linkType })
      this.gain(PCAP_HEADER_LEN)
    } else {
      putInterface(this.view, this.at, linkType)
      this.gain(INTERFACE_BLOCK_LEN)
    }
    return this.linkTypes.push(linkType) - 1
  }

  private putBlock({ head, at, length }: CapturePart, number: number): void {
    this.piece.set(head!.bytes.subarray(at, at + length), this.at)
    setPacketInterface(this.view, this.at, number)
    this.gain(length)
  }

  private putRecord({ head, at, tsMs }: CapturePart, capLen: number): void {
    const { bytes, view } = head!
    putPcapRecord(this.view, this.at, tsMs, capLen, packetWireLen(view, at))
    this.piece.set(bytes.subarray(at + PACKET_HEAD_LEN, at + PACKET_HEAD_LEN + capLen), this.at + PCAP_RECORD_LEN)
    this.gain(PCAP_RECORD_LEN + capLen)
  }

  /** A file without a packet is a file all the same; readers want to be told a link type. */
  finish(): void {
    if (this.linkTypes.length === 0) this.interfaceOf(ETHERNET)
  }

  private gain(bytes: number): void {
    this.at += bytes
    this.bytes += bytes
  }
}
