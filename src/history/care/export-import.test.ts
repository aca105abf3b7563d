import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { packFlows } from '../../lib/flow-batch.ts'
import { HistoryFault } from '../../lib/history.ts'
import { RECORD_COLUMNS } from '../flow-sql.ts'
import { batchOf, flowOf, T0 } from '../flows-testing.ts'
import { pathAt } from '../sqlite/file-paths.ts'
import { SqliteStore } from '../sqlite/sqlite-store.ts'
import { allOf, bytesOf, DAY_MS, Folders, keptFlows, never, openStore, write } from './care-testing.ts'
import { checkHistory } from './check.ts'
import { type ExportFormat, exportHistory } from './export.ts'
import { importFile } from './import.ts'

const folders = new Folders()
afterEach(() => folders.remove())

async function kept(isMerged = false): Promise<string> {
  const folder = folders.new()
  await keptFlows(folder, isMerged)
  return folder
}
const all = { fromMs: 0, toMs: T0 + 10 * DAY_MS }
const exported = (dataFolder: string, into: string, format: ExportFormat, range = {}, signal = never) =>
  exportHistory({
    dataFolder,
    range: { ...all, ...range },
    format,
    into,
    duck: folders.duck(),
    spillFolder: folders.new(),
    signal,
    nowMs: T0,
  })
const taken = (dataFolder: string, path: string, into?: string) =>
  importFile(path, { dataFolder, duck: folders.duck(), signal: never, into, spillFolder: folders.new() })
const sound = async (dataFolder: string) =>
  expect((await checkHistory({ dataFolder, duck: folders.duck(), isInUse: false, signal: never, fault: () => {} })).faults).toBe(0)

describe('export of history', () => {
  it('writes JSON lines of all columns', async () => {
    const into = join(folders.new(), 'out.jsonl')
    expect(await exported(await kept(), into, 'jsonl')).toBe(300)
    const lines = readFileSync(into, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(300)
    expect(Object.keys(lines[0]!)).toEqual([...RECORD_COLUMNS, 'interfaceKey'])
    const two = lines.find(({ clientPort }) => clientPort === 30_002)
    expect(two).toMatchObject({
      lastSeen: flowOf(2).lastMs,
      client: flowOf(2).client,
      interfaceKey: 'eth0',
      fields: { 'HTTP.url': '/page/2', 'HTTP.status': '200' },
    })
  })

  it('writes CSV with a head', async () => {
    const into = join(folders.new(), 'out.csv')
    expect(await exported(await kept(), into, 'csv', { filter: 'app = HTTP' })).toBe(100)
    const [head, ...lines] = readFileSync(into, 'utf8').trimEnd().split('\n')
    expect(head).toBe([...RECORD_COLUMNS, 'interfaceKey'].join(','))
    // Risks are lines within a cell.
    expect(lines.join('\n').match(/"\{""HTTP.url"":""\/page\/\d+"",""HTTP.status"":""200""\}"/g)).toHaveLength(100)
  })

  it('takes a range, a filter and an interface', async () => {
    const folder = await kept()
    const into = join(folders.new(), 'out.jsonl')
    expect(await exported(folder, into, 'jsonl', { fromMs: T0 + 10_000, toMs: T0 + 20_000 })).toBe(10)
    expect(await exported(folder, into, 'jsonl', { interfaceKey: 'eth1' })).toBe(100)
    expect(await exported(folder, into, 'jsonl', { interfaceKey: 'eth9' })).toBe(0)
    expect(await exported(folder, into, 'jsonl', { filter: 'host = 8.8.8.8' })).toBe(100)
    expect(await exported(folder, into, 'parquet', { filter: 'host = 9.9.9.9' })).toBe(0)
  })

  it('writes nothing where the filter is none, or it is told to stop', async () => {
    const folder = await kept()
    const place = folders.new()
    await expect(exported(folder, join(place, 'x'), 'csv', { filter: 'bytes >' })).rejects.toThrow(HistoryFault)
    const stop = new AbortController()
    stop.abort()
    await expect(exported(folder, join(place, 'x'), 'csv', {}, stop.signal)).rejects.toThrow()
    expect(readdirSync(place)).toEqual([])
  })

  describe('of flows that are kept as SQLite', () => {
    async function asSqlite(folder: string, from: number, count: number): Promise<SqliteStore> {
      const store = new SqliteStore({ folder, maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1 })
      await store.write({ interfaceKey: 'eth0', interfaceName: 'uplink', records: packFlows(batchOf(from, count)) })
      return store
    }

    it('writes them too, beside those in Parquet files, and leaves nothing of its own', async () => {
      const folder = await kept()
      await (await asSqlite(folder, 300, 100)).close()
      const spillFolder = folders.new()
      const into = join(folders.new(), 'out.jsonl')
      const shares: number[] = []
      const records = await exportHistory({
        dataFolder: folder,
        range: all,
        format: 'jsonl',
        into,
        duck: folders.duck(),
        spillFolder,
        signal: never,
        nowMs: T0,
        progress: (share) => shares.push(share),
      })
      expect(records).toBe(400)
      const lines = readFileSync(into, 'utf8').trim().split('\n')
      expect(new Set(lines).size).toBe(400)
      expect(
        lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ clientPort }) => clientPort === 30_302),
      ).toMatchObject({
        client: flowOf(302).client,
        lastSeen: expect.any(Number),
        interfaceKey: 'eth0',
      })
      expect(readdirSync(spillFolder)).toEqual([])
      expect(existsSync(join(folder, '1/flows-copies'))).toBe(false)
      expect(shares[0]).toBe(0)
    })

    it('takes the copies that a running wiretop has made, and a range', async () => {
      const folder = folders.new()
      const store = await asSqlite(folder, 0, 100)
      await store.ask({ kind: 'groups', by: [], measures: ['bytes'], limit: 1, ...all }, never)
      const into = join(folders.new(), 'out.csv')
      expect(await exported(folder, into, 'csv')).toBe(100)
      // Times are whole seconds in 1.2's layout.
      expect(await exported(folder, into, 'csv', { fromMs: T0 + 10_000, toMs: T0 + 20_000 })).toBe(10)
      expect(await exported(folder, into, 'csv', { fromMs: T0 + DAY_MS })).toBe(0)
      await store.close()
    })

    it('says which file is damaged', async () => {
      const folder = folders.new()
      await (await asSqlite(folder, 0, 100)).close()
      writeFileSync(join(folder, '1/flows', pathAt(T0)), 'no database, but longer than a head'.repeat(30))
      await expect(exported(folder, join(folders.new(), 'x.csv'), 'csv')).rejects.toThrow(/\.sqlite: /)
    })
  })

  it('says which file is damaged', async () => {
    const folder = await kept()
    writeFileSync(join(folder, '1/flows/2026/11/26/10-00.parquet'), 'no')
    const into = join(folders.new(), 'x.parquet')
    await expect(exported(folder, into, 'parquet')).rejects.toThrow(/10-00\.parquet/)
    expect(existsSync(into)).toBe(false)
  })
})

describe('import of history', () => {
  it.each([false, true])('brings back what was exported, once, merged: %s', async (isMerged) => {
    const from = await kept(isMerged)
    const file = join(folders.new(), 'all.parquet')
    expect(await exported(from, file, 'parquet')).toBe(300)
    const to = folders.new()
    expect(await taken(to, file)).toEqual({ records: 300, taken: 300, fromMs: T0 })
    expect(await allOf(to)).toEqual(await allOf(from))
    expect(await taken(to, file)).toMatchObject({ records: 300, taken: 0 })
    expect(await taken(from, file)).toMatchObject({ records: 300, taken: 0 })
    expect(await allOf(to)).toEqual({ records: 300, bytes: bytesOf(0, 300), faults: [] })
    expect(JSON.parse(readFileSync(join(to, 'interfaces.json'), 'utf8'))).toEqual({ eth0: 1, eth1: 2 })
    await sound(to)
  })

  it('takes the rest of what is there in part, also after a merge', async () => {
    const from = await kept()
    const place = folders.new()
    await exported(from, join(place, 'all.parquet'), 'parquet')
    await exported(from, join(place, 'some.parquet'), 'parquet', { fromMs: T0 + 50_000, toMs: T0 + 120_000 })
    const to = folders.new()
    expect((await taken(to, join(place, 'some.parquet'))).taken).toBe(70)
    const store = openStore(to, { now: () => T0 + 3 * DAY_MS })
    await store.mergeAll()
    await store.close()
    expect((await taken(to, join(place, 'all.parquet'))).taken).toBe(230)
    expect(await allOf(to)).toEqual({ records: 300, bytes: bytesOf(0, 300), faults: [] })
  })

  it('leaves as many as there were of flows that look alike', async () => {
    const from = folders.new()
    const store = openStore(from, { now: () => T0 })
    for (const _ of [1, 2, 3]) await write(store, 'eth0', 0, 10)
    await store.close()
    const file = join(folders.new(), 'same.parquet')
    await exported(from, file, 'parquet')
    const to = folders.new()
    expect((await taken(to, file)).taken).toBe(30)
    expect((await taken(to, file)).taken).toBe(0)
    // One of the three is there.
    const other = folders.new()
    const one = openStore(other, { now: () => T0 })
    await write(one, 'eth0', 0, 10)
    await one.close()
    expect((await taken(other, file)).taken).toBe(20)
  })

  it('puts records where it is told', async () => {
    const file = join(folders.new(), 'all.parquet')
    await exported(await kept(), file, 'parquet')
    const to = folders.new()
    expect((await taken(to, file, 'archive')).taken).toBe(300)
    expect(JSON.parse(readFileSync(join(to, 'interfaces.json'), 'utf8'))).toEqual({ archive: 1 })
  })

  it('takes files of the store of another wiretop, by the names of interfaces', async () => {
    const from = await kept()
    const to = folders.new()
    expect((await taken(to, join(from, '2/flows/2026/11/26/10-10.parquet'))).taken).toBe(100)
    expect(JSON.parse(readFileSync(join(to, 'interfaces.json'), 'utf8'))).toEqual({ eth1: 1 })
  })

  it('takes files of SQLite, once', async () => {
    const from = folders.new()
    const store = new SqliteStore({ folder: from, maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1 })
    await store.write({ interfaceKey: 'eth0', interfaceName: 'uplink', records: packFlows(batchOf(0, 100)) })
    await store.close()
    const path = join(from, '1/flows', pathAt(T0))
    const to = folders.new()
    expect(await taken(to, path)).toMatchObject({ records: 100, taken: 100 })
    expect(await taken(to, path)).toMatchObject({ records: 100, taken: 0 })
    expect(await allOf(to)).toEqual({ records: 100, bytes: bytesOf(0, 100), faults: [] })
    // The same flows as Parquet are the same.
    const other = folders.new()
    const parquet = openStore(other, { now: () => T0 })
    await parquet.write({ interfaceKey: 'eth0', interfaceName: 'uplink', records: packFlows(batchOf(0, 100)) })
    await parquet.close()
    expect(await taken(other, path, 'eth0')).toMatchObject({ records: 100, taken: 0 })
    writeFileSync(path, 'no database, but longer than a head'.repeat(30))
    await expect(taken(to, path)).rejects.toThrow(/\.sqlite: /)
  })

  it('refuses what has no flows', async () => {
    const to = folders.new()
    const place = folders.new()
    mkdirSync(join(place, 'folder'))
    writeFileSync(join(place, 'no.parquet'), 'no')
    await folders.duck().use(never, (c) => c.run(`COPY (SELECT 1 AS a) TO '${join(place, 'other.parquet')}' (FORMAT parquet)`))
    await expect(taken(to, join(place, 'none.parquet'))).rejects.toThrow(/none\.parquet: is not there$/)
    await expect(taken(to, join(place, 'no.parquet'))).rejects.toThrow(/no\.parquet: /)
    await expect(taken(to, join(place, 'other.parquet'))).rejects.toThrow(
      /other\.parquet: has no column firstSeen, .+ so it is no file of flows$/,
    )
    expect(readdirSync(to)).toEqual([])
  })
})
