import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StoreAway } from '../lib/key-value.ts'
import { SqliteStore } from './sqlite-store.ts'

let folder: string
let store: SqliteStore | undefined
let now = 1000
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-state-'))
  now = 1000
})
afterEach(async () => {
  await store?.close()
  rmSync(folder, { recursive: true, force: true })
})
const open = (at = folder) => (store = new SqliteStore(at, () => now))
const file = () => join(folder, 'state.sqlite')

it('has a folder and files that nobody else can read', async () => {
  await open(join(folder, 'new')).write([{ op: 'set', key: 'a', value: '1' }])
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
  const names = readdirSync(join(folder, 'new'))
  expect(names.sort()).toEqual(['state.sqlite', 'state.sqlite-shm', 'state.sqlite-wal'])
  for (const name of names) expect(statSync(join(folder, 'new', name)).mode & 0o777).toBe(0o600)
})

it.each([
  ['no database', () => writeFileSync(file(), 'x'.repeat(5000))],
  ['one whose beginning is gone', () => writeFileSync(file(), Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 7)]))],
])('sets %s aside, says so, and begins anew', async (_, damage) => {
  damage()
  const opened = open()
  expect(opened.fault).toBe(`${file()} was damaged: it is set aside as state.sqlite.damaged, and state begins anew`)
  await opened.write([{ op: 'set', key: 'a', value: '1' }])
  expect(await opened.get('a')).toBe('1')
  expect(readdirSync(folder)).toContain('state.sqlite.damaged')
})

it('begins anew when its folder is removed, or its file', async () => {
  const opened = open(join(folder, 'data'))
  for (const gone of [join(folder, 'data'), join(folder, 'data/state.sqlite')]) {
    await opened.write([{ op: 'set', key: 'a', value: '1' }])
    rmSync(gone, { recursive: true })
    opened.tend()
    expect(await opened.get('a')).toBeUndefined()
    await opened.write([{ op: 'set', key: 'b', value: '2' }])
    expect(existsSync(join(folder, 'data/state.sqlite'))).toBe(true)
    expect(opened.fault).toBeUndefined()
  }
  await opened.close()
  expect(await open(join(folder, 'data')).get('b')).toBe('2')
})

it.skipIf(process.getuid?.() === 0)('is away while its folder cannot be written, and returns', async () => {
  const opened = open(join(folder, 'data'))
  rmSync(join(folder, 'data'), { recursive: true })
  chmodSync(folder, 0o500)
  opened.tend()
  await expect(opened.write([{ op: 'set', key: 'a', value: '1' }])).rejects.toBeInstanceOf(StoreAway)
  chmodSync(folder, 0o700)
  await opened.write([{ op: 'set', key: 'a', value: '1' }])
  expect(opened.fault).toBeUndefined()
})

it('is away when there is no more room, has nothing of that batch, and returns', async () => {
  const opened = open()
  const batch = (n: number) => Array.from({ length: 50 }, (_, i) => ({ op: 'set', key: `${n} ${i}`, value: 'x'.repeat(2000) }) as const)
  await opened.write(batch(0))
  const limit = (pages: number) =>
    (opened as unknown as { opened: { db: DatabaseSync } }).opened.db.exec(`PRAGMA max_page_count = ${pages}`)
  limit(40)
  await expect(opened.write(batch(1))).rejects.toBeInstanceOf(StoreAway)
  expect(opened.fault).toMatch(/^state cannot be kept in .*state.sqlite \(database or disk is full\): it waits in memory/)
  expect(await opened.get('1 0')).toBeUndefined()
  limit(100_000)
  await opened.write(batch(1))
  expect(await opened.get('1 0')).toBeDefined()
  expect(opened.fault).toBeUndefined()
})

it('removes what has expired, a bounded part of it a second, and gives the room back', async () => {
  const opened = open()
  const count = 12_000
  await opened.write(
    Array.from({ length: count }, (_, n) => ({ op: 'set', key: `k ${n}`, value: 'x'.repeat(500), ttlMs: n < 11_000 ? 10 : 1e9 })),
  )
  await opened.write([
    { op: 'hash-set', key: 'h', field: 'f', value: 'x' },
    { op: 'expire', key: 'h', ttlMs: 10 },
  ])
  const rows = () => {
    const db = new DatabaseSync(file(), { readOnly: true })
    const all = ['keys', 'fields'].map((table) => Number((db.prepare(`SELECT count(*) n FROM ${table}`).get() as { n: number }).n))
    const pages = Number((db.prepare('PRAGMA page_count').get() as { page_count: number }).page_count)
    db.close()
    return [...all, pages]
  }
  const before = rows()
  now += 100
  opened.tend()
  expect(rows()[0]).toBe(count + 1 - 5000)
  for (let n = 0; n < 12; n++) opened.tend()
  const [keys, fields, pages] = rows()
  expect([keys, fields]).toEqual([1000, 0])
  expect(pages).toBeLessThan(before[2]! / 2)
})

it('opens what a killed process left', async () => {
  await open().write([{ op: 'set', key: 'a', value: '1' }])
  // As if the last bytes of another transaction had been on their way.
  appendFileSync(`${file()}-wal`, Buffer.alloc(3000, 7))
  const again = new SqliteStore(folder, () => now)
  expect(await again.get('a')).toBe('1')
  await again.close()
})
