import { describe, expect, it } from 'vitest'
import { newSourceStats, PacketBatch, type Sink, type Source } from '../lib/source.ts'
import { type Clock, MAX_GAP_MS, Paced } from './paced.ts'
import { NEVER } from './testing.ts'

const oneBatch = (times: readonly number[]): Source => ({
  name: 'script',
  stats: newSourceStats,
  async run(sink) {
    const batch = new PacketBatch(times.length)
    batch.count = times.length
    batch.tsMs.set(times)
    batch.start.set(times.map((_, i) => i))
    await sink.packets(batch)
  },
})

/** A clock that jumps to where a sleeper wants to be. */
function fakeClock(): Clock & { nowMs: number } {
  const clock = {
    nowMs: 5000,
    now: () => clock.nowMs,
    sleep: async (ms: number) => {
      clock.nowMs += ms
    },
  }
  return clock
}

async function heard(times: readonly number[], clock = fakeClock()): Promise<[number, number][]> {
  const out: [number, number][] = []
  const startMs = clock.nowMs
  const sink: Sink = {
    packets(batch) {
      for (let i = 0; i < batch.count; i++) out.push([clock.nowMs - startMs, batch.start[i]!])
    },
  }
  await new Paced(oneBatch(times), clock).run(sink, NEVER)
  return out
}

describe('Paced', () => {
  const T = 1.7e12
  const cases: [string, number[], number[]][] = [
    ['keeps the distances', [T, T, T + 10, T + 10.5, T + 500], [0, 0, 10, 11, 500]],
    ['lets packets that are late go at once', [T, T + 100, T + 99, T + 101], [0, 100, 100, 101]],
    ['goes on from a clock that was set back', [T, T - 90_000, T - 89_990], [0, 0, 10]],
    ['shortens a silence of years', [0, T, T + 5], [0, MAX_GAP_MS, MAX_GAP_MS + 5]],
  ]
  it.each(cases)('%s', async (_, times, expected) => {
    const out = await heard(times)
    expect(out.map(([, i]) => i)).toEqual(times.map((_, i) => i))
    for (const [i, [ms]] of out.entries()) expect(Math.abs(ms - expected[i]!)).toBeLessThanOrEqual(1)
  })

  it('stops at once, also while it waits', async () => {
    const stop = new AbortController()
    const seen: number[] = []
    const running = new Paced(oneBatch([0, 60_000])).run({ packets: (batch) => void seen.push(batch.count) }, stop.signal)
    setTimeout(() => stop.abort(), 20)
    const startedMs = performance.now()
    await running
    expect(performance.now() - startedMs).toBeLessThan(5000)
    expect(seen).toEqual([1])
  })
})
