import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { begun, growing } from './growing-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-growing-'))
  path = join(folder, 'file')
  writeFileSync(path, '')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('reads what comes until it is whole, and what came just before the end', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const parts = growing(path, promise)
  const first = parts.next()
  appendFileSync(path, 'one')
  const text = (part: Uint8Array) => Buffer.from(part).toString()
  expect(text((await first).value!)).toBe('one')
  appendFileSync(path, 'two')
  resolve()
  const rest: string[] = []
  for await (const part of parts) rest.push(text(part))
  expect(rest).toEqual(['two'])
})

it('fails as the writer does', async () => {
  await expect(begun(growing(path, Promise.reject(new Error('disk full'))))).rejects.toThrow('disk full')
})

it('of an empty file gives nothing', async () => {
  const parts = await begun(growing(path, Promise.resolve()))
  expect((await parts.next()).done).toBe(true)
})
