import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { scratchFolder } from '../test/product.ts'
import { writePidFile } from './background.ts'

const folder = scratchFolder()
afterAll(folder.dispose)

test('the file holds our process id and goes with us', () => {
  const path = folder.path('ours.pid')
  const file = writePidFile(path)
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
  file.remove()
  expect(existsSync(path)).toBe(false)
})

test('a file left behind by a process that is gone is taken over', () => {
  const path = folder.path('stale.pid')
  writeFileSync(path, '4194305\n')
  writePidFile(path).remove()
  writeFileSync(path, 'not a number')
  writePidFile(path).remove()
})

test('a process that still runs is not started beside', () => {
  const path = folder.path('running.pid')
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  try {
    writeFileSync(path, `${other.pid}\n`)
    expect(() => writePidFile(path)).toThrow(`wiretop runs already as process ${other.pid}`)
  } finally {
    other.kill()
  }
})

test('a place that cannot be written is said', () => {
  expect(() => writePidFile(folder.path('none/x.pid'))).toThrow('cannot be written there (ENOENT): give another file with -G')
})
