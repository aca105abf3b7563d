/** What no exporter should send, sent to a collector as people start it: it is named and counted for who sent it, and the collector goes on. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExporterInfo, ExportProtocol } from '../src/lib/exporters.ts'
import type { ItemOf } from '../src/lib/fields.ts'
import type { InterfaceInfo, ListAnswer } from '../src/lib/live.ts'
import {
  type Bytes,
  be16,
  be32,
  type Field,
  ip,
  ipfix as ipfixOf,
  optionsTemplate,
  set,
  template,
  USUAL,
  usual,
  v5 as v5Of,
  v5Record,
  v9 as v9Of,
  v9OptionsTemplate,
} from '../src/sources/netflow/netflow-testing.ts'
import { flowSample, header, record, datagram as sflowOf, words } from '../src/sources/sflow/sflow-testing.ts'
import { headerOf, LEAST } from '../src/sources/zmq/zmq-testing.ts'
import { parseEndpoint } from '../src/zmtp/endpoint.ts'
import { PubSocket } from '../src/zmtp/pub-socket.ts'
import { freePort, type Product, startProduct, until } from './product.ts'

const NOW_S = Math.floor(Date.now() / 1000)
const IN_1970 = 60
const IN_2106 = 2 ** 32 - 60
/** Their clock is right unless a case says otherwise. */
const v5: typeof v5Of = (head, ...records) => v5Of({ seconds: NOW_S, ...head }, ...records)
const v9: typeof v9Of = (head, ...sets) => v9Of({ seconds: NOW_S, ...head }, ...sets)
const ipfix: typeof ipfixOf = (head, ...sets) => ipfixOf({ seconds: NOW_S, ...head }, ...sets)
const lengthOf = (message: Uint8Array, length: number) =>
  Uint8Array.from([...message.subarray(0, 2), ...be16(length), ...message.subarray(4)])
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const T = 256
const data = set(T, usual())
const known9 = v9({ sequence: 1 }, set(0, template(T, ...USUAL)))
const known10 = ipfix({}, set(2, template(T, ...USUAL)))

/** What is told of who sent it, by each protocol that it is known by then; `faults` are all of them. */
type Told = Partial<Record<ExportProtocol, Partial<ExporterInfo> & Pick<ExporterInfo, 'faults'>>>
type Case = readonly [is: string, sent: (from: string) => readonly Uint8Array[], told: Told]

const NETFLOW: readonly Case[] = [
  ['an empty datagram', () => [new Uint8Array(0)], { 'NetFlow v5': { faults: { 'datagram cut short': 1 } } }],
  [
    'versions that there are not',
    () => [0, 1, 7, 8, 11, 0xffff].map((version) => Uint8Array.from([...be16(version), ...new Array<number>(46).fill(0)])),
    { 'NetFlow v5': { faults: { 'unsupported version': 6 } } },
  ],
  [
    'v5 cut at every byte',
    () => times(72, (length) => v5({}, v5Record()).subarray(0, length)),
    { 'NetFlow v5': { faults: { 'datagram cut short': 24, 'fewer records than told': 48 }, records: 0, datagrams: 72 } },
  ],
  [
    'v5 with more records told than there are, and fewer',
    () => [v5({ count: 0xffff }, v5Record()), v5({ count: 0, sequence: 0xffff }, v5Record())],
    { 'NetFlow v5': { faults: { 'fewer records than told': 1, 'more bytes than records': 1 }, records: 1, missed: 0 } },
  ],
  [
    'v5 of 1970',
    () => [v5({ seconds: IN_1970 }, v5Record())],
    { 'NetFlow v5': { faults: { 'clock wrong by more than a day': 1 }, records: 1 } },
  ],
  [
    'v9 cut in its header',
    () => [v9({}).subarray(0, 19), v9({}).subarray(0, 2)],
    { 'NetFlow v9': { faults: { 'datagram cut short': 2 }, records: 0 } },
  ],
  [
    'a set of length 0, and one longer than its datagram',
    () => [known9, v9({ sequence: 2 }, [...be16(T), 0, 0], data), v9({ sequence: 3 }, data, [...be16(T), ...be16(9999)])],
    { 'NetFlow v9': { faults: { 'set length below 4': 1, 'set longer than its message': 1 }, records: 1, missed: 0 } },
  ],
  [
    'sets of no bytes',
    () => [v9({ sequence: 0 }, ...times(10_000, () => set(300))), known9],
    { 'NetFlow v9': { faults: {}, setsWaiting: 1024, setsUndecoded: 8976, templates: 1 } },
  ],
  [
    'a template of 10,000 fields',
    () => [v9({}, set(0, template(T, ...times(10_000, (): Field => [1, 1]))))],
    { 'NetFlow v9': { faults: { 'template of too many fields': 1 }, templates: 0 } },
  ],
  [
    'fields of no bytes, and of too many',
    () => [v9({}, set(0, template(T, [8, 0], [12, 0]))), v9({ sequence: 2 }, set(0, template(T, [8, 0xfffe])))],
    { 'NetFlow v9': { faults: { 'template of zero length': 1, 'field of impossible length': 1 } } },
  ],
  [
    'a flood of templates',
    () => times(40, (i) => v9({ sequence: i }, ...times(50, (j) => set(0, template(T + 50 * i + j, ...USUAL))))),
    { 'NetFlow v9': { faults: { 'too many templates': 1000 }, templates: 1000 } },
  ],
  [
    'sequence numbers that jump, ahead and back',
    () => [known9, ...[2, 5, 4_000_000_000, 0].map((sequence) => v9({ sequence }, data))],
    { 'NetFlow v9': { faults: {}, missed: 2, sequenceResets: 2, records: 4 } },
  ],
  [
    'v9 of 2106',
    () => [known9, v9({ sequence: 2, seconds: IN_2106 }, data)],
    { 'NetFlow v9': { faults: { 'clock wrong by more than a day': 1 }, records: 1 } },
  ],
  [
    'sampling of 0 in options of v9',
    () => [v9({}, set(1, v9OptionsTemplate(257, [[1, 4]], [[34, 4]])), set(257, be32(0), be32(0)))],
    { 'NetFlow v9': { faults: { 'sampling of 0': 1 }, sampling: [1] } },
  ],
  [
    'IPFIX cut at every byte',
    () => times(known10.length, (length) => known10.subarray(0, length)).slice(2),
    {
      IPFIX: {
        faults: {
          'datagram cut short': 14,
          'message longer than its datagram': 44,
          'bytes behind the last set': 3,
          'set longer than its message': 40,
        },
        templates: 0,
      },
    },
  ],
  [
    'IPFIX that lies about its length',
    () => [known10, lengthOf(ipfix({}, data), 0xffff), lengthOf(ipfix({ sequence: 1 }, data), 3)],
    { IPFIX: { faults: { 'message longer than its datagram': 1, 'message shorter than its datagram': 1 }, records: 1 } },
  ],
  [
    'sets and templates of reserved numbers, options without scope',
    () => [ipfix({}, set(4, [1, 2, 3, 4]), set(255), set(2, template(255, [8, 4])), set(3, optionsTemplate(300, 0, [34, 4])))],
    {
      IPFIX: { faults: { 'set of a reserved number': 2, 'template number below 256': 1, 'options template without scope': 1 } },
    },
  ],
  [
    'a value that is longer than its set',
    () => [
      ipfix({}, set(2, template(T, [8, 4], [12, 4], [1, 4], [2, 4], [96, 0xffff]))),
      ipfix({}, set(T, [...ip('10.0.0.1'), ...ip('10.0.0.2'), ...be32(1), ...be32(1), 255, 255, 255])),
    ],
    { IPFIX: { faults: { 'record cut short': 1 }, records: 0 } },
  ],
  [
    'sampling of 0 in records of IPFIX',
    () => [ipfix({}, set(2, template(T, ...USUAL, [34, 4]))), ipfix({}, set(T, [...usual(), ...be32(0)]))],
    { IPFIX: { faults: { 'sampling of 0': 1 }, records: 1, sampling: [1] } },
  ],
]

const frame = [
  ...new Array<number>(12).fill(2),
  0x08,
  0,
  0x45,
  0,
  0,
  28,
  0,
  1,
  0,
  0,
  64,
  17,
  0,
  0,
  10,
  0,
  0,
  1,
  10,
  0,
  0,
  2,
  0,
  9,
  0,
  9,
  0,
  8,
  0,
  0,
]
const sflow = (from: string, samples: readonly Bytes[], more: Parameters<typeof sflowOf>[1] = {}) =>
  sflowOf(samples, { agent: from, ...more })
const SFLOW: readonly Case[] = [
  ['an empty datagram', () => [new Uint8Array(0)], { 'sFlow v5': { faults: { 'datagram cut short': 1 } } }],
  [
    'versions that there are not',
    (from) => [2, 4, 6].map((version) => sflow(from, [], { version })),
    { 'sFlow v5': { faults: { 'unsupported version': 3 } } },
  ],
  [
    'an agent of a kind that there is not',
    () => [Uint8Array.from(words(5, 9, 1, 2, 3, 4, 5))],
    { 'sFlow v5': { faults: { 'address of a type that there is not': 1 } } },
  ],
  [
    'counts and lengths that lie',
    (from) => [
      sflow(from, [flowSample([header(frame)])], { count: 0xffff_ffff }),
      sflow(from, [flowSample([header(frame)], { count: 0xffff_ffff })], { sequence: 2 }),
      sflow(from, [record(1, [1, 2, 3, 4], 0xffff_fffc)], { sequence: 3 }),
      sflow(from, [record(1, [])], { sequence: 4 }),
      sflow(from, [flowSample([header(frame, 100, 1, 4, 0xffff_ffff)])], { sequence: 5 }),
      sflow(from, [flowSample([header(frame, 0xffff_ffff)])], { sequence: 6 }),
    ],
    {
      'sFlow v5': {
        faults: {
          'fewer samples than told': 1,
          'fewer records than told': 1,
          'sample longer than its datagram': 1,
          'sample cut short': 1,
          'header longer than its record': 1,
          'frame longer than there are any': 1,
        },
        missed: 0,
      },
    },
  ],
  [
    'sampling of 0',
    (from) => [sflow(from, [flowSample([header(frame)], { rate: 0 })])],
    { 'sFlow v5': { faults: { 'sampling rate of 0': 1 }, records: 1, sampling: [1] } },
  ],
  [
    'sequence numbers that jump, ahead and back',
    (from) => [1, 2, 7, 1].map((sequence) => sflow(from, [flowSample([header(frame)])], { sequence })),
    { 'sFlow v5': { faults: {}, missed: 3, records: 4 } },
  ],
]

const STREAM: readonly Case[] = [
  ['another protocol', () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')], { IPFIX: { faults: { 'no message of IPFIX in the stream': 1 } } }],
  [
    'a length below that of a header',
    () => [known10, ipfix({}, data), Uint8Array.from([0, 10, 0, 15])],
    { IPFIX: { faults: { 'no message of IPFIX in the stream': 1 }, records: 1, templates: 0 } },
  ],
  [
    'a connection that is cut',
    () => [known10, ipfix({}, data), ipfix({ sequence: 1 }, data).subarray(0, -1)],
    { IPFIX: { faults: { 'connection cut within a message': 1 }, records: 1, templates: 0 } },
  ],
  [
    'a message of nothing but a header',
    () => [ipfix({}), known10, ipfix({}, data), ipfix({ sequence: 9 }, data)],
    { IPFIX: { faults: {}, records: 2, missed: 8 } },
  ],
]

const json = JSON.stringify(LEAST)
/** Both frames of a message. Each case is a source of its own, those of which nobody can tell are source 0. */
const ZMQ: readonly (readonly [is: string, fault: string, header: (sourceId: number) => Uint8Array, payload: string | Uint8Array])[] = [
  ['a first frame of no known size', 'header of no known size', () => new Uint8Array(25), json],
  ['another version than its size', 'header of another version', (sourceId) => headerOf(2, { sourceId }).fill(9, 16, 17), json],
  ['another version of the oldest layout', 'header of another version', () => headerOf(0).fill(1, 32, 36), json],
  ['JSON that ends too early', 'payload that is no JSON', (sourceId) => headerOf(2, { sourceId }), '{"8":"10.0.0.1",'],
  ['text that is no JSON', 'neither JSON nor binary records of version 1', (sourceId) => headerOf(2, { sourceId }), 'hello'],
  [
    'binary records that end too early',
    'binary records cut short or damaged',
    (sourceId) => headerOf(2, { sourceId }),
    Uint8Array.of(1, 1, 0x22, 8),
  ],
  ['JSON of something else', 'payload that is no JSON', (sourceId) => headerOf(2, { sourceId }), '[[[[1]]]]'],
  ['a record of nothing', 'record without addresses', (sourceId) => headerOf(2, { sourceId }), '{}'],
  [
    'compressed rubbish',
    'compressed payload that does not open',
    (sourceId) => headerOf(2, { sourceId }),
    Uint8Array.of(0, 0x78, 0x9c, 1, 2),
  ],
  [
    'a bomb',
    'compressed payload longer than 16 MiB',
    (sourceId) => headerOf(4, { sourceId }),
    deflateSync(Buffer.alloc(17 * 1024 * 1024, 32)),
  ],
  ['a topic that there is not', 'message of an unknown topic', (sourceId) => headerOf(2, { sourceId, topic: 'weather' }), json],
]

/** In the order of `-i`. */
const [OF_NETFLOW, OF_SFLOW, OF_STREAM, OF_ZMQ] = [0, 1, 2, 3]
let ports: readonly number[]
let product: Product
beforeAll(async () => {
  ports = await Promise.all(times(4, freePort))
  const allow = '?allow=127.0.1.0/24'
  const [netflow, sflowPort, stream, zmq] = ports
  const endpoints = [
    `netflow://127.0.0.1:${netflow}${allow}`,
    `sflow://127.0.0.1:${sflowPort}${allow}`,
    `ipfix+tcp://127.0.0.1:${stream}${allow}`,
    `tcp://127.0.0.1:${zmq}c`,
  ]
  product = await startProduct(['-s', ...endpoints.flatMap((endpoint) => ['-i', endpoint])])
  await until('all listen', async () => (await infos()).every(({ state }) => state === 'running') || undefined)
})
afterAll(() => product.stop())

const infos = async () => (await product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')).interfaces
async function exporters(of: number, address: string): Promise<ExporterInfo[]> {
  const id = (await infos())[of]!.id
  const { items } = await product.get<ListAnswer<'exporters'>>(`/api/v1/exporters?interface=${id}&limit=1000`)
  const numbers = (items as readonly ItemOf<'exporters'>[]).filter((one) => one.address === address).map((one) => one.exporterNumber)
  return Promise.all(numbers.map((number) => product.get<ExporterInfo>(`/api/v1/exporters/${number}?interface=${id}`)))
}
/** All datagrams from one address, in order. */
async function sendFrom(address: string, port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  for (const one of datagrams) await new Promise((resolve) => socket.send(one, port, '127.0.0.1', resolve))
  socket.close()
}
async function streamFrom(localAddress: string, port: number, parts: readonly Uint8Array[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  socket.on('error', () => undefined).resume()
  for (const part of parts) socket.write(part)
  socket.end()
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}
/** Of the exporters at an address, once so many datagrams or messages are counted. */
async function expectTold(of: number, address: string, told: Told, datagrams: number): Promise<void> {
  const known = await until('all is counted', async () => {
    const found = await exporters(of, address)
    const sum = found.reduce((n, one) => n + one.datagrams, 0)
    return found.length > 0 && sum === datagrams ? found : undefined
  })
  expect(Object.fromEntries(known.map((one) => [one.protocol, one]))).toMatchObject(told)
  expect(Object.fromEntries(known.map(({ protocol, faults }) => [protocol, faults]))).toEqual(
    Object.fromEntries(Object.entries(told).map(([protocol, { faults }]) => [protocol, faults])),
  )
}

describe.each([
  ['NetFlow and IPFIX', OF_NETFLOW, NETFLOW],
  ['sFlow', OF_SFLOW, SFLOW],
])('by UDP: %s', (_, of, cases) => {
  test.each(cases.map(([is, sent, told], i) => [is, sent, told, `127.0.1.${i + 1}`] as const))('%s', async (_is, sent, told, from) => {
    const datagrams = sent(from)
    await sendFrom(from, ports[of]!, datagrams)
    await expectTold(of, from, told, datagrams.length)
  })
})

test('sFlow of an agent that is not who sends is told with both', async () => {
  await sendFrom('127.0.1.99', ports[OF_SFLOW]!, [sflow('192.0.2.9', [flowSample([header(frame)])])])
  await expectTold(
    OF_SFLOW,
    '192.0.2.9',
    { 'sFlow v5': { faults: { 'agent differs from sender': 1 }, sender: '127.0.1.99', records: 1 } },
    1,
  )
})

describe('over TCP', () => {
  test.each(STREAM.map(([is, sent, told], i) => [is, sent, told, `127.0.1.${i + 1}`] as const))('%s', async (_is, sent, told, from) => {
    await streamFrom(from, ports[OF_STREAM]!, sent(from))
    const messages = told.IPFIX!.records ?? 0
    await expectTold(OF_STREAM, from, told, messages === 0 ? 0 : messages + (told.IPFIX!.missed === undefined ? 1 : 2))
  })
})

describe('by ZeroMQ', () => {
  let publisher: PubSocket
  beforeAll(async () => {
    const endpoint = parseEndpoint(`tcp://127.0.0.1:${ports[OF_ZMQ]}`, false)
    if (typeof endpoint === 'string') throw new Error(endpoint)
    publisher = new PubSocket([endpoint])
    await publisher.open()
    await until('somebody listens', () => publisher.hasSubscriber(Buffer.from('flow')) || undefined)
  })
  afterAll(() => publisher.close())
  const faultsOf = async (sourceId: number) =>
    (await exporters(OF_ZMQ, 'tcp://127.0.0.1')).find(({ domain }) => domain === sourceId)?.faults ?? {}

  test.each(ZMQ.map(([is, fault, header, payload], i) => [is, fault, header, payload, i + 1] as const))(
    '%s: %s',
    async (_is, fault, headerBytes, payload, sourceId) => {
      const bytes = headerBytes(sourceId)
      // What cannot be read has no source.
      const of = fault.startsWith('header') ? 0 : sourceId
      const before = (await faultsOf(of))[fault] ?? 0
      publisher.send([bytes, typeof payload === 'string' ? Buffer.from(payload) : payload])
      await until('it is told', async () => (await faultsOf(of))[fault] === before + 1 || undefined)
    },
  )
  test('messages of one frame and of three', async () => {
    const frames = [headerOf(2), Buffer.from(json), Buffer.from('more')]
    publisher.send(frames.slice(0, 1))
    publisher.send(frames)
    await until('both are told', async () => (await faultsOf(0))['message without two frames'] === 2 || undefined)
  })
  test('a connection that does not speak ZMTP is told at the interface', async () => {
    await streamFrom('127.0.0.1', ports[OF_ZMQ]!, [Buffer.from('GET / HTTP/1.1\r\n\r\n')])
    const line = await until('it is told', async () => (await infos())[OF_ZMQ]!.progress.faults[0])
    expect(line).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+: does not speak ZMTP$/)
  })
})

test('who is not on the list of those that may send is counted, whatever he says he is', async () => {
  await sendFrom('127.0.9.9', ports[OF_NETFLOW]!, [known9, v5({}, v5Record())])
  await sendFrom('127.0.9.9', ports[OF_SFLOW]!, [sflow('127.0.1.1', [flowSample([header(frame)])])])
  await streamFrom('127.0.9.9', ports[OF_STREAM]!, [known10])
  const refused = await until('all are refused', async () => {
    const of = (await infos()).slice(0, 3).map(({ collector }) => collector!.sendersRefused)
    return of.every((n) => n > 0) ? of : undefined
  })
  expect(refused).toEqual([2, 1, 1])
  expect(await exporters(OF_NETFLOW, '127.0.9.9')).toEqual([])
})

test('after all of it each collector takes what is sound, and nothing has been said of a fault of its own', async () => {
  const from = '127.0.1.200'
  await sendFrom(from, ports[OF_NETFLOW]!, [known9, v9({ sequence: 2 }, data)])
  await sendFrom(from, ports[OF_SFLOW]!, [sflow(from, [flowSample([header(frame)])])])
  await streamFrom(from, ports[OF_STREAM]!, [known10, ipfix({}, data)])
  await expectTold(OF_NETFLOW, from, { 'NetFlow v9': { faults: {}, records: 1 } }, 2)
  await expectTold(OF_SFLOW, from, { 'sFlow v5': { faults: {}, records: 1 } }, 1)
  await expectTold(OF_STREAM, from, { IPFIX: { faults: {}, records: 1 } }, 2)
  expect((await infos()).map(({ state }) => state)).toEqual(['running', 'running', 'running', 'running'])
  expect(product.said()).not.toMatch(/error|exception|warning/i)
})
