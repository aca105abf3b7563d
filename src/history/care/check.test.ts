import { appendFileSync, copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { packFlows } from '../../lib/flow-batch.ts'
import { batchOf, T0 } from '../flows-testing.ts'
import { Folders, keptFlows, never, openStore, write } from './care-testing.ts'
import { type CheckSummary, checkHistory, type Fault } from './check.ts'
import { stagesOf } from './interface-folders.ts'

const folders = new Folders()
afterEach(() => folders.remove())
const PART = '1/flows/2026/11/26/10-00.parquet'

async function kept(): Promise<string> {
  const folder = folders.new()
  await keptFlows(folder)
  return folder
}
async function checked(dataFolder: string, isInUse = false): Promise<{ faults: Fault[]; summary: CheckSummary }> {
  const faults: Fault[] = []
  const summary = await checkHistory({ dataFolder, duck: folders.duck(), isInUse, signal: never, fault: (one) => void faults.push(one) })
  return { faults, summary }
}

describe('check of history', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { faults, summary } = await checked(await kept())
    expect(faults).toEqual([])
    expect(summary).toMatchObject({ interfaces: 2, files: 3, records: 300, staged: 0, faults: 0, fromMs: T0, toMs: T0 + 299_000 })
  })

  it('knows that packets come within a millisecond, and files tell whole ones', async () => {
    const folder = folders.new()
    const store = openStore(folder, { now: () => T0 })
    const batch = batchOf(0, 10)
    for (let i = 0; i < batch.count; i++) batch.lastMs[i]! += 0.73
    await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batch) })
    await store.close()
    expect((await checked(folder)).faults).toEqual([])
  })

  it.each<readonly [string, (folder: string) => void, Partial<Fault>]>([
    ['a file that is gone', (folder) => rmSync(join(folder, PART)), { kind: 'missing', path: PART }],
    ['a file that is no Parquet', (folder) => writeFileSync(join(folder, PART), 'no'), { kind: 'unreadable', path: PART }],
    [
      'one damaged page inside',
      (folder) => {
        const bytes = readFileSync(join(folder, PART))
        bytes.fill(0xff, 40, 400)
        writeFileSync(join(folder, PART), bytes)
      },
      { kind: 'unreadable', path: PART },
    ],
    [
      'another file in its place',
      (folder) => copyFileSync(join(folder, '2/flows/2026/11/26/10-10.parquet'), join(folder, PART)),
      { kind: 'numbers', path: PART },
    ],
    [
      'a file that no manifest has',
      (folder) => copyFileSync(join(folder, PART), join(folder, '2/flows/2026/11/26/99.parquet')),
      { kind: 'orphan', path: '2/flows/2026/11/26/99.parquet' },
    ],
    [
      'a damaged line of the manifest',
      (folder) => appendFileSync(join(folder, '1/flows/manifest.jsonl'), '{"add":[{}]}\n'),
      { kind: 'manifest' },
    ],
    [
      'an interface that nothing names',
      (folder) => writeFileSync(join(folder, 'interfaces.json'), '{"eth0":1}'),
      { kind: 'unknown', path: '2/flows' },
    ],
  ])('names %s', async (_, harm, expected) => {
    const folder = await kept()
    harm(folder)
    const { faults, summary } = await checked(folder)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ ...expected, ...(expected.path !== undefined && { path: join(folder, expected.path) }) })
    expect(summary.faults).toBe(1)
    // Nothing has been mended by looking.
    expect((await checked(folder)).faults).toEqual(faults)
  })

  it('tells all where the manifest is gone', async () => {
    const folder = await kept()
    rmSync(join(folder, '1/flows/manifest.jsonl'))
    expect((await checked(folder)).faults.map(({ kind }) => kind)).toEqual(['manifest', 'orphan', 'orphan'])
  })

  it('counts what waits in a stage, and sees where that is torn', async () => {
    const folder = await kept()
    const dying = openStore(folder, { now: () => T0 + 60_000 })
    await write(dying, 'eth0', 300, 50)
    await write(dying, 'eth0', 350, 50)
    const { files } = dying.stats()
    expect(files).toBe(3)
    expect((await checked(folder)).summary).toMatchObject({ staged: 100, faults: 0 })
    const [stage] = stagesOf(join(folder, '1/flows'))
    truncateSync(stage!, readFileSync(stage!).length - 5)
    expect((await checked(folder)).faults).toMatchObject([
      { kind: 'stage', path: stage, text: expect.stringMatching(/cut short or damaged/) },
    ])
    // The one who writes it is just about to.
    expect((await checked(folder, true)).faults).toEqual([])
    await dying.close()
  })
})
