import { expect, test } from 'vitest'
import { feed, testTables, udpFrame } from './testing.ts'

test('a host has the name that is best now, not the one that was asked for first', () => {
  const t = testTables()
  feed(t, [udpFrame({})])
  const row = t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)
  expect(t.hostLabels.of(row)).toBeUndefined()
  t.hostNames.set(0, 0, 0xffff, 0x0a000001, 'printer', 'dns')
  expect(t.hostLabels.of(row)).toBe('printer')
  t.hostNames.set(0, 0, 0xffff, 0x0a000001, 'laser', 'dhcp')
  expect([t.hostLabels.of(row), t.hostLabels.of(-1)]).toEqual(['laser', undefined])
})
