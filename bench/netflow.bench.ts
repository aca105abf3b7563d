/**
 * NetFlow v9 read, one core: records a second of datagrams with 30 records of 20 fields, decoded alone and into tables of 10,000 hosts with recognition; medians of five runs.
 */
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { FlowWriter } from '../src/lib/flow-batch.ts'
import { SampleWriter } from '../src/lib/sample-batch.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { Exporters } from '../src/sources/collect/exporters.ts'
import { NetflowDecoder } from '../src/sources/netflow/netflow-decoder.ts'
import { be16, be32, type Field, NOW_MS, set, template, UPTIME_MS, v9 } from '../src/sources/netflow/netflow-testing.ts'
import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { median, table } from './measure.ts'

const RECORDS = 30
const DATAGRAMS = 4096
const HOSTS = 10_000
const RUNS = 5

const FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 4],
  [14, 4],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 4],
  [17, 4],
  [9, 1],
  [13, 1],
  [61, 1],
  [58, 2],
]

const host = (n: number) => be32(0x0a00_0000 + (((n * 2_654_435_761) >>> 0) % HOSTS))
const record = (n: number) => [
  ...host(n),
  ...be32(0x0808_0000 + (n % 5000)),
  ...be32(0x0a00_0001),
  ...be32(1 + (n % 8)),
  ...be32(9),
  ...be32(10),
  ...be32(9000),
  ...be32(UPTIME_MS - 4000),
  ...be32(UPTIME_MS - 500),
  ...be16(1024 + (n % 60_000)),
  ...be16(n % 3 === 0 ? 53 : 443),
  0x1b,
  n % 3 === 0 ? 17 : 6,
  0,
  ...be32(65_001),
  ...be32(15_169),
  24,
  16,
  0,
  ...be16(0),
]
const datagrams = Array.from({ length: DATAGRAMS }, (_, d) =>
  v9({ sequence: d + 1 }, set(256, ...Array.from({ length: RECORDS }, (_, r) => record(d * RECORDS + r)))),
)

function tables(recognise: boolean): LiveTables {
  const local = LocalNetworks.default()
  return new LiveTables({
    catalogue: createCatalogue(),
    dissectors: allDissectors,
    local,
    seed: 7,
    flowLimit: 131_072,
    hostLimit: 65_536,
    count: 'wire',
    idle: DEFAULT_IDLE,
    recognise,
  })
}

function recordsPerSecond(into: LiveTables | undefined): number {
  let nowMs = NOW_MS
  const exporters = new Exporters()
  const flows = new FlowWriter(1024, (batch) => into?.collect(batch, nowMs))
  const decoder = new NetflowDecoder({ exporters, flows, samples: new SampleWriter(1, () => undefined), samplingOf: () => undefined })
  decoder.datagram(v9({ sequence: 0 }, set(0, template(256, ...FIELDS))), '198.51.100.1', 2055, nowMs)
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = performance.now()
    for (const datagram of datagrams) {
      decoder.datagram(datagram, '198.51.100.1', 2055, nowMs)
      flows.flush()
    }
    const seconds = (performance.now() - begin) / 1000
    nowMs += 1000
    if (run > 0) rates.push((DATAGRAMS * RECORDS) / seconds)
  }
  if (exporters.all[0]!.records !== DATAGRAMS * RECORDS * (RUNS + 1)) throw new Error('records are missing')
  return median(rates)
}

const shown = (rate: number) => Math.round(rate).toLocaleString('en')
console.log(
  table(
    ['records/s', 'decoded', 'into tables', 'with recognition'],
    [['NetFlow v9', shown(recordsPerSecond(undefined)), shown(recordsPerSecond(tables(false))), shown(recordsPerSecond(tables(true)))]],
  ),
)
