import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_WIRE_LEN, SourceError } from '../lib/source.ts'
import { joinBytes } from './pcap-writer.ts'
import { PcapngClock } from './pcapng-clock.ts'
import { PcapngBuilder, payload, readBytes } from './testing.ts'

const T0_US = 1_700_000_000_123_456n
const T0_MS = 1_700_000_000_123.456
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const u8 = (...bytes: number[]) => Uint8Array.from(bytes)
const ng = (littleEndian?: boolean) => new PcapngBuilder(littleEndian)

describe('pcapng', () => {
  it.each([true, false])('reads enhanced, simple and obsolete packets (little endian: %s)', async (littleEndian) => {
    const file = ng(littleEndian)
      .section()
      .interface(113, 5)
      .simple(payload(5, 1), 9)
      .enhanced(0, T0_US, payload(61))
      .obsolete(0, 3, T0_US + 1n, payload(62))
      .simple(payload(5, 2), 1000)
      .bytes()
    const { seen, stats } = await readBytes(file)
    expect(seen).toEqual([
      { tsMs: 0, data: hex(payload(5, 1)), wireLen: 9, linkType: 113 },
      { tsMs: T0_MS, data: hex(payload(61)), wireLen: 61, linkType: 113 },
      { tsMs: T0_MS + 0.001, data: hex(payload(62)), wireLen: 62, linkType: 113 },
      { tsMs: T0_MS + 0.001, data: hex(payload(5, 2)), wireLen: 1000, linkType: 113 },
    ])
    expect(stats).toMatchObject({ packets: 4, dropped: 3, faultCount: 0, cutShort: false })
  })

  it('passes over all other blocks, however long', async () => {
    const builder = ng().section().interface()
    // Name resolution, systemd journal, decryption secrets, custom (copied and not), process information, local use, type 0.
    for (const type of [4, 9, 10, 0x0bad, 0x4000_0bad, 0x8000_0001, 0x8123_4567, 0])
      builder.block(type, payload(type === 10 ? 900_000 : 20)).enhanced(0, T0_US, payload(60, type))
    const { stats } = await readBytes(builder.bytes(), [50_000])
    expect(stats).toMatchObject({ packets: 8, faultCount: 0, cutShort: false })
  })

  it('reads sections of both byte orders, each with its own interfaces', async () => {
    const first = ng(true).section().interface(1).interface(101).enhanced(1, T0_US, payload(20)).bytes()
    const second = ng(false).section().interface(113).enhanced(0, T0_US, payload(21)).enhanced(1, T0_US, payload(22)).bytes()
    const { seen, stats } = await readBytes(joinBytes([first, second]))
    expect(seen.map((p) => p.linkType)).toEqual([101, 113])
    expect(stats.faults).toEqual([expect.stringMatching(/^packet at byte \d+ of interface 1, which the section does not describe/)])
  })

  it('gives each interface its own clock and FCS', async () => {
    const b = ng()
    const file = b
      .section()
      .interface(1, 0, b.option(9, u8(9)), b.option(13, u8(4)))
      .interface(1, 0, b.option(9, u8(0x80 | 20)), b.option(14, b.body(100, 0)))
      .interface(1, 0, b.option(9, u8(3)), b.option(13, u8(32)))
      .enhanced(0, 1_700_000_000_123_456_789n, payload(64))
      .enhanced(1, 3n << 19n, payload(64))
      .enhanced(2, 1_700_000_000_123n, payload(64))
      .bytes()
    const { seen } = await readBytes(file)
    expect(seen.map((p) => [p.tsMs, p.data.length / 2, p.wireLen])).toEqual([
      [1_700_000_000_123.4568, 60, 64],
      [101_500, 64, 64],
      [1_700_000_000_123, 60, 64],
    ])
  })

  it('adds what interfaces dropped once, from the last statistics', async () => {
    const b = ng()
    const statistics = (ifDrop: number, osDrop: number) =>
      b.body(0, 0, 0, b.option(5, b.body(ifDrop, 0)), b.option(7, b.body(osDrop, 0)), 0)
    b.section().interface().block(5, statistics(2, 1)).block(5, statistics(10, 5))
    expect((await readBytes(b.bytes())).stats.dropped).toBe(15)
  })

  it('leaves out only packets of a link type that nobody knows', async () => {
    const file = ng().section().interface(1).interface(147).enhanced(1, T0_US, payload(30)).enhanced(0, T0_US, payload(31)).bytes()
    const { seen, stats } = await readBytes(file, undefined, { knowsLinkType: (type) => type === 1 })
    expect(seen.map((p) => p.data)).toEqual([hex(payload(31))])
    expect(stats.faults).toEqual([expect.stringContaining('of interface 1 left out: link type 147 is not supported')])
  })

  it('refuses a file of nothing else', async () => {
    const file = ng().section().interface(147).enhanced(0, T0_US, payload(30)).bytes()
    await expect(readBytes(file, undefined, { knowsLinkType: () => false })).rejects.toThrow(/^test: link type 147 is not supported: /)
  })

  const base = ng().section().interface().enhanced(0, T0_US, payload(60)).bytes()
  const then = (make: (b: PcapngBuilder) => PcapngBuilder) => joinBytes([base, make(ng()).bytes()])
  const damages: [string, Uint8Array, string][] = [
    ['length 0', then((b) => b.block(6, payload(20), 0)), 'block length 0'],
    ['length 8', then((b) => b.block(99, payload(20), 8)), 'block length 8'],
    ['a length that is no multiple of four', then((b) => b.block(6, payload(20), 33)), 'block length 33'],
    ['length 2^31', then((b) => b.block(6, payload(20), 0x8000_0000)), 'length 2147483648 of a block of type 6 is beyond 524288'],
    ['lengths that differ', then((b) => b.block(6, payload(20), 32, 36)), "the block's length at its end is not 32 as at its beginning"],
    [
      'lengths that differ, passed over',
      then((b) => b.block(77, payload(20), 32, 36)),
      "the block's length at its end is not 32 as at its beginning",
    ],
    ['a packet longer than its block', then((b) => b.enhanced(0, T0_US, payload(8), 99, 99)), 'captured length 99 reaches past its block'],
    [
      'a packet longer than on the wire',
      then((b) => b.enhanced(0, T0_US, payload(8), 7)),
      'captured length 8 is beyond the length on the wire 7',
    ],
    ['a packet block too short', then((b) => b.block(6, payload(16))), 'a packet block of 28 bytes'],
    ['an interface description too short', then((b) => b.block(1, payload(4))), 'an interface description of 16 bytes'],
    ['bad magic in a later section', then((b) => b.section(0x11223344)), 'bad byte-order magic in a section header'],
    ['a section of another version', then((b) => b.section(0x1a2b3c4d, 2)), 'pcapng version 2, only 1 is known'],
  ]
  it.each(damages)('stops at %s', async (_, file, why) => {
    for (const slices of [[file.length], [33]]) {
      const { stats } = await readBytes(file, slices)
      expect(stats).toMatchObject({ packets: 1, cutShort: true, faults: [`cut short at byte ${base.length}: ${why}`] })
    }
  })

  it('bounds the interfaces of a section', async () => {
    const one = ng().interface().bytes()
    const file = joinBytes([ng().section().bytes(), ...Array<Uint8Array>(65_537).fill(one)])
    expect((await readBytes(file)).stats.faults[0]).toContain('more than 65536 interfaces')
  })

  it('ends options at a length that lies', async () => {
    const b = ng()
    const lying = b.body([9], [60_000], 0, [9], [1], u8(9))
    const file = b
      .section()
      .block(1, b.body([1], [0], 0, lying))
      .enhanced(0, T0_US, payload(60))
      .bytes()
    expect((await readBytes(file)).seen).toMatchObject([{ tsMs: T0_MS }])
  })

  it('takes no option from behind its block', async () => {
    const b = ng()
    const half = b.body([14], [8], 77)
    const file = b
      .section()
      .block(1, b.body([1], [0], 0, half))
      .enhanced(0, T0_US, payload(60))
      .bytes()
    expect((await readBytes(file)).seen).toMatchObject([{ tsMs: T0_MS }])
  })

  it('counts all packets before the cut, wherever it is', async () => {
    const builder = ng().section().interface()
    const ends = [builder.bytes().length]
    for (const length of [3, 60, 17]) ends.push(builder.enhanced(0, T0_US, payload(length)).bytes().length)
    const boundaries = [28, ...ends, builder.block(0x0bad, payload(40)).bytes().length]
    const file = builder.bytes()
    for (let length = 0; length <= file.length; length++) {
      const cut = file.subarray(0, length)
      if (length < 16) {
        await expect(readBytes(cut)).rejects.toThrow(SourceError)
        continue
      }
      const { stats } = await readBytes(cut)
      expect(stats).toMatchObject({
        packets: Math.max(0, ends.filter((end) => end <= length).length - 1),
        cutShort: !boundaries.includes(length),
      })
    }
  })

  const mixed = joinBytes([
    ng().section().interface().enhanced(0, T0_US, payload(60)).block(0x0bad, payload(300)).simple(payload(40)).bytes(),
    ng(false).section().interface(101).obsolete(0, 1, T0_US, payload(33)).enhanced(0, T0_US, payload(1400)).bytes(),
  ])

  it('gives the same packets however the input is sliced', async () => {
    const whole = await readBytes(mixed)
    expect(whole.stats.packets).toBe(4)
    const slices = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(slices, async (lengths) => {
        expect(await readBytes(mixed, lengths)).toEqual(whole)
      }),
      { numRuns: 50, seed: 3 },
    )
  })

  it('never throws at damaged bytes behind the first words, and stays in bounds', async () => {
    const damage = fc.array(fc.tuple(fc.integer({ min: 16, max: mixed.length - 1 }), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bad = mixed.slice()
        for (const [at, value] of changes) bad[at] = value
        const { seen, stats } = await readBytes(bad, [97])
        expect(stats.packets).toBe(seen.length)
        for (const { data, wireLen, tsMs } of seen) {
          expect(data.length / 2 <= wireLen && wireLen <= MAX_WIRE_LEN).toBe(true)
          expect(new Date(tsMs).getTime()).not.toBeNaN()
        }
      }),
      { numRuns: 300, seed: 4 },
    )
  })
})

describe('PcapngClock', () => {
  const cases: [string, number, bigint, number][] = [
    ['seconds', 0, 1_700_000_000n, 1_700_000_000_000],
    ['milliseconds', 3, 1_700_000_000_001n, 1_700_000_000_001],
    ['nanoseconds', 9, 1_700_000_000_000_001_000n, 1_700_000_000_000.001],
    ['2^-32 seconds', 0x80 | 32, (1_700_000_000n << 32n) | 0x8000_0000n, 1_700_000_000_500],
    ['2^0', 0x80, 42n, 42_000],
    ['10^-127', 127, 1n << 63n, 0],
    ['a clock beyond what a Date holds', 0, 1n << 63n, 8.64e15],
  ]
  it.each(cases)('%s', (_, resolution, ticks, expected) => {
    expect(new PcapngClock(resolution).toMs(Number(ticks >> 32n), Number(ticks & 0xffffffffn))).toBeCloseTo(expected, 3)
  })

  it('never goes below 1970', () => expect(new PcapngClock(6, -1e12).toMs(0, 5)).toBe(0))
})
