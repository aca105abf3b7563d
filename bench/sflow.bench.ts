/**
 * sFlow samples on one core, million and thousand a second: decoded alone, decoded and in the tables with recognition, and without. Headers of 128 bytes of 10,000 flows, seven samples a
 * datagram, as switches send them; with and without what a router adds to each sample. Into tables: forty
 * samples of each flow, beginning with empty tables.
 *   node bench/sflow.bench.ts
 */
import { FlowWriter } from '../src/lib/flow-batch.ts'
import { type SampleBatch, SampleWriter } from '../src/lib/sample-batch.ts'
import { Exporters } from '../src/sources/collect/exporters.ts'
import { SflowDecoder } from '../src/sources/sflow/sflow-decoder.ts'
import { datagram, flowSample, gateway, header, routed, switched } from '../src/sources/sflow/sflow-testing.ts'
import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { tcpFrame, testTables, udpFrame } from '../src/tables/testing.ts'
import { median, table } from './measure.ts'

const FLOWS = 10_000
const SAMPLES_A_DATAGRAM = 7
const HEADER = 128
const DATAGRAMS = 6000
const RUNS = 40
const WARM_RUNS = 10
/** Of all datagrams through the same tables. */
const PASSES = 10
/** Datagrams between two calls of `flush`: what a turn of the event loop brings. */
const TURN = 16

let state = 1
const random = () => (state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0) >>> 0
const PORTS = [443, 443, 443, 80, 22, 53, 5060, 8080]
const filler = (length: number) => String.fromCharCode(...Array.from({ length }, () => random() & 255))
const payloadOf = (port: number) =>
  port === 80
    ? `GET /${random()} HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n`
    : port === 443
      ? `\x17\x03\x03\x05\x00${filler(80)}`
      : filler(80)

function frameOf(flow: number) {
  const dstPort = PORTS[flow % PORTS.length]!
  const client = `10.${flow % 5}.${flow % 199}.${flow % 251}`
  const ends = { from: client, to: `198.51.${flow % 17}.${flow % 241}`, srcPort: 1024 + (flow % 60_000), dstPort }
  const isBack = random() % 2 === 0
  const s = isBack ? { from: ends.to, to: ends.from, srcPort: dstPort, dstPort: ends.srcPort } : ends
  const payload = payloadOf(dstPort)
  const frame = dstPort === 53 || dstPort === 5060 ? udpFrame({ ...s, payload }) : tcpFrame({ ...s, payload, flags: 0x18, seq: random() })
  return [...frame, ...new Array<number>(HEADER).fill(0)].slice(0, HEADER)
}

function datagrams(hasRouter: boolean): Uint8Array[] {
  return Array.from({ length: DATAGRAMS }, (_, sequence) =>
    datagram(
      Array.from({ length: SAMPLES_A_DATAGRAM }, () => {
        const flow = random() % FLOWS
        const added = hasRouter
          ? [switched(10, 20), routed('198.51.100.1', 24, 16), gateway(64_512, [64_499, 64_500, 15_169 + (flow % 100)])]
          : []
        const inIf = 1 + (flow % 48)
        return flowSample([header(frameOf(flow), 1518), ...added], { rate: 1000, source: inIf, inIf, outIf: 49 })
      }),
      { sequence },
    ),
  )
}

function samplesPerSecond(sent: readonly Uint8Array[], take: (batch: SampleBatch) => void): number {
  const samples = new SampleWriter(512, take)
  const decoder = new SflowDecoder({
    exporters: new Exporters(),
    flows: new FlowWriter(512, () => undefined),
    samples,
    samplingOf: () => undefined,
  })
  const begin = process.hrtime.bigint()
  sent.forEach((d, n) => {
    decoder.datagram(d, '192.0.2.1', 6343, 1.7e12 + n)
    if (n % TURN === 0) samples.flush()
  })
  samples.flush()
  return (sent.length * SAMPLES_A_DATAGRAM) / (Number(process.hrtime.bigint() - begin) / 1e9)
}

/** Samples a second over all passes of empty tables, once the code is warm. */
function intoTables(sent: readonly Uint8Array[], recognise: boolean): number {
  let now = 1.7e12
  let seconds = 0
  for (let tables = 0; tables < 3; tables++) {
    const t = testTables({ flowLimit: 131_072, hostLimit: 65_536, idle: DEFAULT_IDLE, recognise })
    seconds = 0
    for (let pass = 0; pass < PASSES; pass++) seconds += 1 / samplesPerSecond(sent, (batch) => t.sampled(batch, (now += 1)))
  }
  return PASSES / seconds
}

const rows: string[][] = []
for (const hasRouter of [false, true]) {
  const sent = datagrams(hasRouter)
  const alone = median(Array.from({ length: RUNS }, () => samplesPerSecond(sent, () => undefined)).slice(WARM_RUNS))
  const [withIt, without] = [intoTables(sent, true), intoTables(sent, false)]
  rows.push([hasRouter ? 'header, switch, router, gateway' : 'header', ...[alone, withIt, without].map((rate) => (rate / 1000).toFixed(0))])
}
console.log(table(['thousand samples/s', 'decoded', 'in tables, recognised', 'in tables'], rows))
