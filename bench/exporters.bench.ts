/** Memory of 1,000 exporters of NetFlow v9 with 20 templates of 20 fields each, one record of each template read. */
import { FlowWriter } from '../src/lib/flow-batch.ts'
import { SampleWriter } from '../src/lib/sample-batch.ts'
import { Exporters } from '../src/sources/collect/exporters.ts'
import { NetflowDecoder } from '../src/sources/netflow/netflow-decoder.ts'
import { type Field, set, template, v9 } from '../src/sources/netflow/netflow-testing.ts'
import { MB, table } from './measure.ts'

const EXPORTERS = 1000
const TEMPLATES = 20
const FIRST_ID = 256
const FIELDS: readonly Field[] = Array.from({ length: 20 }, (_, i): Field => [i + 1, 4])

/** Fields differ from template to template, so that none is like another. */
const fieldsOf = (n: number): Field[] => [...FIELDS.slice(n), ...FIELDS.slice(0, n)]
const ids = Array.from({ length: TEMPLATES }, (_, n) => n)
const record = new Array<number>(80).fill(1)

function read(): Exporters {
  const exporters = new Exporters()
  const parts = {
    exporters,
    flows: new FlowWriter(1024, () => undefined),
    samples: new SampleWriter(1, () => undefined),
    samplingOf: () => undefined,
  }
  const decoder = new NetflowDecoder(parts)
  kept.push(decoder)
  for (let n = 0; n < EXPORTERS; n++) {
    const from = `10.0.${n >> 8}.${n & 255}`
    decoder.datagram(v9({ sequence: 1 }, set(0, ...ids.map((id) => template(FIRST_ID + id, ...fieldsOf(id))))), from, 2055, Date.now())
    for (const id of ids) decoder.datagram(v9({ sequence: 2 + id }, set(FIRST_ID + id, record)), from, 2055, Date.now())
  }
  return exporters
}

const kept: unknown[] = []
globalThis.gc?.()
const before = process.memoryUsage()
const exporters = read()
globalThis.gc?.()
const after = process.memoryUsage()
const records = exporters.all.reduce((sum, one) => sum + one.records, 0)
if (exporters.all.length !== EXPORTERS || records !== EXPORTERS * TEMPLATES)
  throw new Error(`${exporters.all.length} exporters, ${records} records`)
const more = (key: 'rss' | 'heapUsed' | 'external') => `${((after[key] - before[key]) / MB).toFixed(0)} MB`
console.log(
  table(['more', 'resident', 'heap', 'outside'], [['1,000 exporters × 20 templates', more('rss'), more('heapUsed'), more('external')]]),
)
