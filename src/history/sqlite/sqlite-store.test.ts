import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { packFlows } from '../../lib/flow-batch.ts'
import { newSourceStats } from '../../lib/source.ts'
import { flowStoreConforms } from '../flow-store.conformance.ts'
import { batchOf, flowOf, T0 } from '../flows-testing.ts'
import { HistorySource } from '../history-source.ts'
import { layoutFiles, pathAt } from './file-paths.ts'
import { TABLE } from './flow-row.ts'
import { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'

const DAY_MS = 86_400_000
const folders: string[] = []
const stores: SqliteStore[] = []
const never = new AbortController().signal
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-sqlite-'))
  folders.push(folder)
  return folder
}
function open(folder: string, options: Partial<SqliteStoreOptions> = {}): SqliteStore {
  const store = new SqliteStore({ folder, maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1, ...options })
  stores.push(store)
  return store
}
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

flowStoreConforms('sqlite', async () => {
  const store = new SqliteStore({ folder: newFolder(), maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1 })
  return { store, close: () => store.close() }
})

const write = (store: SqliteStore, from: number, count: number, name = 'eth0') =>
  store.write({ interfaceKey: name, interfaceName: name, records: packFlows(batchOf(from, count)) })
const range = { fromMs: 0, toMs: T0 + 10 * DAY_MS }
const sumOf = async (store: SqliteStore) =>
  (await store.ask({ kind: 'groups', by: [], measures: ['packets', 'bytes'], limit: 1, ...range }, never)).rows[0]
const sumsOf = (from: number, count: number) => {
  const batch = batchOf(from, count)
  return [batch.packets, batch.bytes].map((column) => column.reduce((a, b) => a + b, 0))
}
const pathOf = (folder: string, ms: number) => join(folder, '1/flows', pathAt(ms))
const shell = (path: string, sql: string) => execFileSync('sqlite3', [path, sql], { encoding: 'utf8' }).trim()

describe('sums of days', () => {
  const copiesFolder = (folder: string) => join(folder, '1/flows-copies')
  const sumsIn = (folder: string) =>
    existsSync(copiesFolder(folder))
      ? readdirSync(copiesFolder(folder), { recursive: true })
          .map(String)
          .filter((name) => name.endsWith('.sums'))
      : []
  const byServer = { kind: 'groups', by: ['server'], measures: ['bytes', 'flows'], limit: 9, ...range } as const
  const later = { now: () => T0 + 3 * DAY_MS }
  async function summed(folder: string): Promise<SqliteStore> {
    const store = open(folder, later)
    await write(store, 0, 900)
    await store.ask(byServer, never)
    await vi.waitUntil(() => sumsIn(folder).length > 0, { timeout: 20_000, interval: 50 })
    return store
  }

  it('answer what has no filter as records do, and say so', async () => {
    const folder = newFolder()
    const first = open(folder, { now: () => T0 })
    await write(first, 0, 900)
    const plain = await first.ask(byServer, never)
    expect(plain.tier).toBe('records')
    const other = newFolder()
    const store = await summed(other)
    const answer = await store.ask(byServer, never)
    expect(answer).toMatchObject({ tier: 'hours', rows: plain.rows, faults: [] })
    expect(answer.rowsRead).toBeLessThan(900)
    // A part of the day, or a filter, is asked of records.
    const part = { ...byServer, fromMs: T0 + 300_000 }
    expect(await store.ask(part, never)).toMatchObject({ tier: 'records', faults: [] })
    expect(await store.ask({ ...byServer, filter: 'app = DNS' }, never)).toMatchObject({ tier: 'records' })
    const records = await store.ask({ kind: 'records', sort: 'lastSeen', descending: true, limit: 1000, offset: 0, ...range }, never)
    expect(records.rows).toHaveLength(900)
    // They are there at the next start.
    await store.close()
    expect(await open(other, later).ask(byServer, never)).toMatchObject({ tier: 'hours', rows: plain.rows })
  })

  it('hold for the files that they were made of, and are made anew', async () => {
    const folder = newFolder()
    const store = await summed(folder)
    const before = sumsIn(folder)
    await write(store, 900, 10)
    const { rows, tier } = await store.ask({ ...byServer, by: [] }, never)
    expect([rows[0]![0], tier]).toEqual([sumsOf(0, 910)[1], 'records'])
    await vi.waitUntil(() => sumsIn(folder).some((name) => !before.includes(name)), { timeout: 20_000 })
    expect(await store.ask({ ...byServer, by: [] }, never)).toMatchObject({ tier: 'hours', rows })
  })

  it('have nothing any more of a host that is deleted', async () => {
    const folder = newFolder()
    const store = await summed(folder)
    const [before] = sumsIn(folder)
    await store.deleteHost({ id: 1, network: '8.8.8.8', isTrial: false }, never)
    expect(sumsIn(folder)).not.toContain(before)
    const { rows } = await store.ask(byServer, never)
    expect(rows.map(([server]) => server).sort()).toEqual(['1.1.1.1', '93.184.216.34'])
  })

  it('that are damaged are named, and records are asked instead', async () => {
    const folder = newFolder()
    const store = await summed(folder)
    const expected = await store.ask(byServer, never)
    writeFileSync(join(copiesFolder(folder), sumsIn(folder)[0]!), 'no')
    const answer = await store.ask(byServer, never)
    expect(answer).toMatchObject({ tier: 'records', rows: expected.rows })
    expect(answer.faults).toEqual([expect.stringMatching(/\.sums is damaged and left out$/)])
  })
})

describe('files of SQLite', () => {
  it('has the layout and the table of ntopng 1.2, as the shell of SQLite sees it while it is written', async () => {
    const folder = newFolder()
    await write(open(folder), 0, 600)
    const at = new Date(T0)
    const two = (n: number) => String(n).padStart(2, '0')
    const local = `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())}/${two(at.getHours())}/${two(at.getMinutes())}.sqlite`
    const path = join(folder, '1/flows', local)
    expect(existsSync(path)).toBe(true)
    expect(shell(path, 'SELECT count(*), sum(bytes) FROM flows')).toBe(`300|${sumsOf(0, 300)[1]}`)
    expect(shell(path, "SELECT name FROM pragma_table_info('flows')").split('\n')).toEqual([
      'ID',
      'vlan_id',
      'cli_ip',
      'cli_port',
      'srv_ip',
      'srv_port',
      'proto',
      'bytes',
      'first_seen',
      'last_seen',
      'duration',
      'json',
    ])
    const f = flowOf(2)
    const row = shell(
      path,
      'SELECT ID, vlan_id, cli_ip, cli_port, srv_ip, srv_port, proto, bytes, first_seen, last_seen, duration FROM flows LIMIT 1 OFFSET 2',
    )
    const [first, last] = [Math.floor((f.lastMs - 500) / 1000), f.lastMs / 1000]
    expect(row).toBe(`3|0|${f.client}|${f.clientPort}|93.184.216.34|80|6|${f.bytes[0] + f.bytes[1]}|${first}|${last}|${last - first}`)
    // What 1.2 takes IN as is what the client sent.
    expect(
      shell(
        path,
        `SELECT json_extract(json, '$."1"'), json_extract(json, '$."23"'), json_extract(json, '$."57591"') FROM flows LIMIT 1 OFFSET 2`,
      ),
    ).toBe(`${f.bytes[0]}|${f.bytes[1]}|HTTP`)
    expect(shell(path, 'PRAGMA integrity_check')).toBe('ok')
  })

  it('is there again after a death and after a stop, with its copies', async () => {
    const folder = newFolder()
    const dying = open(folder)
    await write(dying, 0, 100)
    const store = open(folder)
    expect(await sumOf(store)).toEqual(sumsOf(0, 100))
    await store.close()
    const again = open(folder)
    expect(await sumOf(again)).toEqual(sumsOf(0, 100))
    await write(dying, 100, 100)
    expect(await sumOf(open(folder))).toEqual(sumsOf(0, 200))
  })

  it('answers of what has just come, too', async () => {
    let nowMs = T0
    const store = open(newFolder(), { now: () => nowMs })
    await write(store, 0, 100)
    expect(await sumOf(store)).toEqual(sumsOf(0, 100))
    await write(store, 100, 100)
    nowMs += 15_000
    expect(await sumOf(store)).toEqual(sumsOf(0, 200))
  })

  it('reads files that ntopng 1.2 has written: IN and OUT exchanged, by numbers or labels', async () => {
    const folder = newFolder()
    const path = pathOf(folder, T0)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(join(folder, 'interfaces.json'), '{"eth0":1}')
    const db = new DatabaseSync(path)
    db.exec(TABLE)
    const seconds = T0 / 1000
    const insert = db.prepare(
      'INSERT INTO flows (vlan_id, cli_ip, cli_port, srv_ip, srv_port, proto, bytes, first_seen, last_seen, duration, json) VALUES (0, ?, 4000, ?, 80, 6, 1100, ?, ?, 9, ?)',
    )
    const common = { '8': '10.0.0.1', '12': '1.1.1.1', '57590': 'HTTP', '6': 27 }
    insert.run(
      '10.0.0.1',
      '1.1.1.1',
      seconds,
      seconds + 9,
      JSON.stringify({ ...common, '24': 3, '23': 100, '2': 4, '1': 1000, json: '{"host":"example.org"}', '57641': 'curl' }),
    )
    insert.run(
      '10.0.0.2',
      '1.1.1.1',
      seconds,
      seconds + 9,
      JSON.stringify({ OUT_PKTS: 3, OUT_BYTES: 100, IN_PKTS: 4, IN_BYTES: 1000, L7_PROTO: 'DNS' }),
    )
    insert.run('fe80::1', 'fe80::2', seconds, seconds + 9, 'no JSON')
    db.close()
    const store = open(folder)
    const query = { kind: 'records', sort: 'bytesS2c', descending: true, limit: 10, offset: 0, ...range } as const
    const { columns, rows } = await store.ask(query, never)
    const shown = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
    expect(shown).toMatchObject([
      {
        client: '10.0.0.1',
        clientPort: 4000,
        serverPort: 80,
        proto: 'tcp',
        bytesC2s: 100,
        bytesS2c: 1000,
        packetsC2s: 3,
        packetsS2c: 4,
        app: 'HTTP',
        clientProgram: 'curl',
        fields: { host: 'example.org' },
        firstSeen: T0,
        lastSeen: T0 + 9000,
        interface: 'eth0',
        flows: 1,
        tcpFlagsC2s: 'FSPA',
      },
      { client: '10.0.0.2', bytesC2s: 100, bytesS2c: 1000, app: 'DNS' },
      { client: 'fe80::1', server: 'fe80::2', bytesC2s: 1100, bytesS2c: 0, app: 'Unknown' },
    ])
    // What comes now goes into the same file.
    await write(store, 0, 10)
    expect(shell(path, 'SELECT count(*) FROM flows')).toBe('13')
  })

  it('names a damaged file, leaves it out, and sets it aside when it has to be written', async () => {
    const folder = newFolder()
    let nowMs = T0 + 600_000
    const first = open(folder, { now: () => nowMs })
    await write(first, 0, 600)
    await first.close()
    const path = pathOf(folder, T0)
    rmSync(join(folder, '1/flows-copies'), { recursive: true, force: true })
    writeFileSync(path, 'this is no database, but it is long enough to be taken for one at first sight'.repeat(20))
    const store = open(folder, { now: () => nowMs })
    const answer = await store.ask({ kind: 'groups', by: [], measures: ['packets', 'bytes'], limit: 1, ...range }, never)
    expect(answer.rows[0]).toEqual(sumsOf(300, 300))
    expect(answer.faults).toEqual([expect.stringMatching(`^${path} is damaged and left out: `)])
    expect(store.stats().faults).toEqual(answer.faults)
    await write(store, 0, 10)
    nowMs += 15_000
    expect(readFileSync(`${path}.damaged`, 'utf8')).toMatch(/^this is no database/)
    expect(store.stats()).toMatchObject({ lost: 0, faults: expect.arrayContaining([expect.stringMatching(/set aside as .+\.damaged$/)]) })
    const [, bytes] = sumsOf(0, 10)
    expect((await sumOf(store))![1]).toBe(Number(sumsOf(300, 300)[1]) + bytes!)
  })

  it('loads into an interface: files that the source of history reads', async () => {
    const store = open(newFolder())
    await write(store, 0, 400)
    const place = await store.place({ fromMs: T0, toMs: T0 + 3_600_000 })
    expect(place.files).toHaveLength(2)
    const source = new HistorySource({ name: 'past', range: { fromMs: T0, toMs: T0 + 3_600_000 }, place, spillFolder: newFolder() })
    let flows = 0
    await source.run({ flows: ({ count }: { count: number }) => void (flows += count) } as never, never)
    expect(flows).toBe(400)
    expect(source.stats().faultCount).toBe(newSourceStats().faultCount)
  })

  it('lets the oldest go when there is too much, and what is too old', async () => {
    let nowMs = T0 + 3_600_000
    const folder = newFolder()
    const store = open(folder, { now: () => nowMs })
    await write(store, 0, 900)
    await sumOf(store)
    const before = store.stats()
    expect(before.files).toBe(3)
    store.retain({ maxAgeMs: 30 * DAY_MS, maxBytes: before.bytes - 1 })
    const look = () => store.stats().files
    await expect.poll(look, { timeout: 15_000 }).toBe(2)
    expect(existsSync(pathOf(folder, T0))).toBe(false)
    nowMs += 40 * DAY_MS
    await expect.poll(look, { timeout: 15_000 }).toBe(0)
    expect(layoutFiles(join(folder, '1/flows'))).toEqual([])
    expect(existsSync(dirname(pathOf(folder, T0)))).toBe(false)
  })

  it('deletes a host, and leaves nothing of it in any file', async () => {
    const folder = newFolder()
    const store = open(folder)
    await write(store, 0, 600)
    await sumOf(store)
    expect(await store.deleteHost({ id: 1, network: '8.8.8.0/24', isTrial: true }, never)).toMatchObject({ records: 200, files: 2 })
    expect(await store.deleteHost({ id: 2, network: '8.8.8.0/24', isTrial: false }, never)).toMatchObject({
      records: 200,
      files: 2,
      faults: [],
      isOver: true,
    })
    const { rows } = await store.ask({ kind: 'groups', by: ['server'], measures: ['flows'], limit: 9, ...range }, never)
    expect(rows.map(([server]) => server).sort()).toEqual(['1.1.1.1', '93.184.216.34'])
    for (const { path } of layoutFiles(join(folder, '1/flows')))
      expect(readFileSync(join(folder, '1/flows', path), 'latin1')).not.toContain('8.8.8.8')
  })
})
