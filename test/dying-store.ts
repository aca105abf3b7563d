/** Writes flows into a store until somebody kills it; says after each message that it is written. Its first argument is the folder, its second where it begins. */
import { batchOf } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows } from '../src/lib/flow-batch.ts'

const BATCH = 50
const [folder, first] = [process.argv[2]!, Number(process.argv[3])]
const store = new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1 })
for (let n = first; ; n += BATCH) {
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(n, BATCH)) })
  process.stdout.write(`${n + BATCH}\n`)
  // Now and then what is gathered becomes a file, and files are merged.
  if (n % (20 * BATCH) === 0) store.sealAll()
  await new Promise((resolve) => setImmediate(resolve))
}
