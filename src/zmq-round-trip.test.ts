/** What one wiretop sends by ZeroMQ another takes as it was. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Publisher } from 'zeromq'
import { batchOf, fullBatch } from './exports/testing.ts'
import { ZmqExport, type ZmqExportOptions } from './exports/zmq-flows.ts'
import { FlowBatch, FlowWriter } from './lib/flow-batch.ts'
import { SampleWriter } from './lib/sample-batch.ts'
import { Exporters } from './sources/collect/exporters.ts'
import { ZmqReceiver } from './sources/zmq/zmq-receiver.ts'
import { headerOf, type Row, rowOf } from './sources/zmq/zmq-testing.ts'
import { parseZmqUrl } from './sources/zmq/zmq-url.ts'
import { publicKeyOf } from './zmtp/curve.ts'
import { freePort, localPath, until } from './zmtp/testing.ts'
import { z85Encode } from './zmtp/z85.ts'

async function collector(text: string, ownName?: string) {
  const url = parseZmqUrl(text)
  if (typeof url === 'string') throw new Error(url)
  const rows: Row[] = []
  const exporters = new Exporters()
  const flows = new FlowWriter(50, (batch) => {
    for (let i = 0; i < batch.count; i++) rows.push(rowOf(batch, i))
  })
  let bytes = 0
  const receiver = await ZmqReceiver.open(
    url,
    { exporters, flows, samples: new SampleWriter(1, () => undefined), samplingOf: () => undefined },
    {
      ownName,
      handOn: () => undefined,
      received: (length) => {
        bytes += length
        flows.flush()
      },
    },
  )
  onTestFinished(() => receiver.close())
  return {
    receiver,
    rows,
    exporters,
    bytes: () => bytes,
    faults: () => Object.assign({}, ...exporters.all.map(({ info }) => info.faults)) as object,
  }
}

function sender(endpoint: string, options: ZmqExportOptions = {}): ZmqExport {
  const out = new ZmqExport('zmq', endpoint, options)
  onTestFinished(() => out.close(0))
  return out
}
async function delivered(out: ZmqExport, batch: FlowBatch): Promise<void> {
  while (out.stats().records === 0) {
    out.send(batch)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const count = fc.integer({ min: 0, max: 2 ** 40 })
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 })
/** Without what is undefined, and without an end of which nothing is known. */
function dense<T extends object>(given: T): T | undefined {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as T)
}
const process = fc
  .record({
    name: optional(text),
    user: optional(text),
    container: optional(text),
    fatherName: optional(text),
    pid: optional(u(22)),
    fatherPid: optional(u(22)),
    memory: optional(count),
    peakMemory: optional(count),
    cpu: optional(u(10)),
    ioWait: optional(u(10)),
    pageFaults: optional(u(32)),
  })
  .map(dense)
const extras = fc
  .record({
    app: optional(fc.constantFrom('TLS.Google', 'DNS', 'HTTP', 'a "b"\n')),
    appId: optional(fc.integer({ min: 1, max: 65_535 })),
    serverName: optional(text),
    info: optional(text),
    exporter: optional(text),
    srcProcess: optional(process),
    dstProcess: optional(process),
    fields: optional(
      fc
        .dictionary(
          fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__'),
          fc.oneof(text, count),
          { minKeys: 1, maxKeys: 5 },
        )
        .map((given) => ({ ...given })),
    ),
    path: optional(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 })),
  })
  .map(dense)
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const address = (version: number) =>
  version === 4
    ? fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((w) => [0, 0, 0xffff, w])
    : fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), word, word, word)
const mac = fc.oneof(fc.constant(-1), u(48))

const record = fc.constantFrom(4, 6).chain((ipVersion) =>
  fc.record({
    ipVersion: fc.constant(ipVersion),
    flags: u(6).filter((flags) => (flags & 24) !== 24),
    proto: u(8),
    vlan: u(12),
    src: address(ipVersion),
    dst: address(ipVersion),
    srcPort: u(16),
    dstPort: u(16),
    bytes: fc.tuple(count, count),
    packets: fc.tuple(count, count),
    sampling: fc.constantFrom(1, 1, 10, 4000),
    firstMs: count,
    lastMs: count,
    tcpFlags: fc.tuple(u(8), u(8)),
    tos: u(8),
    icmp: u(16),
    inIf: u(32),
    outIf: u(32),
    srcAs: u(32),
    dstAs: u(32),
    srcMask: u(7),
    dstMask: u(7),
    nextHop: fc.oneof(fc.constant([0, 0, 0, 0]), address(ipVersion)),
    srcMac: mac,
    dstMac: mac,
    extras,
  }),
)

function fill(batch: FlowBatch, given: typeof record extends fc.Arbitrary<infer T> ? T : never): void {
  const i = batch.begin(0)
  for (const [name, value] of Object.entries(given)) {
    const column = batch[name as 'src' | 'srcPort' | 'extras']
    if (Array.isArray(value)) (column as Int32Array).set(value as number[], i * value.length)
    else (column as unknown[])[i] = value
  }
  // One way has no counts of the other.
  if ((given.flags & 4) === 0) batch.bytes[2 * i + 1] = batch.packets[2 * i + 1] = 0
}

describe.each<[string, ZmqExportOptions, string]>([
  ['numbers', {}, ''],
  ['labels', { labels: true, version: 4 }, ''],
  ['compressed', { version: 1, compress: true }, ''],
  ['as 1.2 does it', { version: 0, compat: true }, '?compat=1.2'],
])('%s', (_, options, query) => {
  test('every column comes as it was', async () => {
    const port = await freePort()
    const out = sender(`tcp://127.0.0.1:${port}`, options)
    const { rows, faults, exporters } = await collector(`tcp://127.0.0.1:${port}${query}`)
    const sample = fc.sample(options.compat === true ? record.map((given) => ({ ...given, flags: given.flags | 4 })) : record, {
      numRuns: 400,
      seed: 7,
    })
    const batch = new FlowBatch(sample.length)
    for (const given of sample) fill(batch, given)
    await delivered(out, batch)
    await until(() => rows.length === out.stats().records, 'all records')
    for (let i = 0; i < sample.length; i++) expect(rows[i]).toEqual(rowOf(batch, i))
    expect(faults()).toEqual({})
    expect(exporters.all).toHaveLength(1)
    expect(exporters.all[0]!.address).toBe(`tcp://127.0.0.1:${port}`)
  })
})

test('with CURVE, over a local socket, with a path that grows', async () => {
  const secretKey = new Uint8Array(32).fill(9)
  const at = localPath()
  const out = sender(at, { curve: { secretKey }, instanceName: 'edge' })
  const { rows, bytes, receiver } = await collector(`${at}?curve=${z85Encode(publicKeyOf(secretKey))}`, 'core')
  await delivered(out, fullBatch())
  await until(() => rows.length > 0, 'a record')
  expect(rows[0]).toMatchObject({ ...rowOf(fullBatch(), 0), exporter: 0, extras: { path: ['edge', 'region', 'edge'] } })
  expect(bytes()).toBeGreaterThan(500)
  expect(receiver.address).toBe(at)
})

test('what has passed us already is dropped', async () => {
  const port = await freePort()
  const { rows, faults } = await collector(`tcp://127.0.0.1:${port}c`, 'region')
  const out = sender(`tcp://127.0.0.1:${port}c`, { instanceName: 'far' })
  await delivered(out, batchOf({ extras: { path: ['region'] } }, {}))
  await until(() => rows.length > 0, 'the other one')
  expect(rows[0]!['extras']).toEqual({ path: ['far'] })
  expect(faults()).toMatchObject({ 'record that went in a circle': 1 })
})

test('a probe with libzmq, which is killed and begins anew', async () => {
  const port = await freePort()
  const { rows, receiver, exporters } = await collector(`tcp://127.0.0.1:${port}`)
  const payload = JSON.stringify({ 8: '10.0.0.1', 12: '10.0.0.2', 1: 5, 2: 1 })
  for (let round = 1; round <= 2; round++) {
    const pub = new Publisher({ linger: 0 })
    await pub.bind(`tcp://127.0.0.1:${port}`)
    const before = rows.length
    for (let id = 1; rows.length === before; id++) {
      await pub.send([headerOf(2, { id }), payload])
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    pub.close()
    await until(() => receiver.connected === 0, 'lost')
  }
  expect(exporters.all).toHaveLength(1)
})

test('a wiretop that is killed and begins anew, and a collector that does', async () => {
  const port = await freePort()
  const script = `
    const { ZmqExport } = await import(${JSON.stringify(new URL('./exports/zmq-flows.ts', import.meta.url).href)})
    const { FlowBatch } = await import(${JSON.stringify(new URL('./lib/flow-batch.ts', import.meta.url).href)})
    const batch = new FlowBatch(1)
    batch.begin(0)
    batch.src.set([0, 0, 0xffff, 1])
    batch.dst.set([0, 0, 0xffff, 2])
    const out = new ZmqExport('zmq', 'tcp://127.0.0.1:${port}')
    setInterval(() => out.send(batch, 0), 5)`
  for (let round = 0; round < 2; round++) {
    const child = spawn(globalThis.process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const { rows, receiver } = await collector(`tcp://127.0.0.1:${port}`)
    await until(() => rows.length > 0, 'records')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until(() => receiver.connected === 0, 'lost')
  }
})

test('what cannot be opened is refused in one line', async () => {
  const folder = localPath().slice('ipc://'.length)
  await expect(collector(`tcp://127.0.0.1:1?key=${folder}`)).rejects.toThrow(/cannot be read \(ENOENT\)/)
  writeFileSync(folder, 'abc')
  await expect(collector(`tcp://127.0.0.1:1?key=${folder}`)).rejects.toThrow(/holds no key/)
  const port = await freePort()
  await collector(`tcp://127.0.0.1:${port}c`)
  await expect(collector(`tcp://127.0.0.1:${port}c`)).rejects.toThrow(/in use by another program/)
})
