import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InstanceInfo, InstanceState } from '../lib/instances.ts'
import { InstanceFileError } from './instance-file.ts'
import { BadInstance } from './instance-url.ts'
import { Instances, MAX_INSTANCES } from './instances.ts'
import { hasOpenssl, json, oneInterface, type Remote, selfSigned, startRemote, TOTALS, until, wiretop } from './testing.ts'

const PACE = { busyMs: 20, idleMs: 20, lookMs: 1000 }
/** Nobody listens there: discard, which needs root. */
const NOWHERE = 'http://127.0.0.1:9'
let folder: string
let remotes: Remote[]
let lists: Instances[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-instances-'))
  remotes = []
  lists = []
})
afterEach(async () => {
  for (const list of lists) list.close()
  for (const remote of remotes) await remote.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'instances.json')
const kept = () => JSON.parse(readFileSync(file(), 'utf8')) as { instances: object[] }
async function remoteWith(...args: Parameters<typeof startRemote>): Promise<Remote> {
  const remote = await startRemote(...args)
  remotes.push(remote)
  return remote
}
function listOf(given: readonly string[] = [], dataDir: string | undefined = folder, pace = PACE): Instances {
  const list = new Instances({ given, dataDir, pace })
  lists.push(list)
  list.load()
  list.start()
  return list
}
const only = (list: Instances): InstanceInfo => list.look().instances[0]!
const becomes = (list: Instances, state: InstanceState) =>
  until(`it is ${state}`, () => (only(list).state === state ? only(list) : undefined))

describe('an instance', () => {
  it('is asked, answers, goes away with its last figures, and comes back', async () => {
    const remote = await remoteWith()
    const list = listOf([`Berlin=${remote.url}`])
    expect(only(list)).toMatchObject({ name: 'Berlin', state: 'asking', interfaces: [], isGiven: true, hasToken: false })
    const up = await becomes(list, 'up')
    expect(up).toMatchObject({ version: '1.2.3', totals: TOTALS, interfaces: [{ name: 'eth0', state: 'running' }], moreInterfaces: 0 })
    expect(up.why).toBeUndefined()
    expect(up.course.at(-1)).toBe(1000)
    expect(Math.abs(Date.now() - up.lastAnswerMs!)).toBeLessThan(60_000)

    await remote.close()
    const away = await becomes(list, 'unreachable')
    expect(away).toMatchObject({ why: expect.stringMatching(/connection/), totals: TOTALS, version: '1.2.3' })
    expect(away.sinceMs).toBeGreaterThanOrEqual(up.sinceMs)

    await remoteWith(wiretop([oneInterface({ totals: { ...TOTALS, bps: 5 } })]), { port: remote.port })
    const back = await becomes(list, 'up')
    expect(back.totals!.bps).toBe(5)
    expect(back.why).toBeUndefined()
  })

  it.each<[string, Parameters<typeof startRemote>[0], InstanceState]>([
    ['wants a token', wiretop([], 'secret'), 'refused'],
    ['is something else', json({ hello: 'world' }), 'not-wiretop'],
    ['is well but has no interfaces to tell', (q, r) => (q.url === '/healthz' ? wiretop()(q, r) : json([])(q, r)), 'not-wiretop'],
  ])('that %s', async (_what, answer, state) => {
    const remote = await remoteWith(answer)
    expect((await becomes(listOf([remote.url]), state)).why).toMatch(/./)
  })

  it('is asked with its token, and is not when it is gone from the list', async () => {
    const remote = await remoteWith(wiretop([], 'secret'))
    const list = listOf()
    const { id } = await list.add({ url: remote.url, token: 'secret' })
    await becomes(list, 'up')
    expect(await list.remove(id)).toBe(true)
    const { length } = remote.asked
    await new Promise((resolve) => setTimeout(resolve, 5 * PACE.busyMs))
    expect(remote.asked.length).toBeLessThanOrEqual(length + 1)
    expect(list.look().instances).toEqual([])
  })

  it('is asked often while somebody looks, else seldom', async () => {
    const remote = await remoteWith()
    const list = listOf([remote.url], folder, { busyMs: 10, idleMs: 600_000, lookMs: 600_000 })
    await until('the first answer', () => list.get(list.look().instances[0]!.id)!.state === 'up')
    await until('many answers', () => remote.asked.length > 10)

    const other = await remoteWith()
    const seldom = new Instances({ given: [other.url], pace: { busyMs: 10, idleMs: 600_000, lookMs: 600_000 } })
    lists.push(seldom)
    seldom.load()
    seldom.start()
    await until('it is asked once, for its health and its interfaces', () => other.asked.length === 2)
    const more = remote.asked.length + 10
    await until('the other one goes on', () => remote.asked.length > more)
    expect(other.asked).toHaveLength(2)
  })

  it.skipIf(!hasOpenssl)('shows its certificate until that is accepted', async () => {
    const remote = await remoteWith(wiretop([], 'secret'), { tls: selfSigned() })
    const list = listOf()
    const { id } = await list.add({ url: remote.url, token: 'secret' })
    const { offered } = await becomes(list, 'untrusted')
    await list.change(id, { certificate: offered!.fingerprint.toLowerCase() })
    const up = await becomes(list, 'up')
    expect(up).toMatchObject({ certificate: offered!.fingerprint, hasToken: true })
    expect(up.offered).toBeUndefined()
  })
})

describe('the list', () => {
  it('is kept for its owner alone, with tokens that nobody is told', async () => {
    const list = listOf()
    const added = await list.add({ url: `${NOWHERE}/`, token: 'secret' })
    expect(added).toMatchObject({ name: '127.0.0.1:9', url: NOWHERE, hasToken: true, isGiven: false, state: 'asking' })
    expect(JSON.stringify([added, list.look()])).not.toContain('secret')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(list.readByOthers).toBeUndefined()
    const again = only(listOf())
    expect(again).toMatchObject({ id: added.id, url: NOWHERE, hasToken: true })
    expect(kept().instances).toEqual([{ id: added.id, name: '127.0.0.1:9', url: NOWHERE, token: 'secret' }])
  })

  it('lasts as long as the program where there is no folder', async () => {
    const list = new Instances({ pace: PACE })
    lists.push(list)
    await list.add({ url: NOWHERE })
    expect(list.look()).toMatchObject({ instances: [{ url: NOWHERE }] })
    expect(list.look().file).toBeUndefined()
  })

  it('a changed name asks nothing anew; a token and an address do', async () => {
    const remote = await remoteWith()
    const list = listOf()
    const { id } = await list.add({ url: remote.url, name: 'a', token: 'secret' })
    await becomes(list, 'up')
    expect(await list.change(id, { name: ' b ' })).toMatchObject({ name: 'b', state: 'up', hasToken: true })
    expect(await list.change(id, { token: '' })).toMatchObject({ name: 'b', state: 'asking', hasToken: false })
    expect(await list.change('nobody', { name: 'x' })).toBeUndefined()
    expect(await list.remove('nobody')).toBe(false)
    expect(kept().instances).toEqual([{ id, name: 'b', url: remote.url }])
  })

  it('a token is for the host that it was given for', async () => {
    const list = listOf()
    const { id } = await list.add({ url: NOWHERE, token: 'secret', certificate: 'ab'.repeat(32) })
    expect(await list.change(id, { url: `${NOWHERE}/below` })).toMatchObject({ hasToken: true, certificate: expect.any(String) })
    const moved = await list.change(id, { url: 'http://127.0.0.1:19' })
    expect(moved).toMatchObject({ url: 'http://127.0.0.1:19', hasToken: false })
    expect(moved!.certificate).toBeUndefined()
    expect(readFileSync(file(), 'utf8')).not.toContain('secret')
    expect(await list.change(id, { url: NOWHERE, token: 'other' })).toMatchObject({ hasToken: true })
  })

  it('of the command line: named there, with what is kept of its token', async () => {
    const list = listOf([`Berlin=${NOWHERE}`])
    const { id } = only(list)
    await expect(list.change(id, { name: 'Bonn' })).rejects.toThrow(BadInstance)
    await expect(list.change(id, { url: 'http://127.0.0.1:19' })).rejects.toThrow(BadInstance)
    await expect(list.add({ url: NOWHERE })).rejects.toThrow(/there already, as Berlin/)
    await list.change(id, { token: 'secret' })
    expect(listOf([`Bonn=${NOWHERE}`]).look().instances).toMatchObject([{ id, name: 'Bonn', hasToken: true, isGiven: true }])
    await list.change(id, { token: '' })
    expect(kept().instances).toEqual([])
  })

  it('has a bound', async () => {
    const list = listOf(Array.from({ length: MAX_INSTANCES + 1 }, (_, i) => `${NOWHERE}/${i}`))
    expect(list.look().instances).toHaveLength(MAX_INSTANCES)
    await expect(list.add({ url: `${NOWHERE}/more` })).rejects.toThrow(/no more can be/)
  })

  it('that cannot be written stays as it was', async () => {
    const list = listOf()
    const { id } = await list.add({ url: NOWHERE, name: 'a' })
    await rm(file())
    await mkdir(file())
    await expect(list.add({ url: `${NOWHERE}/b` })).rejects.toThrow(InstanceFileError)
    await expect(list.change(id, { name: 'b' })).rejects.toThrow(/cannot be written/)
    await expect(list.remove(id)).rejects.toThrow(InstanceFileError)
    expect(list.look().instances).toMatchObject([{ name: 'a' }])
  })

  it.each<[string, string]>([
    ['is no JSON', '{'],
    ['is no list', '{"instances": 1}'],
    ['is null', 'null'],
    ['has a number in it', '{"instances": [1]}'],
    ['has a name that is none', '{"instances": [{"id": "a", "name": 1, "url": "http://x"}]}'],
    ['has an address that is none', '{"instances": [{"id": "a", "name": "a", "url": "ftp://x"}]}'],
    ['has a token that would end a header', '{"instances": [{"id": "a", "name": "a", "url": "http://x", "token": "a\\r\\nb"}]}'],
  ])('that %s is not taken for empty', (_what, text) => {
    writeFileSync(file(), text)
    expect(() => listOf()).toThrow(/instances.json is no list of instances.*: mend it, or remove it$/)
  })

  it('that others can read is said', () => {
    writeFileSync(file(), '{"instances": []}', { mode: 0o644 })
    expect(listOf().readByOthers).toBe(file())
  })

  it('changes one after the other', async () => {
    const list = listOf()
    const [first, second] = await Promise.allSettled([
      list.add({ url: NOWHERE }),
      list.add({ url: NOWHERE }),
      list.add({ url: `${NOWHERE}/b` }),
    ])
    expect([first!.status, second!.status]).toEqual(['fulfilled', 'rejected'])
    expect(kept().instances).toHaveLength(2)
  })
})
