import { expect, it } from 'vitest'
import type { WantedNames } from '../lib/host-naming.ts'
import { HostResolving } from './host-resolving.ts'
import { feed, START_MS, testTables, udpFrame } from './testing.ts'

const begin = (which: 'local' | 'all', hostLimit = 1024) => {
  const t = testTables({ hostLimit, flowLimit: hostLimit })
  const asked: WantedNames[] = []
  t.resolving = new HostResolving(t, which, (wanted) => asked.push(wanted))
  const pass = (seconds: number) => t.tickTo(START_MS + 1000 * seconds)
  return { t, asked, pass }
}

it('asks once for the names of new hosts that nobody has told: of local ones, or of all', () => {
  for (const which of ['local', 'all'] as const) {
    const { t, asked, pass } = begin(which)
    t.hostNames.set(0, 0, 0xffff, 0x0a000002, 'known', 'dns')
    feed(t, [udpFrame({ to: '10.0.0.2' }), udpFrame({ to: '192.0.2.1' }), udpFrame({ to: '224.0.0.251' })])
    expect(asked).toEqual([])
    pass(2)
    expect(asked).toEqual([{ addresses: which === 'all' ? ['10.0.0.1', '192.0.2.1'] : ['10.0.0.1'], missed: 0 }])
    feed(t, [udpFrame({ to: '10.0.0.2' })], START_MS + 2500)
    pass(4)
    expect(asked).toHaveLength(1)
  }
})

it('asks for a host that has a name which a user gave, as that may be taken away', () => {
  const { t, asked, pass } = begin('local')
  t.hostNames.set(0, 0, 0xffff, 0x0a000001, 'mine', 'given')
  feed(t, [udpFrame({ to: '192.0.2.1' })])
  pass(2)
  expect(asked[0]!.addresses).toEqual(['10.0.0.1'])
})

it('of very many new hosts asks for a bounded number a second, and counts the others', () => {
  const { t, asked, pass } = begin('all', 16_384)
  feed(
    t,
    Array.from({ length: 10_000 }, (_, n) => udpFrame({ to: `192.0.${n >> 8}.${n & 255}` })),
    START_MS,
    0.01,
  )
  for (let second = 1; second <= 20; second++) pass(second)
  const sum = asked.reduce((n, { addresses }) => n + addresses.length, 0)
  expect(Math.max(...asked.map(({ addresses }) => addresses.length))).toBeLessThanOrEqual(512)
  expect(sum).toBe(2048)
  expect(asked.reduce((n, { missed }) => n + missed, 0)).toBe(10_001 - 2048)
})
