import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseClickHouseAddress } from '../../src/history/clickhouse/clickhouse-address.ts'
import { ClickHouseStore, type ClickHouseStoreOptions } from '../../src/history/clickhouse/clickhouse-store.ts'
import { flowStoreConforms } from '../../src/history/flow-store.conformance.ts'
import { batchOf, flowOf, T0 } from '../../src/history/flows-testing.ts'
import { HistorySource } from '../../src/history/history-source.ts'
import { type FlowBatch, packFlows } from '../../src/lib/flow-batch.ts'
import type { FlowAnswer, GroupQuery } from '../../src/lib/history.ts'
import { TestServer } from './server.ts'

let server: TestServer
const stores: ClickHouseStore[] = []
const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-clickhouse-'))
  folders.push(folder)
  return folder
}
let databases = 0
const newDatabase = () => `flows_${++databases}`
function open(database: string, options: Partial<ClickHouseStoreOptions> = {}): ClickHouseStore {
  const access = { ...parseClickHouseAddress(server.address(database)), password: '' }
  const usual = {
    access,
    folder: newFolder(),
    maxQueueBytes: 1e9,
    instance: 'here',
    days: 3650,
    gatherMs: 20,
    gatherAwayMs: 50,
    maxPauseMs: 100,
  }
  const store = new ClickHouseStore({ ...usual, ...options })
  stores.push(store)
  return store
}
beforeAll(async () => {
  server = await TestServer.start()
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})
afterAll(async () => {
  await server.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

flowStoreConforms('clickhouse', async () => {
  const store = open(newDatabase())
  // It stays open over all of them.
  stores.pop()
  return { store, close: () => store.close() }
})

const records = (from: number, count: number, interfaceKey = 'eth0') => ({
  interfaceKey,
  interfaceName: interfaceKey,
  records: packFlows(batchOf(from, count)),
})
const HOUR_MS = 3_600_000
const all: GroupQuery = { kind: 'groups', by: [], measures: ['bytes', 'flows'], limit: 10, fromMs: T0 - HOUR_MS, toMs: T0 + 5 * HOUR_MS }
const never = new AbortController().signal
const ask = (store: ClickHouseStore, query: Partial<GroupQuery> = {}): Promise<FlowAnswer> => store.ask({ ...all, ...query }, never)
const sums = (count: number) => {
  const flows = Array.from({ length: count }, (_, n) => flowOf(n))
  return [flows.reduce((sum, f) => sum + f.bytes[0] + f.bytes[1], 0), flows.filter((f) => !f.goesOn).length]
}

describe('sums of hours', () => {
  it('answer what has no filter, also where the range begins or ends within an hour', async () => {
    const store = open(newDatabase())
    await store.write(records(0, 9000))
    for (const [fromMs, toMs] of [
      [T0, T0 + 2 * HOUR_MS],
      [T0 + 1000, T0 + 2 * HOUR_MS + 1_234_000],
      [T0 - 1, T0 + 9_000_000],
    ] as const)
      for (const by of [[], ['app'], ['client'], ['server'], ['host'], ['interface', 'app', 'proto', 'vlan']] as const) {
        const query = { fromMs, toMs, by, measures: ['bytesC2s', 'bytes', 'packets', 'flows'] as const, limit: 100 }
        const summed = await ask(store, query)
        // A filter that lets everything through asks the records.
        const counted = await ask(store, { ...query, filter: 'bytes >= 0' })
        expect([summed.tier, counted.tier]).toEqual(['hours', 'records'])
        expect({ ...summed, tier: 0, rowsRead: 0, ms: 0 }).toEqual({ ...counted, tier: 0, rowsRead: 0, ms: 0 })
        if (by[0] === 'app' && fromMs === T0) expect(summed.rowsRead).toBeLessThan(counted.rowsRead)
      }
  })

  it('hold what came after them where records were there before', async () => {
    const database = newDatabase()
    const before = open(database)
    await before.write(records(0, 100))
    for (const table of ['flows_to_hours', 'flows_to_hours_ends', 'flows_hours', 'flows_hours_ends'])
      await server.ask(`DROP TABLE ${table}`, database)
    const store = open(database)
    await store.write(records(100, 100))
    expect(await ask(store)).toMatchObject({ tier: 'records', rows: [sums(200)] })
    expect(await server.ask('SELECT sum(flows) > 0 FROM flows_hours', database)).toBe('1')
  })
})

it('counts a batch once that comes twice, in records and in sums', async () => {
  const database = newDatabase()
  const real = fetch
  let inserts = 0
  // The server has it, and the answer is lost on its way: every other time.
  const lossy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const answer = await real(url, init)
    if (String(url).includes('insert_deduplication_token') && inserts++ % 2 === 0)
      throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
    return answer
  })
  try {
    const store = open(database)
    for (let n = 0; n < 5; n++) await store.write(records(200 * n, 200))
    await vi.waitFor(() => expect(store.stats().behind).toMatchObject({ records: 0 }), 20_000)
    expect(inserts).toBeGreaterThan(5)
    expect(await ask(store, { filter: 'bytes >= 0' })).toMatchObject({ tier: 'records', rows: [sums(1000)] })
    expect(await ask(store)).toMatchObject({ tier: 'hours', rows: [sums(1000)] })
  } finally {
    lossy.mockRestore()
  }
})

it('tells batches apart that are alike', async () => {
  const store = open(newDatabase())
  for (let n = 0; n < 3; n++) await store.write(records(0, 50))
  const [bytes, flows] = sums(50)
  expect((await ask(store)).rows).toEqual([[3 * bytes!, 3 * flows!]])
})

it('knows whose records they are, where several write', async () => {
  const database = newDatabase()
  const [here, there] = [open(database), open(database, { instance: 'there' })]
  await Promise.all([here.write(records(0, 10)), there.write(records(10, 10))])
  expect((await ask(here)).rows).toEqual([sums(20)])
  expect((await ask(here, { interfaceKey: 'eth0' })).rows).toEqual([sums(10)])
})

describe('an older table', () => {
  it('gets the columns that it has not', async () => {
    const database = newDatabase()
    const before = open(database)
    await before.write(records(0, 10))
    await before.close()
    await server.ask('ALTER TABLE flows DROP COLUMN serverContainer, DROP COLUMN icmp', database)
    const store = open(database)
    await store.write(records(10, 10))
    expect((await ask(store, { filter: 'bytes >= 0' })).rows).toEqual([sums(20)])
    expect(
      await server.ask(
        "SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = 'flows' AND name IN ('icmp', 'serverContainer')",
        database,
      ),
    ).toBe('2')
  })

  it('is kept for another time from now on', async () => {
    const database = newDatabase()
    await open(database).write(records(0, 10))
    await open(database, { days: 30 }).write(records(10, 10))
    const kept = await server.ask(
      "SELECT countIf(engine_full LIKE '%toIntervalDay(30)%') FROM system.tables WHERE database = currentDatabase()",
      database,
    )
    expect(kept).toBe('3')
  })

  it('is made again where somebody took it away', async () => {
    const database = newDatabase()
    const store = open(database)
    await store.write(records(0, 10))
    await server.ask(`DROP DATABASE ${database}`)
    await store.write(records(0, 20))
    await vi.waitFor(async () => expect((await ask(store)).rows).toEqual([sums(20)]), 10_000)
  })
})

describe('while the server is away', () => {
  it('records wait on disk, over a restart of both, and come in their order', { timeout: 120_000 }, async () => {
    const database = newDatabase()
    const folder = newFolder()
    const store = open(database, { folder })
    await store.write(records(0, 100))
    await server.kill()
    // The first is sent into nothing.
    await store.write(records(100, 100))
    expect(store.stats().faults[0]).toMatch(
      /^ClickHouse at 127.0.0.1:\d+, database flows_\d+ has taken nothing since .* UTC \(\w+\): 100 records wait on disk/,
    )
    expect(store.stats()).toMatchObject({ behind: { records: 100, sinceMs: expect.any(Number) }, lost: 0 })
    await expect(ask(store)).rejects.toThrow(/^ClickHouse at .* does not answer: ECONNREFUSED$/)
    await store.close()
    const after = open(database, { folder })
    await server.up()
    await after.write(records(200, 100))
    await vi.waitFor(() => expect(after.stats()).toMatchObject({ behind: { records: 0 }, faults: [] }), 30_000)
    expect((await ask(after)).rows).toEqual([sums(300)])
  })

  it('the oldest make room, and are counted', { timeout: 120_000 }, async () => {
    const store = open(newDatabase(), { maxQueueBytes: 20_000 })
    await server.kill()
    for (let n = 0; n < 20; n++) {
      await store.write(records(1000 * n, 1000))
    }
    const { lost, behind, faults } = store.stats()
    expect(lost).toBeGreaterThan(0)
    expect(lost + behind!.records).toBe(20_000)
    expect(faults.join('\n')).toMatch(`${lost} records are lost: the queue of 20000 bytes was full`)
    await server.up()
    await vi.waitFor(() => expect(store.stats().behind).toMatchObject({ records: 0 }), 30_000)
    const last = await ask(store, { by: ['clientPort'], measures: ['packets'], limit: 100_000, toMs: T0 + 10 * HOUR_MS })
    expect(last.rows.length).toBe(20_000 - lost)
  })
})

describe('SQL of administrators', () => {
  const DAY = 'lastSeen > toDateTime(0)'
  let store: ClickHouseStore
  const database = 'for_sql'
  const opened = async () => {
    if (store === undefined) {
      store = open(database)
      stores.pop()
      await store.write(records(0, 900))
      await server.ask('CREATE TABLE IF NOT EXISTS default.secrets ENGINE = MergeTree ORDER BY x AS SELECT 1 AS x')
    }
    return store
  }
  afterAll(() => store?.close())

  it('is answered', async () => {
    const answer = await (await opened()).sql(
      `SELECT client, sum(bytesC2s) AS s, max(lastSeen) FROM flows WHERE ${DAY} GROUP BY client ORDER BY s DESC LIMIT 2`,
      never,
    )
    expect(answer.columns).toEqual(['client', 's', 'max(lastSeen)'])
    expect(answer.rows.map(([client]) => client)).toEqual([
      expect.stringMatching(/^10\.0\.\d\.\d$/),
      expect.stringMatching(/^10\.0\.\d\.\d$/),
    ])
    expect(answer.isCut).toBe(false)
  })
  it('is cut at ten thousand rows', async () => {
    const answer = await (await opened()).sql(
      `SELECT a.clientPort FROM flows AS a CROSS JOIN flows AS b WHERE a.${DAY} AND b.${DAY}`,
      never,
    )
    expect([answer.rows.length, answer.isCut]).toEqual([10_000, true])
  })

  it.each([
    ['WITH t AS (SELECT app FROM flows WHERE lastSeen > now() - INTERVAL 10 YEAR) SELECT count() FROM t'],
    ['SELECT count() FROM for_sql.flows_hours WHERE hour > toDateTime(0)'],
    [`SELECT count() FROM flows WHERE ${DAY} AND app IN ('DNS', 'HTTP') AND serverPort IN (SELECT serverPort FROM flows WHERE ${DAY})`],
    [`SELECT app, groupArray(client) FROM flows WHERE ${DAY} GROUP BY app`],
  ])('may be %s', async (sql) => {
    expect((await (await opened()).sql(sql, never)).rows.length).toBeGreaterThan(0)
  })

  it.each([
    ["SELECT count() FROM flows WHERE app = 'DNS'", /it would read all that is kept/],
    ['SELECT * FROM system.users', /^system.users is not ours: only for_sql can be asked here$/],
    ['SELECT * FROM default.secrets', /^default.secrets is not ours/],
    ['SELECT * FROM `default` . `secrets`', /^default.secrets is not ours/],
    [`SELECT (SELECT max(x) FROM default.secrets), count() FROM flows WHERE ${DAY}`, /^default.secrets is not ours/],
    [`SELECT count() FROM flows WHERE ${DAY} AND vlan IN default.secrets`, /^default.secrets is not ours/],
    [`SELECT count() FROM flows WHERE ${DAY} AND vlan NOT IN default.secrets`, /^default.secrets is not ours/],
    ["SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'x String')", /^url\(\) is no table of ours/],
    ["SELECT * FROM merge('default', 'secrets')", /^merge\(\) is no table of ours/],
    ["SELECT * FROM remote('127.0.0.1', default.secrets)", /^remote\(\) is no table of ours/],
    ["SELECT file('/etc/passwd')", /^file\(\) cannot be used here/],
    ["SELECT joinGet('default.j', 'x', 1)", /^joinGet\(\) cannot be used here/],
    ["SELECT dictGet('default.d', 'x', 1)", /^dictGet\(\) cannot be used here/],
    ['INSERT INTO flows (app) VALUES (1)', /only SELECT/],
    ['DROP TABLE flows', /only SELECT/],
    ['SHOW TABLES', /only SELECT/],
    ['SELECT 1 FORMAT JSON', /leave out FORMAT/],
    ['SELECT 1; DROP TABLE flows', /[Mm]ulti-statements/],
    ['SELECT 1 SETTINGS max_execution_time = 0', /readonly/],
    ['SELECT nothing FROM flows', /nothing/],
    ['SELECT (', /[Ss]yntax/],
  ])('may not be %s', async (sql, why) => {
    await expect((await opened()).sql(sql, never)).rejects.toThrow(why)
    expect(await server.ask('SELECT count() FROM flows', database)).toBe('900')
  })

  it('is stopped on the server when nobody waits any more', async () => {
    const stop = new AbortController()
    const asked = (await opened()).sql(
      'SELECT sum(cityHash64(a.clientPort, b.clientPort, c.clientPort, d.clientPort)) FROM flows AS a, flows AS b, flows AS c, flows AS d WHERE a.lastSeen > toDateTime(0) AND b.lastSeen > toDateTime(0) AND c.lastSeen > toDateTime(0) AND d.lastSeen > toDateTime(0)',
      stop.signal,
    )
    const running = () =>
      server.ask("SELECT count() FROM system.processes WHERE query LIKE '%cityHash64(a.client%' AND query NOT LIKE '%system.processes%'")
    await vi.waitFor(async () => expect(await running()).toBe('1'), 10_000)
    stop.abort()
    await expect(asked).rejects.toThrow(/abort/i)
    await vi.waitFor(async () => expect(await running()).toBe('0'), 10_000)
  })
})

it('gives records of a range to live tables, by day', async () => {
  const store = open(newDatabase())
  await store.write(records(0, 900))
  const range = { fromMs: T0 + 10_000, toMs: T0 + 800_000, filter: 'app = HTTP' }
  const source = new HistorySource({ name: 'Historical', range, place: await store.place(), spillFolder: newFolder() })
  const seen: FlowBatch[] = []
  await source.run({ packets: () => undefined, flows: (batch) => void seen.push(batch) }, never)
  const wanted = Array.from({ length: 900 }, (_, n) => n).filter((n) => n >= 10 && n < 800 && n % 3 === 2)
  expect(seen.flatMap((batch) => [...batch.lastMs.subarray(0, batch.count)])).toEqual(wanted.map((n) => T0 + 1000 * n))
  const [first] = seen
  expect(first!.extras[0]).toMatchObject({ app: 'HTTP', fields: { 'HTTP.url': '/page/11', 'HTTP.status': '200' } })
  expect([...first!.bytes.subarray(0, 2)]).toEqual(flowOf(11).bytes)
  expect(source.stats()).toMatchObject({ packets: wanted.length, faultCount: 0 })
  expect(source.stats().files).toBeUndefined()
  expect(source.stats().bytesRead).toBe(source.stats().bytesTotal)
})

it('says where nobody answers', async () => {
  const access = { ...parseClickHouseAddress('clickhouse://127.0.0.1:1/nowhere'), password: 'secret' }
  const store = open('nowhere', { access })
  const source = new HistorySource({ name: 'Historical', range: all, place: await store.place(), spillFolder: newFolder() })
  await expect(source.run({ packets: () => undefined }, never)).rejects.toThrow(
    /^Historical: ClickHouse at 127.0.0.1:1, database nowhere does not answer/,
  )
  await store.write(records(0, 1))
  expect(JSON.stringify(store.stats())).not.toContain('secret')
})
