/** Gathers records until they are worth a batch, and makes the batch. */
import { zstdCompressSync } from 'node:zlib'
import { unpackFlows } from '../../lib/flow-batch.ts'
import type { InterfaceRecords } from '../../lib/history.ts'
import { FlowRowGroup, GROUP_ROWS } from '../stored-flows.ts'
import { CLICKHOUSE_COLUMNS } from './clickhouse-columns.ts'
import { nativeBlock } from './native-block.ts'
import type { Batch } from './spill.ts'

const ZSTD_LEVEL = 100
/** Faster than 1, and of these blocks no larger. */
const LEVEL = -1

export class BatchGatherer {
  private readonly instance: string
  private readonly group = new FlowRowGroup()
  private readonly keyIds = new Uint32Array(GROUP_ROWS)
  private readonly keys = ['']
  private readonly boot = `${Date.now().toString(36)}-${process.pid.toString(36)}`
  private serial = 0

  constructor(instance: string) {
    this.instance = instance
  }

  get rows(): number {
    return this.group.rows
  }

  /** `full` gets batches that have become full on the way. */
  add({ interfaceKey, interfaceName, records }: InterfaceRecords, nowMs: number, full: (batch: Batch) => void): void {
    const batch = unpackFlows(records)
    for (let i = 0; i < batch.count; ) {
      if (this.group.isFull) full(this.take(nowMs))
      const { rows } = this.group
      const taken = this.group.add(batch, i, interfaceName)
      this.keyIds.fill(this.keyOf(interfaceKey), rows, rows + taken)
      i += taken
    }
  }
  private keyOf(key: string): number {
    const at = this.keys.indexOf(key, 1)
    return at > 0 ? at : this.keys.push(key) - 1
  }

  /** What is gathered, packed. Not when there is nothing. */
  take(nowMs: number): Batch {
    const { group } = this
    const { rows } = group
    const values = [
      ...group.columns(),
      { ids: new Uint32Array(rows).fill(1), texts: ['', this.instance] },
      { ids: this.keyIds, texts: this.keys },
    ]
    const block = nativeBlock(
      rows,
      CLICKHOUSE_COLUMNS.map(({ name, sent }, i) => ({ name, type: sent, values: values[i]! })),
    )
    group.clear()
    this.keys.length = 1
    const body = zstdCompressSync(block, { params: { [ZSTD_LEVEL]: LEVEL } }) as Buffer<ArrayBuffer>
    return { token: `${this.instance}-${this.boot}-${this.serial++}`, rows, madeMs: nowMs, body }
  }
}
