import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTlv } from './tlv.ts'
import { decoder, headerOf } from './zmq-testing.ts'

// As the serializer of libndpi 4.2 (Debian) wrote what was given to it.
const FLOWS =
  '01012b08000831302e302e302e312b0c000d39332e3138342e3231362e33342204062307c3cb230b01bb2501000000012a05f2002402003d090024170001117023180384241669570a80241569570abc3be0f6000639312e3132363be13c000f7777772e6578616d706c652e6f7267b20010434c49454e545f5443505f464c4147531bbb00044e4f54450005636166c3a93aea600000c03f37ea61fed40124080a0000022b1c000b323030313a6462383a3a312204112201642202010c00066669656c6473bb0009444e532e7175657279000b6578616d706c652e6f7267b20008444e532e747970651c0d0e000470617468bb0001610004656467650f01'
const COUNTERS =
  '0101bb00086465766963654950000831302e302e302e39b200076966496e64657803bb000669664e616d65000867652d302f302f33b5000a6966496e4f63746574730000010000000000b2000b69664f75744f63746574734d'
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

function told(b: Uint8Array) {
  const records: [number | string, unknown][][] = [[]]
  const fault = readTlv(b, { value: (key, value) => void records.at(-1)!.push([key, value]), record: () => void records.push([]) })
  return { records: records.slice(0, -1), rest: records.at(-1)!, fault }
}

describe('binary records', () => {
  test('of nDPI have every kind of key and value', () => {
    const { records, rest, fault } = told(bytes(FLOWS))
    expect([fault, rest]).toEqual([undefined, []])
    expect(records).toEqual([
      [
        [8, '10.0.0.1'],
        [12, '93.184.216.34'],
        [4, 6],
        [7, 50_123],
        [11, 443],
        [1, 5_000_000_000],
        [2, 4_000_000],
        [23, 70_000],
        [24, 900],
        [22, 1_767_312_000],
        [21, 1_767_312_060],
        [57_590, '91.126'],
        [57_660, 'www.example.org'],
        ['CLIENT_TCP_FLAGS', 27],
        ['NOTE', 'café'],
        [60_000, 1.5],
        [60_001, -300],
      ],
      [
        [8, 0x0a00_0002],
        [28, '2001:db8::1'],
        [4, 17],
        [1, 100],
        [2, 1],
        ['fields', { 'DNS.query': 'example.org', 'DNS.type': 28 }],
        ['path', ['edge']],
      ],
    ])
  })

  test.each([3, 4] as const)('are flows as JSON would have told them, by a header of version %s', (version) => {
    const { feed, exporters } = decoder()
    const rows = feed(bytes(FLOWS), headerOf(version))
    expect(rows).toMatchObject([
      {
        src: '10.0.0.1',
        dst: '93.184.216.34',
        proto: 6,
        srcPort: 50_123,
        dstPort: 443,
        bytes: [5_000_000_000, 70_000],
        packets: [4_000_000, 900],
      },
      { src: '10.0.0.2', dst: '2001:db8::1', proto: 17, bytes: [100, 0] },
    ])
    expect(rows[0]!['extras']).toMatchObject({ serverName: 'www.example.org', fields: { NOTE: 'café', 60000: 1.5, 60001: -300 } })
    expect(rows[1]!['extras']).toMatchObject({ fields: { 'DNS.query': 'example.org', 'DNS.type': 28 }, path: ['edge'] })
    expect(exporters.all[0]!.info).toMatchObject({ records: 2, faults: {} })
  })

  test('tell counters of an interface', () => {
    const { feed, exporters, faults } = decoder()
    feed(bytes(COUNTERS), headerOf(3, { topic: 'counter' }))
    expect(faults()).toEqual({})
    expect(exporters.all[0]!.info.interfaces).toMatchObject([
      { ifIndex: 3, name: 'ge-0/0/3', counters: { ifInOctets: 2 ** 40, ifOutOctets: 77 } },
    ])
  })

  test('cut anywhere keep the records that are whole', () => {
    const whole = bytes(FLOWS)
    // The first record ends with -300 and its mark.
    const firstEnd = (FLOWS.indexOf('fed401') + 6) / 2
    for (let length = firstEnd; length < whole.length; length++) expect(told(whole.subarray(0, length)).records[0]).toHaveLength(17)
    for (let length = 0; length < firstEnd - 1; length++) expect(told(whole.subarray(0, length)).records.flat().length).toBeLessThan(17)
    const { feed, faults } = decoder()
    expect(feed(whole.subarray(0, whole.length - 3), headerOf(3))).toHaveLength(1)
    expect(faults()).toEqual({ 'binary records cut short or damaged': 1 })
  })

  test('that are any bytes never throw, nor do blocks in blocks without end', () => {
    const after = (b: Uint8Array) => told(Uint8Array.of(1, 1, ...b)).fault
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (b) => void after(b)),
      { seed: 1, numRuns: 2000 },
    )
    expect(after(Uint8Array.from(Array.from({ length: 30_000 }, () => [12, 0, 0]).flat()))).toBe('binary records cut short or damaged')
    expect(after(Uint8Array.of(0))).toBe('binary records cut short or damaged')
    expect(told(Uint8Array.of(2, 1)).fault).toBe('neither JSON nor binary records of version 1')
  })
})
