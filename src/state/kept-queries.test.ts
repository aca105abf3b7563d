import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { StoreAway } from '../lib/key-value.ts'
import { MAX_SAVED_QUERIES } from '../lib/saved-queries.ts'
import { KeptQueries } from './kept-queries.ts'
import { MemoryStore } from './memory-store.ts'

let folder: string
let store: MemoryStore
let nowMs = 0
const open = async () => {
  const queries = new KeptQueries(store, () => ++nowMs)
  await queries.read(folder)
  return queries
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-queries-'))
  store = new MemoryStore()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const names = (queries: KeptQueries) => queries.all.map(({ name }) => name)

it('keeps what was named over a restart, those used last first', async () => {
  const queries = await open()
  const a = queries.add('a', 'by=app')!
  const b = queries.add('b', 'by=client')!
  const c = queries.add('c', '')!
  expect(names(queries)).toEqual(['c', 'b', 'a'])
  queries.change(a.id, { used: true })
  queries.change(b.id, { name: 'B', view: 'by=server' })
  queries.remove(c.id)
  const again = await open()
  expect(names(again)).toEqual(['a', 'B'])
  expect(again.all[1]).toMatchObject({ id: b.id, view: 'by=server', usedMs: b.usedMs })
  expect(again.all[1]!.savedMs).toBeGreaterThan(b.savedMs)
  expect(again.add('d', '')!.id).not.toBe(a.id)
})

it('knows what another has saved when it reads again', async () => {
  const here = await open()
  const there = await open()
  const query = here.add('ours', 'by=app')!
  there.add('theirs', '')
  await here.read()
  await there.read()
  expect([names(here), names(there)]).toEqual([
    ['theirs', 'ours'],
    ['theirs', 'ours'],
  ])
  there.remove(query.id)
  await here.read()
  expect(names(here)).toEqual(['theirs'])
})

it('knows nothing of what is not there, and takes a bounded number', async () => {
  const queries = await open()
  expect(queries.change('7', { name: 'x' })).toBeUndefined()
  expect(queries.remove('7')).toBe(false)
  for (let n = 0; n < MAX_SAVED_QUERIES; n++) queries.add(`q${n}`, '')
  expect(queries.add('one more', '')).toBeUndefined()
  expect(queries.all).toHaveLength(MAX_SAVED_QUERIES)
})

it('takes over the file of before, once; a number that is in use is drawn anew', async () => {
  const before = await open()
  const kept = before.add('kept', '')!
  const former = [
    { id: kept.id, name: 'former', view: 'by=app', savedMs: 1, usedMs: 1 },
    { id: '7', name: 'other', view: '', savedMs: 2, usedMs: 2 },
  ]
  writeFileSync(join(folder, 'queries.json'), JSON.stringify(former))
  const queries = await open()
  expect(names(queries)).toEqual(['kept', 'other', 'former'])
  expect(readdirSync(folder)).toEqual(['queries.json.taken'])
  expect(names(await open())).toEqual(['kept', 'other', 'former'])
})

it('leaves the file while the store is away', async () => {
  writeFileSync(join(folder, 'queries.json'), '[]')
  vi.spyOn(store, 'hash').mockRejectedValueOnce(new StoreAway('away'))
  const queries = new KeptQueries(store)
  expect(await queries.read(folder)).toBe(false)
  expect(readdirSync(folder)).toEqual(['queries.json'])
  expect(await queries.read(folder)).toBe(true)
  expect(readdirSync(folder)).toEqual(['queries.json.taken'])
})

it.each([
  'no JSON',
  '{}',
  '[{"id":"1","name":7,"view":"","savedMs":1,"usedMs":1}]',
  '[{"id":"x","name":"","view":"","savedMs":1,"usedMs":1}]',
])('sets %s aside', async (text) => {
  writeFileSync(join(folder, 'queries.json'), text)
  expect((await open()).all).toEqual([])
  expect(readdirSync(folder)).toEqual(['queries.json.damaged'])
})

it('leaves out what others have put there that is no query', async () => {
  const put = (field: string, value: string) => store.write([{ op: 'hash-set', key: 'wiretop.queries', field, value }])
  await put('1', 'no JSON')
  await put('x', '{"name":"a","view":"","savedMs":1,"usedMs":1}')
  await put('2', `{"name":"${'a'.repeat(101)}","view":"","savedMs":1,"usedMs":1}`)
  await put('3', '{"name":"good","view":"","savedMs":1,"usedMs":1,"id":"4"}')
  expect((await open()).all).toEqual([{ id: '3', name: 'good', view: '', savedMs: 1, usedMs: 1 }])
})
