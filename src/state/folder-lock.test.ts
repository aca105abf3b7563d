import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FolderLock } from './folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const code = `import { FolderLock } from ${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))}; new FolderLock(${JSON.stringify(folder)}); console.log('has it')`
const args = (after: string) => ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', `${code}; ${after}`]

it('keeps others out, and says who is in', () => {
  const lock = new FolderLock(folder)
  const other = () => execFileSync(process.execPath, args(''), { encoding: 'utf8', stdio: 'pipe' })
  expect(other).toThrow(new RegExp(`in use by another wiretop \\(process ${process.pid}\\): give another folder with -d`))
  lock.release()
  expect(other()).toContain('has it')
})

it('goes with a process that is killed', async () => {
  const child = spawn(process.execPath, args('setInterval(() => {}, 1000)'), { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(() => new FolderLock(folder)).toThrow(`(process ${child.pid})`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = new FolderLock(folder)
  lock.release()
})
