import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowFields } from '../lib/fields.ts'
import { FLOW_RECORD_CLIENT_IS_DST, FLOW_RECORD_EGRESS, FLOW_RECORD_FRAME_BYTES } from '../lib/flow-batch.ts'
import { recordJson } from './record-json.ts'
import { batchOf, fullBatch, START_MS } from './testing.ts'

test('a record that has everything', () => {
  expect(JSON.parse(recordJson(fullBatch(), 0))).toEqual({
    proto: 'tcp',
    client: '2001:db8::1',
    clientPort: 40_000,
    server: '2001:db8::2',
    serverPort: 443,
    vlan: 12,
    app: 'TLS.Google',
    serverName: 'example.org',
    info: 'https://example.org/a?b="c"]\\',
    firstSeen: START_MS,
    lastSeen: START_MS + 1500,
    duration: 1500,
    bytes: 6000,
    bytesC2s: 1000,
    bytesS2c: 5000,
    packets: 22,
    packetsC2s: 10,
    packetsS2c: 12,
    tcpFlagsC2s: 'FSPA',
    tcpFlagsS2c: 'FSPA',
    clientMac: '02:00:00:00:00:01',
    serverMac: 'fe:dc:ba:98:76:54',
    ended: true,
    frameBytes: false,
    exporter: 3,
    tos: 0xb8,
    inIf: 5,
    outIf: 6,
    clientAs: 64_500,
    serverAs: 4_200_000_001,
    clientMask: 48,
    serverMask: 64,
    nextHop: '2001:db8::ff',
    appId: 91,
    clientProgram: 'curl',
    clientUser: 'ada',
    clientContainer: 'web',
    clientPid: 42,
    clientFatherProgram: 'bash',
    clientFatherPid: 41,
    clientMemory: 5e9,
    clientPeakMemory: 6e9,
    clientCpu: 1.5,
    clientIoWait: 0.25,
    clientPageFaults: 7,
    serverProgram: 'nginx',
    serverUser: 'www',
    serverPid: 43,
    path: ['edge', 'region'],
    'fields.http.status': 200,
    'fields.user agent]="': 'a\nb',
  })
})

test('the client is dst where that opened the flow, and all that has an end is turned with it', () => {
  const batch = batchOf({
    flags: FLOW_RECORD_CLIENT_IS_DST | FLOW_RECORD_EGRESS | FLOW_RECORD_FRAME_BYTES,
    srcPort: 443,
    dstPort: 5000,
    tcpFlags: [0x12, 2],
    extras: { srcProcess: { name: 'nginx' } },
  })
  batch.srcAs[0] = 1
  batch.dstMac[0] = 1
  expect(JSON.parse(recordJson(batch, 0))).toMatchObject({
    client: '192.0.2.80',
    clientPort: 5000,
    server: '10.0.0.1',
    serverPort: 443,
    bytesC2s: 5000,
    bytesS2c: 1000,
    packetsC2s: 12,
    packetsS2c: 10,
    tcpFlagsC2s: 'S',
    tcpFlagsS2c: 'SA',
    serverAs: 1,
    clientMac: '00:00:00:00:00:01',
    serverProgram: 'nginx',
    egress: true,
    ended: false,
    frameBytes: true,
  })
})

test('what was not told is left out', () => {
  const batch = batchOf({ proto: 1, sampling: 100 })
  batch.icmp[0] = 0x0801
  expect(Object.keys(JSON.parse(recordJson(batch, 0)))).toEqual([
    ...['proto', 'client', 'clientPort', 'server', 'serverPort', 'vlan', 'firstSeen', 'lastSeen', 'duration'],
    ...[
      'bytes',
      'bytesC2s',
      'bytesS2c',
      'packets',
      'packetsC2s',
      'packetsS2c',
      'ended',
      'frameBytes',
      'exporter',
      'sampling',
      'icmpType',
      'icmpCode',
    ],
  ])
  expect(JSON.parse(recordJson(batch, 0))).toMatchObject({ proto: 'icmp', sampling: 100, icmpType: 8, icmpCode: 1 })
})

test('words that the glossary has are its own', () => {
  const ours = ['ended', 'frameBytes', 'exporter', 'tos', 'inIf', 'outIf', 'nextHop', 'appId', 'path']
  const ofAnEnd = /^(client|server)(As|Mask|Pid|FatherProgram|FatherPid|Memory|PeakMemory|Cpu|IoWait|PageFaults)$/
  const names = Object.keys(JSON.parse(recordJson(fullBatch(), 0))).filter(
    (name) => !name.startsWith('fields.') && !ours.includes(name) && !ofAnEnd.test(name),
  )
  expect(names.filter((name) => !Object.hasOwn(flowFields, name))).toEqual([])
})

test('whatever text a record holds, it is one line of JSON that says the same', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.dictionary(text, fc.oneof(text, fc.double())),
      fc.array(text),
      (app, serverName, info, fields, path) => {
        const line = recordJson(batchOf({ extras: { app, serverName, info, fields, path } }), 0)
        expect(line).not.toMatch(/[\n\r]/)
        const read = JSON.parse(line)
        expect(read).toMatchObject({ app, serverName, info, path })
        for (const [name, value] of Object.entries(fields)) {
          const finite = typeof value === 'string' || Number.isFinite(value)
          expect(read[`fields.${name}`] ?? null).toEqual(finite ? (Object.is(value, -0) ? 0 : value) : null)
        }
      },
    ),
    { seed: 5, numRuns: 300 },
  )
})
