import { beforeEach, expect, it, vi } from 'vitest'
import { StoreAway } from '../lib/key-value.ts'
import { MemoryStore } from './memory-store.ts'
import { RememberedHash } from './remembered-hash.ts'

let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})
const put = (field: string, value: string) => store.write([{ op: 'hash-set', key: 'h', field, value }])
const remembered = (max = 10) => new RememberedHash(store, 'h', max)

it('knows what was said at once, and what others wrote when it reads again', async () => {
  await put('a', '1')
  const hash = remembered()
  expect(await hash.read()).toBe(true)
  hash.set('b', '2')
  hash.set('a', undefined)
  expect(Object.fromEntries(hash.all)).toEqual({ b: '2' })
  expect(await hash.read()).toBe(false)
  await put('c', '3')
  await store.write([{ op: 'hash-delete', key: 'h', field: 'b' }])
  expect(await hash.read()).toBe(true)
  expect(Object.fromEntries(hash.all)).toEqual({ c: '3' })
})

it('does not fall back to what it reads while something newer is on its way', async () => {
  await put('a', 'old')
  const hash = remembered()
  await hash.read()
  const arrived = Promise.withResolvers<void>()
  const write = vi.spyOn(store, 'write').mockImplementationOnce(() => arrived.promise)
  hash.set('a', 'new')
  expect([await hash.read(), hash.all.get('a')]).toEqual([false, 'new'])
  // Read before the write has arrived, told afterwards.
  const found = Promise.withResolvers<Map<string, string>>()
  vi.spyOn(store, 'hash').mockImplementationOnce(() => found.promise)
  const reading = hash.read()
  arrived.resolve()
  await new Promise((resolve) => setTimeout(resolve, 1))
  found.resolve(new Map([['a', 'old']]))
  expect([await reading, hash.all.get('a')]).toEqual([false, 'new'])
  write.mockRestore()
  // From then on what is there counts.
  expect([await hash.read(), hash.all.get('a')]).toEqual([true, 'old'])
})

it('is bounded, and takes something else under its key for nothing', async () => {
  for (const field of ['a', 'b', 'c']) await put(field, 'x')
  const hash = remembered(2)
  await hash.read()
  expect([hash.all.size, hash.isFull]).toEqual([2, true])
  await store.write([{ op: 'set', key: 'h', value: 'x' }])
  await hash.read()
  expect(hash.all.size).toBe(0)
  vi.spyOn(store, 'hash').mockRejectedValueOnce(new StoreAway('away'))
  await expect(hash.read()).rejects.toThrow(StoreAway)
})
