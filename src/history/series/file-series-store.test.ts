import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InterfaceIds } from '../interface-ids.ts'
import { FileSeriesStore } from './file-series-store.ts'
import { Segment, SegmentWriter } from './series-segment.ts'
import { MINUTE_MS, pointsOf, seriesStoreConforms, T0, valueAt } from './series-store.conformance.ts'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
let folder = ''
let nowMs = T0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-series-'))
  nowMs = T0 + HOUR_MS
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const open = (maxBytes = 2 ** 30) => new FileSeriesStore({ folder, ids: new InterfaceIds(folder), maxBytes, now: () => nowMs })

for (const [where, laterMs] of [
  ['in memory', 0],
  ['in files', 2 * HOUR_MS],
] as const)
  seriesStoreConforms(`files (${where})`, {
    open: async () => {
      const store = open()
      return { store, close: () => store.close() }
    },
    settle: async (store) => {
      nowMs += laterMs
      await (store as FileSeriesStore).tick()
    },
  })

describe('files of series', () => {
  const key = { interfaceKey: 'eth0', kind: 'app' as const, name: 'DNS' }
  const write = (store: FileSeriesStore, minute: number) =>
    store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: pointsOf(minute, ['interface', 'app'], ['DNS', 'TLS']) })
  const files = (at = join(folder, '1', 'series')): string[] =>
    readdirSync(at, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.series'))
      .sort()
  const sum = (column: Float64Array) => column.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0)
  async function total(store: FileSeriesStore, stepMs: number): Promise<number> {
    const answer = await store.read({ keys: [key], fromMs: T0 - DAY_MS, toMs: T0 + 40 * DAY_MS, stepMs })
    expect(answer.faults).toEqual([])
    return sum(answer.series[0]!.columns['bytesC2s']!)
  }

  it('hours become days, and days months; no tier loses or doubles anything', async () => {
    const store = open()
    let expected = 0
    // An hour each of many days, and some of every hour of the first two.
    const hours = [...Array.from({ length: 40 }, (_, h) => h), ...Array.from({ length: 12 }, (_, d) => 24 * (d + 3))]
    for (const hour of hours) {
      for (const minute of [0, 1, 17, 59]) {
        await write(store, 60 * hour + minute)
        expected += valueAt(60 * hour + minute, 0, 0)
      }
      nowMs = T0 + (hour + 1) * HOUR_MS + 130_000
      await store.tick()
      expect(await total(store, HOUR_MS)).toBe(expected)
    }
    expect(await total(store, 5 * MINUTE_MS)).toBe(expected)
    const there = files().filter((file) => file.includes('app/'))
    expect(there.filter((file) => /hour.app.2026-11-\d\dT/.test(file)).length).toBeLessThan(25)
    expect(there).toContain('hour/app/2026-11-1.series')
    expect(there).toContain('five-minutes/app/2026-11-27-1.series')
    await store.close()
    const again = open()
    expect(await total(again, HOUR_MS)).toBe(expected)
    await again.close()
  })

  it('keep all while the clock steps back and forth, and let nothing go because it leapt', async () => {
    let steadyMs = 0
    nowMs = T0 + 5 * HOUR_MS
    const store = new FileSeriesStore({
      folder,
      ids: new InterfaceIds(folder),
      maxBytes: 2 ** 30,
      now: () => nowMs,
      steady: () => steadyMs,
    })
    let expected = 0
    for (const leap of [0, 0, 180, 0, -180, 0, -60, 0, 60, 0, -120, 360, 0, -3, 0, 0]) {
      steadyMs += MINUTE_MS
      nowMs += MINUTE_MS * (1 + leap)
      const minute = (nowMs - T0) / MINUTE_MS
      await write(store, minute)
      expected += valueAt(minute, 0, 0)
      await store.tick()
      expect(await total(store, 5 * MINUTE_MS)).toBe(expected)
    }
    nowMs += 200 * DAY_MS
    await store.tick()
    nowMs -= 200 * DAY_MS
    await store.tick()
    expect(await total(store, 5 * MINUTE_MS)).toBe(expected)
    await store.close()
    const again = open()
    expect(await total(again, 5 * MINUTE_MS)).toBe(expected)
    expect(again.stats()).toMatchObject({ lost: 0, faults: [] })
    await again.close()
  })

  it('goes on where a process died, whatever it was doing', async () => {
    const store = open()
    for (let minute = 0; minute < 30; minute++) await write(store, minute)
    // It dies: nothing is closed. The next one dies as well while it has only read.
    const second = open()
    const third = open()
    for (let minute = 30; minute < 60; minute++) await write(third, minute)
    const expected = Array.from({ length: 60 }, (_, minute) => valueAt(minute, 0, 0)).reduce((a, b) => a + b)
    expect(await total(third, 5 * MINUTE_MS)).toBe(expected)
    const fourth = open()
    nowMs += 2 * HOUR_MS
    await fourth.tick()
    expect(await total(fourth, 5 * MINUTE_MS)).toBe(expected)
    const fifth = open()
    expect(await total(fifth, 5 * MINUTE_MS)).toBe(expected)
    for (const one of [store, second, third, fourth, fifth]) await one.close()
  })

  it('stages of an hour that is in files are not read again', async () => {
    const store = open()
    await write(store, 3)
    const stages = join(folder, '1', 'series', 'stages')
    const [stage] = readdirSync(stages)
    copyFileSync(join(stages, stage!), join(folder, 'kept'))
    nowMs += 2 * HOUR_MS
    await store.tick()
    await store.close()
    expect(readdirSync(stages)).toEqual([])
    copyFileSync(join(folder, 'kept'), join(stages, stage!))
    const again = open()
    expect(await total(again, 5 * MINUTE_MS)).toBe(valueAt(3, 0, 0))
    expect(readdirSync(stages)).toEqual([])
    await again.close()
  })

  it('a stage that is cut is read up to there, and files that do not count go', async () => {
    const store = open()
    for (const minute of [0, 1]) await write(store, minute)
    const stages = join(folder, '1', 'series', 'stages')
    appendFileSync(join(stages, readdirSync(stages)[0]!), 'half a frame that was being written')
    mkdirSync(join(folder, '1', 'series', 'hour', 'app'), { recursive: true })
    writeFileSync(join(folder, '1', 'series', 'hour', 'app', '2026-11-26T09-1.series'), 'left of a process that died')
    const again = open()
    expect(again.stats().faults[0]).toMatch(/its last 35 bytes are damaged/)
    expect(await total(again, 5 * MINUTE_MS)).toBe(valueAt(0, 0, 0) + valueAt(1, 0, 0))
    expect(files()).toEqual([])
    await store.close()
    await again.close()
  })

  it('a damaged file is named and left out', async () => {
    const store = open()
    await write(store, 0)
    nowMs += 2 * HOUR_MS
    await store.tick()
    const path = join(folder, '1', 'series', files().find((file) => file.startsWith('five-minutes/app'))!)
    const bytes = readFileSync(path)
    bytes[10]! ^= 1
    writeFileSync(path, bytes)
    const answer = await store.read({ keys: [key], fromMs: T0, toMs: T0 + HOUR_MS, stepMs: 5 * MINUTE_MS })
    expect(answer.faults[0]).toMatch(/five-minutes\/app\/.*: it is damaged/)
    await store.close()
  })

  it('what is too old goes, and the finest and oldest first when there is too much', async () => {
    const store = open(6000)
    for (let hour = 0; hour < 30; hour++) {
      await write(store, 60 * hour)
      nowMs = T0 + (hour + 1) * HOUR_MS + 130_000
      await store.tick()
    }
    expect(store.stats().bytes).toBeLessThanOrEqual(6000)
    expect(files().some((file) => file.startsWith('hour/'))).toBe(true)
    nowMs = T0 + 91 * DAY_MS
    await store.tick()
    expect(files().every((file) => file.startsWith('hour/'))).toBe(true)
    nowMs = T0 + 800 * DAY_MS
    await store.tick()
    expect(files()).toEqual([])
    await store.close()
  })
})

describe('a segment', () => {
  it('gives back what it was given, in order', () => {
    const cell = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.double({ noNaN: true }))
    const series = fc.uniqueArray(
      fc.tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(cell, { minLength: 26, maxLength: 26 })),
      { selector: ([name]) => name, maxLength: 120 },
    )
    fc.assert(
      fc.property(series, (all) => {
        const head = { fromMs: T0, stepMs: MINUTE_MS, slots: 13, metrics: ['a', 'b'] }
        const path = join(folder, 'one.series')
        // Whatever is no text (half of a pair) becomes U+FFFD.
        const stored = all
          .filter(([name]) => name.isWellFormed())
          .map(([name, cells]) => ({ name, columns: [0, 13].map((at) => Float64Array.from(cells.slice(at, at + 13), (one) => one + 0)) }))
        stored.sort((a, b) => (a.name < b.name ? -1 : 1))
        const writer = new SegmentWriter(path, head)
        for (const one of stored) writer.add(one)
        writer.finish()
        const segment = new Segment(path)
        const got = [...segment.all()]
        // A slot of which one metric is known has all of them.
        expect(got).toEqual(stored)
        for (const { name, columns } of stored) expect(segment.find(name)).toEqual(columns)
        expect(segment.find('no such name, for it is too long for what was made')).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })
})
