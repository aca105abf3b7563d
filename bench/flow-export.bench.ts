/** Records a second put into messages, one core, nothing sent: IPFIX, JSON lines and syslog, plain records and such with names; medians of five runs. */
import type { OpenChannel } from '../src/exports/channel.ts'
import { IpfixExport } from '../src/exports/ipfix-export.ts'
import { JsonLinesExport } from '../src/exports/json-lines.ts'
import { SyslogExport } from '../src/exports/syslog-export.ts'
import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED, FlowBatch } from '../src/lib/flow-batch.ts'
import type { FlowExport } from '../src/lib/flow-export.ts'
import { median, table } from './measure.ts'

const BATCH = 1000
const BATCHES = 200
const RUNS = 5

/** Takes all at once. */
const sink: OpenChannel<Uint8Array> = (events) => {
  queueMicrotask(() => events.opened())
  return { write: (_, done) => done(), close: async () => {} }
}

const isV6 = (n: number) => n % 4 === 0

function batch(hasTexts: boolean): FlowBatch {
  const made = new FlowBatch(BATCH)
  for (let n = 0; n < BATCH; n++) {
    const i = made.begin(0)
    made.flags[i] = FLOW_RECORD_ENDED | FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC
    made.ipVersion[i] = isV6(n) ? 6 : 4
    made.proto[i] = n % 3 === 0 ? 17 : 6
    made.src.set(isV6(n) ? [0x20010db8, 0, 0, n] : [0, 0, 0xffff, 0x0a000000 + n], 4 * i)
    made.dst.set(isV6(n) ? [0x20010db8, 0, 1, n] : [0, 0, 0xffff, 0x08080000 + n], 4 * i)
    made.srcPort[i] = 30_000 + n
    made.dstPort[i] = 443
    made.bytes.set([1000 * n, 5_000_000 * n], 2 * i)
    made.packets.set([n, 2 * n], 2 * i)
    made.tcpFlags.set([0x1b, 0x1b], 2 * i)
    made.firstMs[i] = 1_800_000_000_000 + n
    made.lastMs[i] = made.firstMs[i]! + 5000
    made.srcMac[i] = 0x020000000000 + n
    made.dstMac[i] = 0x020000000001
    if (hasTexts)
      made.extras[i] = { app: 'TLS.Google', serverName: `host${n}.example.org`, info: `https://host${n}.example.org/some/where?q=${n}` }
  }
  return made
}

async function recordsPerSecond(open: () => FlowExport, records: FlowBatch): Promise<number> {
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const sender = open()
    await new Promise((resolve) => setImmediate(resolve))
    const begin = performance.now()
    for (let n = 0; n < BATCHES; n++) sender.send(records, 1_800_000_000_000)
    const seconds = (performance.now() - begin) / 1000
    if (sender.stats().records !== BATCH * BATCHES) throw new Error('records were dropped')
    await sender.close(0)
    // The first one warms up.
    if (run > 0) rates.push((BATCH * BATCHES) / seconds)
  }
  return median(rates)
}

const kinds: readonly (readonly [string, () => FlowExport])[] = [
  ['IPFIX', () => new IpfixExport('ipfix', sink, 'datagrams')],
  ['JSON lines', () => new JsonLinesExport('json', sink)],
  ['syslog, JSON', () => new SyslogExport('syslog', sink, 'stream')],
  ['syslog, structured', () => new SyslogExport('syslog', sink, 'stream', { form: 'structured' })],
]
const [plain, named] = [batch(false), batch(true)]
const stringify = await (async () => {
  // What a general serialiser takes for the same objects, made beforehand.
  const { recordJson } = await import('../src/exports/record-json.ts')
  const objects = Array.from({ length: BATCH }, (_, i) => JSON.parse(recordJson(named, i)) as object)
  const rates = Array.from({ length: RUNS }, () => {
    const begin = performance.now()
    let bytes = 0
    for (let n = 0; n < 20; n++) for (const object of objects) bytes += JSON.stringify(object).length
    if (bytes === 0) throw new Error('nothing was written')
    return (20 * BATCH) / ((performance.now() - begin) / 1000)
  })
  return median(rates)
})()

const thousands = (rate: number) => `${Math.round(rate / 1000)}`
const rows: string[][] = []
for (const [name, open] of kinds) {
  const [without, withNames] = [await recordsPerSecond(open, plain), await recordsPerSecond(open, named)]
  rows.push([name, thousands(without), thousands(withNames), (withNames / stringify).toFixed(2)])
}
console.log(table(['thousand records/s', 'plain', 'with names', '× JSON.stringify'], rows))
