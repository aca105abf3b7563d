import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountOf, canReach, canRead, isRoot } from './privileges.ts'

const MODULE = join(import.meta.dirname, 'privileges.ts')
const needsRoot = isRoot() ? describe : describe.skip

test('an account is found by name and by number; one that is not there is said', () => {
  expect(accountOf('root')).toEqual({ name: 'root', uid: 0, gid: 0 })
  expect(accountOf('0').name).toBe('root')
  expect(() => accountOf('no-such-user')).toThrow('there is no user no-such-user: give another with -U')
})

describe('what an account can read', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wiretop-rights-'))
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'closed'), { mode: 0o700 })
    for (const name of ['open', 'closed/inner']) writeFileSync(join(folder, name), '', { mode: 0o644 })
    writeFileSync(join(folder, 'private'), '', { mode: 0o600 })
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const stranger = { name: 'stranger', uid: 64_999, gid: 64_999 }

  test.each([
    ['open', true],
    ['private', false],
    ['closed/inner', false],
  ])('%s: %s', (path, readable) => {
    expect(canRead(stranger, join(folder, path))).toBe(readable)
  })
  test('what is its own in a folder that it may enter can be reached, whatever its rights are now', () => {
    expect(canReach(stranger, join(folder, 'private'))).toBe(true)
    expect(canReach(stranger, join(folder, 'closed'))).toBe(true)
    expect(canReach(stranger, join(folder, 'closed/inner'))).toBe(false)
  })
})

needsRoot('giving up root (skipped: needs root)', () => {
  /** Runs code that has become nobody, with a worker thread beside it. */
  const asNobody = (code: string) => {
    const script = `
      import { readdirSync, readFileSync } from 'node:fs'
      import { Worker } from 'node:worker_threads'
      import { accountOf, become } from ${JSON.stringify(MODULE)}
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
      await new Promise((resolve) => worker.once('online', resolve))
      become(accountOf('nobody'))
      ${code}
      process.exit()`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    return { stdout: stdout.trim(), stderr, status }
  }

  test('reaches every thread, leaves no group and no capability', () => {
    const { stdout, status } = asNobody(`
      const of = (thread) => readFileSync('/proc/self/task/' + thread + '/status', 'utf8')
      const lines = new Set(readdirSync('/proc/self/task').flatMap((thread) => of(thread).split('\\n').filter((l) => /^(Uid|Gid|Groups|CapEff)/.test(l))))
      console.log([...lines].map((line) => line.replace(/\\s+/g, ' ').trim()).sort().join('\\n'))`)
    const { uid, gid } = accountOf('nobody')
    expect(status).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'CapEff: 0000000000000000',
      `Gid: ${gid} ${gid} ${gid} ${gid}`,
      `Groups: ${gid}`,
      `Uid: ${uid} ${uid} ${uid} ${uid}`,
    ])
  })

  test('there is no way back', () => {
    expect(asNobody(`try { process.setuid(0); console.log('root again') } catch (error) { console.log(error.code) }`).stdout).toBe('EPERM')
  })
})
