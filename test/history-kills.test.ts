/** A process that writes flows is killed at any moment, again and again: what it said was written is there, once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { batchOf } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { scratchFolder } from './product.ts'

const KILLS = 50
const BATCH = 50

const scratch = scratchFolder()
afterAll(() => scratch.dispose())

const sumsOf = (count: number) => {
  const batch = batchOf(0, Math.max(1, count))
  return count === 0 ? undefined : [batch.packets, batch.bytes].map((column) => column.reduce((a, b) => a + b, 0))
}

it(`${KILLS} kills lose nothing that was written, and double nothing`, async () => {
  const folder = scratch.path('store')
  let written = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'dying-store.ts'), folder, String(written)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (part: Buffer) => (said += part.toString()))
    await once(child.stdout, 'data')
    // Chance decides when it dies, as it does in life; what is held against it is exact.
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
    await once(child, 'close')
    const told = Number(said.split('\n').at(-2))
    const store = new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1 })
    const { rows } = await store.ask(
      { kind: 'groups', by: [], measures: ['packets', 'bytes'], limit: 1, fromMs: 0, toMs: 1e14 },
      new AbortController().signal,
    )
    // It may have died between writing and saying so.
    written = [told, told + BATCH].find((count) => JSON.stringify(sumsOf(count)) === JSON.stringify(rows[0])) ?? -1
    expect([kill, rows[0], written]).toEqual([kill, sumsOf(written === told ? told : told + BATCH), expect.any(Number)])
    expect(written).toBeGreaterThanOrEqual(told)
    expect(store.stats().faults.filter((fault) => !/cut short/.test(fault))).toEqual([])
    await store.close()
  }
}, 120_000)
