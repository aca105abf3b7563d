import { describe, expect, test } from 'vitest'
import { GivenNames } from './given-names.ts'
import { HostNames } from './host-names.ts'

type Words = [number, number, number, number]
const v4 = (address: number): Words => [0, 0, 0xffff, address]
const a = v4(0xc0a80001)
const b = v4(0xc0a80002)

describe('the best name of a host', () => {
  test('sources outrank each other, and a later name of the same source wins', () => {
    const given = new GivenNames()
    const names = new HostNames(undefined, undefined, given)
    const said: [string, 'reverse' | 'dns' | 'netbios' | 'mdns' | 'dhcp' | 'given', boolean, string][] = [
      ['a-1-2.isp.example', 'reverse', true, 'a-1-2.isp.example'],
      ['www.example.com', 'dns', true, 'www.example.com'],
      ['example.net', 'dns', true, 'example.net'],
      ['example.net', 'dns', false, 'example.net'],
      ['PRINTER', 'netbios', true, 'PRINTER'],
      ['printer.local', 'mdns', true, 'printer.local'],
      ['PRINTER', 'netbios', false, 'printer.local'],
      ['laser', 'dhcp', true, 'laser'],
      ['The one upstairs', 'given', true, 'The one upstairs'],
      ['laser2', 'dhcp', true, 'The one upstairs'],
      ['', 'given', false, 'The one upstairs'],
    ]
    for (const [name, source, changed, best] of said) {
      expect(names.set(...a, name, source), name).toBe(changed)
      expect(names.get(...a), name).toBe(best)
    }
    expect(names.all(...a)).toEqual([
      { name: 'The one upstairs', source: 'given' },
      { name: 'laser2', source: 'dhcp' },
    ])
    const { version } = names
    expect([given.set(...a, ''), given.set(...a, '')]).toEqual([true, false])
    expect(names.version).toBe(version + 1)
    expect(names.all(...a)).toEqual([{ name: 'laser2', source: 'dhcp' }])
    expect(names.get(...b)).toBeUndefined()
    expect(names.all(...b)).toEqual([])
  })

  test('words are equal whatever their sign', () => {
    const names = new HostNames()
    names.set(0x20010db8, -1, 0xffffffff, -2, 'six', 'dns')
    expect(names.get(0x20010db8, 0xffffffff, -1, 0xfffffffe)).toBe('six')
  })

  test('the version tells when something changed', () => {
    const names = new HostNames()
    names.set(...a, 'x', 'dns')
    names.set(...a, 'x', 'dns')
    expect(names.version).toBe(1)
  })

  test('long names are cut', () => {
    const names = new HostNames()
    names.set(...a, 'x'.repeat(1000), 'dhcp')
    expect(names.get(...a)).toBe('x'.repeat(255))
  })
})

describe('a flood of names', () => {
  test('is bounded, and forgets neither what is in use nor what the user gave', () => {
    const names = new HostNames(undefined, 64)
    names.set(...a, 'mine', 'given')
    names.set(...b, 'in use', 'dhcp')
    for (let i = 0; i < 10_000; i++) {
      names.set(...v4(i), `flood-${i}`, 'dns')
      if (i % 20 === 0) expect(names.get(...b)).toBe('in use')
      expect(names.size).toBeLessThanOrEqual(65)
    }
    expect(names.get(...a)).toBe('mine')
    expect(names.get(...v4(9_999))).toBe('flood-9999')
    expect(names.get(...v4(5))).toBeUndefined()
  })

  test('a name asked for moves to the young ones, at whatever moment', () => {
    for (let young = 0; young <= 4; young++) {
      const names = new HostNames(undefined, 8)
      for (let i = 0; i < 4 + young; i++) names.set(...v4(i), `n${i}`, 'dns')
      expect([names.get(...v4(0)), names.get(...v4(0))], `${young} younger`).toEqual(['n0', 'n0'])
      const held = Array.from({ length: 8 }, (_, i) => names.get(...v4(i))).filter(Boolean)
      expect(held.length).toBeGreaterThanOrEqual(Math.min(4, 4 + young))
    }
    const two = new HostNames(undefined, 8)
    for (let i = 0; i < 5; i++) two.set(...v4(i), `n${i}`, 'dns')
    two.get(...v4(0))
    expect(two.size).toBe(5)
  })
})

describe('what users call hosts', () => {
  test('is told apart by the whole address, and one change leaves the others', () => {
    const given = new GivenNames()
    const six: Words = [0x20010db8, 0, 0, 0xc0a80001]
    expect(given.get(...a)).toBeUndefined()
    expect([given.set(...a, 'four'), given.set(...six, 'six'), given.set(...six, 'six'), given.set(...b, '')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect([given.get(...a), given.get(...six), given.size, given.version]).toEqual(['four', 'six', 2, 2])
    given.set(...a, '')
    expect([given.get(...a), given.get(...six), given.size]).toEqual([undefined, 'six', 1])
    given.set(...six, 'VI')
    expect([given.get(...six), given.size]).toEqual(['VI', 1])
  })
})

describe('what reverse DNS said', () => {
  test('stands where nothing better is known, and goes when DNS says that there is none', () => {
    const names = new HostNames()
    expect(names.resolved(...a, '')).toBe(false)
    expect([names.resolved(...a, 'old.example'), names.resolved(...a, 'new.example')]).toEqual([true, true])
    expect(names.all(...a)).toEqual([{ name: 'new.example', source: 'reverse' }])
    expect(names.lookedUp(...a, 0)).toBeUndefined()
    expect(names.resolved(...a, '')).toBe(true)
    expect(names.get(...a)).toBeUndefined()
    names.set(...a, 'www.example', 'dns')
    expect([names.resolved(...a, 'late.example'), names.resolved(...a, '')]).toEqual([false, false])
    expect(names.get(...a)).toBe('www.example')
  })
})

test('where answers of DNS are not read, they name nobody', () => {
  const names = new HostNames()
  names.ignoresDns = true
  expect(names.set(...a, 'www.example', 'dns')).toBe(false)
  expect(names.learn({ words: a, name: 'www.example', source: 'dns', atMs: 1 })).toBe(false)
  expect(names.set(...a, 'printer.local', 'mdns')).toBe(true)
  expect(names.get(...a)).toBe('printer.local')
})

describe('names that others have heard', () => {
  const at = (words: readonly [number, number, number, number], name: string, atMs: number) => ({
    words,
    name,
    source: 'dns' as const,
    atMs,
  })
  const here = [0, 0, 0xffff, 1] as const

  test('a later name stays whoever tells of it first, and is told on', () => {
    let nowMs = 1000
    const names = new HostNames(() => nowMs)
    names.share()
    names.set(...here, 'old', 'dns')
    nowMs = 5000
    names.set(...here, 'new', 'dns')
    expect(names.takeFresh()).toEqual([at(here, 'old', 1000), at(here, 'new', 5000)])
    expect(names.takeFresh()).toEqual([])
    expect(names.learn(at(here, 'between', 3000))).toBe(false)
    expect(names.get(...here)).toBe('new')
    expect(names.learn(at(here, 'newest', 6000))).toBe(true)
    expect(names.get(...here)).toBe('newest')
    expect(names.takeFresh()).toEqual([])
  })

  test('a name heard again holds from then on, and is told again at most once a second', () => {
    let nowMs = 1000
    const names = new HostNames(() => nowMs)
    names.share()
    for (nowMs of [1000, 1300, 1600, 2500]) names.set(...here, 'a', 'dns')
    expect(names.takeFresh().map((n) => n.atMs)).toEqual([1000, 2500])
    expect(names.learn(at(here, 'b', 2000))).toBe(false)
  })
})

test('what DNS said of an address is known as long as it is wanted, unless something better is known', () => {
  let nowMs = 1000
  const names = new HostNames(() => nowMs)
  const here = [0, 0, 0xffff, 1] as const
  names.set(...here, 'example.com', 'dns')
  expect(names.lookedUp(...here, 1000)).toBe('example.com')
  expect(names.lookedUp(...here, 1001)).toBeUndefined()
  expect(names.lookedUp(0, 0, 0xffff, 2, 0)).toBeUndefined()
  nowMs = 2500
  names.set(...here, 'example.com', 'dns')
  expect(names.lookedUp(...here, 2500)).toBe('example.com')
  names.set(...here, 'printer', 'dhcp')
  expect(names.lookedUp(...here, 0)).toBeUndefined()
})
