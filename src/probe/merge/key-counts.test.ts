import { describe, expect, test } from 'vitest'
import { DEFAULT_IDLE } from '../../tables/expiry.ts'
import { feed, START_MS, testTables, udpFrame } from '../../tables/testing.ts'
import { seeded } from '../../wire/testing.ts'
import { TableChanges } from '../row-changes.ts'
import { KeyCounts } from './key-counts.ts'
import type { Changes } from './part.ts'

const keys = (all: readonly number[]) => ({ low: Int32Array.from(all, (n) => Math.imul(n >> 3, 0x9e3779b1)), high: Int32Array.from(all) })

test('counts as a map does, whatever comes and leaves', () => {
  const counts = new KeyCounts()
  const expected = new Map<number, number>()
  const random = seeded(5)
  for (let step = 0; step < 40_000; step++) {
    // Eight keys share each low half, so that they stand in each other's way. Grows at first, shrinks at last.
    const key = random(4000)
    const there = expected.get(key) ?? 0
    if (random(10) < (step < 20_000 ? 7 : 2)) {
      if (there >= 3) continue
      counts.add(keys([key]), Uint8Array.of(key & 1))
      expected.set(key, there + 1)
    } else if (there > 0) {
      counts.remove(keys([key]))
      if (there === 1) expected.delete(key)
      else expected.set(key, there - 1)
    }
    if (step % 1000 !== 0) continue
    expect(counts.distinct).toBe(expected.size)
    expect(counts.local).toBe([...expected.keys()].filter((k) => k & 1).length)
    expect(counts.tooMany).toBe([...expected.values()].reduce((sum, n) => sum + n - 1, 0))
  }
  expect(counts.distinct).toBeGreaterThan(0)
  counts.clear()
  expect([counts.distinct, counts.local, counts.tooMany]).toEqual([0, 0, 0])
})

describe('what has come and left', () => {
  const SALT = 3
  const apply = (counts: { flows: KeyCounts; hosts: KeyCounts; macs: KeyCounts }, { flows, hosts, macs }: Changes) => {
    counts.flows.remove(flows.left)
    counts.flows.add(flows.come)
    counts.hosts.remove(hosts.left)
    counts.hosts.add(hosts.come, hosts.local)
    counts.macs.add(macs.come)
  }

  test('adds up to the tables while rows are used again by others', () => {
    const t = testTables({ flowLimit: 64, hostLimit: 64, idle: DEFAULT_IDLE })
    const changes = new TableChanges(t)
    const counts = { flows: new KeyCounts(), hosts: new KeyCounts(), macs: new KeyCounts() }
    const random = seeded(8)
    let at = 0
    for (let second = 0; second < 400; second++) {
      const frames = Array.from({ length: random(4) }, () => udpFrame({ from: `8.8.${random(40)}.1`, srcPort: 1000 + random(5) }))
      if (frames.length > 0) feed(t, frames, START_MS + second * 1000)
      t.tickTo(START_MS + second * 1000 + 500)
      const told = changes.since(at, SALT)
      expect(told.isWhole).toBe(second === 0)
      at = told.at
      apply(counts, told)
      expect([counts.flows.distinct, counts.hosts.distinct, counts.hosts.local, counts.macs.distinct]).toEqual([
        t.flows.rows.live,
        t.hosts.rows.live,
        t.localHosts,
        t.macs.rows.live,
      ])
      expect(counts.flows.tooMany + counts.hosts.tooMany).toBe(0)
    }
    // Rows have been used several times.
    expect(t.flowsTotal).toBeGreaterThan(5 * t.flows.rows.used)
  })

  test('an asker who knows something else is told everything', () => {
    const t = testTables()
    feed(t, [udpFrame({}), udpFrame({ from: '10.0.0.7' })])
    const changes = new TableChanges(t)
    const first = changes.since(0, SALT)
    expect([first.isWhole, first.flows.come.low.length]).toEqual([true, 2])
    const next = changes.since(first.at, SALT)
    expect([next.isWhole, next.flows.come.low.length]).toEqual([false, 0])
    for (const [after, salt] of [
      [first.at, SALT],
      [0, SALT],
      [next.at + 2, 4],
    ] as const) {
      const again = changes.since(after, salt)
      expect([again.isWhole, again.flows.come.low.length, again.hosts.come.low.length, again.macs.come.low.length]).toEqual([true, 2, 3, 2])
    }
  })
})
