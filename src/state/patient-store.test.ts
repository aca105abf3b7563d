import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import { MemoryStore } from './memory-store.ts'
import { PatientStore } from './patient-store.ts'
import { WaitingWrites } from './waiting-writes.ts'

const set = (key: string, value: string, ttlMs?: number): Write => ({ op: 'set', key, value, ...(ttlMs !== undefined && { ttlMs }) })

describe('writes that wait', () => {
  it('are the last of each key and field, in their order', () => {
    const waiting = new WaitingWrites(1e6)
    waiting.add([set('a', '1'), set('b', '1'), { op: 'hash-set', key: 'h', field: 'f', value: '1' }, set('a', '2')])
    waiting.add([
      { op: 'hash-set', key: 'h', field: 'g', value: '1' },
      { op: 'hash-delete', key: 'h', field: 'f' },
      { op: 'delete', key: 'b' },
    ])
    expect(waiting.first(99).writes).toEqual([
      set('a', '2'),
      { op: 'hash-set', key: 'h', field: 'g', value: '1' },
      { op: 'hash-delete', key: 'h', field: 'f' },
      { op: 'delete', key: 'b' },
    ])
    expect(waiting.lost).toBe(0)
  })
  it('of lists are all', () => {
    const waiting = new WaitingWrites(1e6)
    for (const value of ['1', '2', '1']) waiting.add([{ op: 'push', key: 'l', value, keep: 9 }])
    expect(waiting.size).toBe(3)
  })
  it('have the time that they have left; what is over goes', () => {
    let now = 1000
    const waiting = new WaitingWrites(1e6, () => now)
    waiting.add([set('long', 'x', 5000), set('short', 'x', 100), { op: 'expire', key: 'e', ttlMs: 5000 }])
    now = 2000
    expect(waiting.first(99).writes).toEqual([
      set('long', 'x', 4000),
      { op: 'delete', key: 'short' },
      { op: 'expire', key: 'e', ttlMs: 4000 },
    ])
  })
  it('are bounded: the oldest are lost, and counted', () => {
    const waiting = new WaitingWrites(10_000)
    for (let n = 0; n < 100; n++) waiting.add([set(`key ${n}`, 'x'.repeat(300))])
    expect(waiting.size + waiting.lost).toBe(100)
    expect(waiting.size).toBeGreaterThan(5)
    expect(waiting.size).toBeLessThan(20)
    expect(waiting.first(1).writes[0]!.key).toBe(`key ${waiting.lost}`)
  })
  it('stay when they were written anew while they were on their way', () => {
    const waiting = new WaitingWrites(1e6)
    waiting.add([set('a', '1'), set('b', '1')])
    const { done } = waiting.first(99)
    waiting.add([set('a', '2')])
    done()
    expect(waiting.first(99).writes).toEqual([set('a', '2')])
  })
})

/** A store that can be away. */
class Moody extends MemoryStore {
  isAway = false
  override async write(batch: readonly Write[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.isAway) throw new StoreAway('it is away')
    return super.write(batch)
  }
}
const until = async (isSo: () => boolean) => {
  for (let n = 0; n < 400 && !isSo(); n++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(isSo()).toBe(true)
}

describe('a store that is away', () => {
  it('gets on its return what was written meanwhile', async () => {
    const backend = new Moody()
    const store = new PatientStore(backend)
    await store.write([set('a', '1')])
    backend.isAway = true
    await Promise.all([store.write([set('a', '2')]), store.write([set('b', '2')])])
    await store.write([set('b', '3')])
    expect(store.stats()).toMatchObject({ isAway: true, waiting: 2, lost: 0, faults: ['it is away'] })
    expect(await store.get('a')).toBe('1')
    backend.isAway = false
    await until(() => !store.stats().isAway)
    expect(await store.getMany(['a', 'b'])).toEqual(['2', '3'])
    expect(store.stats()).toMatchObject({ isAway: false, waiting: 0, lost: 0, faults: [] })
    await store.close()
  })

  it('takes what is right, and counts what is not', async () => {
    const backend = new Moody()
    const store = new PatientStore(backend)
    await store.write([set('text', 'x')])
    await expect(store.write([{ op: 'push', key: 'text', value: 'x', keep: 1 }])).rejects.toBeInstanceOf(WrongKind)
    backend.isAway = true
    await store.write([set('a', '1'), { op: 'push', key: 'text', value: 'x', keep: 1 }, set('b', '1')])
    backend.isAway = false
    await until(() => !store.stats().isAway)
    expect(await store.getMany(['text', 'a', 'b'])).toEqual(['x', '1', '1'])
    expect(store.stats().lost).toBe(1)
    await store.close()
  })

  it('is tried once more at the end, and what it does not take is lost', async () => {
    const backend = new Moody()
    const store = new PatientStore(backend)
    backend.isAway = true
    await store.write([set('a', '1'), set('b', '1')])
    await store.close()
    expect(store.stats().lost).toBe(2)
  })

  it('ends as if it had never been away, whenever it was', async () => {
    const key = fc.constantFrom('a', 'b')
    const value = fc.constantFrom('1', '2', '3')
    const one: fc.Arbitrary<Write> = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key, value }),
      fc.record({ op: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'h') }),
      fc.record({ op: fc.constant('hash-set' as const), key: fc.constant('h'), field: key, value }),
      fc.record({ op: fc.constant('hash-delete' as const), key: fc.constant('h'), field: key }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ batch: fc.array(one, { maxLength: 3 }), isAway: fc.boolean(), waits: fc.boolean() })),
        async (steps) => {
          const backend = new Moody()
          const store = new PatientStore(backend)
          const simple = new MemoryStore()
          const writing: Promise<void>[] = []
          for (const { batch, isAway, waits } of steps) {
            backend.isAway = isAway
            writing.push(store.write(batch))
            await simple.write(batch)
            if (waits) await Promise.all(writing)
          }
          backend.isAway = false
          await Promise.all(writing)
          await store.close()
          for (const at of ['a', 'b']) expect(await backend.get(at)).toBe(await simple.get(at))
          expect(new Map([...(await backend.hash('h'))].sort())).toEqual(new Map([...(await simple.hash('h'))].sort()))
        },
      ),
      { numRuns: 200, seed: 3 },
    )
  })
})
