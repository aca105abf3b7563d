/** Flow records of the standard load, as a probe sends them to history. */
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { type FlowBatch, FlowWriter, type PackedFlows, packFlows } from '../src/lib/flow-batch.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { FlowRecords } from '../src/tables/flow-records.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { isKnownLinkType } from '../src/wire/link-types.ts'

const BATCH = 1000
const EVERY_S = 300
/** Records are told of within this time. */
export const LAG_MS = 60_000

/** Batches of all flows of a capture, in the order in which they leave. */
export async function flowsOf(capture: string): Promise<PackedFlows[]> {
  const packed: PackedFlows[] = []
  const tables = new LiveTables({
    catalogue: createCatalogue(),
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    seed: 1,
    count: 'wire',
    idle: DEFAULT_IDLE,
    flowLimit: 1_000_000,
    hostLimit: 1_000_000,
  })
  const writer = new FlowWriter(BATCH, (batch: FlowBatch) => void packed.push(packFlows(batch)))
  const records = new FlowRecords(tables, writer, { everySeconds: EVERY_S, instance: '', isLookedAt: false })
  tables.records = [records]
  const source = new PcapFile(capture, { knowsLinkType: isKnownLinkType })
  await source.run({ packets: (batch) => tables.take(batch) }, new AbortController().signal)
  tables.finish()
  return packed
}

/** As if its flows had ended within the last minute, and lasted one at most. */
export function moveTo(batch: FlowBatch, nowMs: number): void {
  for (let i = 0; i < batch.count; i++) {
    const lasted = batch.lastMs[i]! - batch.firstMs[i]!
    batch.lastMs[i] = Math.floor(nowMs - ((i * 7919) % LAG_MS))
    batch.firstMs[i] = batch.lastMs[i]! - Math.min(lasted, LAG_MS)
  }
}
