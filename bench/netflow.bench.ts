/**
 * NetFlow v9 read, one core: records a second of datagrams with 30 records of 20 fields, decoded alone and into tables of 10,000 hosts with recognition; medians of five runs.
 */
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { FlowWriter } from '../src/lib/flow-batch.ts'
import { SampleWriter } from '../src/lib/sample-batch.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { Exporters } from '../src/sources/collect/exporters.ts'
import { NetflowDecoder } from '../src/sources/netflow/netflow-decoder.ts'

import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { median, table } from './measure.ts'
import { DATAGRAMS, RECORDS, templateDatagram, usualDatagrams } from './netflow-traffic.ts'

const START_MS = Date.now()
const RUNS = 5
const datagrams = usualDatagrams()

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
  let nowMs = START_MS
  const exporters = new Exporters()
  const flows = new FlowWriter(1024, (batch) => into?.collect(batch, nowMs))
  const decoder = new NetflowDecoder({ exporters, flows, samples: new SampleWriter(1, () => undefined), samplingOf: () => undefined })
  decoder.datagram(templateDatagram(), '198.51.100.1', 2055, nowMs)
  const rates: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const begin = process.cpuUsage()
    for (const datagram of datagrams) {
      decoder.datagram(datagram, '198.51.100.1', 2055, nowMs)
      flows.flush()
    }
    const { user, system } = process.cpuUsage(begin)
    const seconds = (user + system) / 1e6
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
