/** A disk that is full: the oldest flows make room for the newest, and where none can, what is lost is counted and keeping goes on when there is room. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { batchOf, T0 } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows } from '../src/lib/flow-batch.ts'
import { scratchFolder } from './product.ts'

const SIZE = '1m'
/** Some three times as much as there is room for. */
const BATCHES = 180
const COUNT = 1000 * BATCHES
const scratch = scratchFolder()
let mounted: string | undefined

function mount(name: string): string | undefined {
  const path = scratch.path(name)
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path], { stdio: 'pipe' })
    return (mounted = path)
  } catch {
    return undefined
  }
}
let store: ParquetStore | undefined
afterEach(async () => {
  await store?.close()
  store = undefined
  if (mounted !== undefined) execFileSync('umount', [mounted])
  mounted = undefined
})
const canMount = process.getuid?.() === 0
const skipped = canMount ? '' : ' (skipped: needs root, to mount a small file system)'

describe.skipIf(!canMount)(`a full disk${skipped}`, () => {
  const options = { maxBytes: 1e12, maxAgeMs: 1e13, memoryMB: 256, threads: 1 }
  const write = (from: number) => store!.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(from, 1000)) })
  const kept = async () => {
    const { rows } = await store!.ask(
      { kind: 'groups', by: [], measures: ['packets'], limit: 1, fromMs: 0, toMs: 1e14 },
      new AbortController().signal,
    )
    return Number(rows[0]?.[0] ?? 0)
  }
  const packetsOf = (from: number, count: number) => batchOf(from, count).packets.reduce((a, b) => a + b, 0)

  it('lets the oldest go', async () => {
    const folder = mount('oldest')!
    let nowMs = T0
    store = new ParquetStore({ ...options, folder, now: () => nowMs })
    for (let n = 0; n < BATCHES; n++) {
      await write(1000 * n)
      nowMs += 300_000
      store.tickAll()
    }
    const { fromMs, toMs, lost, records } = store.stats()
    expect([lost, records]).toEqual([0, COUNT])
    // What is left is the end of it.
    expect(toMs).toBe(T0 + 1000 * (COUNT - 1))
    expect(fromMs).toBeGreaterThan(T0)
    const from = (fromMs! - T0) / 1000
    expect(await kept()).toBe(packetsOf(from, COUNT - from))
  })

  it('counts what it loses where nothing can go, and goes on when there is room', async () => {
    const folder = mount('nothing')!
    store = new ParquetStore({ ...options, folder, now: () => T0 })
    await write(0)
    const filler = join(folder, 'filler')
    try {
      writeFileSync(filler, Buffer.alloc(2 * 2 ** 20))
    } catch {
      // It takes what there was.
    }
    await expect(write(1000)).rejects.toThrow(/flows cannot be kept: .*ENOSPC/)
    expect(store.stats()).toMatchObject({ lost: 1000, faults: [expect.stringMatching(/ENOSPC/)] })
    rmSync(filler)
    await write(2000)
    expect(store.stats()).toMatchObject({ lost: 1000, faults: [] })
    expect(await kept()).toBe(packetsOf(0, 1000) + packetsOf(2000, 1000))
  })
})
