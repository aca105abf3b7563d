import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { StateFile } from './state-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'wiretop-state-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('what is written is read again, and nothing is left beside it', async () => {
  const file = new StateFile(join(dir, 'a.json'))
  expect(file.read()).toBeUndefined()
  void file.write({ n: 1 })
  await file.write({ n: 2 })
  expect(new StateFile(join(dir, 'a.json')).read()).toEqual({ n: 2 })
  expect(readdirSync(dir)).toEqual(['a.json'])
})
test('what is no JSON is nothing, and so is a folder that is not there', async () => {
  writeFileSync(join(dir, 'b.json'), '{"n":')
  expect(new StateFile(join(dir, 'b.json')).read()).toBeUndefined()
  const nowhere = new StateFile(join(dir, 'none', 'c.json'))
  await nowhere.write({ n: 1 })
  expect(nowhere.read()).toBeUndefined()
})
test('without a path nothing is kept', async () => {
  const none = new StateFile(undefined)
  await none.write({ n: 1 })
  expect(none.read()).toBeUndefined()
})
