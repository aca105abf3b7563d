import type { PacketBatch } from '../lib/source.ts'
import type { MappingLedger } from './mapping-ledger.ts'
import { TP_DROPS, TP_FREEZE_Q_CNT, TP_PACKETS, TP_STATUS_BLK_TMO, TP_STATUS_LOSING, TPACKET_STATS_V3_WORDS } from './native/if-packet.ts'
import { CallError } from './native/libc.ts'
import type { PacketSocket } from './packet-socket.ts'
import { RingBlocks, VLAN_TAG_LEN } from './ring-blocks.ts'
import { RingMapping } from './ring-mapping.ts'

/** Fits a segment of 64 KiB that the adapter or the kernel has put together; what does not fit a block is cut by the kernel, and capLen says so. */
export const BLOCK_BYTES = 262_144
/** The kernel writes into one while we read the other. */
export const MIN_BLOCKS = 2
/** How long a packet may lie in a block that does not fill up. */
export const RETIRE_MS = 100

export const blocksOf = (bytes: number): number => Math.max(MIN_BLOCKS, Math.floor(bytes / BLOCK_BYTES))

/** What the kernel counted for a ring since it was set. */
export interface RingCounts {
  /** Including drops. */
  packets: number
  dropped: number
  freezes: number
}

/** Asks for a ring of so many blocks, and for half as many while the system has no memory for it. Returns how many it became. */
export async function setRing(socket: Pick<PacketSocket, 'setRing'>, wantedBlocks: number): Promise<number> {
  for (let blocks = wantedBlocks; ; blocks = Math.max(MIN_BLOCKS, blocks >> 1)) {
    try {
      await socket.setRing({ blockBytes: BLOCK_BYTES, blocks, retireMs: RETIRE_MS })
      return blocks
    } catch (error) {
      if (!(error instanceof CallError && error.code === 'ENOMEM') || blocks === MIN_BLOCKS) throw error
    }
  }
}

/** A socket and its ring in memory: blocks are taken in the order in which the kernel fills them. */
export class CaptureRing {
  readonly socket: PacketSocket
  readonly blocks: number
  readonly counts: RingCounts = { packets: 0, dropped: 0, freezes: 0 }
  readonly reader: RingBlocks
  readonly #mapping: RingMapping
  readonly #statistics = new Uint32Array(TPACKET_STATS_V3_WORDS)
  #next = 0

  private constructor(socket: PacketSocket, blocks: number, ledger: MappingLedger | undefined) {
    this.socket = socket
    this.blocks = blocks
    this.#mapping = new RingMapping(socket.fd, blocks, BLOCK_BYTES, ledger)
    this.reader = new RingBlocks(this.#mapping.buffer, BLOCK_BYTES)
  }

  /** The socket is not bound yet, and stays the caller's. Rejects with a CallError. */
  static async open(socket: PacketSocket, wantedBlocks: number, ledger?: MappingLedger): Promise<CaptureRing> {
    socket.prepareRing(VLAN_TAG_LEN)
    return new CaptureRing(socket, await setRing(socket, wantedBlocks), ledger)
  }

  get bytes(): number {
    return this.blocks * BLOCK_BYTES
  }

  /** Whether the block that is `ahead` of the next one waits for us too. */
  isReady(ahead = 0): boolean {
    return this.#mapping.isReady((this.#next + ahead) % this.blocks)
  }

  /** The kernel has dropped packets that `readCounts` has not told yet. */
  get isLosing(): boolean {
    return (this.#mapping.status(this.#next) & TP_STATUS_LOSING) !== 0
  }

  /** The next block was handed over because it was full, not because its time was over. */
  get isFull(): boolean {
    return (this.#mapping.status(this.#next) & TP_STATUS_BLK_TMO) === 0
  }

  /** Begins with the next block; it must be ready. */
  open(): void {
    this.reader.open(this.#next)
  }

  fill(batch: PacketBatch): void {
    this.reader.fill(batch)
  }

  /** The kernel may write into the block again. */
  giveBack(): void {
    this.#mapping.giveBack(this.#next)
    this.#next = (this.#next + 1) % this.blocks
  }

  readCounts(): RingCounts {
    this.socket.readStatistics(this.#statistics)
    this.counts.packets += this.#statistics[TP_PACKETS]!
    this.counts.dropped += this.#statistics[TP_DROPS]!
    this.counts.freezes += this.#statistics[TP_FREEZE_Q_CNT]!
    return this.counts
  }

  /** Everything that the kernel put into the ring has been taken out, also from the block that it had not handed over yet. */
  isDrained(): boolean {
    const { packets, dropped } = this.readCounts()
    return packets - dropped <= this.reader.announced
  }

  /** Gives the memory back; nothing may read from the ring any more. The socket stays open. */
  unmap(): void {
    this.#mapping.close()
  }
}
