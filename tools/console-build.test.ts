import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consoleIsFresh } from './console-build.ts'

const BUILT_AT = 1_700_000_000
let root = ''

function put(path: string, atSeconds: number): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, atSeconds, atSeconds)
  // The folder is as old as the newest thing in it, which writing has changed.
  for (let folder = dirname(file); folder !== root; folder = dirname(folder)) utimesSync(folder, BUILT_AT - 10, BUILT_AT - 10)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wiretop-fresh-'))
  for (const path of ['web/main.tsx', 'web/pages/hosts/hosts-page.tsx', 'src/lib/fields.ts', 'src/query/filter.ts', 'package-lock.json'])
    put(path, BUILT_AT - 10)
  put('web/dist/index.html', BUILT_AT)
})
afterEach(() => rmSync(root, { recursive: true }))

describe('consoleIsFresh', () => {
  it('is so after a build', () => expect(consoleIsFresh(root)).toBe(true))

  const changes: [string, string, boolean][] = [
    ['a page', 'web/pages/hosts/hosts-page.tsx', false],
    ['the glossary', 'src/lib/fields.ts', false],
    ['the filter language', 'src/query/filter.ts', false],
    ['a dependency', 'package-lock.json', false],
    ['a test', 'web/lib/text.test.ts', true],
    ['what the console is not made of', 'src/api/server.ts', true],
  ]
  it.each(changes)('after a change of %s', (_, path, fresh) => {
    put(path, BUILT_AT + 10)
    expect(consoleIsFresh(root)).toBe(fresh)
  })

  it('is not when a file has gone', () => {
    rmSync(join(root, 'web/pages/hosts/hosts-page.tsx'))
    expect(consoleIsFresh(root)).toBe(false)
  })

  it('is not before the first build', () => {
    rmSync(join(root, 'web/dist'), { recursive: true })
    expect(consoleIsFresh(root)).toBe(false)
  })
})
