import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { FlowBatch } from '../../lib/flow-batch.ts'
import { ParquetWriter } from '../parquet/parquet-writer.ts'
import { recordInto } from '../record-of.ts'
import { FlowRowGroup, PARQUET_COLUMNS } from '../stored-flows.ts'
import { rowsIn } from './flow-database.ts'
import { valuesOf } from './flow-row.ts'

/** Others get a turn after so many records. */
const TURN = 4096
/** A group takes tens of megabytes, however few records it gets. */
let spare: FlowRowGroup | undefined

export interface Converted {
  readonly rows: number
  /** Epoch milliseconds of `lastSeen`; not finite without rows. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Writes what a file of SQLite has as one of Parquet. `interfaceName` saw what does not say it. `into` is there when it resolves, and not before; what cannot be
 * read of SQLite makes it reject as SQLite does.
 */
export async function parquetOf(path: string, into: string, interfaceName: string, signal: AbortSignal): Promise<Converted> {
  mkdirSync(dirname(into), { recursive: true, mode: 0o700 })
  const aside = `${into}.part`
  const fd = openSync(aside, 'w', 0o600)
  try {
    const writer = new ParquetWriter(PARQUET_COLUMNS, (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    })
    const found = await gathered(path, interfaceName, signal, (group) => {
      writer.rowGroup(group.rows, group.columns())
      group.clear()
    })
    writer.finish({})
    fsyncSync(fd)
    renameSync(aside, into)
    return found
  } finally {
    closeSync(fd)
    rmSync(aside, { force: true })
  }
}

async function gathered(path: string, interfaceName: string, signal: AbortSignal, full: (group: FlowRowGroup) => void): Promise<Converted> {
  const group = spare ?? new FlowRowGroup()
  spare = undefined
  const batch = new FlowBatch(1)
  let found: Converted = { rows: 0, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
  const flush = () => {
    found = { rows: found.rows + group.rows, fromMs: Math.min(found.fromMs, group.fromMs), toMs: Math.max(found.toMs, group.toMs) }
    if (group.rows > 0) full(group)
  }
  let read = 0
  try {
    for (const row of rowsIn(path)) {
      const said = valuesOf(row)
      batch.count = 0
      recordInto(batch, said.value)
      if (group.isFull) flush()
      group.add(batch, 0, said.interfaceName || interfaceName)
      if (++read % TURN === 0) {
        await turn()
        signal.throwIfAborted()
      }
    }
    flush()
  } finally {
    group.clear()
    spare = group
  }
  return found
}
