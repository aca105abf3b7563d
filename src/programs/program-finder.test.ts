import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_WANTED, type ProgramFinderState, WANTED_WORDS } from '../lib/programs.ts'
import type { HelperMessage } from './messages.ts'
import { readStart } from './proc-file.ts'
import { ForkedProgramFinder } from './program-finder.ts'
import { type Ends, wantedOf } from './testing.ts'

const HELPER = new URL('../programs-helper.ts', import.meta.url)
const isRoot = process.getuid?.() === 0
const finders: ForkedProgramFinder[] = []
afterEach(() => {
  for (const finder of finders.splice(0)) finder.close()
})

const states: ProgramFinderState[] = []
async function running(mayRestart = false): Promise<ForkedProgramFinder> {
  states.length = 0
  const finder = new ForkedProgramFinder({ helper: HELPER, mayRestart: () => mayRestart, onState: (state) => states.push(state) })
  finders.push(finder)
  await until(() => finder.state.state === 'running')
  return finder
}
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error('that did not come')
}
const NOTHING: Ends = { proto: 6, local: '127.0.0.1', localPort: 1, remote: '127.0.0.1', remotePort: 1 }
const statusOf = (pid: number, thread = pid) => readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')

test('finds the process of a socket; questions of one turn travel together and are told apart', async () => {
  const finder = await running()
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const ours = { ...NOTHING, localPort: port }
  const answers = await Promise.all([
    finder.find(wantedOf(ours)),
    finder.find(wantedOf(NOTHING, NOTHING)),
    finder.find(wantedOf(NOTHING, ours)),
  ])
  server.close()
  expect(answers.map(({ programs, of }) => [...of].map((n) => programs[n - 1]?.pid))).toEqual([
    [process.pid],
    [undefined, undefined],
    [undefined, process.pid],
  ])
  expect(finder.state).toMatchObject({ state: 'running', sight: isRoot ? 'all-users' : 'own-user', sockets: 'netlink' })
})

test('what cannot be asked is refused at once', async () => {
  const finder = await running()
  await expect(finder.find(new Uint32Array(WANTED_WORDS - 1))).rejects.toThrow('no question')
  await expect(finder.find(new Uint32Array((MAX_WANTED + 1) * WANTED_WORDS))).rejects.toThrow('no question')
  const many = Array.from({ length: 6 }, () => finder.find(new Uint32Array(MAX_WANTED * WANTED_WORDS)))
  const ends = await Promise.allSettled(many)
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
})

test.skipIf(!isRoot)('keeps two capabilities, in one thread, and is nobody; skipped: needs root', async () => {
  const { pid } = await running()
  const status = statusOf(pid!)
  const keeps = ((1 << 2) | (1 << 19)).toString(16).padStart(16, '0')
  expect(status).toContain(`CapEff:\t${keeps}`)
  expect(status).toContain(`CapPrm:\t${keeps}`)
  for (const empty of ['CapInh', 'CapBnd', 'CapAmb']) expect(status).toContain(`${empty}:\t0000000000000000`)
  expect(status).toContain('NoNewPrivs:\t1')
  expect(status).toContain('Uid:\t65534\t65534\t65534\t65534')
  expect(status).toContain('Gid:\t65534\t65534\t65534\t65534')
  expect(status).toMatch(/^Groups:\s*$/m)
  for (const thread of readdirSync(`/proc/${pid}/task`).map(Number))
    if (thread !== pid) expect(statusOf(pid!, thread)).toContain('CapPrm:\t0000000000000000')
})

test('a helper that dies is begun anew while that may be', async () => {
  const finder = await running(true)
  const first = finder.pid!
  const asked = finder.find(wantedOf(NOTHING))
  process.kill(first, 'SIGKILL')
  await asked.catch(() => undefined)
  await until(() => finder.state.state === 'running' && finder.pid !== first)
  expect((await finder.find(wantedOf(NOTHING))).of).toEqual(Uint16Array.of(0))
  expect(states.map(({ state }) => state)).toEqual(['starting', 'running', 'starting', 'starting', 'running'])
})

test('without the rights that it had, it stays away and says so', async () => {
  const finder = await running(false)
  process.kill(finder.pid!, 'SIGKILL')
  await until(() => finder.state.state === 'ended')
  expect(finder.state.lacks[0]).toMatch(/has ended \(SIGKILL\): restart wiretop/)
  await expect(finder.find(wantedOf(NOTHING))).rejects.toThrow('programs cannot be looked up')
})

test('a helper that does not start', async () => {
  const helper = new URL('file:///nowhere/helper.mjs')
  const finder = new ForkedProgramFinder({ helper, mayRestart: () => false })
  finders.push(finder)
  const asked = finder.find(wantedOf(NOTHING))
  await expect(asked).rejects.toThrow('has ended')
})

describe('the helper itself', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  async function helper(options: { readonly uid?: number } = {}): Promise<{ child: ChildProcess; heard: HelperMessage[] }> {
    const child = fork(HELPER, [], { serialization: 'advanced', execArgv: [], ...options })
    children.push(child)
    const heard: HelperMessage[] = []
    child.on('message', (message) => heard.push(message as unknown as HelperMessage))
    await until(() => heard.length > 0)
    return { child, heard }
  }

  test('survives what is no question', async () => {
    const { child, heard } = await helper()
    const bad: unknown[] = [
      'find',
      42,
      { type: 'read', id: 1, path: '/etc/shadow' },
      { type: 'find', id: 'x', wanted: new Uint32Array(10) },
      { type: 'find', id: 2, wanted: [6, 0, 0] },
      { type: 'find', id: 3, wanted: new Uint32Array(11) },
      { type: 'find', id: 4, wanted: new Uint32Array((MAX_WANTED + 1) * WANTED_WORDS) },
      { type: 'find', id: 5, wanted: new Float64Array(10) },
    ]
    for (const message of bad) child.send(message as object)
    child.send({ type: 'find', id: 6, wanted: new Uint32Array(10).fill(0xffff_ffff) })
    await until(() => heard.some((m) => m.type === 'found'))
    expect(heard.filter((m) => m.type === 'refused').map((m) => m.why)).toEqual([
      'not a message',
      'not a message',
      'not a question',
      'no number',
      'no list of sockets',
      'half a socket',
      'too many sockets',
      'no list of sockets',
    ])
    expect(heard.at(-1)).toMatchObject({ type: 'found', id: 6, programs: [] })
  })

  test.skipIf(!isRoot)('without rights it tells the user of a socket, and what it lacks; skipped: needs root', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { child, heard } = await helper({ uid: 65_534 })
    const { port } = server.address() as { port: number }
    child.send({ type: 'find', id: 1, wanted: wantedOf({ ...NOTHING, localPort: port }) })
    await until(() => heard.some((m) => m.type === 'found'))
    server.close()
    expect(heard[0]).toMatchObject({
      type: 'state',
      state: {
        sight: 'own-user',
        lacks: ['programs of other users cannot be told: start as root, or give CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE'],
      },
    })
    expect(heard[1]).toMatchObject({ type: 'found', programs: [{ name: '', uid: 0, user: 'root' }], of: Uint16Array.of(1) })
    expect(heard[1]).not.toHaveProperty('programs.0.pid')
  })

  test('ends when its parent lets go of it', async () => {
    const { child } = await helper()
    child.disconnect()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  })

  test('ends when its parent is killed', async () => {
    const script = `const c = require('child_process').fork(${JSON.stringify(HELPER.pathname)}, [], { serialization: 'advanced', execArgv: [] }); c.on('message', () => console.log(c.pid)); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(parent)
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string]
    expect(existsSync(`/proc/${line}`)).toBe(true)
    parent.kill('SIGKILL')
    // Dead, or dead and not yet waited for.
    await until(() => !/\) [^Z]/.test(readStart(`/proc/${line}/stat`, 1000) ?? ''))
  })
})
