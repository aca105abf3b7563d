/** A data folder with flows of two interfaces, as a wiretop leaves it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packFlows } from '../../lib/flow-batch.ts'
import { Duck } from '../duck.ts'
import { batchOf, flowOf, T0 } from '../flows-testing.ts'
import { ParquetStore, type ParquetStoreOptions } from '../parquet-store.ts'

export const DAY_MS = 86_400_000
const PART_MS = 300_000
export const never = new AbortController().signal

export class Folders {
  private readonly made: string[] = []
  private readonly ducks: Duck[] = []

  new(): string {
    const folder = mkdtempSync(join(tmpdir(), 'wiretop-care-'))
    this.made.push(folder)
    return folder
  }
  duck(): Duck {
    const spillFolder = join(this.new(), 'spill')
    mkdirSync(spillFolder)
    const duck = new Duck({ spillFolder, memoryMB: 256, threads: 1 })
    this.ducks.push(duck)
    return duck
  }
  async remove(): Promise<void> {
    for (const duck of this.ducks.splice(0)) await duck.close()
    for (const folder of this.made.splice(0)) rmSync(folder, { recursive: true, force: true })
  }
}

/** The hour of the flows is not over, so that nothing is merged meanwhile. */
const soon = () => T0 + 6 * PART_MS

export const openStore = (folder: string, options: Partial<ParquetStoreOptions> = {}): ParquetStore =>
  new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1, now: soon, ...options })

/** Records 0 to 199 of eth0 and 200 to 299 of eth1, a file each hundred: 1/…/10-00, 1/…/10-05, 2/…/10-10. */
export async function keptFlows(folder: string, isMerged = false): Promise<void> {
  let nowMs = T0
  const store = openStore(folder, { now: () => nowMs })
  for (const part of [0, 1, 2]) {
    await write(store, part < 2 ? 'eth0' : 'eth1', 100 * part, 100)
    store.sealAll()
    nowMs += PART_MS
  }
  if (isMerged) {
    nowMs = T0 + 3 * DAY_MS
    await store.mergeAll()
  }
  await store.close()
}

export const write = (store: ParquetStore, name: string, from: number, count: number): Promise<void> =>
  store.write({ interfaceKey: name, interfaceName: name, records: packFlows(batchOf(from, count)) })

/** Records that a store answers with, over all time and interfaces, and their bytes. */
export async function allOf(folder: string, filter = ''): Promise<{ records: number; bytes: number; faults: readonly string[] }> {
  const store = openStore(folder)
  try {
    const range = { fromMs: 0, toMs: T0 + 10 * DAY_MS, filter }
    const { rows } = await store.ask({ kind: 'records', sort: 'lastSeen', descending: true, limit: 10_000, offset: 0, ...range }, never)
    const sums = await store.ask({ kind: 'groups', by: [], measures: ['bytes'], limit: 1, ...range }, never)
    return { records: rows.length, bytes: Number(sums.rows[0]?.[0] ?? 0), faults: store.stats().faults }
  } finally {
    await store.close()
  }
}
export function bytesOf(from: number, count: number, wanted: (flow: ReturnType<typeof flowOf>) => boolean = () => true): number {
  const flows = Array.from({ length: count }, (_, n) => flowOf(from + n)).filter(wanted)
  return flows.reduce((sum, { bytes }) => sum + bytes[0] + bytes[1], 0)
}
