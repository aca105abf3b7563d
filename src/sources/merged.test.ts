import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSourceStats, PacketBatch, type Sink, type Source, SourceError } from '../lib/source.ts'
import { Merged } from './merged.ts'
import { CollectingSink, collect, NEVER } from './testing.ts'

/** Hands over its packets in batches of the given size, out of one buffer that it writes over each time. */
function scripted(name: string, times: readonly number[], batchSize: number, packetLenOf: (at: number) => number = () => 4): Source {
  const stats = newSourceStats()
  return {
    name,
    stats: () => stats,
    async run(sink: Sink, signal: AbortSignal) {
      const batch = new PacketBatch(batchSize)
      for (let at = 0; at < times.length && !signal.aborted; at += batchSize) {
        const packetLen = packetLenOf(at)
        batch.buf = new Uint8Array(batchSize * packetLen)
        batch.count = Math.min(batchSize, times.length - at)
        for (let i = 0; i < batch.count; i++) {
          batch.start[i] = i * packetLen
          batch.capLen[i] = batch.wireLen[i] = packetLen
          batch.tsMs[i] = times[at + i]!
          new DataView(batch.buf.buffer).setUint32(i * packetLen, times[at + i]!)
        }
        stats.packets += batch.count
        await sink.packets(batch)
        batch.buf.fill(0xee)
      }
    },
  }
}

const sortedTimes = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b))

describe('Merged', () => {
  it('gives every packet once, in order, with its own bytes', async () => {
    const lanes = fc.array(fc.tuple(sortedTimes, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lanes, async (scripts) => {
        const merged = new Merged(
          'm',
          scripts.map(([times, size], i) => scripted(`s${i}`, times, size)),
        )
        const seen = await collect(merged)
        expect(seen.map((p) => p.tsMs)).toEqual(scripts.flatMap(([times]) => times).sort((a, b) => a - b))
        for (const { tsMs, data } of seen) expect(Number.parseInt(data, 16)).toBe(tsMs)
        expect(merged.stats().packets).toBe(seen.length)
      }),
      { numRuns: 60, seed: 5 },
    )
  })

  it('makes room for batches longer than the first', async () => {
    const growing = scripted('b', [2, 3], 1, (at) => (at === 0 ? 8 : 600_000))
    const seen = await collect(new Merged('m', [scripted('a', [1, 4, 5], 3), growing]))
    expect(seen.map((p) => [p.tsMs, Number.parseInt(p.data.slice(0, 8), 16)])).toEqual([1, 2, 3, 4, 5].map((t) => [t, t]))
  })

  it('fills more than one batch from one source', async () => {
    const times = Array.from({ length: 10_000 }, (_, i) => i)
    expect(await collect(new Merged('m', [scripted('a', times, 10_000), scripted('b', [], 1)]))).toHaveLength(10_000)
  })

  it('stops all sources when told to', async () => {
    const stop = new AbortController()
    const sink = new CollectingSink()
    const stopping: Sink = {
      packets(batch) {
        sink.packets(batch)
        stop.abort()
      },
    }
    await new Merged('m', [scripted('a', [1, 2, 3], 1), scripted('b', [10, 20], 1)]).run(stopping, stop.signal)
    expect(sink.seen.map((p) => p.tsMs)).toEqual([1])
  })

  it('ends with the error of its sink', async () => {
    const broken: Sink = { packets: () => Promise.reject(new Error('mine')) }
    await expect(new Merged('m', [scripted('a', [1, 2], 1), scripted('b', [3], 1)]).run(broken, NEVER)).rejects.toThrow('mine')
  })

  it('fails when all fail', async () => {
    const failing = (name: string): Source => ({
      name,
      stats: newSourceStats,
      run: () => Promise.reject(new SourceError(`${name}: gone`)),
    })
    await expect(collect(new Merged('m', [failing('a'), failing('b')]))).rejects.toThrow(/^a: gone \(and 1 more\)$/)
    const half = new Merged('m', [failing('a'), scripted('b', [1], 1)])
    expect(await collect(half)).toHaveLength(1)
    expect(half.stats().faults).toEqual(['a: gone'])
  })
})
