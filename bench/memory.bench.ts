/**
 * Memory of full tables over their rows: arrays, index, strings and heap. First 131,072 flows of few hosts, which tells what a flow takes; then as many
 * flows, each of a host of its own, where what is more belongs to the hosts; then mixed traffic. Recognition is on; in the first two every flow has a name.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { openInput } from '../src/sources/open-source.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { benchCapture } from './capture.ts'
import { type Filling, writeFilling } from './full-tables.ts'
import { MB } from './measure.ts'

const ROWS = 131_072
const FEW = 512
const AIM_FLOW = 400
const AIM_HOST = 600
/** ntopng 6.2 on the same kind of machine. */
const NTOPNG_FLOW = 7700
const NTOPNG_HOST = 6500

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Heap and touched memory of arrays: pages of an array that no row has used take none. */
function inUse(): { heap: number; resident: number } {
  collectGarbage()
  collectGarbage()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, resident: rss }
}

async function fill(path: string): Promise<LiveTables> {
  const tables = new LiveTables({
    catalogue: createCatalogue(),
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    seed: 1,
    flowLimit: ROWS,
    hostLimit: ROWS,
    count: 'wire',
  })
  await openInput(path).run({ packets: (batch) => tables.take(batch) }, new AbortController().signal)
  tables.finish()
  return tables
}

/** Bytes of typed arrays that rows of these tables have touched. */
function arrayBytes(tables: LiveTables): { flows: number; hosts: number } {
  const { flows, hosts } = tables
  const indexOf = (table: object) => (table as { index: { pairs: Int32Array } }).index.pairs.byteLength
  return {
    flows: flows.rows.bytesInUse + indexOf(flows) + flows.expireAt.byteLength + tables.naming.details.bytesInUse,
    hosts: hosts.rows.bytesInUse + hosts.apps.bytesInUse + indexOf(hosts),
  }
}

async function measureFilling(path: string, filling: Filling) {
  writeFilling(path, filling)
  return measure(path)
}
async function measure(path: string) {
  const before = inUse()
  const tables = await fill(path)
  const after = inUse()
  const arrays = arrayBytes(tables)
  const rows = { flows: tables.flows.rows.live, hosts: tables.hosts.rows.live }
  return { arrays, heap: after.heap - before.heap, resident: after.resident - before.resident, rows }
}

const folder = mkdtempSync(join(tmpdir(), 'wiretop-memory-'))
try {
  // What is loaded and compiled once belongs to nobody.
  await measureFilling(join(folder, 'warm.pcap'), { flows: FEW, clients: FEW })
  const few = await measureFilling(join(folder, 'few.pcap'), { flows: ROWS, clients: FEW })
  const many = await measureFilling(join(folder, 'many.pcap'), { flows: ROWS, clients: ROWS })
  const flow = (few.arrays.flows + few.heap) / few.rows.flows
  const moreHosts = many.rows.hosts - few.rows.hosts
  // Nearly all of the heap is the flows', so the difference may come out below nothing.
  const hostHeap = Math.max(0, many.heap - few.heap)
  const host = (many.arrays.hosts - few.arrays.hosts + hostHeap) / moreHosts
  console.log(
    `memory: ${flow.toFixed(0)} bytes a flow (arrays ${(few.arrays.flows / few.rows.flows).toFixed(0)}, heap ${(few.heap / few.rows.flows).toFixed(0)}; the aim is ${AIM_FLOW}), ` +
      `${(NTOPNG_FLOW / flow).toFixed(0)} times less than ntopng's ${NTOPNG_FLOW}`,
  )
  console.log(
    `memory: ${host.toFixed(0)} bytes a host (arrays ${((many.arrays.hosts - few.arrays.hosts) / moreHosts).toFixed(0)}, heap ${(hostHeap / moreHosts).toFixed(0)}; the aim is ${AIM_HOST}), ` +
      `${(NTOPNG_HOST / host).toFixed(0)} times less than ntopng's ${NTOPNG_HOST}`,
  )
  const mixed = await measure(benchCapture())
  console.log(
    `memory: ${((mixed.arrays.flows + mixed.heap) / mixed.rows.flows).toFixed(0)} bytes a flow with the mixed traffic of the other benches ` +
      `(heap ${(mixed.heap / mixed.rows.flows).toFixed(0)}, of which hosts have a part; ${mixed.rows.flows} flows, ${mixed.rows.hosts} hosts)`,
  )
  console.log(`memory: ${(many.resident / MB).toFixed(0)} MB more resident with ${many.rows.flows} flows and ${many.rows.hosts} hosts`)
} finally {
  rmSync(folder, { recursive: true })
}
