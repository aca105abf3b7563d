import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { packFlows } from '../../lib/flow-batch.ts'
import { batchOf, T0 } from '../flows-testing.ts'
import { pathAt } from '../sqlite/file-paths.ts'
import { SqliteStore } from '../sqlite/sqlite-store.ts'
import { allOf, bytesOf, DAY_MS, Folders, keptFlows, never, openStore, write } from './care-testing.ts'
import { checkHistory } from './check.ts'
import { filesBelow, stagesOf } from './interface-folders.ts'
import { repairHistory } from './repair.ts'

const folders = new Folders()
afterEach(() => folders.remove())
const DAY = '1/flows/2026/11/26'
const PART = `${DAY}/10-00.parquet`

async function kept(isMerged = false): Promise<string> {
  const folder = folders.new()
  await keptFlows(folder, isMerged)
  return folder
}
async function repaired(dataFolder: string) {
  const lines: string[] = []
  const duck = folders.duck()
  const mended = ({ path, text }: { path: string; text: string }) => void lines.push(`${path.replace(`${dataFolder}/`, '')}: ${text}`)
  const summary = await repairHistory({ dataFolder, duck, signal: never, mended })
  // It is the check that says that nothing is wrong any more.
  expect((await checkHistory({ dataFolder, duck, isInUse: false, signal: never, fault: () => {} })).faults).toBe(0)
  return { lines, ...summary }
}

describe('repair of history', () => {
  it('does nothing where nothing is wrong', async () => {
    expect(await repaired(await kept())).toEqual({ lines: [], mended: 0, aside: 0, gained: 0 })
  })

  it('sets a damaged file aside, and keeps the others', async () => {
    const folder = await kept()
    writeFileSync(join(folder, PART), 'no')
    const { lines, aside } = await repaired(folder)
    expect(lines).toEqual([expect.stringMatching(`^${PART}: cannot be read .+: set aside as .+/1/flows-aside/2026/11/26/10-00.parquet$`)])
    expect(aside).toBe(1)
    expect(readFileSync(join(folder, '1/flows-aside/2026/11/26/10-00.parquet'), 'utf8')).toBe('no')
    expect(await allOf(folder)).toEqual({ records: 200, bytes: bytesOf(100, 200), faults: [] })
  })

  it('forgets what is gone, and says so', async () => {
    const folder = await kept()
    rmSync(join(folder, PART))
    expect((await repaired(folder)).lines).toEqual([`${PART}: is not there: counted no more`])
    expect((await allOf(folder)).records).toBe(200)
  })

  it('takes another file that is in the place of one as what it is', async () => {
    const folder = await kept()
    copyFileSync(join(folder, '2/flows/2026/11/26/10-10.parquet'), join(folder, PART))
    expect((await repaired(folder)).lines).toEqual([`${PART}: is not what the manifest said: it says so now (100 records)`])
    expect((await allOf(folder)).bytes).toBe(bytesOf(100, 200) + bytesOf(200, 100))
  })

  it.each([false, true])('makes a lost manifest anew of what lies there, merged: %s', async (isMerged) => {
    const folder = await kept(isMerged)
    rmSync(join(folder, '1/flows/manifest.jsonl'))
    expect(await repaired(folder)).toMatchObject({ gained: 200, aside: 0 })
    expect(await allOf(folder)).toEqual({ records: 300, bytes: bytesOf(0, 300), faults: [] })
  })

  it('counts once what parts and the file that was made of them both have', async () => {
    const folder = await kept()
    const parts = ['10-00', '10-05'].map((name) => ({ path: join(folder, DAY, `${name}.parquet`), name }))
    for (const { path, name } of parts) copyFileSync(path, join(folder, name))
    const store = openStore(folder, { now: () => T0 + 3 * DAY_MS })
    await store.mergeAll()
    await store.close()
    for (const { path, name } of parts) copyFileSync(join(folder, name), path)
    rmSync(join(folder, '1/flows/manifest.jsonl'))
    const { gained, aside } = await repaired(folder)
    expect({ gained, aside }).toEqual({ gained: 200, aside: 2 })
    expect(await allOf(folder)).toEqual({ records: 300, bytes: bytesOf(0, 300), faults: [] })
  })

  it('takes of a file that nothing lists what no other has', async () => {
    const folder = await kept()
    const store = openStore(folder, { now: () => T0 + 1000 })
    await write(store, 'eth0', 50, 100)
    store.sealAll()
    await store.close()
    const [extra] = filesBelow(join(folder, '1/flows')).filter((path) => path.includes('10-00.1'))
    const bytes = readFileSync(join(folder, '1/flows', extra!))
    const other = folders.new()
    await keptFlows(other)
    writeFileSync(join(other, DAY, '12.parquet'), bytes)
    // Records 50 to 149 are in the two files of the other already.
    expect(await repaired(other)).toMatchObject({ gained: 0, aside: 1 })
    rmSync(join(other, PART))
    writeFileSync(join(other, DAY, '12.parquet'), bytes)
    expect(await repaired(other)).toMatchObject({ gained: 50, aside: 1 })
    expect(await allOf(other)).toEqual({ records: 250, bytes: bytesOf(50, 250), faults: [] })
  })

  it.each(['damaged', 'gone'])('does without sums that are %s', async (how) => {
    const folder = await kept(true)
    const sums = join(folder, '1/flows/2026/11/26/10.sums')
    if (how === 'gone') rmSync(sums)
    else writeFileSync(sums, 'no')
    const { lines } = await repaired(folder)
    expect(lines).toEqual([expect.stringMatching(/^1\/flows\/2026\/11\/26\/10\.sums: .+, and is not needed/)])
    expect(await allOf(folder)).toEqual({ records: 300, bytes: bytesOf(0, 300), faults: [] })
  })

  it('sets a damaged file of SQLite aside, and finds nothing wrong with others', async () => {
    const folder = folders.new()
    const store = new SqliteStore({ folder, maxBytes: 1e9, maxAgeMs: 3650 * DAY_MS, memoryMB: 256, threads: 1 })
    await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(0, 600)) })
    await store.close()
    expect(await repaired(folder)).toMatchObject({ lines: [] })
    const path = join(folder, '1/flows', pathAt(T0))
    writeFileSync(path, 'no database, but longer than a head'.repeat(30))
    expect(await repaired(folder)).toMatchObject({ aside: 1, lines: [expect.stringMatching(/\.sqlite: cannot be read .+: set aside as /)] })
    expect(existsSync(path)).toBe(false)
  })

  it('does not bring back what was taken out of a file', async () => {
    const folder = await kept()
    const duck = folders.duck()
    // As deleting leaves it when the power goes just then: the file without some records beside the one with them.
    await duck.use(never, (c) =>
      c.run(
        `COPY (SELECT * FROM '${join(folder, PART)}' WHERE client <> '10.0.0.0') TO '${join(folder, DAY, '10-00.1.parquet')}' (FORMAT parquet)`,
      ),
    )
    rmSync(join(folder, '1/flows/manifest.jsonl'))
    const { lines } = await repaired(folder)
    expect(lines.join('\n')).toMatch(/10-00\.parquet: 2026\/11\/26\/10-00\.1\.parquet has taken its place: set aside/)
    expect((await allOf(folder, 'client = 10.0.0.0')).bytes).toBe(bytesOf(100, 200, ({ client }) => client === '10.0.0.0'))
  })

  it('saves of a torn stage what can be read, and keeps it as it was', async () => {
    const folder = await kept()
    const dying = openStore(folder, { now: () => T0 + 60_000 })
    await write(dying, 'eth0', 300, 50)
    await write(dying, 'eth0', 350, 50)
    const [stage] = stagesOf(join(folder, '1/flows'))
    truncateSync(stage!, readFileSync(stage!).length - 5)
    const torn = readFileSync(stage!)
    const { lines, gained } = await repaired(folder)
    expect(gained).toBe(50)
    expect(lines[0]).toMatch(/cut short or damaged: 50 records are saved, as it was it is /)
    expect(readFileSync(join(folder, '1/flows-aside/stage', stage!.split('/').at(-1)!))).toEqual(torn)
    expect((await allOf(folder)).bytes).toBe(bytesOf(0, 350))
  })

  it('writes a damaged manifest anew, and keeps it as it was', async () => {
    const folder = await kept()
    appendFileSync(join(folder, '1/flows/manifest.jsonl'), '{"add":[{}]}\n')
    expect((await repaired(folder)).lines[0]).toMatch(/^1\/flows\/manifest.jsonl: 1 of its lines are damaged: written anew/)
    expect(existsSync(join(folder, '1/flows-aside/manifest.jsonl'))).toBe(true)
    expect((await allOf(folder)).records).toBe(300)
  })

  it.each(['{"eth0":1}', '{"eth0":'])('gives folders that nothing names the name in their records: %s', async (text) => {
    const folder = await kept()
    writeFileSync(join(folder, 'interfaces.json'), text)
    const { lines } = await repaired(folder)
    expect(lines.at(-1)).toBe('2/flows: nothing said whose flows these are: they are those of eth1 now')
    expect(JSON.parse(readFileSync(join(folder, 'interfaces.json'), 'utf8'))).toEqual({ eth0: 1, eth1: 2 })
  })
})
