/** Two servers as one: each keeps half of the records. What needs a Keeper is only parsed: there is none for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { parseClickHouseAddress } from '../../src/history/clickhouse/clickhouse-address.ts'
import { addStatements, createDatabase, createStatements, ttlStatements } from '../../src/history/clickhouse/clickhouse-schema.ts'
import { ClickHouseStore } from '../../src/history/clickhouse/clickhouse-store.ts'
import { batchOf, T0 } from '../../src/history/flows-testing.ts'
import { packFlows } from '../../src/lib/flow-batch.ts'
import type { FlowQuery, GroupQuery } from '../../src/lib/history.ts'
import { TestServer } from './server.ts'

const DATABASE = 'halves'
const USER = 'wiretop'
const PASSWORD = 'a pass&word'
const folder = mkdtempSync(join(tmpdir(), 'wiretop-cluster-'))
let servers: TestServer[] = []
let stores: ClickHouseStore[] = []

const escaped = PASSWORD.replace('&', '&amp;')
const user = (name: string, password: string) =>
  `<${name}><password>${password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></${name}>`
const users = `<users>${user(USER, escaped)}${user('default', '')}</users><profiles><default/></profiles><quotas><default/></quotas>`
const shard = ({ tcpPort }: TestServer) =>
  `<shard><replica><host>127.0.0.1</host><port>${tcpPort}</port><user>${USER}</user><password>${escaped}</password></replica></shard>`
const config = (all: readonly TestServer[]) => `<remote_servers><two>${all.map(shard).join('')}</two></remote_servers>`

const open = (server: TestServer, password = PASSWORD, name = `probe${server.httpPort}`) => {
  const address = server.address(DATABASE, '?cluster=two&keeper=no').replace('://', `://${USER}@`)
  const access = { ...parseClickHouseAddress(address), password }
  return new ClickHouseStore({
    access,
    folder: join(folder, name),
    maxQueueBytes: 1e9,
    instance: name,
    days: 3650,
    gatherMs: 20,
    gatherAwayMs: 20,
    maxPauseMs: 50,
  })
}

beforeAll(async () => {
  servers = [await TestServer.make(), await TestServer.make()]
  for (const server of servers) await server.up(config(servers), users)
  stores = servers.map((server) => open(server))
  const range = { fromMs: 0, toMs: 1, kind: 'groups', by: [], measures: ['bytes'], limit: 1 } as const
  // Each makes its tables where it is.
  for (const store of stores) await store.ask(range, never).catch(() => undefined)
  for (const store of stores) await store.ask(range, never)
})
const never = new AbortController().signal
afterAll(async () => {
  for (const store of stores) await store.close()
  for (const server of servers) await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('spreads what either is given, and either answers of all', async () => {
  await Promise.all(
    stores.map((store, n) => store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(4500 * n, 4500)) })),
  )
  const counts = await Promise.all(servers.map((server) => server.ask('SELECT count() FROM flows_local', DATABASE)))
  expect(counts.map(Number).reduce((sum, count) => sum + count, 0)).toBe(9000)
  for (const count of counts) expect(Number(count)).toBeGreaterThan(3000)
  const groups: GroupQuery = { kind: 'groups', by: ['app'], measures: ['bytes'], limit: 2, fromMs: T0, toMs: T0 + 10_800_000 }
  const questions: FlowQuery[] = [
    groups,
    { ...groups, by: ['host', 'app'], limit: 30, filter: 'bytes > 5k' },
    { ...groups, by: ['client'], measures: ['servers', 'flows'], stepMs: 3_600_000, filter: 'not app = HTTP' },
    { ...groups, by: ['client'], stepMs: 3_600_000 },
    { ...groups, by: [], measures: ['clients', 'servers', 'bytes'] },
    { kind: 'records', sort: 'lastSeen', descending: true, limit: 50, offset: 3, fromMs: T0, toMs: T0 + 10_800_000, filter: 'app = DNS' },
  ]
  for (const query of questions) {
    const [one, other] = await Promise.all(stores.map((store) => store.ask(query, never)))
    expect({ ...one, ms: 0 }).toEqual({ ...other, ms: 0 })
    expect(one!.rows.length).toBeGreaterThan(0)
    expect(one!.tier).toBe(
      query.kind === 'groups' && query.filter === undefined && !query.measures.includes('clients') ? 'hours' : 'records',
    )
  }
  const [total] = (await stores[0]!.ask({ ...groups, by: [], measures: ['packets'], filter: 'bytes > 0' }, never)).rows
  const [summed] = (await stores[0]!.ask({ ...groups, by: [], measures: ['packets'] }, never)).rows
  expect(summed).toEqual(total)
})

it('counts a batch once that is sent again, on both', async () => {
  const real = fetch
  let lost = 0
  const lossy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const answer = await real(url, init)
    if (String(url).includes('insert_deduplication_token') && lost++ < 2)
      throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
    return answer
  })
  try {
    await stores[0]!.write({ interfaceKey: 'again', interfaceName: 'again', records: packFlows(batchOf(0, 1000)) })
    await vi.waitFor(() => expect(stores[0]!.stats().behind).toMatchObject({ records: 0 }), 10_000)
    expect(lost).toBe(3)
    expect(await servers[1]!.ask("SELECT count() FROM flows WHERE interfaceKey = 'again'", DATABASE)).toBe('1000')
    expect(await servers[0]!.ask('SELECT sum(packetsC2s) = (SELECT sum(packetsC2s) FROM flows) FROM flows_hours', DATABASE)).toBe('1')
  } finally {
    lossy.mockRestore()
  }
})

it('says that a password is wrong, and keeps what comes', async () => {
  const store = open(servers[0]!, 'wrong', 'stranger')
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(0, 10)) })
  expect(store.stats().faults.join()).toMatch(/Authentication failed.*10 records wait on disk/)
  expect(store.stats().faults.join()).not.toContain('wrong')
  await store.close()
})

it('is made by statements that ClickHouse understands, with a Keeper and without', async () => {
  for (const cluster of [undefined, 'two'])
    for (const hasKeeper of [true, false]) {
      const options = { database: DATABASE, days: 7, hasKeeper, ...(cluster !== undefined && { cluster }) }
      const statements = [
        createDatabase(options),
        ...createStatements(options, 0),
        ...addStatements(options, new Set()),
        ...ttlStatements(options, ''),
      ]
      for (const sql of statements) expect(await servers[0]!.ask(`EXPLAIN AST ${sql}`)).not.toBe('')
      const all = statements.join('\n')
      expect(all.includes('ReplicatedMergeTree')).toBe(cluster !== undefined && hasKeeper)
      expect(statements.every((sql) => sql.includes('ON CLUSTER `two`'))).toBe(cluster !== undefined && hasKeeper)
    }
})
