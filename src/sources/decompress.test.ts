import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compressionOf, decompressed } from './decompress.ts'
import { joinBytes } from './pcap-writer.ts'
import { payload } from './testing.ts'

/** One buffer for all slices, as a file is read. */
async function* sliced(bytes: Uint8Array, length: number) {
  const chunk = new Uint8Array(length)
  for (let at = 0; at < bytes.length; at += length) {
    const slice = bytes.subarray(at, at + length)
    chunk.set(slice)
    yield chunk.subarray(0, slice.length)
    chunk.fill(0xee)
  }
}

async function unpack(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of decompressed(sliced(bytes, length), compressionOf(bytes)!)) parts.push(part.slice())
  return joinBytes(parts)
}

describe('decompressed', () => {
  const first = payload(3000, 1)
  const second = new Uint8Array(100_000).fill(7)
  const kinds: [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ]
  it.each(kinds)('joins what %s holds in several frames, wherever the input is cut', async (_, pack) => {
    const packed = joinBytes([pack(first), pack(second), pack(first)])
    const whole = joinBytes([first, second, first])
    for (let length = 1; length <= packed.length; length = length < 60 ? length + 1 : length * 2)
      expect(Buffer.compare(await unpack(packed, length), whole)).toBe(0)
  })

  it.each(kinds)('yields all that a cut %s stream holds before it throws', async (_, pack) => {
    const packed = pack(joinBytes([first, new Uint8Array(300_000), first]))
    let bytes = 0
    const reading = (async () => {
      for await (const part of decompressed(sliced(packed.subarray(0, -3), 64), compressionOf(packed)!)) bytes += part.length
    })()
    await expect(reading).rejects.toThrow('unexpected end of file')
    // zstd gives whole blocks of 128 KiB.
    expect(bytes).toBeGreaterThanOrEqual(262_144)
  })

  it('knows its formats by their first bytes alone', () => {
    expect(compressionOf(gzipSync('a'))).toBe('gzip')
    expect(compressionOf(zstdCompressSync('a'))).toBe('zstd')
    expect(compressionOf(Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18))).toBe('zstd')
    expect(compressionOf(Uint8Array.of(0x60, 0x2a, 0x4d, 0x18))).toBeUndefined()
    expect(compressionOf(Uint8Array.of(0x1f, 0x8b, 8))).toBeUndefined()
  })
})
