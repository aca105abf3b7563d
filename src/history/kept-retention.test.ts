import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KeptRetention } from './kept-retention.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-retention-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const GIVEN = { maxAgeMs: 7, maxBytes: 10 }

it('is what the options say until somebody says something else, over a restart', () => {
  const kept = new KeptRetention(folder, GIVEN)
  expect(kept.now).toEqual(GIVEN)
  kept.change({ maxAgeMs: 30 })
  expect(kept.now).toEqual({ maxAgeMs: 30, maxBytes: 10 })
  const again = new KeptRetention(folder, GIVEN)
  expect(again.now).toEqual({ maxAgeMs: 30, maxBytes: 10 })
  again.change({ maxBytes: 20 })
  expect(new KeptRetention(folder, GIVEN).now).toEqual({ maxAgeMs: 30, maxBytes: 20 })
})

it('is what an option says that was changed later', () => {
  new KeptRetention(folder, GIVEN).change({ maxAgeMs: 30, maxBytes: 20 })
  expect(new KeptRetention(folder, { ...GIVEN, maxAgeMs: 90 }).now).toEqual({ maxAgeMs: 90, maxBytes: 20 })
})

it.each(['{', '{"said":{"maxAgeMs":-1,"maxBytes":"x"},"given":{"maxAgeMs":7,"maxBytes":10}}', '[]'])(
  'holds to the options where the file is damaged: %s',
  (text) => {
    writeFileSync(join(folder, 'retention.json'), text)
    expect(new KeptRetention(folder, GIVEN).now).toEqual(GIVEN)
    if (text === '{') expect(existsSync(join(folder, 'retention.json.damaged'))).toBe(true)
  },
)

it('changes nothing where it cannot be kept', () => {
  const kept = new KeptRetention(join(folder, 'none'), GIVEN)
  expect(() => kept.change({ maxAgeMs: 30 })).toThrow()
  expect(kept.now).toEqual(GIVEN)
})
