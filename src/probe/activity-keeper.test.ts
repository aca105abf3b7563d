import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LiveTables } from '../tables/live-tables.ts'
import { HOUR_S } from '../tables/second-sets.ts'
import { feed, START_MS, testTables, udpFrame } from '../tables/testing.ts'
import { activityBits } from './activity.ts'
import { ActivityKeeper } from './activity-keeper.ts'

let folder: string
let told: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-activity-'))
  told = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const START_S = START_MS / 1000
const observed = () => testTables({ observe: { contactsOf: 'local', aggregations: 1 } })
const keep = (tables: LiveTables, nowMs: number, share = { index: 0, count: 1 }, days?: number) =>
  new ActivityKeeper(tables, { folder: join(folder, 'eth0'), ...(days !== undefined && { days }) }, share, nowMs, (text) => told.push(text))
const bitsOf = (tables: LiveTables, address: string, fromS: number, toS: number) => activityBits(tables, { address, fromS, toS })
const speak = (tables: LiveTables, from: string, ms: number) => {
  feed(tables, [udpFrame({ from, to: '8.8.8.8' })], ms)
  tables.settle()
}

async function lived(address: string, atMs: number, share?: { index: number; count: number }): Promise<void> {
  const tables = observed()
  const keeper = keep(tables, atMs, share)
  await keeper.idle
  speak(tables, address, atMs)
  await keeper.close()
}

test('what was active before a restart is known after it, whatever the number of workers', async () => {
  await lived('10.0.0.1', START_MS, { index: 0, count: 2 })
  await lived('10.0.0.2', START_MS + 3_600_000, { index: 1, count: 2 })
  expect(readdirSync(join(folder, 'eth0')).sort()).toEqual(['2023-11-14T22Z-0.seconds', '2023-11-14T23Z-1.seconds'])
  const tables = observed()
  await keep(tables, START_MS + 7_200_000).idle
  expect([...bitsOf(tables, '10.0.0.1', START_S, START_S + 8)!]).toEqual([1])
  expect([...bitsOf(tables, '10.0.0.2', START_S + 3600, START_S + 3608)!]).toEqual([1])
  expect(told).toEqual([])
})

test('the hour that runs is written anew each minute, with what was known of it before', async () => {
  await lived('10.0.0.1', START_MS)
  const tables = observed()
  const keeper = keep(tables, START_MS + 60_000)
  await keeper.idle
  speak(tables, '10.0.0.1', START_MS + 60_000)
  keeper.tick()
  await keeper.idle
  const after = observed()
  await keep(after, START_MS + 60_000).idle
  const bits = bitsOf(after, '10.0.0.1', START_S, START_S + 64)!
  expect([bits[0], bits[7]! >> 4]).toEqual([1, 1])
})

test('files of more than a day ago go, unless they are to stay; then they are still read', async () => {
  await lived('10.0.0.1', START_MS)
  const later = START_MS + 40 * 3_600_000
  const tables = observed()
  const keeper = keep(tables, later - 3_600_000, undefined, 7)
  await keeper.idle
  speak(tables, '10.0.0.1', later)
  keeper.tick()
  await keeper.idle
  expect(readdirSync(join(folder, 'eth0'))).toHaveLength(2)
  const ask = { address: '10.0.0.1', fromS: START_S, toS: START_S + 8 }
  expect([...(await keeper.withPast(ask, activityBits(tables, ask)))!]).toEqual([1])
  expect(await keeper.withPast({ ...ask, address: '10.0.0.9' }, null)).toBeNull()
  const short = keep(tables, later - 3_600_000)
  await short.idle
  short.tick()
  await short.idle
  expect(readdirSync(join(folder, 'eth0'))).toHaveLength(1)
})

test('a damaged file is named and costs what was in it; one that cannot be written is told once', async () => {
  await lived('10.0.0.1', START_MS)
  const path = join(folder, 'eth0', readdirSync(join(folder, 'eth0'))[0]!)
  writeFileSync(path, readFileSync(path).subarray(0, 20))
  const tables = observed()
  await keep(tables, START_MS + HOUR_S).idle
  expect(bitsOf(tables, '10.0.0.1', START_S, START_S + 8)).toBeNull()
  expect(told).toEqual([`${path}: is damaged; activity before that place in it is known`])
  told = []
  const nowhere = new ActivityKeeper(observed(), { folder: '/dev/null/x' }, { index: 0, count: 1 }, START_MS, (text) => told.push(text))
  await nowhere.idle
  const full = observed()
  const stuck = new ActivityKeeper(full, { folder: '/dev/null/x' }, { index: 0, count: 1 }, START_MS, (text) => told.push(text))
  await stuck.idle
  speak(full, '10.0.0.1', START_MS)
  stuck.tick()
  await stuck.close()
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/activity is not kept \(ENOTDIR\); make room or give another folder with -d$/)
})
