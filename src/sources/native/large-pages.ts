import { hasLibc, libc } from './libc.ts'

const PAGE_BYTES = 4096
/** Of x86-64 and arm64. */
const LARGE_PAGE_BYTES = 2 << 20
/** Below this a table has too few pages to gain from fewer. */
const MIN_BYTES = 2 * LARGE_PAGE_BYTES
const MADV_HUGEPAGE = 14

/**
 * Memory in pages of 2 MiB where the system gives them to those that ask (madvise(2); /sys/kernel/mm/transparent_hugepage/enabled), else in usual ones. Rows
 * of hundreds of thousands of flows lie in more pages of 4 KiB than a processor has places for; and the kernel is entered once for 512 of them.
 */
export function inLargePages(bytes: number): ArrayBuffer {
  const memory = new ArrayBuffer(bytes)
  if (bytes >= MIN_BYTES) askForLargePages(memory)
  return memory
}

/** False when the system has none to give. Pages that have been touched stay as they are. */
export function askForLargePages(memory: ArrayBuffer): boolean {
  if (process.platform !== 'linux' || !hasLibc()) return false
  const { addressOf, madvise } = libc()
  const at = addressOf(new Uint8Array(memory))
  const first = (at + BigInt(PAGE_BYTES - 1)) & ~BigInt(PAGE_BYTES - 1)
  const pages = Math.floor((memory.byteLength - Number(first - at)) / PAGE_BYTES)
  return pages > 0 && madvise(first, pages * PAGE_BYTES, MADV_HUGEPAGE) === 0
}
