import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { FileFollower } from './file-follower.ts'

const dir = mkdtempSync(join(tmpdir(), 'wiretop-follow-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function following(name: string, text: string, fromStart = false) {
  const path = join(dir, name)
  writeFileSync(path, text)
  let came = ''
  const faults: string[] = []
  const follower = new FileFollower(
    path,
    (bytes) => (came += new TextDecoder().decode(bytes)),
    (cause) => faults.push(cause),
  )
  onTestFinished(() => follower.close())
  await follower.open(fromStart)
  return { path, faults, come: (expected: string) => vi.waitFor(() => expect(came).toBe(expected), { timeout: 10_000 }) }
}

test('what is added is read; what was there only from the start', async () => {
  const tail = await following('a', 'old\n')
  appendFileSync(tail.path, 'new\n')
  await tail.come('new\n')
  const whole = await following('b', 'old\n', true)
  await whole.come('old\n')
})
test('another file of its name is read from its start, after the rest of the old one', async () => {
  const f = await following('c', '')
  appendFileSync(f.path, 'one\n')
  await f.come('one\n')
  appendFileSync(f.path, 'two\n')
  renameSync(f.path, `${f.path}.1`)
  writeFileSync(f.path, 'three\n')
  await f.come('one\ntwo\nthree\n')
  expect(f.faults).toEqual(['file begun anew'])
})
test('a file that was emptied is read from its start', async () => {
  const f = await following('d', '')
  appendFileSync(f.path, 'one two\n')
  await f.come('one two\n')
  truncateSync(f.path)
  appendFileSync(f.path, 'new\n')
  await f.come('one two\nnew\n')
  expect(f.faults).toEqual(['file cut short'])
})
test('a file that is not there is refused', async () => {
  const follower = new FileFollower(
    join(dir, 'none'),
    () => undefined,
    () => undefined,
  )
  await expect(follower.open(false)).rejects.toThrow(/ENOENT/)
  await follower.close()
})
