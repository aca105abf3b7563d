/** Flows a second by ZeroMQ, one core: decoded from messages in memory, written into messages for one subscriber, and over TCP between two sockets of this process; medians of five runs. */

import { ZmqExport, type ZmqExportOptions } from '../src/exports/zmq-flows.ts'
import { type ZmqRecordOptions, ZmqRecordWriter } from '../src/exports/zmq-record.ts'
import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED, FlowBatch, FlowWriter } from '../src/lib/flow-batch.ts'
import { SampleWriter } from '../src/lib/sample-batch.ts'
import { Exporters } from '../src/sources/collect/exporters.ts'
import { ZmqDecoder } from '../src/sources/zmq/zmq-decoder.ts'
import { ZmqReceiver } from '../src/sources/zmq/zmq-receiver.ts'
import { parseZmqUrl } from '../src/sources/zmq/zmq-url.ts'
import { median, table } from './measure.ts'

const BATCH = 1000
const RECORDS = 200_000
const RUNS = 5

function batchOf(hasTexts: boolean): FlowBatch {
  const batch = new FlowBatch(BATCH)
  for (let n = 0; n < BATCH; n++) {
    const i = batch.begin(0)
    batch.flags[i] = FLOW_RECORD_ENDED | FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC
    batch.proto[i] = n % 3 === 0 ? 17 : 6
    batch.src.set([0, 0, 0xffff, 0x0a000000 + n], 4 * i)
    batch.dst.set([0, 0, 0xffff, 0x08080000 + n], 4 * i)
    batch.srcPort[i] = 30_000 + n
    batch.dstPort[i] = 443
    batch.bytes.set([1000 * n, 5_000_000 * n], 2 * i)
    batch.packets.set([n, 2 * n], 2 * i)
    batch.tcpFlags.set([0x1b, 0x1b], 2 * i)
    batch.firstMs[i] = 1_800_000_000_000 + n
    batch.lastMs[i] = batch.firstMs[i]! + 5000
    batch.srcMac[i] = 0x020000000000 + n
    batch.dstMac[i] = 0x020000000001
    if (hasTexts)
      batch.extras[i] = { app: 'TLS.Google', serverName: `host${n}.example.org`, info: `https://host${n}.example.org/some/where?q=${n}` }
  }
  return batch
}

function header(): Uint8Array {
  const b = Buffer.alloc(28)
  b.write('flow')
  b[16] = 2
  return b
}

const sinkParts = () => ({
  exporters: new Exporters(),
  flows: new FlowWriter(BATCH, () => undefined),
  samples: new SampleWriter(1, () => undefined),
  samplingOf: () => undefined,
})

function decoded(payloads: readonly Uint8Array[], each: number): number {
  const parts = sinkParts()
  const decoder = new ZmqDecoder(parts)
  const head = header()
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = process.cpuUsage().user
    for (let done = 0, n = 0; done < RECORDS; done += each, n++)
      decoder.message(head, payloads[n % payloads.length]!, 'tcp://bench:1', 1_800_000_000_000)
    rates.push(RECORDS / ((process.cpuUsage().user - begin) / 1e6))
  }
  if (parts.exporters.all[0]!.records !== RECORDS * (RUNS + 1)) throw new Error('records were lost')
  return median(rates.slice(1))
}

/** What an object for each record would cost, without writing it anywhere. */
function parsed(payloads: readonly Uint8Array[]): number {
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = process.cpuUsage().user
    for (let n = 0; n < RECORDS; n++) JSON.parse(Buffer.from(payloads[n % payloads.length]!).toString())
    rates.push(RECORDS / ((process.cpuUsage().user - begin) / 1e6))
  }
  return median(rates.slice(1))
}

function written(options: ZmqRecordOptions, batch: FlowBatch): number {
  const writer = new ZmqRecordWriter(options)
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = process.cpuUsage().user
    let bytes = 0
    for (let n = 0; n < RECORDS; n++) bytes += Buffer.from(writer.json(batch, n % BATCH)).length
    if (bytes === 0) throw new Error('nothing was written')
    rates.push(RECORDS / ((process.cpuUsage().user - begin) / 1e6))
  }
  return median(rates.slice(1))
}

/** Both ends in one thread: what a record costs from one table to the other. */
async function overTcp(options: ZmqExportOptions, batch: FlowBatch, query = ''): Promise<number> {
  const out = new ZmqExport('bench', 'tcp://127.0.0.1:0', options)
  while (out.boundTo.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const url = parseZmqUrl(`${out.boundTo[0]!}${query}`)
  if (typeof url === 'string') throw new Error(url)
  const parts = sinkParts()
  const receiver = await ZmqReceiver.open(url, parts, { received: () => undefined, handOn: () => undefined })
  const heard = () => parts.exporters.all[0]?.records ?? 0
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  while (out.stats().records === 0) {
    out.send(batch)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = process.cpuUsage()
    for (let n = 0; n < RECORDS / 4; n += BATCH) {
      out.send(batch)
      while (heard() < out.stats().records) await turn()
    }
    const { user, system } = process.cpuUsage(begin)
    rates.push(RECORDS / 4 / ((user + system) / 1e6))
  }
  await receiver.close()
  await out.close(0)
  return median(rates.slice(1))
}

const thousands = (rate: number) => `${Math.round(rate / 1000)}`
const rows: string[][] = []
const sets = [batchOf(false), batchOf(true)]
const texts = (options: ZmqRecordOptions, batch: FlowBatch) => {
  const writer = new ZmqRecordWriter(options)
  return Array.from({ length: BATCH }, (_, i) => writer.json(batch, i))
}
const both = (what: string, of: (batch: FlowBatch) => number) => rows.push([what, ...sets.map((batch) => thousands(of(batch)))])
both('read, one a message', (batch) =>
  decoded(
    texts({}, batch).map((json) => Buffer.from(json)),
    1,
  ),
)
both('read, 100 a message', (batch) => decoded([Buffer.from(`[${texts({}, batch).slice(0, 100).join()}]`)], 100))
both('read, labels', (batch) =>
  decoded(
    texts({ labels: true }, batch).map((json) => Buffer.from(json)),
    1,
  ),
)
both('JSON.parse alone', (batch) => parsed(texts({}, batch).map((json) => Buffer.from(json))))
both('written', (batch) => written({}, batch))
both('written, labels', (batch) => written({ labels: true }, batch))
for (const [what, options, query] of [
  ['out and in by TCP, both ends', {}, ''],
  ['the same, compressed', { compress: true }, ''],
  ['the same, one a message', { version: 0 }, ''],
] as const)
  rows.push([
    what,
    ...(await Promise.all([overTcp(options, sets[0]!, query)])).map(thousands),
    thousands(await overTcp(options, sets[1]!, query)),
  ])
console.log(table(['thousand flows/s', 'plain', 'with names'], rows))
