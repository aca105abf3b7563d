import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { askForLargePages, inLargePages } from './large-pages.ts'
import { hasLibc } from './libc.ts'

const MiB = 1 << 20

describe('memory in large pages', () => {
  test.each([0, 1, 4096, 4 * MiB, 16 * MiB + 24])('%i bytes, all zero', (bytes) => {
    const memory = inLargePages(bytes)
    expect(memory.byteLength).toBe(bytes)
    expect(new Uint8Array(memory).every((byte) => byte === 0)).toBe(true)
  })
  test('is asked for what lies whole within the buffer', () => {
    for (const bytes of [0, 100, 4095]) expect(askForLargePages(new ArrayBuffer(bytes))).toBe(false)
  })
  test.skipIf(!hasLibc() || !/\[(?:madvise|always)\]/.test(thp()))('is what the system then gives', () => {
    const before = largePages()
    const memory = inLargePages(64 * MiB)
    new Uint8Array(memory).fill(1)
    expect(largePages() - before).toBeGreaterThan(0)
    expect(memory.byteLength).toBe(64 * MiB)
  })
})

function thp(): string {
  try {
    return readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8')
  } catch {
    return ''
  }
}
/** Of this process, in kB. */
function largePages(): number {
  return Number(/AnonHugePages:\s+(\d+)/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1] ?? 0)
}
