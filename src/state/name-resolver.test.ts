import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NamedHost } from '../lib/host-naming.ts'
import { StoreAway } from '../lib/key-value.ts'
import { isPrivate } from '../wire/address-class.ts'
import { addressOf, noSuchName, pointer, TestDns } from './dns-testing.ts'
import { MemoryStore } from './memory-store.ts'
import { NameResolver, type NameResolverOptions } from './name-resolver.ts'
import { DnsServers, type ReverseDns } from './reverse-dns.ts'

let store: MemoryStore
let resolver: NameResolver | undefined
let found: Map<string, string>
beforeEach(() => {
  store = new MemoryStore()
  found = new Map()
})
afterEach(() => resolver?.close())

const begin = (dns: ReverseDns, options: Partial<NameResolverOptions> = {}) => {
  const take = (names: readonly NamedHost[]) => {
    for (const [address, name] of names) found.set(address, name)
  }
  resolver = new NameResolver({ store, dns, which: 'local', isLocal: (words) => isPrivate(...words), found: take, ...options })
  return resolver
}
const want = (addresses: readonly string[], missed = 0) => resolver!.wanted({ addresses, missed })
/** Answers when a test says so. */
class HeldDns implements ReverseDns {
  readonly asked: string[] = []
  private readonly open = new Map<string, (name: string | Error) => void>()
  nameOf(address: string): Promise<string> {
    this.asked.push(address)
    return new Promise((resolve, reject) =>
      this.open.set(address, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
    )
  }
  async answer(address: string, name: string | Error): Promise<void> {
    await vi.waitFor(() => expect(this.open.has(address)).toBe(true))
    this.open.get(address)!(name)
    this.open.delete(address)
  }
  close(): void {}
}
const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

it('finds names with a real server, keeps them as 1.2 does, and has them after a restart without asking', async () => {
  const server = await new TestDns((question) => [
    addressOf(question) === '10.0.0.9' ? noSuchName(question) : pointer(question, `host-${addressOf(question)}.example`),
  ]).start()
  try {
    begin(new DnsServers([server.server]))
    want(['10.0.0.1', '10.0.0.9'])
    await vi.waitFor(() => expect(found.get('10.0.0.1')).toBe('host-10.0.0.1.example'), { timeout: 5000 })
    expect(found.get('10.0.0.9')).toBe('')
    expect(await store.get('dns.cache.10.0.0.1')).toBe('host-10.0.0.1.example')
    expect(await store.get('dns.cache.10.0.0.9')).toBe('10.0.0.9')
    expect(resolver!.stats()).toEqual({ asked: 2, named: 1, nameless: 1, failed: 0, kept: 0, refused: 0, waiting: 0 })
    resolver!.close()
    found.clear()
    begin(new DnsServers([server.server]))
    want(['10.0.0.1', '10.0.0.9', '10.0.0.1'])
    await vi.waitFor(() => expect(Object.fromEntries(found)).toEqual({ '10.0.0.1': 'host-10.0.0.1.example', '10.0.0.9': '' }))
    expect(resolver!.stats()).toMatchObject({ asked: 0, kept: 2 })
    expect(server.asked).toHaveLength(2)
  } finally {
    server.stop()
  }
})

describe('who is asked for', () => {
  it('is local where only local ones are wanted, and never a group or everybody', async () => {
    const dns = new HeldDns()
    begin(dns)
    want(['192.0.2.1', '224.0.0.251', '255.255.255.255', '0.0.0.0', 'ff02::fb', 'nonsense', '10.0.0.1'])
    await settled()
    expect(dns.asked).toEqual(['10.0.0.1'])
    resolver!.close()
    begin(dns, { which: 'all' })
    want(['192.0.2.1', '224.0.0.251'])
    await settled()
    expect(dns.asked).toEqual(['10.0.0.1', '192.0.2.1'])
  })

  it('comes first when somebody looks at it, and is asked for once', async () => {
    const dns = new HeldDns()
    begin(dns)
    want(Array.from({ length: 20 }, (_, n) => address(n)))
    await settled()
    expect(dns.asked).toHaveLength(8)
    for (let look = 0; look < 3; look++)
      resolver!.shown([
        { address: address(15), isNamed: false },
        { address: address(99), isNamed: false },
      ])
    await settled()
    await dns.answer(address(0), 'a.example')
    await dns.answer(address(1), 'b.example')
    await settled()
    expect(dns.asked.slice(8)).toEqual([address(15), address(99)])
    resolver!.shown([
      { address: address(0), isNamed: true },
      { address: address(15), isNamed: false },
      { address: address(500), isNamed: true },
    ])
    await settled()
    expect(dns.asked).toHaveLength(10)
  })

  it('is bounded: of 100,000 new hosts most are refused, and counted', async () => {
    const dns = new HeldDns()
    begin(dns)
    const before = performance.now()
    for (let from = 0; from < 100_000; from += 500) {
      want(Array.from({ length: 500 }, (_, n) => address(from + n)))
      if (from % 10_000 === 0) await settled()
    }
    await settled()
    expect(performance.now() - before).toBeLessThan(5000)
    const { asked, refused, waiting } = resolver!.stats()
    expect([asked, waiting, asked + refused + waiting - 8]).toEqual([8, 508, 100_000])
    want([], 1000)
    expect(resolver!.stats().refused).toBe(refused + 1000)
    // A host that somebody looks at finds room all the same.
    resolver!.shown([{ address: '10.200.0.1', isNamed: false }])
    await settled()
    await dns.answer(dns.asked[0]!, 'a.example')
    await settled()
    expect(dns.asked.at(-1)).toBe('10.200.0.1')
  })
})

it('asks again after a minute where no answer came, and an hour after an answer', async () => {
  const dns = new HeldDns()
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  try {
    begin(dns)
    const look = async () => {
      resolver!.shown([{ address: '10.0.0.1', isNamed: found.get('10.0.0.1') !== undefined }])
      await vi.advanceTimersByTimeAsync(1)
    }
    await look()
    void dns.answer('10.0.0.1', new Error('DNS did not answer'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(resolver!.stats()).toMatchObject({ failed: 1, fault: 'DNS did not answer' })
    expect(await store.get('dns.cache.10.0.0.1')).toBeUndefined()
    await look()
    expect(dns.asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    await look()
    expect(dns.asked).toHaveLength(2)
    void dns.answer('10.0.0.1', 'a.example')
    await vi.advanceTimersByTimeAsync(1000)
    expect(found.get('10.0.0.1')).toBe('a.example')
    expect(resolver!.stats().fault).toBeUndefined()
    await look()
    expect(dns.asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(3_600_000)
    await store.write([{ op: 'delete', key: 'dns.cache.10.0.0.1' }])
    await look()
    expect(dns.asked).toHaveLength(3)
  } finally {
    vi.useRealTimers()
  }
})

it('asks DNS while the store is away, and believes nothing there that is no name', async () => {
  const dns = new HeldDns()
  begin(dns)
  vi.spyOn(store, 'getMany').mockRejectedValueOnce(new StoreAway('away'))
  want(['10.0.0.1'])
  await dns.answer('10.0.0.1', 'a.example')
  await vi.waitFor(() => expect(found.get('10.0.0.1')).toBe('a.example'))
  await store.write([{ op: 'set', key: 'dns.cache.10.0.0.2', value: '<b>\u202e' }])
  want(['10.0.0.2'])
  await vi.waitFor(() => expect(found.get('10.0.0.2')).toBe(''))
})
