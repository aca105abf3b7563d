import { describe, expect, it } from 'vitest'
import type { InstanceInfo } from '../../../src/lib/instances.ts'
import { filtered, isClockWrong, sorted, sumsOf } from './instance-rows.ts'

const TOTALS = { bps: 100, pps: 10, flows: 3, hosts: 4, packets: 500, dropped: 2 }
const one = (name: string, over: Partial<InstanceInfo> = {}): InstanceInfo => ({
  id: name,
  name,
  url: `https://${name}.example`,
  hasToken: false,
  isGiven: false,
  state: 'up',
  sinceMs: 0,
  interfaces: [],
  moreInterfaces: 0,
  totals: TOTALS,
  course: [null, 1],
  ...over,
})
const names = (all: readonly InstanceInfo[]) => all.map(({ name }) => name)

describe('the order', () => {
  const all = [
    one('b10'),
    one('b9'),
    one('away', { state: 'unreachable', totals: { ...TOTALS, bps: 1e9 } }),
    one('busy', { totals: { ...TOTALS, bps: 500 } }),
    one('new', { state: 'asking' }),
  ]
  it('by throughput now', () => expect(names(sorted(all, 'bps'))).toEqual(['busy', 'b9', 'b10', 'away', 'new']))
  it('by name, numbers as such', () => expect(names(sorted(all, 'name'))).toEqual(['away', 'b9', 'b10', 'busy', 'new']))
  it('by state, trouble first', () => expect(names(sorted(all, 'state'))).toEqual(['away', 'new', 'b9', 'b10', 'busy']))
})

it('the filter looks in name, address, state, version and interfaces, for every word', () => {
  const all = [
    one('Berlin', { version: '1.2.3', interfaces: [{ id: 0, name: 'eth7', kind: 'live', state: 'running' }] }),
    one('Bonn', { state: 'refused' }),
  ]
  const found = (text: string) => names(filtered(all, text, (state) => (state === 'refused' ? 'Refused' : 'Up')))
  expect(found('')).toEqual(['Berlin', 'Bonn'])
  expect(found(' berLIN  ')).toEqual(['Berlin'])
  expect(found('bonn.example')).toEqual(['Bonn'])
  expect(found('ETH7 up')).toEqual(['Berlin'])
  expect(found('eth7 refused')).toEqual([])
  expect(found('1.2.3')).toEqual(['Berlin'])
})

it('sums are of those that are up', () => {
  const all = [
    one('a'),
    one('b', { course: [5, null] }),
    one('c', { state: 'unreachable', course: [9, 9] }),
    one('d', { course: [null, 2] }),
  ]
  expect(sumsOf(all)).toEqual({ up: 3, bps: 300, pps: 30, flows: 9, hosts: 12, packets: 1500, dropped: 6, course: [5, 3] })
  expect(sumsOf([])).toMatchObject({ up: 0, bps: 0, course: [] })
})

it('a clock is wrong beyond what the seconds of a header explain', () => {
  expect([undefined, 0, 2000, -2500, 2501, -60_000].map(isClockWrong)).toEqual([false, false, false, false, true, true])
})
