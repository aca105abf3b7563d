import { inflateSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Subscriber } from 'zeromq'
import { FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED } from '../lib/flow-batch.ts'
import { publicKeyOf } from '../zmtp/curve.ts'
import { parseEndpoint } from '../zmtp/endpoint.ts'
import { SubSocket } from '../zmtp/sub-socket.ts'
import { openExport } from './open-export.ts'
import { batchOf, fullBatch, START_MS, until } from './testing.ts'
import { ZmqExport, type ZmqExportOptions } from './zmq-flows.ts'
import { ZmqRecordWriter } from './zmq-record.ts'

const json = (writer: ZmqRecordWriter, batch = batchOf({})) => JSON.parse(writer.json(batch, 0)) as Record<string, unknown>

/** An export with a subscriber, and what that one hears. */
async function published(options: ZmqExportOptions = {}, sub: object = {}) {
  const out = new ZmqExport('zmq', 'tcp://127.0.0.1:0', options)
  onTestFinished(() => out.close(0))
  await until(() => out.boundTo.length === 1, 'bound')
  const heard: (readonly Uint8Array[])[] = []
  const at = parseEndpoint(out.boundTo[0]!, false)
  if (typeof at === 'string') throw new Error(at)
  const socket = new SubSocket([at], { prefixes: ['flow'], message: (parts) => heard.push(parts), ...sub })
  await socket.open()
  onTestFinished(() => socket.close())
  await until(() => out.stats().peers === 1, 'connected')
  const send = async (batch: ReturnType<typeof batchOf>) => {
    // The subscription may come a moment after the peer.
    while (out.stats().records === 0) {
      out.send(batch)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(() => heard.length > 0, 'heard')
    return heard[0]!
  }
  return { out, heard, send }
}

describe('a record', () => {
  test('by numbers', () => {
    expect(json(new ZmqRecordWriter({}))).toEqual({
      8: '10.0.0.1',
      7: 40_000,
      12: '192.0.2.80',
      11: 443,
      4: 6,
      1: 1000,
      2: 10,
      23: 5000,
      24: 12,
      22: Math.floor(START_MS / 1000),
      21: Math.floor((START_MS + 1500) / 1000),
      152: START_MS,
      153: START_MS + 1500,
      6: 27,
      CLIENT_TCP_FLAGS: 27,
      SERVER_TCP_FLAGS: 27,
      136: 3,
      239: 1,
    })
  })

  test('by labels', () => {
    const record = json(new ZmqRecordWriter({ labels: true }), fullBatch())
    expect(record).toMatchObject({
      IPV6_SRC_ADDR: '2001:db8::1',
      IN_BYTES: 1000,
      OUT_PKTS: 12,
      SRC_VLAN: 12,
      DST_VLAN: 12,
      L7_PROTO_NAME: 'TLS.Google',
      TLS_SERVER_NAME: 'example.org',
      SRC_PROC_PID: 42,
      SRC_PROC_AVERAGE_CPU_LOAD: 150,
      IN_SRC_MAC: '02:00:00:00:00:01',
      srcContainer: 'web',
      path: ['edge', 'region'],
    })
    expect(Object.keys(record).filter((key) => /^\d/.test(key))).toEqual([])
  })

  test('for 1.2: IN is what comes back, and IPv6 has the keys of IPv4', () => {
    expect(json(new ZmqRecordWriter({ compat: true }), fullBatch())).toMatchObject({
      8: '2001:db8::1',
      12: '2001:db8::2',
      23: 1000,
      24: 10,
      1: 5000,
      2: 12,
    })
  })

  test('our name comes last in the path', () => {
    expect(json(new ZmqRecordWriter({ instanceName: 'here' }), fullBatch())['path']).toEqual(['edge', 'region', 'here'])
    expect(json(new ZmqRecordWriter({ instanceName: 'here' }))['path']).toEqual(['here'])
    expect(json(new ZmqRecordWriter({ instanceName: 'region' }), fullBatch())['path']).toEqual(['edge', 'region'])
  })

  test.each([
    ['what was counted, and the interval', { sampling: 10, packets: [10, 20] as const }, { 1: 100, 23: 500, 34: 10 }],
    ['what cannot be divided stays', { sampling: 7 }, { 1: 1000, 23: 5000, sampling: 7 }],
    ['one way', { flags: 0 }, { 1: 1000, 136: 2 }],
    ['a query', { extras: { app: 'DNS', info: 'a.org' } }, { 57677: 'a.org' }],
    ['no number', { firstMs: Number.NaN, bytes: [Number.POSITIVE_INFINITY, 1] as const }, { 152: 0, 1: 0 }],
  ])('%s', (_, given, expected) => expect(json(new ZmqRecordWriter({}), batchOf(given))).toMatchObject(expected))

  test('one way tells nothing of the other', () => {
    expect(json(new ZmqRecordWriter({}), batchOf({ flags: FLOW_RECORD_ENDED | FLOW_RECORD_CLIENT_IS_SRC }))).not.toHaveProperty('23')
  })
})

describe('messages', () => {
  const two = () => batchOf({}, { srcPort: 5 })

  test.each([
    [1, 24, (h: Buffer) => [h[16], h[17], h.readUInt16BE(18), h.readUInt32BE(20)], (length: number) => [1, 9, length, 1]],
    [2, 28, (h: Buffer) => [h[16], h.readUInt16BE(18), h.readUInt32BE(20), h.readUInt32LE(24)], (length: number) => [2, length, 1, 9]],
    [
      4,
      36,
      (h: Buffer) => [h[16], h[17], h.readUInt32BE(20), h.readUInt32BE(24), h.readUInt32BE(28), h.readUInt32LE(32)],
      (length: number) => [4, 0, length, 0, 1, 9],
    ],
  ] as const)('header of version %s', async (version, size, read, expected) => {
    const { send } = await published({ version, sourceId: 9 })
    const [header, payload] = await send(two())
    expect(header).toHaveLength(size)
    expect(Buffer.from(header!).toString('latin1', 0, 6)).toBe('flow\0\0')
    expect(read(Buffer.from(header!))).toEqual(expected(payload!.length))
    expect(JSON.parse(Buffer.from(payload!).toString())).toHaveLength(2)
  })

  test('version 0 has one record a message, and none beyond 8191 bytes', async () => {
    const { out, send, heard } = await published({ version: 0 })
    const [header, payload] = await send(two())
    expect(header).toHaveLength(40)
    expect(Buffer.from(header!).readUInt32LE(36)).toBe(payload!.length)
    expect(JSON.parse(Buffer.from(payload!).toString())).toMatchObject({ 8: '10.0.0.1' })
    await until(() => heard.length >= 2, 'both')
    const { dropped } = out.stats()
    out.send(batchOf({ extras: { info: 'x'.repeat(9000) } }))
    expect(out.stats()).toMatchObject({ dropped: dropped + 1, faults: ['zmq: record longer than 8191 bytes'] })
  })

  test.each([1, 2, 4] as const)('compressed, version %s', async (version) => {
    const { send } = await published({ version, compress: true })
    const payload = Buffer.from((await send(two()))[1]!)
    expect(payload[0]).toBe(version === 4 ? 0x78 : 0)
    expect(JSON.parse(inflateSync(version === 4 ? payload : payload.subarray(1)).toString())).toHaveLength(2)
  })

  test('many records are several messages', async () => {
    const { out, send, heard } = await published()
    await send(batchOf(...Array.from({ length: 1000 }, (_, n) => ({ srcPort: n }))))
    await until(
      () =>
        heard.reduce((sum, [, payload]) => sum + (JSON.parse(Buffer.from(payload!).toString()) as []).length, 0) === out.stats().records,
      'all',
    )
    expect(heard.length).toBeGreaterThan(3)
    for (const [, payload] of heard) expect(payload!.length).toBeLessThan(65_536)
  })

  test('with CURVE', async () => {
    const secretKey = new Uint8Array(32).fill(7)
    const { send } = await published({ curve: { secretKey } }, { curve: { serverKey: publicKeyOf(secretKey) } })
    expect((await send(two()))[0]).toHaveLength(28)
  })

  test('to a collector that has bound', async () => {
    const sub = new Subscriber()
    onTestFinished(() => sub.close())
    sub.subscribe('flow')
    await sub.bind('tcp://127.0.0.1:*')
    const out = openExport(`zmq+${sub.lastEndpoint}c`)
    onTestFinished(() => out.close(0))
    const received = sub.receive()
    while (out.stats().records === 0) {
      out.send(two(), 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect((await received)[0]).toHaveLength(28)
    expect(out.stats()).toMatchObject({ peers: 1, faults: [] })
  })

  test('nobody listens', async () => {
    const out = openExport('tcp://127.0.0.1:0')
    out.send(two(), 0)
    expect(out.stats()).toMatchObject({ records: 0, dropped: 2, peers: 0, faultCount: 0 })
    await out.close(1000)
  })

  test('what waits is sent at the end', async () => {
    const { out, send, heard } = await published()
    await send(two())
    for (let n = 0; n < 100; n++) out.send(batchOf(...Array.from({ length: 100 }, () => ({}))))
    const { records } = out.stats()
    await out.close(5000)
    await until(
      () => heard.reduce((sum, [, payload]) => sum + (JSON.parse(Buffer.from(payload!).toString()) as []).length, 0) === records,
      'all',
    )
  })

  test.each([
    ['tcp://nowhere', /needs a host and a port/],
    ['zmq+ipc://', /needs a path/],
  ])('%s is refused', (spec, why) => expect(() => openExport(spec)).toThrow(why))
})
