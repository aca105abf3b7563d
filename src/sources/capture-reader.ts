import { PacketBatch, type Sink, SourceError, type SourceStats } from '../lib/source.ts'
import { ByteWindow } from './byte-window.ts'
import { isPcap, PCAP_FILE_HEADER_LEN, PcapRecords } from './pcap-records.ts'
import { isPcapng, PcapngRecords, SECTION_HEAD_LEN } from './pcapng-records.ts'
import { MAX_RECORD_BYTES, type RecordParser } from './record-parser.ts'

/** Fits the second-level cache; chunks of 4 MiB were measured to cost 20 %. */
export const CHUNK_BYTES = 262_144
/** Packets of 48 bytes with their record headers fill a chunk. */
const BATCH_CAPACITY = 4096
const MAGIC_LEN = 4

export interface CaptureOptions {
  /** Which LINKTYPE_ values can be decoded further up; packets of others are not handed over. All, unless given. */
  readonly knowsLinkType?: (linkType: number) => boolean
}

/** Bytes of one capture in, in slices of any size; batches of packets out. */
export class CaptureReader {
  readonly window = new ByteWindow(CHUNK_BYTES, MAX_RECORD_BYTES)
  readonly #batch = new PacketBatch(BATCH_CAPACITY)
  #parser: RecordParser | undefined
  readonly #name: string
  readonly #sink: Sink
  readonly #stats: SourceStats
  readonly #signal: AbortSignal
  readonly #knowsLinkType: (linkType: number) => boolean

  constructor(name: string, sink: Sink, stats: SourceStats, signal: AbortSignal, options: CaptureOptions) {
    this.#name = name
    this.#sink = sink
    this.#stats = stats
    this.#signal = signal
    this.#knowsLinkType = options.knowsLinkType ?? (() => true)
  }

  /** Nothing more is wanted: damage was met, or somebody asked to stop. */
  get ended(): boolean {
    return this.#signal.aborted || (this.#parser?.ended ?? false)
  }

  /** Room behind what has arrived, for whoever writes into the window himself; follow it with `drain`. */
  makeRoom(): void {
    this.window.makeRoom(this.#parser?.need ?? MAGIC_LEN)
  }

  /** Takes in a chunk; the caller may use it again when this resolves. */
  async feed(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length && !this.ended; ) {
      taken += this.window.append(chunk, taken, this.#parser?.need ?? MAGIC_LEN)
      await this.drain()
    }
  }

  /** Hands over all packets that lie whole in the window. */
  async drain(): Promise<void> {
    const parser = (this.#parser ??= this.#openParser())
    if (parser === undefined) return
    const batch = this.#batch
    while (!this.#signal.aborted) {
      batch.count = 0
      batch.buf = this.window.buf
      parser.take(this.window, batch)
      if (batch.count === 0) return
      this.#stats.packets += batch.count
      const turn = this.#sink.packets(batch)
      if (turn) await turn
    }
  }

  /** The input is over. */
  finish(): void {
    if (this.#signal.aborted) return
    if (this.#parser === undefined) throw this.#noCapture()
    this.#parser.finish(this.window)
    this.#refuseUnknown()
  }

  /** Undefined: too few bytes to tell. */
  #openParser(): RecordParser | undefined {
    const { window } = this
    if (window.left < MAGIC_LEN) return undefined
    if (isPcap(window)) return window.left < PCAP_FILE_HEADER_LEN ? undefined : this.#openPcap()
    if (!isPcapng(window)) throw this.#noCapture()
    return window.left < SECTION_HEAD_LEN ? undefined : new PcapngRecords(this.#stats, this.#knowsLinkType)
  }

  #openPcap(): RecordParser {
    const parser = new PcapRecords(this.window, this.#stats)
    if (!this.#knowsLinkType(parser.linkType)) throw linkTypeError(this.#name, [parser.linkType])
    return parser
  }

  /** Not one packet could be used, so this input never started. */
  #refuseUnknown(): void {
    if (!(this.#parser instanceof PcapngRecords) || this.#stats.packets > 0) return
    const unknown = [...this.#parser.unknownLinkTypes]
    if (unknown.length > 0) throw linkTypeError(this.#name, unknown)
  }

  #noCapture(): SourceError {
    const { window } = this
    if (window.left === 0) return new SourceError(`${this.#name}: empty: a capture has at least a file header; record it again`)
    if (window.left >= MAGIC_LEN && (isPcap(window) || isPcapng(window)))
      return new SourceError(
        `${this.#name}: cut short at byte ${window.endOffset}, inside its file header: nothing can be read; copy it again`,
      )
    return notACapture(this.#name, window.buf.subarray(window.at, window.end))
  }
}

const linkTypeError = (name: string, linkTypes: readonly number[]) =>
  new SourceError(
    `${name}: link type ${linkTypes.slice(0, 8).join(', ')} is not supported: capture on an Ethernet, wireless, PPP or IP interface instead`,
  )

/** What people hand us by mistake, by its first bytes. */
const MISTAKEN: readonly (readonly [readonly number[], string])[] = [
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'compressed with xz: unpack it with xz -d'],
  [[0x42, 0x5a, 0x68], 'compressed with bzip2: unpack it with bunzip2'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4: unpack it with lz4 -d'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive: unpack it first'],
  [[0x1f, 0x8b], 'compressed twice: unpack it with gunzip'],
  [[0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00], 'a snoop file: convert it with editcap -F pcapng'],
  [[0x47, 0x4d, 0x42, 0x55], 'a Network Monitor file: convert it with editcap -F pcapng'],
]

export function notACapture(name: string, head: Uint8Array): SourceError {
  const known = MISTAKEN.find(([magic]) => magic.every((byte, i) => head[i] === byte))
  return new SourceError(
    `${name}: not a capture${known ? ` but ${known[1]}` : ''}; pcap and pcapng are read, also packed with gzip or zstd`,
  )
}
