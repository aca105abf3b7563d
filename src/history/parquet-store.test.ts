import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, afterEach, expect, it } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import { type BegunFile, FILE_FORMATS, type FileFormat, type FlowQuery } from '../lib/history.ts'
import { flowStoreConforms } from './flow-store.conformance.ts'
import { batchOf, flowOf, T0 } from './flows-testing.ts'
import { ParquetStore, type ParquetStoreOptions } from './parquet-store.ts'

const DAY_MS = 86_400_000
const OPTIONS = { maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1 }
const folders: string[] = []
const stores: ParquetStore[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-store-'))
  folders.push(folder)
  return folder
}
function open(folder: string, options: Partial<ParquetStoreOptions> = {}): ParquetStore {
  const store = new ParquetStore({ ...OPTIONS, folder, ...options })
  stores.push(store)
  return store
}
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

flowStoreConforms('parquet', async () => {
  const folder = newFolder()
  const store = new ParquetStore({ ...OPTIONS, folder })
  return { store, close: () => store.close() }
})
flowStoreConforms('parquet, merged by hour and day', async () => {
  let nowMs = T0
  const store = new ParquetStore({ ...OPTIONS, folder: newFolder(), now: () => nowMs })
  const write = store.write.bind(store)
  let isMerged = false
  // Each message is a part of its own, and comes in an hour of its own; before the first question all are one.
  store.write = async (records) => {
    await write(records)
    nowMs += 3_600_000
  }
  const ask = store.ask.bind(store)
  store.ask = async (query, signal) => {
    if (!isMerged) {
      isMerged = true
      nowMs = T0 + 3 * DAY_MS
      await store.mergeAll()
      expect(store.stats().files).toBe(2)
    }
    return ask(query, signal)
  }
  return { store, close: () => store.close() }
})

const sumOf = async (store: ParquetStore) => {
  const answer = await store.ask(
    { kind: 'groups', by: [], measures: ['packets', 'bytes'], limit: 1, fromMs: 0, toMs: T0 + DAY_MS },
    new AbortController().signal,
  )
  return answer.rows[0]
}
const write = (store: ParquetStore, from: number, count: number) =>
  store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(from, count)) })
const sumsOf = (from: number, count: number) => {
  const batch = batchOf(from, count)
  return [batch.packets, batch.bytes].map((column) => column.reduce((a, b) => a + b, 0))
}
const stageOf = (folder: string) => join(folder, '1/flows/stage')

it('finds again what was staged when its process died', async () => {
  const folder = newFolder()
  const dying = open(folder)
  await write(dying, 0, 50)
  await write(dying, 50, 50)
  // Nothing is said to it: another one opens what lies there.
  const store = open(folder)
  expect(await sumOf(store)).toEqual(sumsOf(0, 100))
  expect(readdirSync(stageOf(folder))).toEqual([])
})

it('counts once what had become a file while its stage was still there', async () => {
  const folder = newFolder()
  const dying = open(folder)
  await write(dying, 0, 50)
  const [stage] = readdirSync(stageOf(folder)).filter((name) => name.endsWith('.stage'))
  const { readFileSync } = await import('node:fs')
  const bytes = readFileSync(join(stageOf(folder), stage!))
  expect(await sumOf(dying)).toEqual(sumsOf(0, 50))
  writeFileSync(join(stageOf(folder), stage!), bytes)
  expect(await sumOf(open(folder))).toEqual(sumsOf(0, 50))
})

it('loses of a torn stage what was torn, and says so', async () => {
  const folder = newFolder()
  const dying = open(folder)
  await write(dying, 0, 50)
  await write(dying, 50, 50)
  const stage = join(stageOf(folder), readdirSync(stageOf(folder)).find((name) => name.endsWith('.stage'))!)
  truncateSync(stage, statSync(stage).size - 3)
  const store = open(folder)
  expect(await sumOf(store)).toEqual(sumsOf(0, 50))
  expect(store.stats().faults.join()).toMatch(/cut short or damaged/)
})

it('leaves out a damaged file, by its name', async () => {
  const folder = newFolder()
  let nowMs = T0
  const store = open(folder, { now: () => nowMs })
  await write(store, 0, 50)
  await sumOf(store)
  nowMs += 400_000
  await write(store, 50, 50)
  expect(await sumOf(store)).toEqual(sumsOf(0, 100))
  const path = join(folder, '1/flows/2026/11/26/10-00.parquet')
  expect(existsSync(path)).toBe(true)
  const size = statSync(path).size
  writeFileSync(path, Buffer.alloc(size, 7))
  expect(await sumOf(store)).toEqual(sumsOf(50, 50))
  expect(store.stats().faults.join()).toContain(`${path} is damaged`)
})

it('merges other hours where one has a damaged file', async () => {
  const folder = newFolder()
  let nowMs = T0
  const store = open(folder, { now: () => nowMs })
  for (const hour of [0, 1]) {
    for (const part of [0, 1]) {
      nowMs = T0 + hour * 3_600_000 + part * 600_000
      await write(store, 100 * hour + 50 * part, 50)
      store.sealAll()
    }
  }
  writeFileSync(join(folder, '1/flows/2026/11/26/10-00.parquet'), 'no Parquet')
  nowMs = T0 + 5 * 3_600_000
  await store.mergeAll()
  const names = (readdirSync(join(folder, '1/flows/2026/11/26')) as string[]).sort()
  expect(names).toEqual(['10-00.parquet', '10-10.parquet', '11.parquet', '11.sums'])
  expect(store.stats().faults.join()).toMatch(/26\/10\.parquet cannot be made/)
  expect(await sumOf(store)).toEqual(sumsOf(50, 150))
})

it('does without a file that somebody has removed', async () => {
  const folder = newFolder()
  let nowMs = T0
  const first = open(folder, { now: () => nowMs })
  await write(first, 0, 50)
  first.sealAll()
  nowMs += 400_000
  await write(first, 50, 50)
  await first.close()
  rmSync(join(folder, '1/flows/2026/11/26/10-00.parquet'))
  const store = open(folder, { now: () => nowMs })
  expect(await sumOf(store)).toEqual(sumsOf(50, 50))
  expect(store.stats()).toMatchObject({
    files: 1,
    faults: [expect.stringContaining('1 files are not there any more, as 2026/11/26/10-00.parquet')],
  })
})

/** What an earlier version would have written. */
async function withoutColumns(path: string, ...columns: string[]): Promise<void> {
  const duck = await DuckDBInstance.create(':memory:')
  const connection = await duck.connect()
  const names = columns.map((name) => `"${name}"`).join(', ')
  await connection.run(`COPY (SELECT * EXCLUDE (${names}) FROM '${path}') TO '${path}.old' (FORMAT parquet)`)
  duck.closeSync()
  renameSync(`${path}.old`, path)
}

it('reads files of an earlier version, which lack columns of today', async () => {
  const folder = newFolder()
  const store = open(folder, { now: () => T0 })
  await write(store, 0, 50)
  store.sealAll()
  await withoutColumns(join(folder, '1/flows/2026/11/26/10-00.parquet'), 'clientCountry', 'fields')
  const never = new AbortController().signal
  const range = { fromMs: 0, toMs: T0 + DAY_MS }
  const groups = await store.ask(
    { kind: 'groups', by: ['clientCountry'], measures: ['packets', 'bytes'], limit: 5, filter: 'not clientCountry exists', ...range },
    never,
  )
  expect(groups.rows).toEqual([['', ...sumsOf(0, 50)]])
  const records = await store.ask({ kind: 'records', sort: 'lastSeen', descending: true, limit: 1, offset: 0, ...range }, never)
  expect(records.rows[0]![records.columns.indexOf('fields')]).toBeNull()
  expect((await store.sql('SELECT count("clientCountry"), count(*) FROM flows', never)).rows).toEqual([[0, 50]])
})

it.each([
  ['a newer one', 0],
  ['an older one', 50],
])('takes what is of a range out of a file, beside %s that lies in it as a whole and lacks other columns', async (_, across) => {
  const folder = newFolder()
  const store = open(folder, { now: () => T0 })
  for (const from of [0, 50]) {
    await write(store, from, 50)
    store.sealAll()
  }
  const [older, newer] = ['10-00', '10-00.1'].map((name) => join(folder, '1/flows/2026/11/26', `${name}.parquet`)) as [string, string]
  await withoutColumns(older, 'clientCountry', 'fields')
  await withoutColumns(newer, 'client', 'tcpFlagsC2s')
  const range = across === 0 ? { fromMs: T0 + 25_000, toMs: T0 + DAY_MS } : { fromMs: 0, toMs: T0 + 75_000 }
  const wanted = across === 0 ? sumsOf(25, 75) : sumsOf(0, 75)
  const never = new AbortController().signal
  const groups = { kind: 'groups', measures: ['packets', 'bytes'], limit: 5, ...range } as const
  expect((await store.ask({ ...groups, by: [] }, never)).rows).toEqual([wanted])
  expect(
    (await store.ask({ ...groups, by: ['clientCountry'], filter: 'tcpFlagsC2s exists or not tcpFlagsC2s exists' }, never)).rows,
  ).toEqual([['', ...wanted]])
  const records = { kind: 'records', sort: 'lastSeen', descending: false, offset: 0, ...range } as const
  const timesOf = async (limit: number) => {
    const { columns, rows } = await store.ask({ ...records, limit }, never)
    return rows.map((row) => row[columns.indexOf('lastSeen')])
  }
  const firstMs = T0 + (across === 0 ? 25_000 : 0)
  const times = Array.from({ length: 75 }, (_, n) => firstMs + n * 1000)
  expect(await timesOf(100)).toEqual(times)
  // Of the older file alone, which lacks what the newer one has.
  expect(await timesOf(5)).toEqual(times.slice(0, 5))
})

it('leaves out what begins after the range, of a file that is read as a whole', async () => {
  const store = open(newFolder(), { now: () => T0 })
  await write(store, 0, 50)
  const range = { fromMs: 0, toMs: T0 + 25_250, isSpread: true }
  const query = { kind: 'groups', by: [], measures: ['packets', 'bytes'], limit: 1, ...range } as const
  expect((await store.ask(query, new AbortController().signal)).rows).toEqual([sumsOf(0, 26)])
})

it('lets the oldest go when there is too much, and what is too old', async () => {
  const folder = newFolder()
  let nowMs = T0
  const store = open(folder, { now: () => nowMs })
  for (let n = 0; n < 6; n++) {
    await write(store, 100 * n, 100)
    await sumOf(store)
    nowMs += 400_000
  }
  const before = store.stats()
  expect(before.files).toBe(6)
  store.retain({ maxBytes: 25_000, maxAgeMs: 30 * DAY_MS })
  await store.mergeAll()
  const after = store.stats()
  expect(after.bytes).toBeLessThanOrEqual(25_000)
  expect(after.files).toBeLessThan(6)
  expect(after.fromMs).toBeGreaterThan(before.fromMs!)
  expect(after.toMs).toBe(before.toMs)
  nowMs += 40 * DAY_MS
  await store.mergeAll()
  expect(store.stats().files).toBe(0)
})

it('keeps all while the clock steps back and forth, and lets nothing go because it leapt', async () => {
  const folder = newFolder()
  const HOUR_MS = 3_600_000
  let [nowMs, steadyMs] = [T0 + 2 * HOUR_MS, 0]
  const store = open(folder, { now: () => nowMs, steady: () => steadyMs, maxAgeMs: 7 * DAY_MS })
  const passes = async (leapMs: number) => {
    steadyMs += 10_000
    nowMs += 10_000 + leapMs
    store.tickAll()
    await store.mergeAll()
  }
  let written = 0
  for (const leapMs of [0, 3 * HOUR_MS, -3 * HOUR_MS, -HOUR_MS, HOUR_MS, 20 * DAY_MS, 0, -20 * DAY_MS, 0, -2 * HOUR_MS, 6 * HOUR_MS]) {
    await passes(leapMs)
    await write(store, written, 50)
    written += 50
    await passes(0)
    expect({ sums: await sumOf(store), faults: store.stats().faults }).toEqual({ sums: sumsOf(0, written), faults: [] })
  }
  await store.close()
  const again = open(folder, { now: () => nowMs })
  expect(await sumOf(again)).toEqual(sumsOf(0, written))
  expect(again.stats()).toMatchObject({ lost: 0, faults: [] })
})

/** A clock that steps back gives names once more, and the same time. */
it('reads a file anew that has the name, the time and the size of one that was there before', async () => {
  const [folder, other] = [newFolder(), newFolder()]
  const [store, later] = [folder, other].map((path) => open(path, { now: () => T0 })) as [ParquetStore, ParquetStore]
  // As large as each other.
  await write(store, 100, 50)
  await write(later, 350, 50)
  for (const one of [store, later]) one.sealAll()
  expect(await sumOf(store)).toEqual([301, 179_500])
  const [path, from] = [folder, other].map((path) => join(path, '1/flows/2026/11/26/10-00.parquet')) as [string, string]
  const { size, atime, mtime } = statSync(path)
  copyFileSync(from, path)
  utimesSync(path, atime, mtime)
  expect(statSync(path).size).toBe(size)
  expect(await sumOf(store)).toEqual([300, 429_500])
})

const RECORDS = { kind: 'records', sort: 'lastSeen', descending: false, limit: 1e9, offset: 0, fromMs: 0, toMs: T0 + DAY_MS } as const
async function fileOf(store: ParquetStore, query: FlowQuery, format: FileFormat): Promise<BegunFile> {
  const { promise, resolve } = Promise.withResolvers<BegunFile>()
  await store.file(query, format, new AbortController().signal, resolve)
  return promise
}

it('writes records as files that others read', async () => {
  const store = open(newFolder())
  await write(store, 0, 300)
  const duck = await DuckDBInstance.create(':memory:')
  const connection = await duck.connect()
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows()
  for (const format of FILE_FORMATS) {
    const { path, rows } = await fileOf(store, { ...RECORDS, filter: 'app = HTTP' }, format)
    expect(rows).toBe(100)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const found = await rowsOf(
      `SELECT count(*), sum("bytesC2s")::DOUBLE, min(client), min(fields::VARCHAR) FROM '${path}'`.replace(
        /'(.*\.jsonl)'/,
        "read_json('$1')",
      ),
    )
    const wanted = Array.from({ length: 300 }, (_, n) => flowOf(n)).filter(({ app }) => app === 'HTTP')
    expect(found[0]!.slice(0, 3)).toEqual([100n, wanted.reduce((sum, { bytes }) => sum + bytes[0], 0), '10.0.2.0'])
    expect(String(found[0]![3])).toMatch(/HTTP.url.*\/page\/1/)
    rmSync(path)
  }
  connection.closeSync()
  duck.closeSync()
})

it('writes them in order, bounded, times as each format has them, and nothing that a spreadsheet takes for a formula', async () => {
  const store = open(newFolder())
  const batch = batchOf(0, 3)
  batch.extras[1] = { app: 'TLS', category: 'Web', serverName: '=1+1', risks: ['a', 'b'] }
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batch) })
  const lines = async (query: FlowQuery, format: FileFormat) => {
    const { path } = await fileOf(store, query, format)
    return readFileSync(path, 'utf8').trim().split('\n')
  }
  const [head, first] = await lines({ ...RECORDS, limit: 1, descending: true }, 'csv')
  expect(head).toMatch(/^firstSeen,lastSeen,client,/)
  expect(first).toMatch(/^2026-11-26T10:00:01.500Z,2026-11-26T10:00:02.000Z,10.0.2.2,/)
  const named = (await lines({ ...RECORDS, filter: 'app = TLS' }, 'csv'))[1]!
  expect(named).toContain(",'=1+1,")
  expect(named).toContain(',a; b')
  expect(JSON.parse((await lines(RECORDS, 'jsonl'))[0]!)).toMatchObject({ lastSeen: T0, client: '10.0.0.0' })
  expect(JSON.parse((await lines(RECORDS, 'json')).join('\n'))).toHaveLength(3)
})

it('writes groups, also in the course of time', async () => {
  const store = open(newFolder())
  await write(store, 0, 90)
  const groups = { kind: 'groups', by: ['app'], measures: ['packets', 'flows'], limit: 2, fromMs: 0, toMs: T0 + DAY_MS } as const
  const text = async (query: FlowQuery) =>
    readFileSync((await fileOf(store, query, 'csv')).path, 'utf8')
      .trim()
      .split('\n')
  const answer = await store.ask(groups, new AbortController().signal)
  expect(await text(groups)).toEqual(['app,packets,flows', ...answer.rows.map((row) => row.join(','))])
  const course = await text({ ...groups, stepMs: 60_000 })
  expect(course[0]).toBe('time,app,packets,flows')
  // Two steps of two groups and of all others.
  expect(course).toHaveLength(1 + 2 * 3)
  expect(course[1]).toMatch(/^2026-11-26T10:00:00.000Z,DNS,|^2026-11-26T10:00:00.000Z,/)
})

it('writes no file of what cannot be asked, and what a process has left goes', async () => {
  const folder = newFolder()
  const store = open(folder)
  await write(store, 0, 10)
  await expect(fileOf(store, { ...RECORDS, sort: 'bps' }, 'csv')).rejects.toThrow('bps is not kept')
  expect(existsSync(join(folder, 'answers'))).toBe(false)
  await fileOf(store, RECORDS, 'csv')
  expect(readdirSync(join(folder, 'answers'))).toHaveLength(1)
  await store.close()
  open(folder)
  expect(existsSync(join(folder, 'answers'))).toBe(false)
  const gone = AbortSignal.abort()
  await expect(store.file(RECORDS, 'csv', gone, () => undefined)).rejects.toThrow()
})
