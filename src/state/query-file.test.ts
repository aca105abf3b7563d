import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MAX_SAVED_QUERIES } from '../lib/saved-queries.ts'
import { QueryFile } from './query-file.ts'

let folder: string
let nowMs = 0
const open = () => new QueryFile(folder, () => ++nowMs)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-queries-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const names = (queries: QueryFile) => queries.all.map(({ name }) => name)

it('keeps what was named over a restart, those used last first', () => {
  const queries = open()
  const a = queries.add('a', 'by=app')!
  const b = queries.add('b', 'by=client')!
  const c = queries.add('c', '')!
  expect(names(queries)).toEqual(['c', 'b', 'a'])
  queries.change(a.id, { used: true })
  queries.change(b.id, { name: 'B', view: 'by=server' })
  queries.remove(c.id)
  const again = open()
  expect(names(again)).toEqual(['a', 'B'])
  expect(again.all[1]).toMatchObject({ id: b.id, view: 'by=server', usedMs: b.usedMs })
  expect(again.all[1]!.savedMs).toBeGreaterThan(b.savedMs)
  expect(again.add('d', '')!.id).not.toBe(a.id)
  expect(statSync(join(folder, 'queries.json')).mode & 0o777).toBe(0o600)
})

it('knows nothing of what is not there, and takes a bounded number', () => {
  const queries = new QueryFile(undefined)
  expect(queries.change('7', { name: 'x' })).toBeUndefined()
  expect(queries.remove('7')).toBe(false)
  for (let n = 0; n < MAX_SAVED_QUERIES; n++) queries.add(`q${n}`, '')
  expect(queries.add('one more', '')).toBeUndefined()
  expect(queries.all).toHaveLength(MAX_SAVED_QUERIES)
})

it.each([
  'no JSON',
  '{}',
  '[{"id":"1","name":7,"view":"","savedMs":1,"usedMs":1}]',
  '[{"id":"x","name":"","view":"","savedMs":1,"usedMs":1}]',
])('sets %s aside', (text) => {
  writeFileSync(join(folder, 'queries.json'), text)
  const queries = open()
  expect(queries.all).toEqual([])
  expect(readdirSync(folder)).toEqual(['queries.json.damaged'])
  queries.add('a', '')
  expect(names(open())).toEqual(['a'])
})

it('changes nothing where the file cannot be written', () => {
  const queries = open()
  queries.add('a', '')
  rmSync(folder, { recursive: true })
  expect(() => queries.add('b', '')).toThrow()
  expect(names(queries)).toEqual(['a'])
})
