import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type flowOf, T0 } from '../flows-testing.ts'
import { hostCondition } from '../host-condition.ts'
import { allOf, bytesOf, DAY_MS, Folders, keptFlows, never, openStore, write } from './care-testing.ts'
import { checkHistory } from './check.ts'
import { filesBelow } from './interface-folders.ts'

const folders = new Folders()
afterEach(() => folders.remove())

async function deleted(folder: string, network: string, isTrial = false) {
  const store = openStore(folder)
  const deletion = await store.deleteHost({ id: 7, network, isTrial }, never)
  expect(store.stats().deletion).toEqual(deletion)
  await store.close()
  return deletion
}
const sound = async (dataFolder: string) =>
  expect((await checkHistory({ dataFolder, duck: folders.duck(), isInUse: false, signal: never, fault: () => {} })).faults).toBe(0)

type Flow = ReturnType<typeof flowOf>
describe('deleting a host', () => {
  it.each<readonly [string, (flow: Flow) => boolean]>([
    ['10.0.0.0', ({ client }) => client === '10.0.0.0'],
    ['8.8.8.8', ({ server }) => server === 0x08080808],
    ['10.0.1.0/24', ({ client }) => client.startsWith('10.0.1.')],
    ['0.0.0.0/0', () => true],
    ['::ffff:10.0.0.0', ({ client }) => client === '10.0.0.0'],
    ['2001:db8::1', () => false],
  ])('takes out all records of %s and no others', async (network, isMeant) => {
    const folder = folders.new()
    await keptFlows(folder)
    const gone = bytesOf(0, 300, isMeant)
    const before = await allOf(folder)
    const deletion = await deleted(folder, network)
    expect(deletion).toMatchObject({ id: 7, isOver: true, filesDone: 3, filesTotal: 3, faults: [] })
    const after = await allOf(folder)
    expect(after).toEqual({ records: before.records - deletion.records, bytes: before.bytes - gone, faults: [] })
    expect((await allOf(folder, `host = ${network}`)).records).toBe(0)
    await sound(folder)
  })

  it('takes it out of sums, too', async () => {
    const folder = folders.new()
    await keptFlows(folder, true)
    const summed = async () => {
      const store = openStore(folder)
      const query = { kind: 'groups', by: ['server'], measures: ['bytes'], limit: 10, fromMs: 0, toMs: T0 + 10 * DAY_MS } as const
      const { tier, rows } = await store.ask(query, never)
      await store.close()
      return { tier, servers: rows.map(([server]) => server) }
    }
    expect(await summed()).toMatchObject({ tier: 'hours', servers: expect.arrayContaining(['8.8.8.8']) })
    await deleted(folder, '8.8.8.8')
    const { tier, servers } = await summed()
    expect(tier).toBe('hours')
    expect(servers.sort()).toEqual(['1.1.1.1', '93.184.216.34'])
    await sound(folder)
  })

  it('leaves nothing of it in any file', async () => {
    const folder = folders.new()
    await keptFlows(folder)
    await deleted(folder, '10.0.0.0/16')
    for (const id of ['1', '2']) expect(filesBelow(join(folder, id, 'flows'))).toEqual([])
    await keptFlows(folder)
    await deleted(folder, '8.8.8.8')
    const bytes = ['1', '2'].flatMap((id) =>
      filesBelow(join(folder, id, 'flows')).map((path) => readFileSync(join(folder, id, 'flows', path), 'latin1')),
    )
    expect(bytes).toHaveLength(3)
    for (const text of bytes) expect(text).not.toContain('8.8.8.8')
  })

  it('takes out what is only staged, too', async () => {
    const folder = folders.new()
    const store = openStore(folder, { now: () => T0 })
    await write(store, 'eth0', 0, 100)
    expect((await store.deleteHost({ id: 1, network: '8.8.8.8', isTrial: false }, never)).records).toBe(34)
    await store.close()
    expect(readdirSync(join(folder, '1/flows/stage'))).toEqual([])
    expect((await allOf(folder)).records).toBe(66)
  })

  it('only counts in a dry run', async () => {
    const folder = folders.new()
    await keptFlows(folder)
    const before = await allOf(folder)
    expect(await deleted(folder, '8.8.8.8', true)).toMatchObject({ records: 100, files: 3, isTrial: true })
    expect(await allOf(folder)).toEqual(before)
  })

  it('names a file that it cannot look into, and what was set aside', async () => {
    const folder = folders.new()
    await keptFlows(folder)
    const path = join(folder, '1/flows/2026/11/26/10-00.parquet')
    writeFileSync(path, 'no')
    mkdirSync(join(folder, '2/flows-aside'))
    const { records, faults } = await deleted(folder, '8.8.8.8')
    expect(records).toBe(66)
    expect(faults).toEqual([
      expect.stringMatching(`^${path} may still have some: `),
      expect.stringMatching(/2\/flows-aside has files that were set aside/),
    ])
  })

  it('stops between two files', async () => {
    const folder = folders.new()
    await keptFlows(folder)
    const store = openStore(folder)
    const stop = new AbortController()
    stop.abort()
    await expect(store.deleteHost({ id: 1, network: '8.8.8.8', isTrial: false }, stop.signal)).rejects.toThrow()
    expect(store.stats().deletion).toMatchObject({ isOver: true, faults: [expect.stringMatching(/not done to its end/)] })
    await store.close()
    await sound(folder)
  })

  it.each(['', 'host', 'example.org', '10.0.0.1 or app = DNS', '10.0.0.1, 10.0.0.2', '300.1.1.1', '10.0.0.0/40', "'"])(
    'refuses what is no network: %s',
    async (text) => {
      expect(hostCondition(text)).toBeUndefined()
      const folder = folders.new()
      await expect(deleted(folder, text)).rejects.toThrow(/neither an address nor a network/)
    },
  )
})
