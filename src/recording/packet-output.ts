import {
  INTERFACE_BLOCK_LEN,
  PACKET_HEAD_LEN,
  PCAP_HEADER_LEN,
  PCAP_RECORD_LEN,
  packetBlockLen,
  putInterface,
  putPacketBlock,
  putPcapHeader,
  putPcapRecord,
  sectionHeader,
} from '../lib/capture-format.ts'
import type { CaptureFormat, ChunkMessage, StreamEnd } from '../lib/recording.ts'
import { MAX_WIRE_LEN } from '../lib/source.ts'
import { Bytes, copyBytes } from './byte-copy.ts'

/** The largest packet, its head, and room for heads of the file. */
export const CHUNK_BYTES = MAX_WIRE_LEN + 65_536
/** On their way to the receiver at once, the one being filled among them. */
export const CHUNKS_UNDER_WAY = 4

/** A batch of packets fits into as many: no more than two packets of the largest size, or 512 KiB of smaller ones with their heads. */
const CHUNKS_A_BATCH = 2

const APPLICATION = 'wiretop'
const ETHERNET = 1

export type SendChunk = (message: ChunkMessage, transfer: ArrayBuffer[]) => void

/**
 * The worker's end of a stream: packets in, chunks of a capture file out. It has a fixed number of chunks; a packet for which none has room is refused,
 * so that a slow receiver never holds up the capture. Nothing is allocated per packet.
 */
export class PacketOutput {
  packets = 0
  bytes = 0
  leftOut = 0
  otherLinkType = 0
  private ended: StreamEnd | undefined
  private readonly stream: number
  private readonly format: CaptureFormat
  private readonly send: SendChunk
  private readonly free: ArrayBuffer[]
  private readonly head: Uint8Array
  private chunk: Bytes | undefined
  private at = 0
  /** Link types in the order of their interface blocks; classic pcap has one. */
  private readonly linkTypes: number[] = []
  private lastLinkType = -1
  private lastInterface = -1
  private told = ''
  private roomy: (() => void) | undefined

  constructor(stream: number, format: CaptureFormat, comment: string, send: SendChunk) {
    this.stream = stream
    this.format = format
    this.send = send
    this.free = Array.from({ length: CHUNKS_UNDER_WAY }, () => new ArrayBuffer(CHUNK_BYTES))
    this.head = format === 'pcapng' ? sectionHeader(APPLICATION, comment) : new Uint8Array(PCAP_HEADER_LEN)
    this.nextChunk()
    if (format === 'pcapng') this.putHead()
  }

  get isOver(): boolean {
    return this.ended !== undefined
  }

  /** What a packet adds to the file, with the heads that it would bring. */
  lengthOf(capLen: number, linkType: number): number {
    if (this.format === 'pcap') return PCAP_RECORD_LEN + capLen + (this.linkTypes.length === 0 ? PCAP_HEADER_LEN : 0)
    return packetBlockLen(capLen) + (linkType === this.lastLinkType || this.linkTypes.includes(linkType) ? 0 : INTERFACE_BLOCK_LEN)
  }

  /** Whether a packet of this length would be taken now: a reader of kept packets waits until it would. */
  hasRoom(capLen: number, linkType: number): boolean {
    return this.makeRoom(this.lengthOf(capLen, linkType))
  }

  /** Takes the packet, or counts it as left out. */
  packet(source: Bytes, start: number, capLen: number, wireLen: number, tsMs: number, linkType: number): void {
    if (this.format === 'pcap' && this.linkTypes.length > 0 && linkType !== this.linkTypes[0]) {
      this.otherLinkType++
      return
    }
    if (!this.makeRoom(this.lengthOf(capLen, linkType))) {
      this.leftOut++
      return
    }
    const before = this.at
    if (linkType !== this.lastLinkType) this.turnTo(linkType)
    const chunk = this.chunk!
    const { view } = chunk
    if (this.format === 'pcap') {
      putPcapRecord(view, this.at, tsMs, capLen, wireLen)
      copyBytes(source, start, chunk, this.at + PCAP_RECORD_LEN, capLen)
      this.at += PCAP_RECORD_LEN + capLen
    } else {
      putPacketBlock(view, this.at, this.lastInterface, tsMs, capLen, wireLen)
      copyBytes(source, start, chunk, this.at + PACKET_HEAD_LEN, capLen)
      this.at += packetBlockLen(capLen)
    }
    this.packets++
    this.bytes += this.at - before
  }

  /** Sends what has gathered, and how far it is; with `upToMs` also how far the input is. */
  flush(upToMs?: number): void {
    const { packets, bytes, leftOut, otherLinkType } = this
    const state = `${bytes} ${leftOut} ${otherLinkType} ${upToMs ?? ''}`
    if (state === this.told && !this.isOver) return
    this.told = state
    const progress = { packets, bytes, leftOut, otherLinkType, ...(this.ended !== undefined && { end: this.ended }) }
    const message = { type: 'chunk', stream: this.stream, progress, ...(upToMs !== undefined && { upToMs }) } as const
    const memory = this.at > 0 ? (this.chunk?.view.buffer as ArrayBuffer | undefined) : undefined
    if (memory === undefined) this.send({ ...message, length: 0 }, [])
    else {
      this.send({ ...message, memory, length: this.at }, [memory])
      this.nextChunk()
    }
  }

  /** No packets come any more; what has gathered is sent. */
  finish(end: StreamEnd): void {
    if (this.isOver) return
    // A file without a packet is a file all the same; readers want to be told a link type.
    if (this.linkTypes.length === 0 && this.makeRoom(INTERFACE_BLOCK_LEN)) {
      const before = this.at
      this.turnTo(ETHERNET)
      this.bytes += this.at - before
    }
    this.ended = end
    this.flush()
    this.free.length = 0
    this.chunk = undefined
    this.roomy?.()
  }

  /** The receiver gives the memory of a chunk back. */
  taken(memory: ArrayBuffer): void {
    if (this.isOver) return
    this.free.push(memory)
    if (this.chunk === undefined) this.nextChunk()
    if (this.free.length >= CHUNKS_A_BATCH) this.roomy?.()
  }

  /** Resolves when a whole batch would find room; undefined when it does now. For one waiter. */
  whenRoomy(): Promise<void> | undefined {
    if (this.isOver || this.free.length >= CHUNKS_A_BATCH) return undefined
    return new Promise((resolve) => {
      this.roomy = resolve
    })
  }

  private makeRoom(length: number): boolean {
    if (this.chunk !== undefined && this.at + length > CHUNK_BYTES) this.flush()
    return this.chunk !== undefined && this.at + length <= CHUNK_BYTES
  }

  private nextChunk(): void {
    const memory = this.free.pop()
    this.chunk = memory && new Bytes(memory)
    this.at = 0
  }

  private putHead(): void {
    this.chunk!.buf.set(this.head, this.at)
    this.at += this.head.length
    this.bytes += this.head.length
  }

  /** A link type that is new has its head written: the file's, or an interface block. There is room. */
  private turnTo(linkType: number): void {
    let at = this.linkTypes.indexOf(linkType)
    if (at < 0) {
      at = this.linkTypes.push(linkType) - 1
      if (this.format === 'pcap') putPcapHeader(this.chunk!.view, this.at, { linkType })
      else putInterface(this.chunk!.view, this.at, linkType)
      this.at += this.format === 'pcap' ? PCAP_HEADER_LEN : INTERFACE_BLOCK_LEN
    }
    this.lastLinkType = linkType
    this.lastInterface = at
  }
}

const MAX_COMMENT = 8192
/** Names of files and filters may hold anything: of a comment they make no other lines, and hide nothing. */
export const commentText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd').slice(0, MAX_COMMENT)
