import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_WIRE_LEN, SourceError } from '../lib/source.ts'
import { joinBytes, pcapBytes, pcapFileHeader, pcapRecord } from './pcap-writer.ts'
import { payload, readBytes } from './testing.ts'

const T0 = 1_700_000_000_123
const packets = [60, 1, 1514, 333].map((length, i) => ({ tsMs: T0 + i * 0.001, data: payload(length, i) }))

function patched(bytes: Uint8Array, at: number, value: number, littleEndian = true): Uint8Array {
  const copy = bytes.slice()
  new DataView(copy.buffer).setUint32(at, value, littleEndian)
  return copy
}

describe('classic pcap', () => {
  const formats = [
    { nanoseconds: false, bigEndian: false },
    { nanoseconds: false, bigEndian: true },
    { nanoseconds: true, bigEndian: false },
    { nanoseconds: true, bigEndian: true },
  ]
  it.each(formats)('reads $nanoseconds ns, $bigEndian big endian', async (format) => {
    const { seen, stats } = await readBytes(pcapBytes({ linkType: 113, ...format }, packets))
    expect(seen.map((p) => p.data)).toEqual(packets.map((p) => Buffer.from(p.data).toString('hex')))
    expect(seen.map((p) => p.tsMs)).toEqual(packets.map((p) => expect.closeTo(p.tsMs, 3)))
    expect(new Set(seen.map((p) => p.linkType))).toEqual(new Set([113]))
    expect(stats).toMatchObject({ packets: 4, faultCount: 0, cutShort: false })
  })

  it('reads the longer record header of the modified format', async () => {
    const record = pcapRecord(packets[0]!)
    const extended = joinBytes([record.subarray(0, 16), new Uint8Array(8).fill(0xaa), record.subarray(16)])
    const file = joinBytes([patched(pcapFileHeader({ linkType: 1 }), 0, 0xa1b2cd34), extended, extended])
    const { seen, stats } = await readBytes(file)
    expect(seen.map((p) => p.data)).toEqual(Array(2).fill(Buffer.from(packets[0]!.data).toString('hex')))
    expect(stats.faultCount).toBe(0)
  })

  it('masks what stands beside the link type and takes the FCS off packets that are whole', async () => {
    const file = pcapBytes({ linkType: 0x2400_0001 }, [
      { tsMs: T0, data: payload(64) },
      { tsMs: T0, data: payload(40), wireLen: 1000 },
      { tsMs: T0, data: payload(62), wireLen: 64 },
    ])
    const { seen } = await readBytes(file)
    expect(seen.map((p) => [p.linkType, p.data.length / 2, p.wireLen])).toEqual([
      [1, 60, 64],
      [1, 40, 1000],
      [1, 60, 64],
    ])
  })

  it('puts the lengths of files older than 2.4 in their order', async () => {
    const old = pcapBytes({ linkType: 1 }, [{ tsMs: T0, data: payload(50), wireLen: 90 }])
    const view = new DataView(old.buffer)
    view.setUint16(6, 2, true)
    view.setUint32(24 + 8, 90, true)
    view.setUint32(24 + 12, 50, true)
    const { seen, stats } = await readBytes(old)
    expect(seen).toMatchObject([{ data: Buffer.from(payload(50)).toString('hex'), wireLen: 90 }])
    expect(stats.cutShort).toBe(false)
  })

  it('takes the largest packet there is, in any slices', async () => {
    const data = payload(MAX_WIRE_LEN)
    const file = pcapBytes({ linkType: 1 }, [{ tsMs: T0, data }, ...packets, { tsMs: T0, data }])
    for (const slices of [[file.length], [65_536], [100_000, 1]]) expect((await readBytes(file, slices)).stats.packets).toBe(6)
  })

  const cleanFile = pcapBytes({ linkType: 1 }, packets)
  const second = 24 + 16 + 60
  const lies: [string, number, number, string][] = [
    ['captured length 0', 8, 0, 'captured length 0'],
    ['captured length 2^31', 8, 0x8000_0000, 'captured length 2147483648 is beyond 262144'],
    ['captured length 2^32 - 1', 8, 0xffff_ffff, 'captured length 4294967295 is beyond 262144'],
    ['captured length beyond the wire', 8, 2, 'captured length 2 is beyond the length on the wire 1'],
  ]
  it.each(lies)('stops at a record with %s', async (_, field, value, why) => {
    for (const slices of [[cleanFile.length], [33]]) {
      const { seen, stats } = await readBytes(patched(cleanFile, second + field, value), slices)
      expect(seen).toHaveLength(1)
      expect(stats).toMatchObject({ packets: 1, cutShort: true, faults: [`cut short at byte ${second}: ${why}`] })
    }
  })

  it('says where a record reaches past the end', async () => {
    const lying = patched(patched(cleanFile, second + 8, 100_000), second + 12, 100_000)
    const { stats } = await readBytes(lying)
    expect(stats).toMatchObject({ packets: 1, cutShort: true })
    expect(stats.faults).toEqual([`cut short at byte ${lying.length}: the record at byte ${second} lacks at least 98120 bytes`])
  })

  it('keeps a packet whose length on the wire cannot be, bounded', async () => {
    const { seen, stats } = await readBytes(patched(cleanFile, second + 12, 0xffff_ffff), [1])
    expect(seen.map((p) => p.wireLen)).toEqual([60, MAX_WIRE_LEN, 1514, 333])
    expect(stats).toMatchObject({ faultCount: 1, cutShort: false })
  })

  it('takes an empty packet, but a run of zeros for damage', async () => {
    const empty = pcapRecord({ tsMs: T0, data: payload(0) })
    expect((await readBytes(joinBytes([cleanFile, empty, empty]))).stats).toMatchObject({ packets: 6, cutShort: false })
    expect((await readBytes(joinBytes([cleanFile, new Uint8Array(4096)]))).stats).toMatchObject({ packets: 4, cutShort: true })
  })

  it('counts all packets before the cut, wherever it is', async () => {
    const ends = [24]
    for (const { data } of packets) ends.push(ends.at(-1)! + 16 + data.length)
    for (let length = 0; length < cleanFile.length; length++) {
      const cut = cleanFile.subarray(0, length)
      if (length < 24) {
        await expect(readBytes(cut)).rejects.toThrow(SourceError)
        continue
      }
      const { stats } = await readBytes(cut)
      const whole = ends.filter((end) => end <= length).length - 1
      expect(stats).toMatchObject({ packets: whole, cutShort: !ends.includes(length) })
      if (stats.cutShort) expect(stats.faults[0]).toContain(`cut short at byte ${length}: the record at byte ${ends[whole]} `)
    }
  })

  it('gives the same packets however the input is sliced', async () => {
    const whole = await readBytes(cleanFile)
    const slices = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(slices, async (lengths) => {
        expect(await readBytes(cleanFile, lengths)).toEqual(whole)
      }),
      { numRuns: 50, seed: 1 },
    )
  })

  it('never throws at damaged bytes behind the header, and stays in bounds', async () => {
    const damage = fc.array(fc.tuple(fc.integer({ min: 24, max: cleanFile.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bad = cleanFile.slice()
        for (const [at, value] of changes) bad[at] = value
        const { seen, stats } = await readBytes(bad, [97])
        expect(stats.packets).toBe(seen.length)
        for (const { data, wireLen } of seen) expect(data.length / 2 <= wireLen && wireLen <= MAX_WIRE_LEN).toBe(true)
      }),
      { numRuns: 300, seed: 2 },
    )
  })
})
