import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bytes } from './byte-copy.ts'
import { KeptPacket, MIN_RING_BYTES, PacketRing, recordBytes } from './packet-ring.ts'

interface Appended {
  readonly capLen: number
  readonly n: number
}

/** Bytes that tell which packet they belong to, and where in it. */
const byteOf = (n: number, i: number) => (n * 31 + i * 7) & 255

const source = new Bytes(new ArrayBuffer(262_144 + 16))
function append(ring: PacketRing, { capLen, n }: Appended): void {
  const start = n % 16
  for (let i = 0; i < capLen; i++) source.buf[start + i] = byteOf(n, i)
  ring.append(source, start, capLen, capLen + (n % 3), 1000 + n / 4, n % 2 === 0 ? 1 : 101, n % 5 === 0 ? -1 : n, n * 3)
}

function readAll(ring: PacketRing): Appended[] {
  const packet = new KeptPacket()
  const found: Appended[] = []
  for (let at = ring.begin; at < ring.end; ) {
    at = ring.read(at, packet)
    const n = (packet.tsMs - 1000) * 4
    const { start, capLen } = packet
    const { buf } = packet.bytes
    expect([packet.wireLen, packet.linkType, packet.row, packet.serial]).toEqual([
      capLen + (n % 3),
      n % 2 === 0 ? 1 : 101,
      n % 5 === 0 ? -1 : n,
      n * 3,
    ])
    for (let i = 0; i < capLen; i += Math.max(1, capLen >> 6)) expect(buf[start + i]).toBe(byteOf(n, i))
    expect(capLen === 0 || buf[start + capLen - 1] === byteOf(n, capLen - 1)).toBe(true)
    found.push({ capLen, n })
  }
  return found
}

/** The most packets from the end that fit. */
function lastThatFit(all: readonly Appended[], capacity: number): Appended[] {
  let from = all.length
  for (let left = capacity; from > 0 && recordBytes(all[from - 1]!.capLen) <= left; from--) left -= recordBytes(all[from - 1]!.capLen)
  return all.slice(from)
}

const length = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 2000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 2000, max: 70_000 }) },
  { weight: 1, arbitrary: fc.constant(262_144) },
)

describe('the ring of packets', () => {
  test('holds exactly the last packets that fit, byte for byte, however often it goes around', () => {
    let wrapped = 0
    fc.assert(
      // fast-check makes short lists unless told: those never go around.
      fc.property(fc.array(length, { maxLength: 250, size: 'max' }), (lengths) => {
        const ring = new PacketRing(MIN_RING_BYTES)
        const all = lengths.map((capLen, n) => ({ capLen, n }))
        for (const one of all) append(ring, one)
        const kept = readAll(ring)
        expect(kept).toEqual(lastThatFit(all, ring.capacity))
        expect([ring.packets, ring.dropped]).toEqual([kept.length, all.length - kept.length])
        if (ring.end > 2 * ring.capacity) wrapped++
      }),
      { seed: 5, numRuns: 30 },
    )
    expect(wrapped).toBeGreaterThan(10)
  })

  test('packets of one size fill it to the last byte', () => {
    const ring = new PacketRing(MIN_RING_BYTES)
    const capLen = 2048 - 32
    for (let n = 0; n < 2000; n++) append(ring, { capLen, n })
    expect(ring.packets).toBe(MIN_RING_BYTES / 2048)
    expect(ring.end - ring.begin).toBe(ring.capacity)
  })

  test('says since when it has packets', () => {
    const ring = new PacketRing(MIN_RING_BYTES)
    expect(ring.state()).toEqual({ capacityBytes: MIN_RING_BYTES, packets: 0 })
    append(ring, { capLen: 60, n: 4 })
    append(ring, { capLen: 60, n: 8 })
    expect(ring.state()).toEqual({ capacityBytes: MIN_RING_BYTES, packets: 2, sinceMs: 1001 })
  })
})
