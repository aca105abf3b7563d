import { FLOW_RECORD_BIFLOW, type FlowBatch, FlowWriter } from '../../lib/flow-batch.ts'
import { SampleWriter } from '../../lib/sample-batch.ts'
import { formatAddress } from '../../wire/address.ts'
import { Exporters } from '../collect/exporters.ts'
import { ZmqDecoder, type ZmqDecoderOptions } from './zmq-decoder.ts'

export const NOW = Date.UTC(2026, 0, 2)

/** A first frame of any version; `id` in network order. */
export function headerOf(version: 0 | 1 | 2 | 3 | 4, { topic = 'flow', id = 1, sourceId = 7, size = 0 } = {}): Buffer {
  const b = Buffer.alloc([40, 24, 28, 28, 36][version]!)
  b.write(topic, 0, 'latin1')
  if (version === 0) {
    b.writeUInt32LE(0, 32)
    b.writeUInt32LE(size, 36)
    return b
  }
  b[16] = version
  if (version === 1) b[17] = sourceId
  const idAt = version === 4 ? 28 : 20
  b.writeUInt32BE(id, idAt)
  if (version > 1) b.writeUInt32LE(sourceId, idAt + 4)
  return b
}

export type Row = Readonly<Record<string, unknown>>

/** All that a record holds, without what was not told. */
export function rowOf(batch: FlowBatch, i: number): Row {
  const row: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(batch)) {
    if (typeof column !== 'object') continue
    const width = column.length / batch.capacity
    row[name] = width === 1 ? column[i] : Array.from(column.slice(width * i, width * (i + 1)) as Float64Array)
  }
  for (const name of ['src', 'dst', 'nextHop']) row[name] = formatAddress(...(row[name] as [number, number, number, number]))
  return row
}

/** A decoder, and the records that came out of it. */
export function decoder(options: ZmqDecoderOptions & { sampling?: number; capacity?: number } = {}) {
  const rows: Row[] = []
  const exporters = new Exporters()
  const flows = new FlowWriter(options.capacity ?? 100, (batch) => {
    for (let i = 0; i < batch.count; i++) rows.push(rowOf(batch, i))
  })
  const made = new ZmqDecoder(
    { exporters, flows, samples: new SampleWriter(1, () => undefined), samplingOf: () => options.sampling },
    options,
  )
  const feed = (payload: string | Uint8Array, header: Uint8Array = headerOf(2), from = 'tcp://probe:5556') => {
    made.message(header, typeof payload === 'string' ? Buffer.from(payload) : payload, from, NOW)
    flows.flush()
    return rows
  }
  return { decoder: made, exporters, rows, feed, faults: () => exporters.all[0]?.info.faults ?? {} }
}

/** What nobody told, as `rowOf` has it, and the least that a record tells. */
export const LEAST = { 8: '10.0.0.1', 12: '10.0.0.2', 4: 6, 7: 1000, 11: 80, 1: 100, 2: 1 }
export const BIFLOW = FLOW_RECORD_BIFLOW
