/** What every store of small state must pass. */
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keysOf, type Write, WrongKind } from '../lib/key-value.ts'
import type { Backend } from './backend.ts'
import { MemoryStore } from './memory-store.ts'

export interface Opened {
  readonly store: Backend
  /** The same things in a store that is opened anew; undefined: it forgets. */
  readonly again?: () => Promise<Backend>
  dispose(): Promise<void>
}

const HOSTILE = ['', ' ', '*', '[a]?', 'a\u0000b', '\u{1f98a}', '__proto__', 'constructor', 'line\r\nline', "'; --", '\\', 'é'.repeat(300)]

export function keyValueConforms(name: string, open: () => Promise<Opened>): void {
  describe(`${name} as a store of state`, () => {
    let opened: Opened
    let store: Backend
    beforeAll(async () => {
      opened = await open()
      store = opened.store
    })
    afterAll(() => opened.dispose())
    beforeEach(async () => {
      const keys = await keysOf(store, '', 10_000)
      await store.write(keys.map((key) => ({ op: 'delete', key })))
    })
    const write = (...batch: Write[]) => store.write(batch)
    const set = (key: string, value: string, ttlMs?: number): Write => ({ op: 'set', key, value, ...(ttlMs !== undefined && { ttlMs }) })
    const field = (key: string, one: string, value: string): Write => ({ op: 'hash-set', key, field: one, value })
    const push = (key: string, value: string, keep: number): Write => ({ op: 'push', key, value, keep })

    it('keeps texts, and answers for many in their order', async () => {
      await write(set('a', '1'), set('b', ''), set('a', '2'), field('h', 'f', 'x'))
      expect(await store.get('a')).toBe('2')
      expect(await store.get('b')).toBe('')
      expect(await store.get('c')).toBeUndefined()
      expect(await store.getMany(['c', 'b', 'a', 'h', 'a'])).toEqual([undefined, '', '2', undefined, '2'])
      expect(await store.getMany([])).toEqual([])
      await write({ op: 'delete', key: 'a' }, { op: 'delete', key: 'never' })
      expect(await store.get('a')).toBeUndefined()
    })

    it('keeps hashes, which go with their last field', async () => {
      await write(field('h', 'a', '1'), field('h', 'b', '2'), field('h', 'a', '3'))
      expect([...(await store.hash('h'))].sort()).toEqual([
        ['a', '3'],
        ['b', '2'],
      ])
      expect(await store.hashGet('h', 'b')).toBe('2')
      expect(await store.hashGet('h', 'c')).toBeUndefined()
      expect(await store.hashGet('none', 'c')).toBeUndefined()
      await write({ op: 'hash-delete', key: 'h', field: 'a' }, { op: 'hash-delete', key: 'h', field: 'a' })
      expect((await store.hash('h')).size).toBe(1)
      await write({ op: 'hash-delete', key: 'h', field: 'b' }, { op: 'hash-delete', key: 'none', field: 'b' })
      expect((await store.hash('h')).size).toBe(0)
      expect(await keysOf(store, 'h', 10)).toEqual([])
    })

    it('keeps lists, the newest first, cut at their length', async () => {
      for (let n = 1; n <= 5; n++) await write(push('l', `${n}`, 3))
      expect(await store.list('l', 10)).toEqual(['5', '4', '3'])
      expect(await store.list('l', 2)).toEqual(['5', '4'])
      expect(await store.list('l', 0)).toEqual([])
      expect(await store.list('none', 5)).toEqual([])
      await write(push('l', '6', 0))
      expect(await store.list('l', 10)).toEqual([])
    })

    it('says when a key holds another kind of thing, and replaces any by a text', async () => {
      await write(set('t', 'x'), field('h', 'f', 'x'), push('l', 'x', 9))
      await expect(store.get('h')).rejects.toBeInstanceOf(WrongKind)
      await expect(store.hash('t')).rejects.toBeInstanceOf(WrongKind)
      await expect(store.hashGet('l', 'f')).rejects.toBeInstanceOf(WrongKind)
      await expect(store.list('h', 1)).rejects.toBeInstanceOf(WrongKind)
      await expect(write(field('t', 'f', 'x'))).rejects.toBeInstanceOf(WrongKind)
      await expect(write(push('h', 'x', 1))).rejects.toBeInstanceOf(WrongKind)
      await write(set('h', 'text'), set('l', 'text'))
      expect(await store.getMany(['h', 'l'])).toEqual(['text', 'text'])
      await write({ op: 'delete', key: 'h' }, field('h', 'new', 'x'))
      expect([...(await store.hash('h'))]).toEqual([['new', 'x']])
    })

    it('lets go of what has expired, of any kind', async () => {
      await write(set('t', 'x', 40), field('h', 'f', 'x'), push('l', 'x', 9), set('stays', 'x', 60_000), set('for good', 'x'))
      await write({ op: 'expire', key: 'h', ttlMs: 40 }, { op: 'expire', key: 'l', ttlMs: 40 }, { op: 'expire', key: 'none', ttlMs: 40 })
      expect(await store.hashGet('h', 'f')).toBe('x')
      await pause(80)
      expect(await store.get('t')).toBeUndefined()
      expect((await store.hash('h')).size).toBe(0)
      expect(await store.list('l', 1)).toEqual([])
      expect((await keysOf(store, '', 10)).sort()).toEqual(['for good', 'stays'])
      await write(field('h', 'g', 'x'))
      expect([...(await store.hash('h')).keys()]).toEqual(['g'])
    })

    it('a new text has a new time, or none; a new field leaves the time of its hash', async () => {
      await write(set('a', 'x', 40), set('b', 'x', 40), set('c', 'x', 40), field('h', 'f', 'x'), { op: 'expire', key: 'h', ttlMs: 40 })
      await write(set('a', 'y'), set('b', 'y', 60_000), { op: 'expire', key: 'c' }, field('h', 'g', 'x'))
      await pause(80)
      expect(await store.getMany(['a', 'b', 'c'])).toEqual(['y', 'y', 'x'])
      expect((await store.hash('h')).size).toBe(0)
    })

    it('finds keys by how they begin, page by page, and takes nothing for a pattern', async () => {
      const keys = Array.from({ length: 500 }, (_, n) => `host.${n}`)
      await write(...keys.map((key) => set(key, key)), set('hos', 'x'), set('other', 'x'), set('h*st.1', 'x'), field('host.hash', 'f', 'x'))
      expect((await keysOf(store, 'host.', 10_000, 50)).sort()).toEqual([...keys, 'host.hash'].sort())
      expect((await keysOf(store, 'host.', 20, 50)).length).toBe(20)
      expect(await keysOf(store, 'h*', 10)).toEqual(['h*st.1'])
      expect(await keysOf(store, 'h?', 10)).toEqual([])
      expect(await keysOf(store, 'h[io]', 10)).toEqual([])
    })

    it('keeps any text as it is, as key, field and value', async () => {
      await write(...HOSTILE.flatMap((text) => [set(`k${text}`, text), field('hash', text, text), push('list', text, 100)]))
      expect(await store.getMany(HOSTILE.map((text) => `k${text}`))).toEqual(HOSTILE)
      expect(await store.hash('hash')).toEqual(new Map(HOSTILE.map((text) => [text, text])))
      expect(await store.list('list', 100)).toEqual([...HOSTILE].reverse())
      for (const text of HOSTILE) expect(await keysOf(store, `k${text}`, 1000)).toContain(`k${text}`)
    })

    it('shows a batch whole or not at all', async () => {
      await write(set('x', '0'), set('y', '0'))
      let isOver = false
      const look = async () => {
        while (!isOver) expect(new Set(await store.getMany(['x', 'y'])).size).toBe(1)
      }
      const looking = look()
      for (let n = 1; n <= 200; n++) await write(set('x', `${n}`), ...(n % 5 === 0 ? [set('z', 'x')] : []), set('y', `${n}`))
      isOver = true
      await looking
    })

    it('takes a batch of thousands, and of none', async () => {
      await write()
      await write(...Array.from({ length: 5000 }, (_, n) => set(`n.${n}`, 'x'.repeat(n % 500))))
      expect((await store.get('n.4999'))!.length).toBe(499)
      expect((await keysOf(store, 'n.', 10_000)).length).toBe(5000)
    })

    it('does as the simple one does, whatever is asked', async () => {
      const key = fc.constantFrom('a', 'b', 'c')
      const small = fc.constantFrom('1', '2', 'x y', '')
      const one: fc.Arbitrary<Write> = fc.oneof(
        fc.record({ op: fc.constant('set' as const), key, value: small }),
        fc.record({ op: fc.constant('delete' as const), key }),
        fc.record({ op: fc.constant('hash-set' as const), key, field: small, value: small }),
        fc.record({ op: fc.constant('hash-delete' as const), key, field: small }),
        fc.record({ op: fc.constant('push' as const), key, value: small, keep: fc.integer({ min: 0, max: 3 }) }),
      )
      const view = async (of: Backend, at: string) => {
        const kinds = [of.get(at), of.hash(at).then((fields) => [...fields].sort()), of.list(at, 9)]
        return Promise.all(kinds.map((asked) => asked.catch((error: Error) => error.name)))
      }
      await fc.assert(
        fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (writes) => {
          const simple = new MemoryStore()
          await write(...['a', 'b', 'c'].map((at): Write => ({ op: 'delete', key: at })))
          for (const each of writes) {
            const name = (error: Error) => error.name
            expect(await write(each).catch(name)).toBe(await simple.write([each]).catch(name))
          }
          for (const at of ['a', 'b', 'c']) expect(await view(store, at)).toEqual(await view(simple, at))
        }),
        { numRuns: 150, seed: 5 },
      )
    })

    it('has it again when it is opened anew', async (context) => {
      if (opened.again === undefined) return context.skip(`${name} lasts as long as the program`)
      await write(set('t', 'x'), set('short', 'x', 60_000), field('h', 'f', 'x'), push('l', 'x', 9))
      store = await opened.again()
      expect(await store.getMany(['t', 'short'])).toEqual(['x', 'x'])
      expect(await store.hashGet('h', 'f')).toBe('x')
      expect(await store.list('l', 1)).toEqual(['x'])
    })
  })
}
