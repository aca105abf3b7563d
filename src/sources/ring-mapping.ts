import type { MappingLedger } from './mapping-ledger.ts'
import { BLOCK_STATUS_AT, TP_STATUS_KERNEL, TP_STATUS_USER } from './native/if-packet.ts'
import { CallError, isMapFailed, libc } from './native/libc.ts'

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 1

/**
 * A ring as memory of ours. Owns the mapping: `close` detaches the buffer before it unmaps, so that a view which somebody has kept is empty then and can never
 * reach memory that is gone.
 */
export class RingMapping {
  readonly buffer: ArrayBuffer
  readonly #address: bigint
  readonly #bytes: number
  #status: Int32Array
  readonly #blockWords: number
  readonly #ledger: MappingLedger | undefined

  constructor(fd: number, blocks: number, blockBytes: number, ledger?: MappingLedger) {
    this.#bytes = blocks * blockBytes
    this.#address = libc().mmap(null, this.#bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
    if (isMapFailed(this.#address)) throw new CallError('mmap', libc().errno())
    this.#ledger = ledger
    ledger?.add(this.#address, this.#bytes)
    this.buffer = libc().view(this.#address, this.#bytes)
    this.#status = new Int32Array(this.buffer)
    this.#blockWords = blockBytes >> 2
  }

  /** block_status: TP_STATUS_USER when the block is ours. What the kernel wrote before is visible after this. */
  status(block: number): number {
    return Atomics.load(this.#status, block * this.#blockWords + (BLOCK_STATUS_AT >> 2))
  }

  isReady(block: number): boolean {
    return (this.status(block) & TP_STATUS_USER) !== 0
  }

  /** From here on the kernel writes there again. */
  giveBack(block: number): void {
    Atomics.store(this.#status, block * this.#blockWords + (BLOCK_STATUS_AT >> 2), TP_STATUS_KERNEL)
  }

  close(): void {
    if (this.buffer.detached) return
    this.buffer.transfer(0)
    this.#status = new Int32Array(0)
    libc().munmap(this.#address, this.#bytes)
    this.#ledger?.remove(this.#address)
  }
}
