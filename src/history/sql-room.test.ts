import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import { batchOf, T0 } from './flows-testing.ts'
import { ParquetStore } from './parquet-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-sql-'))
const secret = join(folder, 'secret.txt')
const store = new ParquetStore({ folder, maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1 })
const never = new AbortController().signal
const file = () =>
  join(
    folder,
    '1/flows/2026',
    ...(readdirSync(join(folder, '1/flows/2026'), { recursive: true }) as string[]).filter((name) => name.endsWith('.parquet')).slice(0, 1),
  )

beforeAll(async () => {
  writeFileSync(secret, 'not for you')
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(0, 100)) })
  store.sealAll()
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('SQL of an administrator', () => {
  it('reads the records', async () => {
    const { columns, rows } = await store.sql(
      'SELECT app, count(*) AS n, max("lastSeen") AS newest FROM flows GROUP BY app ORDER BY app',
      never,
    )
    expect(columns).toEqual(['app', 'n', 'newest'])
    expect(rows).toEqual([
      ['DNS', 34, T0 + 99_000],
      ['HTTP', 33, T0 + 98_000],
      ['TLS.Google', 33, T0 + 97_000],
    ])
    const { rows: maps } = await store.sql(`SELECT fields FROM flows WHERE fields['HTTP.status'][1] = '200' OR app = 'HTTP' LIMIT 1`, never)
    expect(maps[0]![0]).toMatchObject({ 'HTTP.status': '200' })
  })

  it.each([
    ['another file', () => `SELECT * FROM read_text('${secret}')`],
    ['a file of the system', () => "SELECT * FROM read_csv('/etc/passwd')"],
    ['a folder', () => `SELECT * FROM glob('${folder}/*')`],
    ['writing', () => `COPY (SELECT 1) TO '${join(folder, 'made.csv')}'`],
    ['writing over the records', () => `COPY (SELECT 1 AS a) TO '${file()}' (FORMAT parquet)`],
    ['two statements', () => 'SELECT 1; SELECT 2'],
    ['a setting', () => 'SET enable_external_access = true'],
    ['attaching', () => `ATTACH '${join(folder, 'x.db')}' AS x`],
    ['installing', () => 'INSTALL httpfs'],
    ['a table', () => 'CREATE TABLE t AS SELECT 1'],
    ['no SQL', () => 'hello'],
    ['nothing', () => ' '],
  ])('refuses %s', async (_, sql) => {
    await expect(store.sql(sql(), never)).rejects.toMatchObject({ name: 'HistoryFault' })
    const { rows } = await store.sql('SELECT count(*) FROM flows', never)
    expect(rows).toEqual([[100]])
    expect(readdirSync(folder).sort()).toEqual(['1', 'interfaces.json', 'secret.txt'])
  })

  it('can be told to stop', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    await expect(store.sql('SELECT count(*) FROM range(100000000000) a, range(1000) b', stop.signal)).rejects.toThrow(/abort/i)
  })

  it('cuts what is more than anybody reads', async () => {
    const { rows, isCut } = await store.sql('SELECT * FROM range(20000)', never)
    expect([rows.length, isCut]).toEqual([10_000, true])
  })

  it('has a share of the memory and no more', async () => {
    await expect(
      store.sql("SELECT count(*) FROM (SELECT DISTINCT hash(range), range::VARCHAR || repeat('x', 100) FROM range(50000000))", never),
    ).rejects.toThrow(/memory/i)
  })
})
