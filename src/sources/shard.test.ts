import { describe, expect, test } from 'vitest'
import { newSourceStats, PacketBatch, type Source } from '../lib/source.ts'
import { arpFrame, udpFrame } from '../tables/testing.ts'
import type { Bytes } from '../wire/testing.ts'
import { fiveTuple, lopsided, type ShardHash, shard, symmetric } from './shard.ts'

const START_MS = 1_700_000_000_000
const NEVER = new AbortController().signal

interface Timed {
  readonly ms: number
  readonly frame: Bytes
}

/** Packets in batches of three. */
const sourceOf = (packets: readonly Timed[]): Source => ({
  name: 'made',
  stats: () => ({ ...newSourceStats(), packets: packets.length }),
  run: async (sink) => {
    for (let at = 0; at < packets.length; at += 3) {
      const some = packets.slice(at, at + 3)
      const batch = new PacketBatch(some.length)
      batch.buf = Uint8Array.from(some.flatMap(({ frame }) => frame))
      let start = 0
      some.forEach(({ ms, frame }, i) => {
        batch.start[i] = start
        batch.capLen[i] = batch.wireLen[i] = frame.length
        batch.tsMs[i] = START_MS + ms
        batch.linkType[i] = 1
        start += frame.length
      })
      batch.count = some.length
      await sink.packets(batch)
    }
  },
})

/** What a share is told, in order: the times of its packets, and those of others as 'clock'. */
async function told(packets: readonly Timed[], index: number, count: number, hash?: ShardHash): Promise<(number | string)[]> {
  const seen: (number | string)[] = []
  const share = { index, count, seed: 1, ...(hash === undefined ? {} : { hash }) }
  await shard(sourceOf(packets), share).run(
    {
      packets: (batch) => {
        for (let i = 0; i < batch.count; i++) seen.push(batch.tsMs[i]! - START_MS)
      },
      clock: (ms) => seen.push(`clock ${ms - START_MS}`),
    },
    NEVER,
  )
  return seen
}
const ownOf = (seen: readonly (number | string)[]) => seen.filter((one) => typeof one === 'number')

const flow = (i: number, back = false): Bytes =>
  back
    ? udpFrame({ from: '8.8.8.8', to: `10.0.0.${i}`, srcPort: 53, dstPort: 2000 + i })
    : udpFrame({ from: `10.0.0.${i}`, to: '8.8.8.8', srcPort: 2000 + i, dstPort: 53 })
const there: Timed[] = Array.from({ length: 60 }, (_, i) => ({ ms: i, frame: flow(i + 1) }))
const back: Timed[] = Array.from({ length: 60 }, (_, i) => ({ ms: i, frame: flow(i + 1, true) }))

describe('shares of a source', () => {
  test.each([
    ['symmetric', symmetric],
    ['fiveTuple', fiveTuple],
    ['lopsided', lopsided],
  ])('%s: each packet belongs to one share, and none is without any', async (_, hash) => {
    const shares = await Promise.all([0, 1, 2].map((index) => told(there, index, 3, hash)))
    expect(shares.flatMap(ownOf).sort((a, b) => Number(a) - Number(b))).toEqual(there.map(({ ms }) => ms))
    for (const share of shares) expect(ownOf(share).length).toBeGreaterThan(0)
  })

  test.each([
    ['symmetric', symmetric, true],
    ['fiveTuple', fiveTuple, true],
    ['lopsided', lopsided, false],
  ] as const)('%s: both directions of a flow in one share: %s', async (_, hash, together) => {
    const [out, home] = [ownOf(await told(there, 0, 2, hash)), ownOf(await told(back, 0, 2, hash))]
    expect(out.join() === home.join()).toBe(together)
  })

  test('frames without IP belong to the first', async () => {
    const packets = [{ ms: 5, frame: arpFrame('10.0.0.1', '10.0.0.2') }]
    expect(ownOf(await told(packets, 0, 2))).toEqual([5])
    expect(ownOf(await told(packets, 1, 2))).toEqual([])
  })

  test('the clock of all is told before the first packet of each second, and where each batch ends', async () => {
    // None but ARP: the second share gets nothing but the time.
    const arp = arpFrame('10.0.0.1', '10.0.0.2')
    const packets = [10, 20, 1500, 1600, 4200, 4300].map((ms) => ({ ms, frame: arp }))
    expect(await told(packets, 1, 2)).toEqual(['clock 10', 'clock 1500', 'clock 1500', 'clock 4200', 'clock 4300'])
  })

  test('before a packet that is late the time of those before it is told', async () => {
    const mine = flow(1)
    const isFirst = ownOf(await told([{ ms: 0, frame: mine }], 0, 2)).length === 1
    const other = there.map(({ frame }) => frame)
    const belongs = await Promise.all(other.map(async (frame) => ownOf(await told([{ ms: 0, frame }], isFirst ? 0 : 1, 2)).length === 0))
    const theirs = other[belongs.indexOf(true)]!
    const packets = [
      { ms: 100, frame: mine },
      { ms: 900, frame: theirs },
      { ms: 5600, frame: theirs },
      { ms: 5900, frame: theirs },
      { ms: 200, frame: mine },
    ]
    expect(await told(packets, isFirst ? 0 : 1, 2)).toEqual([100, 'clock 5600', 'clock 5600', 'clock 5900', 200, 'clock 5900'])
  })
})

test('what the capture had lost is counted by one share', () => {
  const source: Source = { ...sourceOf([]), stats: () => ({ ...newSourceStats(), dropped: 9, filteredOut: 4 }) }
  const stats = [0, 1, 2].map((index) => shard(source, { index, count: 3, seed: 1 }).stats())
  expect(stats.map(({ dropped }) => dropped)).toEqual([9, 0, 0])
  expect(stats.map(({ filteredOut }) => filteredOut)).toEqual([4, 4, 4])
})
