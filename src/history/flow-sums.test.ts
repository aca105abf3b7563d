import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import { DIMENSIONS, type GroupQuery, MEASURES } from '../lib/history.ts'
import { isSummed } from './flow-sums.ts'
import { batchOf, T0 } from './flows-testing.ts'
import { ParquetStore } from './parquet-store.ts'

const HOUR_MS = 3_600_000
const COUNT = 2000
let folders: string[] = []
let stores: ParquetStore[] = []
let nowMs = T0
afterEach(async () => {
  for (const store of stores) await store.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders = []
  stores = []
})

function open(now: () => number): ParquetStore {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-sums-'))
  folders.push(folder)
  const store = new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1, now })
  stores.push(store)
  return store
}
/** Records of 33 minutes, in parts as they came. */
async function fill(store: ParquetStore): Promise<void> {
  for (let from = 0; from < COUNT; from += 500) {
    nowMs = T0 + from * 1000
    await store.write({ interfaceKey: 'key0', interfaceName: 'eth0', records: packFlows(batchOf(from, 500)) })
    store.sealAll()
  }
}
const ask = (store: ParquetStore, query: Partial<GroupQuery>) =>
  store.ask(
    { kind: 'groups', by: [], measures: ['bytes'], limit: 10, fromMs: T0 - HOUR_MS, toMs: T0 + 2 * HOUR_MS, ...query },
    new AbortController().signal,
  )

describe('sums of hours', () => {
  let plain: ParquetStore
  let merged: ParquetStore
  beforeEach(async () => {
    // Its hour is never over.
    plain = open(() => Math.min(nowMs, T0 + HOUR_MS - 1))
    await fill(plain)
    merged = open(() => nowMs)
    await fill(merged)
    nowMs = T0 + 3 * HOUR_MS
    await merged.mergeAll()
    // One more part, of which there are no sums.
    for (const store of [plain, merged])
      await store.write({ interfaceKey: 'key0', interfaceName: 'eth0', records: packFlows(batchOf(COUNT, 100)) })
  })

  it('answer what the records answer, whatever is asked', async () => {
    const query = fc.record({
      by: fc.subarray([...DIMENSIONS], { maxLength: 1 }),
      measures: fc.oneof(
        {
          weight: 4,
          arbitrary: fc.subarray(
            MEASURES.filter((measure) => measure !== 'clients' && measure !== 'servers'),
            { minLength: 1 },
          ),
        },
        { weight: 1, arbitrary: fc.subarray([...MEASURES], { minLength: 1 }) },
      ),
      limit: fc.integer({ min: 1, max: 12 }),
      stepMs: fc.constantFrom(undefined, 60_000, 300_000, 900_000, HOUR_MS),
      fromMs: fc.constantFrom(T0 - HOUR_MS, T0, T0 + 600_000),
      filter: fc.constantFrom(undefined, undefined, ' ', 'app = DNS'),
    })
    let byHours = 0
    await fc.assert(
      fc.asyncProperty(query, async ({ stepMs, filter, ...rest }) => {
        const asked = { ...rest, ...(stepMs !== undefined && { stepMs }), ...(filter !== undefined && { filter }) }
        const [{ tier: ofPlain, ms: _, rowsRead: __, ...expected }, { tier, ms: ___, rowsRead, ...answer }] = await Promise.all([
          ask(plain, asked),
          ask(merged, asked),
        ])
        expect(answer).toEqual(expected)
        expect(ofPlain).toBe('records')
        const isEnough = isSummed({ kind: 'groups', toMs: 0, ...asked }) && rest.fromMs <= T0
        expect(tier).toBe(isEnough ? 'hours' : 'records')
        if (tier === 'hours') byHours++
        if (tier === 'hours') expect(rowsRead).toBeLessThan(COUNT)
      }),
      { numRuns: 60, seed: 5 },
    )
    expect(byHours).toBeGreaterThan(10)
  })

  it('that are damaged are named, and the records are read instead', async () => {
    const path = join(folders[1]!, '1/flows/2026/11/26/10.sums')
    writeFileSync(path, 'no Parquet')
    const answer = await ask(merged, { by: ['app'] })
    expect(answer.tier).toBe('records')
    expect(answer.rows).toEqual((await ask(plain, { by: ['app'] })).rows)
    expect(answer.faults).toEqual([`${path} is damaged and left out`])
  })

  it('go with their file', async () => {
    const before = merged.stats().bytes
    expect(before).toBeGreaterThan(0)
    nowMs = T0 + 2e13
    await merged.mergeAll()
    expect(merged.stats().bytes).toBe(0)
    expect(existsSync(join(folders[1]!, '1/flows/2026/11/26/10.sums'))).toBe(false)
  })
})
