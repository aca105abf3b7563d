import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyLabelled, keyNumbered, keyOf } from './flow-keys.ts'
import { decoder, headerOf, LEAST, NOW } from './zmq-testing.ts'

const json = (more: object = {}) => JSON.stringify({ ...LEAST, ...more })
const one = (more: object, options = {}) => decoder(options).feed(json(more))[0]!

describe('keys', () => {
  test.each<[string, object, object]>([
    [
      'the least',
      {},
      { src: '10.0.0.1', dst: '10.0.0.2', proto: 6, srcPort: 1000, dstPort: 80, bytes: [100, 0], packets: [1, 0], flags: 0 },
    ],
    ['numbers as text', { 1: '5', 7: '0080' }, { bytes: [5, 0], srcPort: 80 }],
    ['both ways', { 23: 200, 24: 2 }, { bytes: [100, 200], packets: [1, 2], flags: 4 }],
    ['nothing back', { 23: 0, 24: 0 }, { bytes: [100, 0], flags: 4 }],
    ['IPv6', { 27: '2001:db8::1', 28: '2001:db8::2' }, { src: '2001:db8::1', dst: '2001:db8::2', ipVersion: 6 }],
    ['IPv6 where 1.2 puts it', { 8: '2001:db8::1', 12: '2001:db8::2' }, { src: '2001:db8::1', ipVersion: 6 }],
    ['IPv6 of zeros beside IPv4', { 27: '::', 28: '::' }, { src: '10.0.0.1', ipVersion: 4 }],
    ['seconds', { 22: 1_700_000_000, 21: 1_700_000_060 }, { firstMs: 1.7e12, lastMs: 1.70000006e12 }],
    [
      'milliseconds win',
      { 22: 5, 21: 6, 152: 1_700_000_000_123, 153: 1_700_000_000_456 },
      { firstMs: 1_700_000_000_123, lastMs: 1_700_000_000_456 },
    ],
    ['no time is now', {}, { firstMs: NOW, lastMs: NOW }],
    ['sampled', { 34: 100, 23: 1 }, { bytes: [10_000, 100], packets: [100, 0], sampling: 100 }],
    ['sampled, and scaled already', { sampling: 100 }, { bytes: [100, 0], sampling: 100 }],
    ['flags of both ways', { 6: 27 }, { tcpFlags: [27, 0] }],
    ['flags of each way', { 6: 31, CLIENT_TCP_FLAGS: 2, SERVER_TCP_FLAGS: '18' }, { tcpFlags: [2, 18] }],
    ['VLAN, the last one that is one', { 58: 3, 59: 4 }, { vlan: 4 }],
    ['VLAN of the source', { 58: 3, 59: 0 }, { vlan: 3 }],
    ['link addresses', { 56: '02:00:00:00:00:01', 80: 'FE-DC-BA-98-76-54' }, { srcMac: 0x020000000001, dstMac: 0xfedcba987654 }],
    [
      'routing',
      { 9: 24, 13: 16, 10: 5, 14: 6, 16: 64500, 17: 4_200_000_001, 15: '10.0.0.254' },
      { srcMask: 24, dstMask: 16, inIf: 5, outIf: 6, srcAs: 64500, dstAs: 4_200_000_001, nextHop: '10.0.0.254' },
    ],
    ['egress, over, the server is src', { 61: 1, 136: 3, 239: 2 }, { flags: 1 | 2 | 8 }],
    ['active time-out is not over', { 136: 2 }, { flags: 0 }],
    ['ICMP, tos', { 4: 1, 32: 2048, 5: 184 }, { icmp: 2048, tos: 184 }],
    ['application by number', { 57590: 91 }, { extras: { appId: 91 } }],
    ['application by text of numbers', { 57590: '91.126' }, { extras: { appId: 126 } }],
    ['application by name where 1.2.0 puts it', { 57590: 'TLS.Google' }, { extras: { app: 'TLS.Google' } }],
    ['application by number and name', { 57590: 7, 57591: 'HTTP' }, { extras: { appId: 7, app: 'HTTP' } }],
    ['server name and URL', { 57660: 'a.org', 57652: '/x"y' }, { extras: { serverName: 'a.org', info: '/x"y' } }],
    ['query', { 57677: 'a.org', 57659: 'b.org' }, { extras: { serverName: 'b.org', info: 'a.org' } }],
    [
      'labels',
      { IN_BYTES: 7, L7_PROTO_NAME: 'DNS', IPV4_SRC_ADDR: '1.2.3.4', IN_SRC_MAC: '00:00:00:00:00:09' },
      { bytes: [7, 0], extras: { app: 'DNS' }, src: '1.2.3.4', srcMac: 9 },
    ],
    ['others', { 57593: 'ada', LATENCY: 0.5, x: true }, { extras: { fields: { 57593: 'ada', LATENCY: 0.5, x: 'true' } } }],
    ['nested text', { json: '{"a":1,"b":"c"}' }, { extras: { fields: { a: 1, b: 'c' } } }],
    ['a nested object', { json: { a: 1 } }, { extras: { fields: { a: 1 } } }],
    ['nested, and none', { json: 'oops' }, { extras: { fields: { json: 'oops' } } }],
    ['exporter', { 130: '192.0.2.1' }, { extras: { exporter: '192.0.2.1' } }],
    ['exporter of zeros', { 130: '0.0.0.0', 131: '2001:db8::5' }, { extras: { exporter: '2001:db8::5' } }],
    ['path', { path: ['edge', 'region'] }, { extras: { path: ['edge', 'region'] } }],
    [
      'processes',
      { 57640: 42, 57641: 'curl', 57857: 1250, 57866: 25, 57848: 'nginx' },
      { extras: { srcProcess: { pid: 42, name: 'curl', cpu: 12.5 }, dstProcess: { name: 'nginx', ioWait: 0.25 } } },
    ],
    [
      'EPP',
      { 4: 17, 57837: 'check', 57838: 'x.org' },
      { proto: 6, dstPort: 443, packets: [1, 1], extras: { app: 'EPP', fields: { EPP_CMD: 'check', 57838: 'x.org' } } },
    ],
    [
      'nonsense is not told',
      { 1: -5, 2: 'many', 56: 'x', 4: null, 22: {} },
      { bytes: [0, 0], packets: [0, 0], srcMac: -1, proto: 0, firstMs: NOW },
    ],
    ['amounts beyond all', { 1: 1e300, 34: 4e9 }, { sampling: 4e9 }],
  ])('%s', (_, more, expected) => {
    const row = one(more)
    expect(row).toMatchObject(expected)
    if (!('extras' in expected)) expect(row['extras']).toBeUndefined()
    for (const value of [...(row['bytes'] as number[]), row['firstMs'], row['lastMs']]) expect(Number.isFinite(value)).toBe(true)
  })

  test('1.2 exchanges IN and OUT', () => {
    expect(one({ 23: 200, 24: 2 }, { compat: true })).toMatchObject({ bytes: [200, 100], packets: [2, 1] })
  })

  test('the user knows better how it was sampled', () => {
    expect(one({ 34: 10 }, { sampling: 50 })).toMatchObject({ bytes: [5000, 0], sampling: 50 })
  })

  test.each([9, 10, 15, 16, 17, 18, 19, 25])('a number of %s digits', (length) => {
    const digits = '1234567890123456789012345'.slice(0, length)
    const expected = Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
    const record = (value: string) => `{"8":"10.0.0.1","12":"10.0.0.2","1":${value}}`
    expect(decoder().feed(record(digits))[0]).toMatchObject({ bytes: [expected, 0] })
    // As text it may be anything: what a double does not hold is not told.
    expect(decoder().feed(record(`"${digits}"`))[0]).toMatchObject({ bytes: [length > 15 ? 0 : expected, 0] })
  })

  test('texts that were seen before are not taken for others', () => {
    const names = Array.from({ length: 5000 }, (_, n) => `host-${String(Math.imul(n, 0x9e3779b1) >>> 0).padStart(10, '0')}`)
    const rows = decoder().feed(`[${names.map((name) => json({ 57660: name })).join()}]`)
    expect(rows.map(({ extras }) => (extras as { serverName: string }).serverName)).toEqual(names)
  })

  test('fields and texts are bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, 'v'.repeat(5000)]))
    const { fields } = one({ ...many, ['n'.repeat(100)]: 1 })['extras'] as { fields: Record<string, string> }
    expect(Object.keys(fields)).toHaveLength(64)
    expect(fields['k0']).toHaveLength(1024)
  })

  test('a key is the same by number, by label, and in bytes', () => {
    for (const [id, label] of [
      [1, 'IN_BYTES'],
      [57_590, 'L7_PROTO'],
      [239, 'BIFLOW_DIRECTION'],
      [57_866, 'DST_PROC_PCTG_IOWAIT'],
    ] as const) {
      const bytes = Buffer.from(`xx${label}yy`)
      expect(keyNumbered(id)).toBe(keyOf(label))
      expect(keyOf(String(id))).toBe(keyOf(label))
      expect(keyLabelled(bytes, 2, 2 + label.length)).toBe(keyOf(label))
      expect(keyLabelled(bytes, 1, 2 + label.length)).toBeUndefined()
    }
  })
})

describe('messages', () => {
  test.each([0, 1, 2, 4] as const)('header of version %s', (version) => {
    const { feed, exporters, decoder: made } = decoder()
    expect(feed(json(), headerOf(version))).toHaveLength(1)
    expect(exporters.all[0]!.info).toMatchObject({
      address: 'tcp://probe:5556',
      protocol: 'ZMQ',
      domain: version === 0 ? 0 : 7,
      datagrams: 1,
      records: 1,
      faults: {},
    })
    expect(made.topics.flow).toBe(1)
  })

  test.each<[string, string | Uint8Array, Uint8Array]>([
    ['header of no known size', json(), new Uint8Array(25)],
    ['header of no known size', json(), new Uint8Array(0)],
    ['header of another version', json(), Buffer.concat([Buffer.from('flow'), new Uint8Array(12), Buffer.from([9]), new Uint8Array(7)])],
    ['header of another version', json(), Buffer.from(headerOf(0)).fill(1, 32, 36)],
    ['neither JSON nor binary records of version 1', Uint8Array.of(1, 2, 3, 4), headerOf(4)],
    ['neither JSON nor binary records of version 1', '', headerOf(2)],
    ['binary records cut short or damaged', Uint8Array.of(1, 1, 0), headerOf(3)],
    ['payload that is no JSON', '{"1":', headerOf(2)],
    ['payload that is no JSON', `[${json()},]`, headerOf(2)],
    ['payload that is no JSON', `[${json()}`, headerOf(2)],
    ['payload that is no JSON', `${json()}x`, headerOf(2)],
    ['payload that is no JSON', '[1]', headerOf(2)],
    ['record without addresses', '{}', headerOf(2)],
    ['record without addresses', '{"8":"10.0.0.1"}', headerOf(2)],
    ['compressed payload that does not open', Uint8Array.of(0, 0x78, 0x9c, 1, 2, 3), headerOf(2)],
    ['message of an unknown topic', json(), headerOf(2, { topic: 'weather' })],
    ['message of an unknown topic', json(), headerOf(2, { topic: 'constructor' })],
    ['counters of no interface', '[]', headerOf(2, { topic: 'counter' })],
  ])('%s', (fault, payload, header) => {
    const { feed, exporters, faults } = decoder()
    feed(payload, header)
    expect(faults()).toEqual({ [fault]: 1 })
    // It is in step afterwards.
    const before = exporters.all[0]!.records
    feed(json(), header.length === 28 ? headerOf(2, { id: 2 }) : headerOf(0))
    expect(exporters.all.reduce((sum, { records }) => sum + records, 0)).toBe(before + 1)
  })

  test('several records, and spaces anywhere', () => {
    expect(
      decoder().feed(
        ` [ ${json({ 1: 1 })} ,\n\t${JSON.stringify({ ...LEAST, 1: 2 }, null, 2)} , { "8" : "1.1.1.1", "12" : "2.2.2.2" } ] \n\0`,
      ),
    ).toMatchObject([{ bytes: [1, 0] }, { bytes: [2, 0] }, { src: '1.1.1.1' }])
    expect(decoder().feed('[]')).toEqual([])
  })

  test('what came before a fault stays', () => {
    const { feed, faults } = decoder()
    expect(feed(`[${json()},${json()},{"1":]`)).toHaveLength(2)
    expect(faults()).toEqual({ 'payload that is no JSON': 1 })
  })

  test.each([1, 2, 4] as const)('compressed, version %s', (version) => {
    const compressed = deflateSync(`[${json()},${json()}]`)
    expect(decoder().feed(version === 4 ? compressed : Buffer.concat([Uint8Array.of(0), compressed]), headerOf(version))).toHaveLength(2)
  })

  test('a bomb is not opened', () => {
    const { feed, faults } = decoder()
    feed(Buffer.concat([Uint8Array.of(0), deflateSync(Buffer.alloc(17 * 1024 * 1024, 32))]))
    expect(faults()).toEqual({ 'compressed payload longer than 16 MiB': 1 })
  })

  test('topics are counted', () => {
    const { feed, decoder: made, faults, exporters } = decoder()
    for (const topic of ['event', 'template', 'option', 'hello', 'listening-ports', 'snmp-ifaces', 'custom-ie'])
      feed('{}', headerOf(2, { topic }))
    expect(made.topics).toMatchObject({ flow: 0, event: 1, template: 1, option: 1, hello: 1, 'listening-ports': 1, other: 0 })
    expect(faults()).toEqual({})
    expect(exporters.all[0]!.info.counters).toMatchObject({ 'messages: event': 1, 'messages: hello': 1 })
  })

  test('interfaces count what passes them', () => {
    const { feed, exporters } = decoder()
    feed(json({ 10: 5, 14: 6, 23: 50, 24: 1 }))
    expect(exporters.all[0]!.info.interfaces).toMatchObject([
      { ifIndex: 5, bytesIn: 100, bytesOut: 50 },
      { ifIndex: 6, bytesIn: 50, bytesOut: 100 },
    ])
  })

  test('counters of an interface', () => {
    const { feed, exporters } = decoder()
    feed(
      '{"deviceIP":"10.0.0.1","ifIndex":3,"ifName":"eth3","ifSpeed":1000000000,"ifInOctets":5,"ifOutOctets":6}\0',
      headerOf(2, { topic: 'counter' }),
    )
    expect(exporters.all[0]!.info.interfaces).toMatchObject([
      { ifIndex: 3, name: 'eth3', speedBps: 1e9, counters: { ifInOctets: 5, ifOutOctets: 6 } },
    ])
  })

  test('what is missing shows by the ids', () => {
    const { feed, exporters } = decoder()
    for (const id of [5, 6, 9]) feed(json(), headerOf(2, { id }))
    expect(exporters.all[0]!.info).toMatchObject({ missed: 2, sequenceResets: 0 })
  })

  test('ids in host order', () => {
    const { feed, exporters } = decoder()
    for (const id of [254, 255, 256, 257, 260]) {
      const header = headerOf(2)
      header.writeUInt32LE(id, 20)
      feed(json(), header)
    }
    // Before it is known how they are written, one step is counted.
    const { missed } = exporters.all[0]!.info
    expect(missed).toBeGreaterThanOrEqual(2)
    feed(json(), Buffer.from(headerOf(2)).fill(Uint8Array.of(5, 1, 0, 0), 20, 24))
    expect(exporters.all[0]!.info.missed).toBe(missed)
  })

  test('a record that has passed us is dropped', () => {
    const { feed, faults } = decoder({ ownName: 'here' })
    expect(feed(`[${json({ path: ['edge', 'here'] })},${json({ path: ['edge'] })},${json()}]`)).toHaveLength(2)
    expect(faults()).toEqual({ 'record that went in a circle': 1 })
  })

  test('a message without two frames', () => {
    const { decoder: made, faults } = decoder()
    made.oddMessage([new Uint8Array(3)], 'tcp://x:1', NOW)
    expect(faults()).toEqual({ 'message without two frames': 1 })
  })
})

describe('any input', () => {
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.nat(),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.ipV4(),
    fc.ipV6(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('02:00:00:00:00:01', '91.126', '007', '1.5', '1e5', '1.2.3.04', '1.2.3.4.5', '0x5', ''),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.string(), fc.nat(), { maxKeys: 3 }),
  )
  const names = [
    '1',
    '2',
    '4',
    '6',
    '7',
    '8',
    '11',
    '12',
    '21',
    '22',
    '23',
    '24',
    '27',
    '28',
    '34',
    '56',
    '58',
    '80',
    '152',
    '153',
    '57590',
    '57591',
    '57640',
    'CLIENT_TCP_FLAGS',
    'sampling',
    'path',
    'json',
    'fields',
    '08',
    '99999',
    'é',
    'x',
  ]
  const record = fc
    .dictionary(fc.constantFrom(...names), value, { maxKeys: 12 })
    .map((given): Record<string, unknown> => ({ 8: '10.0.0.1', 12: '10.0.0.2', ...given }))

  test('read in one pass it is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(record, fc.constantFrom(undefined, 1), (given, indent) => {
        const text = JSON.stringify(given, null, indent)
        const quick = decoder()
        const slow = decoder()
        // An escape in a key sends the record the other way.
        const escaped = text.replace('"12"', '"\\u0031\\u0032"')
        expect(escaped).not.toBe(text)
        expect(quick.feed(text)).toEqual(slow.feed(escaped))
        expect(quick.faults()).toEqual(slow.faults())
      }),
      { numRuns: 3000 },
    )
  })

  test('cut, changed, or no JSON at all: no throw, no end that does not come', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 3 }), fc.nat(), fc.nat(255), fc.boolean(), (given, at, byte, isCut) => {
        const bytes = Buffer.from(JSON.stringify(given))
        const { feed } = decoder({ capacity: 2 })
        if (!isCut) bytes[at % bytes.length] = byte
        feed(isCut ? bytes.subarray(0, at % bytes.length) : bytes)
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(
        fc.constantFrom(24, 28, 36, 40, 5),
        fc.uint8Array({ maxLength: 60 }),
        fc.uint8Array({ minLength: 40, maxLength: 40 }),
        (size, payload, header) => {
          decoder().feed(payload, header.subarray(0, size))
          decoder().feed(payload)
        },
      ),
    )
  })
})

test('who asks for an address has none: 0.0.0.0 is one', () => {
  const d = decoder()
  d.feed('{"8":"0.0.0.0","12":"255.255.255.255","4":17,"7":68,"11":67,"1":300,"2":1}')
  expect(d.rows).toHaveLength(1)
  expect(d.faults()).toEqual({})
})
