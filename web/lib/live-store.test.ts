import { expect, it } from 'vitest'
import type { Totals } from '../../src/lib/live.ts'
import type { InterfaceEntry } from './api.ts'
import { entryById, liveState, onInterfaces, onTick, onTotalsOfAll } from './live-store.ts'

const entry = (id: number, kind: InterfaceEntry['kind']): InterfaceEntry => ({
  id,
  name: `interface ${id}`,
  kind,
  state: 'running',
  progress: { packets: 0, bytesRead: 0, cutShort: false, faults: [], faultCount: 0 },
})
const totals = (bps: number) => ({ bps, packets: 1 }) as Totals

it('keeps all interfaces together apart from those that there are', () => {
  const own = [entry(1, 'live'), entry(2, 'live')]
  onInterfaces(own, entry(0, 'all'))
  onTick({ interface: 1, info: own[0]!, totals: totals(5) })
  onTotalsOfAll(totals(7))
  onTotalsOfAll(totals(8))
  expect(liveState().entries.map(({ info, totals: own }) => [info.id, own?.bps])).toEqual([
    [1, 5],
    [2, undefined],
  ])
  expect(entryById(0)).toMatchObject({ info: { kind: 'all' }, totals: { bps: 8 }, recentBps: [7, 8] })
  // One has gone: there is nothing to join any more, and what is still on its way is of nobody.
  onInterfaces([own[0]!])
  onTotalsOfAll(totals(9))
  expect([entryById(0), liveState().entries.length]).toEqual([undefined, 1])
})
