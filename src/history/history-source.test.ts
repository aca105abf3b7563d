import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import type { RecordsPlace } from '../lib/history.ts'
import { testTables } from '../tables/testing.ts'
import { flowView } from '../tables/views/flow-view.ts'
import { itemOf } from '../tables/views/view.ts'
import { batchOf, flowOf, T0 } from './flows-testing.ts'
import { HistorySource } from './history-source.ts'
import { ParquetStore } from './parquet-store.ts'

const COUNT = 300
let folder: string
let store: ParquetStore
let nowMs = T0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-replay-'))
  nowMs = T0
  store = new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1, now: () => nowMs })
  for (let from = 0; from < COUNT; from += 100) {
    await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(from, 100)) })
    store.sealAll()
    nowMs += 400_000
  }
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const range = { fromMs: T0, toMs: T0 + 3_600_000 }
async function load(filter = '', signal = new AbortController().signal) {
  const source = new HistorySource({
    name: 'Historical',
    range: { ...range, filter },
    place: await store.place(range),
    spillFolder: join(folder, 'spill'),
  })
  const tables = testTables({ flowLimit: 4096, hostLimit: 4096 })
  await source.run({ packets: () => undefined, flows: (batch, ms) => tables.collect(batch, ms) }, signal)
  tables.finish()
  return { source, tables }
}

it('puts what was kept into live tables again', async () => {
  const { source, tables } = await load()
  const sums = Array.from({ length: COUNT }, (_, n) => flowOf(n))
  expect(tables.packets).toBe(sums.reduce((sum, f) => sum + f.packets[0] + f.packets[1], 0))
  expect(tables.bytes).toBe(sums.reduce((sum, f) => sum + f.bytes[0] + f.bytes[1], 0))
  expect(tables.flows.rows.live).toBe(COUNT)
  expect(source.stats()).toMatchObject({ packets: COUNT, files: { total: 3, loaded: 3, missing: 0, unreadable: 0 }, faultCount: 0 })
  expect(source.stats().bytesRead).toBe(source.stats().bytesTotal)
  const view = flowView(tables)
  const items = Array.from({ length: view.used() }, (_, row) => itemOf(view, row))
  const f = flowOf(1)
  expect(items.find(({ clientPort }) => clientPort === f.clientPort)).toMatchObject({
    client: f.client,
    server: '1.1.1.1',
    serverPort: 443,
    app: 'TLS.Google',
    serverName: f.serverName,
    bytesC2s: f.bytes[0],
    bytesS2c: f.bytes[1],
    packetsC2s: f.packets[0],
    firstSeen: f.lastMs - 500,
    lastSeen: f.lastMs,
    tcpFlagsC2s: 'FSPA',
    vlan: 100,
  })
})

it('reads what a filter lets through', async () => {
  const { tables } = await load('app = DNS')
  expect(tables.flows.rows.live).toBe(COUNT / 3)
})

it('counts files that are missing or damaged, and reads the others', async () => {
  const { files: kept } = await store.place(range)
  const [first, second] = kept
  rmSync(first!.path)
  writeFileSync(second!.path, 'no Parquet')
  const source = new HistorySource({
    name: 'Historical',
    range,
    place: { kind: 'parquet', files: kept } as RecordsPlace,
    spillFolder: join(folder, 'spill'),
  })
  let records = 0
  await source.run({ packets: () => undefined, flows: (batch) => void (records += batch.count) }, new AbortController().signal)
  expect(source.stats().files).toEqual({ total: 3, loaded: 1, missing: 1, unreadable: 1 })
  expect(source.stats().faults).toEqual([
    expect.stringContaining(`${first!.path} is not there`),
    expect.stringContaining(`${second!.path}: cannot be read`),
  ])
  expect(records).toBe(100)
})

it('stops when it is told to', async () => {
  const stop = new AbortController()
  stop.abort()
  const { source } = await load('', stop.signal)
  expect(source.stats()).toMatchObject({ packets: 0, files: { loaded: 0 } })
})

it('says when nothing is kept of that time', async () => {
  const source = new HistorySource({
    name: 'Historical',
    range,
    place: { kind: 'parquet', files: [] } as RecordsPlace,
    spillFolder: folder,
  })
  await expect(source.run({ packets: () => undefined }, new AbortController().signal)).rejects.toThrow(/no flows are kept/)
})
