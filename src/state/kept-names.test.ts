import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoreAway } from '../lib/key-value.ts'
import { KeptNames } from './kept-names.ts'
import { MemoryStore } from './memory-store.ts'

let folder: string
let store: MemoryStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-names-'))
  store = new MemoryStore()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const opened = async (instance = 'here', from?: string) => {
  const names = new KeptNames(store, instance)
  await names.load(from)
  return names
}

it('keeps what was named over a restart', async () => {
  const names = await opened()
  names.nameExporter('192.0.2.1', 'core')
  names.nameExporter('192.0.2.2', 'edge')
  names.nameExporter('192.0.2.1', '')
  names.changeInterface('eth0', { name: 'uplink' })
  names.changeInterface('eth0', { disabled: true })
  names.changeInterface('eth1', { disabled: true })
  names.changeInterface('eth1', { disabled: false })
  const again = await opened()
  expect(again.exporters).toEqual({ '192.0.2.2': 'edge' })
  expect(again.interface('eth0')).toEqual({ name: 'uplink', disabled: true })
  expect(again.interface('eth1')).toEqual({})
  expect(again.interface('toString')).toEqual({})
})

it('has names in common with others on the same store; what is disabled is its own, unless 1.2’s key says it of all', async () => {
  const names = await opened('here')
  names.changeInterface('eth0', { name: 'uplink', disabled: true })
  expect((await opened('there')).interface('eth0')).toEqual({ name: 'uplink' })
  await store.write([{ op: 'set', key: 'ntopng.prefs.eth1_not_idle', value: '0' }])
  expect((await opened('there')).interface('eth1')).toEqual({ disabled: true })
  names.changeInterface('eth1', { disabled: false })
  expect((await opened('here')).interface('eth1')).toEqual({})
  expect(await store.get('ntopng.prefs.eth0.name')).toBe('uplink')
})

it('takes over the file of before, once; what the store has holds', async () => {
  await store.write([{ op: 'hash-set', key: 'wiretop.exporter_names', field: 'a', value: 'kept' }])
  const former = { exporters: { a: 'former', b: 'other' }, interfaces: { eth0: { name: 'uplink', disabled: true } } }
  writeFileSync(join(folder, 'names.json'), JSON.stringify(former))
  const names = await opened('here', folder)
  expect(names.exporters).toEqual({ a: 'kept', b: 'other' })
  expect(readdirSync(folder)).toEqual(['names.json.taken'])
  names.nameExporter('b', 'new')
  const again = await opened('here', folder)
  expect(again.exporters).toEqual({ a: 'kept', b: 'new' })
  expect(again.interface('eth0')).toEqual({ name: 'uplink', disabled: true })
})

it.each(['no JSON', '{"exporters":{"a":1},"interfaces":{}}', '{"exporters":{},"interfaces":{"a":{"name":7}}}', 'null'])(
  'sets %s aside',
  async (text) => {
    writeFileSync(join(folder, 'names.json'), text)
    expect((await opened('here', folder)).exporters).toEqual({})
    expect(readdirSync(folder)).toEqual(['names.json.damaged'])
  },
)

it('has its names when a store that was away returns, and loses nothing that was said meanwhile', async () => {
  vi.useFakeTimers()
  try {
    await store.write([{ op: 'hash-set', key: 'wiretop.exporter_names', field: 'a', value: 'kept' }])
    writeFileSync(join(folder, 'names.json'), '{"exporters":{"c":"former"},"interfaces":{}}')
    const hash = vi.spyOn(store, 'hash').mockRejectedValue(new StoreAway('away'))
    const late = vi.fn()
    const names = new KeptNames(store, 'here')
    await names.load(folder, late)
    expect(readdirSync(folder)).toEqual(['names.json'])
    names.nameExporter('b', 'said')
    hash.mockRestore()
    await vi.advanceTimersByTimeAsync(2000)
    expect(late).toHaveBeenCalledOnce()
    expect(names.exporters).toEqual({ a: 'kept', b: 'said', c: 'former' })
  } finally {
    vi.useRealTimers()
  }
})

it('takes something else under its key for nothing', async () => {
  await store.write([{ op: 'set', key: 'wiretop.exporter_names', value: 'x' }])
  expect((await opened()).exporters).toEqual({})
})

describe('names of hosts', () => {
  const put = (field: string, value: string) => store.write([{ op: 'hash-set', key: 'ntop.alternate_names', field, value }])

  it('are kept under 1.2’s key, and taken away again', async () => {
    const names = await opened()
    expect(names.nameHost('10.0.0.1', 'printer')).toBe(true)
    names.nameHost('2001:db8::1', 'six')
    expect(await store.hash('ntop.alternate_names')).toEqual(
      new Map([
        ['10.0.0.1', 'printer'],
        ['2001:db8::1', 'six'],
      ]),
    )
    names.nameHost('10.0.0.1', '')
    expect((await opened()).hosts).toEqual({ '2001:db8::1': 'six' })
  })

  it('that others write are known when they are read again, in whatever spelling of the address', async () => {
    const names = await opened()
    expect(await names.readAgain()).toBe(false)
    await put('2001:DB8:0::1', ' six ')
    expect(await names.readAgain()).toBe(true)
    expect(names.hosts).toEqual({ '2001:db8::1': 'six' })
    names.nameHost('2001:db8::1', 'VI')
    expect(await store.hash('ntop.alternate_names')).toEqual(new Map([['2001:db8::1', 'VI']]))
    await put('2001:DB8:0::1', 'again')
    await names.readAgain()
    names.nameHost('2001:db8::1', '')
    expect((await store.hash('ntop.alternate_names')).size).toBe(0)
    expect(names.hosts).toEqual({})
  })

  it('are names of addresses: whatever else stands there is left out', async () => {
    await put('10.0.0.1', 'a\u0007b')
    await put('10.0.0.2', 'a\u202eb')
    await put('10.0.0.3', 'x'.repeat(65))
    await put('10.0.0.4', '  ')
    await put('somebody', 'x')
    await put('__proto__', 'x')
    await put('10.0.0.5', '<b>')
    expect((await opened()).hosts).toEqual({ '10.0.0.5': '<b>' })
  })

  it('are bounded: nobody loses a name because another one comes', async () => {
    await store.write(
      Array.from({ length: 10_000 }, (_, n) => ({
        op: 'hash-set',
        key: 'ntop.alternate_names',
        field: `10.0.${n >> 8}.${n & 255}`,
        value: 'x',
      })),
    )
    const names = await opened()
    expect(names.nameHost('10.1.0.0', 'one more')).toBe(false)
    expect(names.nameHost('10.0.0.0', 'another')).toBe(true)
    names.nameHost('10.0.0.1', '')
    expect(names.nameHost('10.1.0.0', 'one more')).toBe(true)
    expect((await store.hash('ntop.alternate_names')).size).toBe(10_000)
  })
})

it('knows how another has called exporters and interfaces that there are', async () => {
  const here = await opened('here')
  const there = await opened('there')
  here.interface('eth0')
  there.nameExporter('192.0.2.1', 'core')
  there.changeInterface('eth0', { name: 'uplink', disabled: true })
  there.changeInterface('eth1', { name: 'not ours' })
  expect(await here.readAgain()).toBe(true)
  expect(here.exporters).toEqual({ '192.0.2.1': 'core' })
  expect(here.interface('eth0')).toEqual({ name: 'uplink' })
  expect(here.interface('eth1')).toEqual({})
  expect(await here.readAgain()).toBe(true)
  expect(await here.readAgain()).toBe(false)
})
