import { expect, test } from 'vitest'
import { keysOf } from '../lib/key-value.ts'
import { deleteHostKeys } from './host-keys.ts'
import { dnsKey, hostKey, hostNamesKey } from './keys.ts'
import { MemoryStore } from './memory-store.ts'

const KEYS = [
  hostKey('10.0.0.1', 0, 'here', '1'),
  hostKey('10.0.0.1', 5, 'there', '2.1'),
  hostKey('10.0.0.12', 0, 'here', '1'),
  hostKey('2001:db8::1', 0, 'here', '1'),
  dnsKey('10.0.0.1'),
  dnsKey('10.0.0.12'),
]
const isMeant = (host: string) => /^10\.0\.0\.1(?:@|$)/.test(host)

test('hosts that have left and names of addresses go; what users call them stays', async () => {
  const store = new MemoryStore()
  await store.write([
    ...KEYS.map((key) => ({ op: 'set', key, value: '{}' }) as const),
    { op: 'hash-set', key: hostNamesKey, field: '10.0.0.1', value: 'printer' },
  ])
  expect(await deleteHostKeys(store, isMeant, true)).toBe(3)
  expect(await keysOf(store, '', 100)).toHaveLength(7)
  expect(await deleteHostKeys(store, isMeant, false)).toBe(3)
  expect((await keysOf(store, '', 100)).sort()).toEqual([KEYS[2], KEYS[3], KEYS[5], hostNamesKey].sort())
  await store.close()
})
