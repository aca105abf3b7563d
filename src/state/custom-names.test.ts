import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CustomTexts } from '../names/custom-names.ts'
import { CustomFileError, CustomNames } from './custom-names.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-rules-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const loaded = (files: ConstructorParameters<typeof CustomNames>[0]) => {
  const names = new CustomNames(files)
  names.load()
  return names
}

describe('what is read', () => {
  test('the file of rules, files of categories and plain lists, with what is wrong in each', () => {
    const rules = file('rules.txt', 'tcp:1@A\nbad')
    const own = file('categories.txt', 'host:a.example@Malware')
    const list = file('list.txt', 'b.example\nx y')
    const names = loaded({ rules, categories: [{ path: list, category: 'Malware' }, { path: own }] })
    expect(names.faults.map(({ file, line, column }) => [file, line, column])).toEqual([
      [rules, 2, 4],
      [list, 2, 3],
    ])
    expect(names.document('applications')).toMatchObject({ file: rules, text: 'tcp:1@A\nbad', faults: [{ line: 2 }], others: [] })
    expect(names.document('categories')).toMatchObject({
      file: own,
      faults: [],
      others: [{ file: list, category: 'Malware', faults: [{ line: 2 }] }],
    })
    expect(names.texts.categories.map(({ file }) => file)).toEqual([own, list])
  })

  test('what has been kept in the data folder, where no file is given', () => {
    file('custom-rules.txt', 'tcp:1@A')
    expect(loaded({ categories: [], dataDir: folder }).document('applications').text).toBe('tcp:1@A')
    const given = file('other.txt', 'tcp:2@B')
    expect(loaded({ rules: given, categories: [], dataDir: folder }).document('applications').text).toBe('tcp:2@B')
  })

  test('a file that is given must be there', () => {
    const absent = join(folder, 'absent.txt')
    expect(() => loaded({ rules: absent, categories: [] })).toThrow(`${absent} cannot be read (ENOENT)`)
    expect(() => loaded({ categories: [{ path: absent, category: 'Malware' }] })).toThrow(CustomFileError)
  })

  test('when one cannot be read again, all stays as it was', () => {
    const rules = file('rules.txt', 'tcp:1@A')
    const list = file('list.txt', 'a.example')
    const names = loaded({ rules, categories: [{ path: list, category: 'Malware' }] })
    const before = names.texts
    writeFileSync(rules, 'tcp:2@B')
    rmSync(list)
    expect(() => names.load()).toThrow(CustomFileError)
    expect(names.texts).toBe(before)
    writeFileSync(list, 'b.example')
    names.load()
    expect(names.texts.namesSoFar.applications).toEqual(['A', 'B'])
  })
})

describe('what is saved', () => {
  test('is in the file, holds at once and is told; no other file stays behind', async () => {
    const names = loaded({ categories: [], dataDir: join(folder, 'data') })
    const told: CustomTexts[] = []
    names.onChange((texts) => told.push(texts))
    const document = await names.save('applications', 'tcp:1@A\nbad')
    expect(document).toMatchObject({ kind: 'applications', text: 'tcp:1@A\nbad', faults: [{ line: 2, column: 4 }] })
    expect(readFileSync(join(folder, 'data/custom-rules.txt'), 'utf8')).toBe('tcp:1@A\nbad')
    expect(readdirSync(join(folder, 'data'))).toEqual(['custom-rules.txt'])
    expect(told.map(({ applications }) => applications[0]!.text)).toEqual(['tcp:1@A\nbad'])
    await names.save('categories', 'host:a.example@Malware')
    expect(loaded({ categories: [], dataDir: join(folder, 'data') }).texts).toEqual(names.texts)
  })

  test('in the order in which it was asked', async () => {
    const names = loaded({ categories: [], dataDir: folder })
    await Promise.all(Array.from({ length: 20 }, (_, i) => names.save('applications', `tcp:${i + 1}@A`)))
    expect(readFileSync(join(folder, 'custom-rules.txt'), 'utf8')).toBe('tcp:20@A')
    expect(names.document('applications').text).toBe('tcp:20@A')
  })

  test('lasts as long as the program where there is no folder, also when files are read again', async () => {
    const names = loaded({ categories: [] })
    const document = await names.save('applications', 'tcp:1@A')
    expect(document.file).toBeUndefined()
    names.load()
    expect(names.document('applications').text).toBe('tcp:1@A')
  })

  test('or not at all: then the former text holds', async () => {
    const rules = file('rules.txt', 'tcp:1@A')
    const names = loaded({ rules, categories: [] })
    rmSync(rules)
    mkdirSync(rules)
    await expect(names.save('applications', 'tcp:2@B')).rejects.toThrow(CustomFileError)
    expect(names.document('applications').text).toBe('tcp:1@A')
    expect(readdirSync(folder)).toEqual(['rules.txt'])
  })

  test.skipIf(process.getuid?.() === 0)('in its place, where no other file can be made', async () => {
    const rules = file('rules.txt', 'tcp:1@A')
    const names = loaded({ rules, categories: [] })
    chmodSync(folder, 0o500)
    await names.save('applications', 'tcp:2@B')
    expect(readFileSync(rules, 'utf8')).toBe('tcp:2@B')
    chmodSync(folder, 0o700)
  })
})

test('a text may be checked without being kept', () => {
  const names = loaded({ categories: [] })
  expect(names.check('categories', 'tcp:1@A')).toMatchObject([{ file: 'the custom categories', line: 1, column: 1 }])
  expect(names.document('categories').text).toBe('')
})
