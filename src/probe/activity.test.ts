import { expect, test } from 'vitest'
import { feed, START_MS, testTables, udpFrame } from '../tables/testing.ts'
import { activityBits, joinBits } from './activity.ts'

const START_S = START_MS / 1000

test('active seconds are the same however often somebody asks in between', () => {
  const tables = testTables({ observe: { contactsOf: 'local', aggregations: 1 } })
  const frame = udpFrame({ from: '10.0.0.1', to: '10.0.0.2' })
  for (let ms = 0; ms < 4000; ms += 250) {
    feed(tables, [frame], START_MS + ms)
    tables.settle()
  }
  tables.tickTo(START_MS + 10_000)
  const range = { fromS: START_S - 1, toS: START_S + 15 }
  expect([...activityBits(tables, { address: '10.0.0.2', ...range })!]).toEqual([0b11110, 0])
  expect(activityBits(tables, { address: '10.0.0.2', vlan: 5, ...range })).toBeNull()
  expect(activityBits(testTables(), { address: '10.0.0.2', ...range })).toBeNull()
})

test('what several workers know of a host is joined; who does not know it says nothing', () => {
  expect([...joinBits([null, Uint8Array.of(1, 2), Uint8Array.of(4, 2)])!]).toEqual([5, 2])
  expect(joinBits([null, null])).toBeNull()
})
