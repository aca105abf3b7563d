import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
} from '../../lib/flow-batch.ts'
import {
  ascii,
  type Bytes,
  be16,
  be32,
  be64,
  decoding,
  EXPORTER,
  type Field,
  ip,
  ipfix,
  NOW_MS,
  NOW_S,
  optionsTemplate,
  padded,
  set,
  template,
  UPTIME_MS,
  USUAL,
  usual,
  v5,
  v5Record,
  v9,
  v9OptionsTemplate,
} from './netflow-testing.ts'

const T = 256
/** One record of these fields by v9, and by IPFIX. */
const v9Record = (fields: readonly Field[], record: Bytes) => decoding().take(v9({}, set(0, template(T, ...fields)), set(T, record)))[0]
const ipfixRecord = (fields: readonly Field[], record: Bytes) =>
  decoding().take(ipfix({}, set(2, template(T, ...fields)), set(T, record)))[0]
const ENDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
]
const ends = [...ip('10.0.0.1'), ...ip('192.0.2.1'), ...be32(1000), ...be32(10)]

describe('v5', () => {
  test('a record is told with all its fields', () => {
    const [record] = decoding().take(v5({}, v5Record({ nextHop: '10.9.9.9' })))
    expect(record).toMatchObject({
      src: '10.0.0.1',
      dst: '192.0.2.1',
      ports: [40_000, 443],
      proto: 6,
      bytes: [1000, 0],
      packets: [10, 0],
      firstMs: NOW_MS - 5000,
      lastMs: NOW_MS - 1000,
      inIf: 1,
      outIf: 2,
      as: [65_001, 65_002],
      masks: [24, 16],
      nextHop: '10.9.9.9',
      tcpFlags: [0x1b, 0],
      tos: 16,
    })
  })
  test('what was sampled is multiplied', () => {
    const d = decoding()
    d.take(v5({ sampling: (1 << 14) | 100 }, v5Record()))
    expect(d.told[0]).toMatchObject({ bytes: [100_000, 0], packets: [1000, 0], sampling: 100 })
    expect(d.info()).toMatchObject({ sampling: [100], samplingFrom: 'records' })
  })
  test('the user’s word on sampling wins', () => {
    const d = decoding({ sampling: 10 })
    d.take(v5({ sampling: (1 << 14) | 100 }, v5Record()))
    expect(d.told[0]!.bytes[0]).toBe(10_000)
    expect(d.info().samplingFrom).toBe('user')
  })
  test('an uptime that has gone round is no matter', () => {
    const [record] = decoding().take(v5({ uptimeMs: 1000 }, v5Record({ firstMs: 1000 - 5000, lastMs: 1000 - 2000 })))
    expect(record).toMatchObject({ firstMs: NOW_MS - 5000, lastMs: NOW_MS - 2000 })
  })
  test('the port of ICMP is type and code', () => {
    expect(decoding().take(v5({}, v5Record({ proto: 1, dstPort: 0x0300 })))[0]!.icmp).toBe(0x0300)
  })
  test.each([
    ['fewer records than told', v5({ count: 30 }, v5Record()), 1],
    ['more bytes than records', v5({ count: 1 }, v5Record(), v5Record()), 1],
    ['datagram cut short', v5({}).subarray(0, 20), 0],
  ])('%s', (cause, datagram, records) => {
    const d = decoding()
    expect(d.take(datagram)).toHaveLength(records)
    expect(d.info().faults).toEqual({ [cause]: 1 })
  })
  test('flows are numbered: those that did not come are missed', () => {
    const d = decoding()
    d.take(v5({ sequence: 0 }, v5Record(), v5Record()))
    d.take(v5({ sequence: 7 }, v5Record()))
    expect(d.info().missed).toBe(5)
  })
})

describe('v9', () => {
  test('a record is told by its template', () => {
    const d = decoding()
    d.take(v9({}, set(0, template(T, ...USUAL)), set(T, usual(), usual('10.0.0.2', 77))))
    expect(d.told).toMatchObject([
      { src: '10.0.0.1', bytes: [1000, 0], packets: [10, 0], firstMs: NOW_MS - 5000, lastMs: NOW_MS - 1000, ports: [40_000, 443] },
      { src: '10.0.0.2', bytes: [77, 0] },
    ])
    expect(d.info()).toMatchObject({ records: 2, templates: 1, protocol: 'NetFlow v9', faults: {} })
  })
  test('templates are those of one domain', () => {
    const d = decoding()
    d.take(v9({ domain: 1 }, set(0, template(T, ...USUAL))))
    d.take(v9({ domain: 2 }, set(T, usual())))
    expect(d.told).toHaveLength(0)
    expect(d.exporters.all.map(({ setsWaiting }) => setsWaiting)).toEqual([0, 1])
  })
  test('two processes behind one address may use one number for different templates', () => {
    const d = decoding()
    d.take(v9({}, set(0, template(T, ...USUAL))), EXPORTER, 1)
    d.take(v9({}, set(0, template(T, ...ENDS))), EXPORTER, 2)
    d.take(v9({}, set(T, usual())), EXPORTER, 1)
    d.take(v9({}, set(T, ends)), EXPORTER, 2)
    expect(d.told.map(({ ports }) => ports[1])).toEqual([443, 0])
  })
  test('of many ports the one that is idle longest is forgotten', () => {
    const d = decoding()
    const from = (port: number, minute: number, ...sets: readonly Bytes[]) =>
      d.take(v9({}, ...sets), EXPORTER, port, NOW_MS + minute * 60_000)
    for (let port = 1; port <= 8; port++) from(port, 0, set(0, template(T, ...(port === 1 ? USUAL : ENDS))))
    from(1, 1, set(T, usual()))
    from(9, 2, set(0, template(T, ...ENDS)))
    from(1, 3, set(T, usual()))
    expect(d.told.map(({ ports }) => ports[1])).toEqual([443, 443])
    expect(d.info().templates).toBe(8)
  })
  test('an exporter may send from another port than before', () => {
    const d = decoding()
    d.take(v9({}, set(0, template(T, ...USUAL))), EXPORTER, 1)
    d.take(v9({}, set(T, usual())), EXPORTER, 2)
    expect(d.told).toHaveLength(1)
  })
  test('data before its template waits, and has the time of its own message', () => {
    const d = decoding()
    d.take(v9({}, set(T, usual())))
    expect(d.info()).toMatchObject({ setsWaiting: 1, records: 0 })
    d.take(
      v9({ sequence: 2, seconds: NOW_S + 60, uptimeMs: UPTIME_MS + 60_000 }, set(0, template(T, ...USUAL))),
      EXPORTER,
      5000,
      NOW_MS + 60_000,
    )
    expect(d.told).toMatchObject([{ lastMs: NOW_MS - 1000 }])
    expect(d.info()).toMatchObject({ setsWaiting: 0, setsUndecoded: 0, records: 1 })
  })
  test('what waits is bounded, and the oldest is given up', () => {
    const d = decoding()
    const big = new Array<number>(1000).fill(0)
    for (let n = 0; n < 1000; n++) d.take(v9({ sequence: n + 1 }, set(300, big)))
    expect(d.info().setsWaiting).toBe(208)
    expect(d.info().setsUndecoded).toBe(792)
  })
  test('sets of no bytes are not for nothing', () => {
    const d = decoding()
    d.take(v9({}, ...new Array<Bytes>(16_000).fill(set(300))))
    expect(d.info()).toMatchObject({ setsWaiting: 1024, setsUndecoded: 14_976 })
  })
  test('what waits too long is given up', () => {
    const d = decoding()
    d.take(v9({}, set(T, usual())))
    d.decoder.tick(NOW_MS + 31 * 60_000)
    expect(d.info()).toMatchObject({ setsWaiting: 0, setsUndecoded: 1 })
  })
  test('a template that is told anew with other fields holds from then on', () => {
    const d = decoding()
    d.take(v9({}, set(0, template(T, ...USUAL)), set(T, usual())))
    d.take(v9({ sequence: 2 }, set(0, template(T, ...ENDS)), set(T, ends)))
    expect(d.told.map(({ ports }) => ports[1])).toEqual([443, 0])
    expect(d.info().templates).toBe(1)
  })
  test('a template that is not told again is forgotten', () => {
    const d = decoding({ templateLifetimeMs: 60_000 })
    d.take(v9({}, set(0, template(T, ...USUAL))))
    d.decoder.tick(NOW_MS + 61_000)
    expect(d.info().templates).toBe(0)
  })
  test('sampling by sampler, by interface and for all, as options tell it', () => {
    const d = decoding()
    const samplers = v9OptionsTemplate(
      257,
      [[1, 4]],
      [
        [48, 1],
        [49, 1],
        [50, 4],
      ],
    )
    const interfaces = v9OptionsTemplate(258, [[2, 4]], [[34, 4]])
    const system = v9OptionsTemplate(259, [[1, 4]], [[34, 4]])
    d.take(
      v9(
        {},
        set(1, samplers, interfaces, system),
        set(257, be32(0), [7, 2], be32(1000)),
        set(258, be32(3), be32(200)),
        set(259, be32(0), be32(50)),
        set(0, template(260, ...ENDS, [48, 1]), template(261, ...ENDS, [10, 4])),
        set(260, ends, [7]),
        set(261, ends, be32(3)),
        set(261, ends, be32(4)),
      ),
    )
    expect(d.told.map(({ sampling, bytes }) => [sampling, bytes[0]])).toEqual([
      [1000, 1_000_000],
      [200, 200_000],
      [50, 50_000],
    ])
    expect(d.info()).toMatchObject({ sampling: [50, 200, 1000], samplingFrom: 'options', faults: {} })
  })
  test('names of interfaces and of applications', () => {
    const d = decoding()
    d.take(
      v9(
        {},
        set(
          1,
          v9OptionsTemplate(
            257,
            [[2, 4]],
            [
              [82, 16],
              [83, 32],
            ],
          ),
          v9OptionsTemplate(
            258,
            [[1, 4]],
            [
              [95, 4],
              [96, 24],
            ],
          ),
        ),
        set(257, be32(3), padded('ge-0/0/3', 16), padded('to the office', 32)),
        set(258, be32(0), be32(0x0d00_0035), padded('netflix', 24)),
        set(0, template(T, ...ENDS, [95, 4], [10, 2], [14, 2])),
        set(T, ends, be32(0x0d00_0035), be16(3), be16(0)),
      ),
    )
    expect(d.told[0]!.extras).toEqual({ app: 'netflix' })
    expect(d.info().interfaces).toMatchObject([{ ifIndex: 3, name: 'ge-0/0/3', alias: 'to the office', bytesIn: 1000, bytesOut: 0 }])
  })
  test('elements of ntop count OUT as the way back', () => {
    const fields: Field[] = [...ENDS, [23, 4], [24, 4], [57_590, 2], [57_660, 16], [57_640, 4], [57_641, 8]]
    const record = v9Record(fields, [
      ...ends,
      ...be32(5000),
      ...be32(20),
      ...be16(91),
      ...padded('example.org', 16),
      ...be32(4711),
      ...padded('curl', 8),
    ])
    expect(record).toMatchObject({ bytes: [1000, 5000], packets: [10, 20], flags: FLOW_RECORD_BIFLOW })
    expect(record!.extras).toEqual({ appId: 91, serverName: 'example.org', srcProcess: { pid: 4711, name: 'curl' } })
  })
  test('OUT beside IN of a router is the same traffic again; alone it is what counts', () => {
    expect(v9Record([...ENDS, [23, 4]], [...ends, ...be32(990)])!.bytes).toEqual([1000, 0])
    expect(
      v9Record(
        [
          [8, 4],
          [12, 4],
          [23, 4],
          [24, 4],
        ],
        [...ends.slice(0, 8), ...be32(990), ...be32(9)],
      ),
    ).toMatchObject({ bytes: [990, 0], packets: [9, 0] })
  })
  test('Palo Alto names application and user', () => {
    const record = v9Record([...ENDS, [56_701, 32], [56_702, 64]], [...ends, ...padded('ssl', 32), ...padded('corp\\ann', 64)])
    expect(record!.extras).toEqual({ app: 'ssl', fields: { userName: 'corp\\ann' } })
  })
  test('an event of NAT without traffic is no flow', () => {
    const d = decoding()
    d.take(v9({}, set(0, template(T, [8, 4], [225, 4], [230, 1])), set(T, ip('10.0.0.1'), ip('198.51.100.9'), [1])))
    expect(d.told).toHaveLength(0)
    expect(d.info()).toMatchObject({ faults: {}, counters: { recordsWithoutTraffic: 1 } })
  })
})

describe('IPFIX', () => {
  test.each<[string, readonly Field[], Bytes, object]>([
    [
      'seconds',
      [
        [150, 4],
        [151, 4],
      ],
      [...be32(NOW_S - 9), ...be32(NOW_S - 2)],
      { firstMs: NOW_MS - 9000, lastMs: NOW_MS - 2000 },
    ],
    [
      'milliseconds',
      [
        [152, 8],
        [153, 8],
      ],
      [...be64(NOW_MS - 9000), ...be64(NOW_MS - 2000)],
      { firstMs: NOW_MS - 9000, lastMs: NOW_MS - 2000 },
    ],
    [
      'microseconds, as NTP tells them',
      [
        [154, 8],
        [155, 8],
      ],
      [...be32(NOW_S - 9 + 2_208_988_800), ...be32(0x8000_0000), ...be32(NOW_S - 2 + 2_208_988_800), ...be32(0)],
      { firstMs: NOW_MS - 8500, lastMs: NOW_MS - 2000 },
    ],
    [
      'microseconds before the message',
      [
        [158, 4],
        [159, 4],
      ],
      [...be32(9_000_000), ...be32(2_000_000)],
      { firstMs: NOW_MS - 9000, lastMs: NOW_MS - 2000 },
    ],
    [
      'an end and a duration',
      [
        [153, 8],
        [161, 4],
      ],
      [...be64(NOW_MS), ...be32(3000)],
      { firstMs: NOW_MS - 3000, lastMs: NOW_MS },
    ],
    [
      'uptime, with the time it began at',
      [
        [160, 8],
        [22, 4],
        [21, 4],
      ],
      [...be64(NOW_MS - 100_000), ...be32(91_000), ...be32(98_000)],
      { firstMs: NOW_MS - 9000, lastMs: NOW_MS - 2000 },
    ],
    [
      'uptime alone',
      [
        [22, 4],
        [21, 4],
      ],
      [...be32(91_000), ...be32(98_000)],
      { firstMs: NOW_MS - 7000, lastMs: NOW_MS },
    ],
    ['no time at all', [], [], { firstMs: NOW_MS, lastMs: NOW_MS }],
    [
      'totals',
      [
        [85, 8],
        [86, 8],
      ],
      [...be64(2 ** 40), ...be64(7)],
      { bytes: [1000, 0] },
    ],
    [
      'direction and end',
      [
        [61, 1],
        [136, 1],
      ],
      [1, 3],
      { flags: FLOW_RECORD_EGRESS | FLOW_RECORD_ENDED },
    ],
    ['the active timeout is no end', [[136, 1]], [2], { flags: 0 }],
    ['who began', [[239, 1]], [2], { flags: FLOW_RECORD_CLIENT_IS_DST }],
    [
      'the way back',
      [
        [1, 4, 29_305],
        [2, 4, 29_305],
        [6, 1, 29_305],
      ],
      [...be32(7), ...be32(3), 0x12],
      { bytes: [1000, 7], packets: [10, 3], flags: FLOW_RECORD_BIFLOW },
    ],
    ['flags of TCP in two bytes', [[6, 2]], [0, 0x13], { tcpFlags: [0x13, 0] }],
    [
      'link addresses and a VLAN',
      [
        [56, 6],
        [80, 6],
        [58, 2],
      ],
      [0, 1, 2, 3, 4, 5, 255, 1, 2, 3, 4, 5, 0, 7],
      { vlan: 7, macs: [0x0001_0203_0405, 0xff01_0203_0405] },
    ],
    ['bytes of frames', [[352, 8]], be64(1200), { bytes: [1200, 0], flags: FLOW_RECORD_FRAME_BYTES }],
    [
      'reduced lengths',
      [
        [1, 3],
        [10, 3],
        [16, 3],
      ],
      [0, 1, 2, 0, 0, 9, 1, 0, 0],
      { bytes: [258, 0], inIf: 9, as: [65_536, 0] },
    ],
    [
      'ICMP by type and code',
      [
        [4, 1],
        [176, 1],
        [177, 1],
      ],
      [1, 3, 1],
      { icmp: 0x0301 },
    ],
    [
      'sampling by packets and space',
      [
        [305, 4],
        [306, 4],
      ],
      [...be32(1), ...be32(99)],
      { sampling: 100, bytes: [100_000, 0] },
    ],
    ['sampling of 0', [[34, 4]], be32(0), { sampling: 1, bytes: [1000, 0] }],
    [
      'addresses after NAT',
      [
        [225, 4],
        [227, 2],
      ],
      [...ip('198.51.100.9'), ...be16(61_000)],
      { extras: { fields: { postNATSourceIPv4Address: '198.51.100.9', postNAPTSourceTransportPort: 61_000 } } },
    ],
    [
      'elements of nobody we know',
      [
        [7, 4, 99_999],
        [11, 2],
      ],
      [1, 2, 3, 4, ...be16(53)],
      { ports: [0, 53] },
    ],
    [
      'an address of odd length',
      [
        [15, 3],
        [11, 2],
      ],
      [1, 2, 3, ...be16(53)],
      { ports: [0, 53] },
    ],
  ])('%s', (_, fields, record, expected) => {
    expect(ipfixRecord([...ENDS, ...fields], [...ends, ...record])).toMatchObject(expected)
  })

  test('addresses of version 6', () => {
    const record = ipfixRecord(
      [
        [27, 16],
        [28, 16],
        [62, 16],
        [1, 8],
      ],
      [...ip('2001:db8::1'), ...ip('2001:db8::2'), ...ip('fe80::1'), ...be64(9)],
    )
    expect(record).toMatchObject({ src: '2001:db8::1', dst: '2001:db8::2', nextHop: 'fe80::1', ipVersion: 6, bytes: [9, 0] })
  })
  test('a template with addresses of both versions, one of them empty', () => {
    const fields: Field[] = [[27, 16], [28, 16], ...ENDS]
    const none = new Array<number>(16).fill(0)
    expect(ipfixRecord(fields, [...none, ...none, ...ends])).toMatchObject({ src: '10.0.0.1', ipVersion: 4 })
    const six = [...ip('2001:db8::1'), ...ip('2001:db8::2'), ...new Array<number>(8).fill(0), ...be32(1), ...be32(1)]
    expect(ipfixRecord(fields, six)).toMatchObject({ src: '2001:db8::1', dst: '2001:db8::2', ipVersion: 6 })
  })
  test('variable lengths, short and long', () => {
    const fields: Field[] = [...ENDS, [96, 0xffff], [460, 0xffff], [11, 2]]
    const long = 'x'.repeat(300)
    const record = ipfixRecord(fields, [...ends, 4, ...ascii('mail'), 255, ...be16(300), ...ascii(long), ...be16(25)])
    expect(record).toMatchObject({ ports: [0, 25], extras: { app: 'mail', serverName: long } })
  })
  test('lists are passed over by their length (RFC 6313)', () => {
    const record = ipfixRecord(
      [...ENDS, [291, 0xffff], [292, 0xffff], [293, 0xffff], [11, 2]],
      [...ends, 3, 1, 2, 3, 0, 2, 9, 9, ...be16(25)],
    )
    expect(record!.ports[1]).toBe(25)
  })
  test('a list of names is the path of the record; one that was here before went in a circle', () => {
    const path = (...names: string[]) => {
      const list = [4, ...be16(300), ...be16(0xffff), ...names.flatMap((name) => [name.length, ...ascii(name)])]
      return [list.length, ...list]
    }
    const d = decoding()
    d.take(
      ipfix({}, set(2, template(T, ...ENDS, [291, 0xffff])), set(T, ends, path('edge', 'region'), ends, path('edge', 'here', 'region'))),
    )
    expect(d.told.map(({ extras }) => extras?.path)).toEqual([['edge', 'region']])
    expect(d.info().faults).toEqual({ 'record that went in a circle': 1 })
  })
  test('options tell sampling by selector', () => {
    const d = decoding()
    d.take(
      ipfix(
        {},
        set(3, optionsTemplate(257, 1, [302, 8], [309, 4], [310, 4])),
        set(257, be64(5), be32(1), be32(64)),
        set(2, template(T, ...ENDS, [302, 8])),
        set(T, ends, be64(5)),
      ),
    )
    expect(d.told[0]).toMatchObject({ sampling: 64, bytes: [64_000, 0] })
  })
  test('a template that is withdrawn is gone; all are by the number of their set', () => {
    const d = decoding()
    d.take(ipfix({}, set(2, template(T, ...ENDS), template(T + 1, ...ENDS))))
    d.take(ipfix({}, set(2, template(T))))
    expect(d.info().templates).toBe(1)
    d.take(ipfix({}, set(2, template(2))))
    expect(d.info()).toMatchObject({ templates: 0, faults: {} })
  })
  test('records are numbered; where some could not be counted nothing is said to be missing', () => {
    const d = decoding()
    d.take(ipfix({ sequence: 0 }, set(2, template(T, ...ENDS)), set(T, ends, ends)))
    d.take(ipfix({ sequence: 5 }, set(T, ends)))
    expect(d.info().missed).toBe(3)
    d.take(ipfix({ sequence: 6 }, set(999, ends)))
    d.take(ipfix({ sequence: 40 }, set(T, ends)))
    expect(d.info().missed).toBe(3)
  })
})

describe('what is wrong is named, and costs nothing else', () => {
  const sound = set(T, ends)
  const known = set(2, template(T, ...ENDS))
  test.each<[string, Uint8Array, number]>([
    ['set length below 4', ipfix({}, known, sound, [...be16(T), 0, 0]), 1],
    ['set longer than its message', ipfix({}, known, sound, [...be16(T), 255, 255]), 1],
    ['set of a reserved number', ipfix({}, known, set(17, [1, 2, 3, 4]), sound), 1],
    ['bytes behind the last set', ipfix({}, known, sound, [0, 0]), 1],
    ['template without fields', v9({}, set(0, template(T))), 0],
    ['template of zero length', ipfix({}, known, set(2, template(T + 1, [8, 0])), sound), 1],
    ['template of too many fields', ipfix({}, known, set(2, template(T + 1, ...new Array<Field>(10_000).fill([1, 1]))), sound), 1],
    ['template number below 256', ipfix({}, known, set(2, template(12, [8, 4])), sound), 1],
    ['template cut short', ipfix({}, known, set(2, [...be16(T + 1), ...be16(9), ...be16(8)]), sound), 1],
    ['options template without scope', ipfix({}, known, set(3, optionsTemplate(T + 1, 0, [34, 4])), sound), 1],
    ['field of impossible length', v9({}, set(0, template(T, [8, 0xffff]))), 0],
    ['record cut short', ipfix({}, set(2, template(T, ...ENDS, [96, 0xffff])), set(T, ends, [200, 1, 2])), 0],
    ['sampling of 0', ipfix({}, set(2, template(T, ...ENDS, [34, 4])), set(T, ends, be32(0))), 1],
    ['unsupported version', Uint8Array.from([0, 7, 0, 1, 0, 0]), 0],
    ['datagram cut short', Uint8Array.from([9]), 0],
  ])('%s', (cause, datagram, records) => {
    const d = decoding()
    expect(d.take(datagram)).toHaveLength(records)
    expect(d.info().faults).toMatchObject({ [cause]: 1 })
  })

  test('a message longer than its datagram', () => {
    const d = decoding()
    const datagram = ipfix({}, known, sound, sound)
    d.take(datagram.subarray(0, datagram.length - 20))
    expect(d.told).toHaveLength(1)
    expect(d.info().faults).toMatchObject({ 'message longer than its datagram': 1 })
  })
  test('padding behind records is none', () => {
    const d = decoding()
    d.take(ipfix({}, known, set(T, ends, [0, 0, 0])))
    expect(d.told).toHaveLength(1)
    expect(d.info().faults).toEqual({})
  })
  test('a flood of templates is bounded', () => {
    const d = decoding()
    for (let id = 256; id < 3000; id++) d.take(ipfix({}, set(2, template(id, ...ENDS))))
    expect(d.info()).toMatchObject({ templates: 1000, faults: { 'too many templates': 1744 } })
  })
  test('a flood by ever other exporters too', () => {
    const d = decoding()
    const fields = new Array<Field>(512).fill([1, 1])
    const asMany = 2048
    for (let domain = 0; domain < asMany + 10; domain++) d.take(ipfix({ domain }, set(2, template(T, ...fields))))
    expect(d.exporters.all.reduce((sum, { templates }) => sum + templates, 0)).toBe(asMany)
    expect(d.exporters.all.at(-1)!.info).toMatchObject({ templates: 0, faults: { 'too many templates': 1 } })
    // Those that are withdrawn make room.
    d.take(ipfix({ domain: 0 }, set(2, template(T))))
    expect(d.take(ipfix({ domain: 5000 }, known, sound))).toHaveLength(1)
  })
  test.each([
    ['of 1970', 100, 1],
    ['of 2106', 0xffff_fffe, 1],
    ['an hour behind', NOW_S - 3600, 0],
  ])('a clock %s is put right', (_, seconds, faults) => {
    const d = decoding()
    d.take(v9({ seconds }, set(0, template(T, ...USUAL)), set(T, usual())))
    expect(d.told[0]!.firstMs).toBeCloseTo(NOW_MS - 5000, -1)
    expect(d.told[0]!.lastMs).toBeCloseTo(NOW_MS - 1000, -1)
    expect(d.info().clockOffsetMs).toBe((seconds - NOW_S) * 1000)
    expect(d.info().faults['clock wrong by more than a day'] ?? 0).toBe(faults)
  })
  test('times far from those of their message are those of now', () => {
    const d = decoding()
    d.take(ipfix({}, set(2, template(T, ...ENDS, [152, 8], [153, 8])), set(T, ends, be64(5), be64(2 ** 60))))
    expect(d.told[0]).toMatchObject({ firstMs: NOW_MS, lastMs: NOW_MS })
  })

  const whole = [
    v5({}, v5Record(), v5Record()),
    v9(
      {},
      set(0, template(T, ...USUAL)),
      set(1, v9OptionsTemplate(257, [[1, 4]], [[34, 4]])),
      set(257, be32(0), be32(50)),
      set(T, usual(), usual()),
    ),
    ipfix({}, set(2, template(T, ...ENDS, [96, 0xffff], [460, 0xffff])), set(T, ends, [3, ...ascii('abc'), 0])),
  ]
  const isSane = (n: number) => Number.isFinite(n) && n >= 0
  const check = (d: ReturnType<typeof decoding>) => {
    for (const r of d.told)
      expect([...r.bytes, ...r.packets, r.firstMs, r.lastMs, r.sampling].every(isSane) && r.lastMs >= r.firstMs).toBe(true)
  }
  test('whatever comes, nothing throws and all that is told is sane', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }), fc.nat(300))
      .map(([datagram, hits, length]) => {
        const copy = datagram.slice(0, length === 0 ? undefined : length)
        for (const [at, value] of hits) if (at < copy.length) copy[at] = value
        return copy
      })
    const random = fc
      .tuple(fc.constantFrom(5, 9, 10), fc.uint8Array({ maxLength: 200 }))
      .map(([version, body]) => Uint8Array.from([0, version, ...body]))
    fc.assert(
      fc.property(fc.array(fc.oneof(damaged, random), { maxLength: 8 }), (datagrams) => {
        const d = decoding()
        for (const datagram of datagrams) d.take(datagram)
        d.decoder.tick(NOW_MS + 40 * 60_000)
        check(d)
      }),
      { seed: 3, numRuns: 1500 },
    )
  })
})

describe('templates over a restart', () => {
  test('are taken up again, with what options told', () => {
    const before = decoding()
    before.take(v9({}, set(1, v9OptionsTemplate(257, [[1, 4]], [[34, 4]])), set(257, be32(0), be32(50)), set(0, template(T, ...USUAL))))
    const saved = JSON.parse(JSON.stringify(before.decoder.save()))
    expect(before.decoder.save()).toBeUndefined()
    const after = decoding({ saved })
    after.take(v9({ sequence: 2 }, set(T, usual())))
    expect(after.told).toMatchObject([{ src: '10.0.0.1', bytes: [50_000, 0] }])
  })
  test('what is no such file is left out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        decoding({ saved: value })
        decoding({
          saved: { format: 1, scopes: [value, { address: 'x', protocol: 'IPFIX', domain: 1, templates: [value], bySampler: value }] },
        })
      }),
      { seed: 4, numRuns: 200 },
    )
  })
})

test('who began is told of a flow of both ways', () => {
  expect(ipfixRecord([...ENDS, [239, 1]], [...ends, 1])!.flags).toBe(FLOW_RECORD_CLIENT_IS_SRC)
})
