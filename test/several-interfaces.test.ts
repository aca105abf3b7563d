import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Entity, entities, type FlowItem } from '../src/lib/fields.ts'
import { SERIES_NAMES } from '../src/lib/live.ts'
import type { InterfaceMergeRule } from '../src/lib/merge-rule.ts'
import { MergedInterfaces } from '../src/probe/merge/interfaces.ts'
import type { LiveTables } from '../src/tables/live-tables.ts'
import { arpFrame, feed, START_MS, tcpFrame, testTables, udpFrame } from '../src/tables/testing.ts'
import type { Bytes } from '../src/wire/testing.ts'
import { type Asked, answersOf, LIMIT, one, workerOf } from './several-workers.ts'

const ENTITIES = (Object.keys(entities) as Entity[]).filter((entity) => entity !== 'exporters')
const LIMITS = { flowLimit: LIMIT, hostLimit: LIMIT }

/** Interfaces by name, each of one worker or several. */
function all(interfaces: Readonly<Record<string, readonly LiveTables[]>>, rule: InterfaceMergeRule = 'max'): Asked {
  const merged = new MergedInterfaces({ name: 'All interfaces', rule, salt: 99 })
  const parts = Object.entries(interfaces).flatMap(([interfaceName, tables], i) =>
    tables.map((t, n) => ({ ...workerOf(answersOf(t), 64 * (i + 1) + n), interfaceId: i + 1, interfaceName, isAtRest: false })),
  )
  return { ask: (question, ask) => merged.answer(parts, LIMITS, question, ask) }
}

type Item = Readonly<Record<string, unknown>>
const keyOf = (item: Item) => JSON.stringify(item, Object.keys(item).sort())
const inOrder = <T extends object>(items: readonly T[]): T[] => [...items].sort((a, b) => (keyOf(a as Item) < keyOf(b as Item) ? -1 : 1))
/** Of the second before, and of packets that no flow keeps, less is known. */
const UNSURE = ['id', 'interfaces', 'trend', 'pps', 'sameMac', 'app', 'bps', 'bpsSent', 'bpsRcvd', 'bpsC2s', 'bpsS2c']
/** Nor is it said which of its MACs a host is tied to: these frames bear one pair of them both ways. */
const BY_MAC = ['mac', 'vendor']
/** Nor therefore how many hosts each MAC has; all together have as many. */
const UNSURE_OF: Partial<Record<Entity, readonly string[]>> = { hosts: [...UNSURE, ...BY_MAC], macs: [...UNSURE, 'hosts'] }
const hostsOf = (rows: readonly Item[]) => rows.reduce<number>((sum, row) => sum + ((row['hosts'] as number | undefined) ?? 0), 0)
const sure = (answer: unknown, unsure: readonly string[] = UNSURE): unknown =>
  JSON.parse(JSON.stringify(answer, (name, value: unknown) => (unsure.includes(name) ? undefined : value)))

async function rowsOf(asked: Asked, entity: Entity): Promise<readonly Item[]> {
  const { items, matching, total } = await asked.ask('list', { entity, limit: 1000 })
  expect([matching, total]).toEqual([items.length, items.length])
  return items as unknown as Item[]
}
const rates = (rows: readonly Item[]) => rows.reduce<number>((sum, row) => sum + ((row['bps'] as number | undefined) ?? 0), 0)

interface Timed {
  readonly ms: number
  readonly frame: Bytes
}
/** What an interface saw; its clock goes on with that of all. */
function seen(all: readonly Timed[], isMine: (at: number) => boolean, seed = 1): LiveTables {
  const t = testTables({ flowLimit: LIMIT, hostLimit: LIMIT, seed })
  all.forEach(({ ms, frame }, i) => {
    if (isMine(i)) feed(t, [frame], ms)
    else t.passClock(ms)
  })
  t.finish()
  t.tickTo(t.nowMs + 1000)
  return t
}

describe('a flow that several interfaces have seen counts once', () => {
  const end = fc.record({ host: fc.integer({ min: 1, max: 6 }), port: fc.constantFrom(53, 80, 443, 2000, 40_000) })
  const packet = fc.record({
    from: end,
    to: end,
    vlan: fc.constantFrom(undefined, undefined, 5),
    flags: fc.constantFrom(2, 18, 16, 24, 17, 4),
    seq: fc.integer({ min: 1, max: 4000 }),
    isTcp: fc.boolean(),
    length: fc.integer({ min: 0, max: 1200 }),
    step: fc.constantFrom(0, 1, 7, 400, 1500),
  })
  type Made = typeof packet extends fc.Arbitrary<infer T> ? T : never
  const frameOf = ({ from, to, vlan, flags, seq, isTcp, length }: Made): Bytes => {
    const segment = {
      from: `10.0.0.${from.host}`,
      to: `10.0.0.${to.host}`,
      srcPort: from.port,
      dstPort: to.port,
      payload: 'z'.repeat(length),
      ...(vlan === undefined ? {} : { vlan }),
    }
    return isTcp ? tcpFrame({ ...segment, flags, seq }) : udpFrame(segment)
  }
  const flowOf = ({ from, to, vlan, isTcp }: Made): string =>
    JSON.stringify([[`${from.host} ${from.port}`, `${to.host} ${to.port}`].sort(), vlan, isTcp])
  /** Of each flow the interfaces that see it: one at least. */
  const sight = fc.constantFrom<readonly number[]>([0], [1], [2], [0, 1], [1, 2], [0, 1, 2])

  test.each(['max', 'first'] as const)(
    'by %s: all lists, pages and totals are those of one interface that sees everything',
    async (rule) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(packet, { minLength: 1, maxLength: 60 }),
          fc.array(sight, { minLength: 5, maxLength: 9 }),
          async (packets, sights) => {
            let ms = START_MS
            const timed = packets.map((made) => ({ ms: (ms += made.step), frame: frameOf(made) }))
            const flows = [...new Set(packets.map(flowOf))]
            const seenBy = (i: number) => sights[flows.indexOf(flowOf(packets[i]!)) % sights.length]!
            const single = one(seen(timed, () => true, 9))
            const tables = [0, 1, 2].map((n) => seen(timed, (i) => seenBy(i).includes(n), n + 1))
            const merged = all({ a: [tables[0]!], b: [tables[1]!], c: [tables[2]!] }, rule)
            for (const entity of ENTITIES) {
              const [rows, expected] = [await rowsOf(merged, entity), await rowsOf(single, entity)]
              const unsure = UNSURE_OF[entity] ?? UNSURE
              expect(hostsOf(rows), entity).toBe(hostsOf(expected))
              expect(inOrder(sure(rows, unsure) as Item[]), entity).toEqual(inOrder(sure(expected, unsure) as Item[]))
              // Sums of single precision. What a flow carried before it had its name is a rate of another application.
              if (!['apps', 'categories'].includes(entity)) expect(rates(rows) / 8, entity).toBeCloseTo(rates(expected) / 8, 0)
            }
            const [totals, whole] = [await merged.ask('totals', {}), await single.ask('totals', {})]
            const limits = ['pps', 'trend', 'flowsLimit', 'hostsLimit', 'bps', 'bpsSent', 'bpsRcvd']
            expect(sure(totals, limits)).toEqual(sure(whole, limits))
            expect(totals.bps / 8).toBeCloseTo(whole.bps / 8, 0)
            const hosts = async (asked: Asked) => {
              const dump = await asked.ask('dump', {})
              return inOrder(
                dump.hosts.map(({ series: _, sizesSent: _s, sizesRcvd: _r, ...host }) => sure(lists(host), [...UNSURE, ...BY_MAC]) as Item),
              )
            }
            expect(await hosts(merged)).toEqual(await hosts(single))
            // And all is as it was.
            for (const t of tables) expect(t.packets).toBe((await one(t).ask('totals', {})).packets)
          },
        ),
        { numRuns: 12 },
      )
    },
  )
})

/** Lists within a page in an order of their own. */
const lists = (host: object): object =>
  Object.fromEntries(
    Object.entries(host).map(([name, value]) => [
      name,
      Array.isArray(value) && typeof value[0] === 'object' ? inOrder(sure(value) as Item[]) : value,
    ]),
  )

describe('which interface counts', () => {
  const flow = { from: '10.0.0.1', to: '10.0.0.2', srcPort: 5000, dstPort: 9 }
  const says = (ms: number, length: number) => ({ ms: START_MS + ms, frame: udpFrame({ ...flow, payload: 'x'.repeat(length) }) })
  const early = () => seen([says(0, 100)], () => true)
  const more = () => seen([says(500, 400), says(501, 400)], () => true, 2)
  const flowsOf = async (asked: Asked) => (await rowsOf(asked, 'flows')) as unknown as FlowItem[]
  const HEAD = 14 + 20 + 8

  test.each([
    ['max', 2 * (HEAD + 400)],
    ['first', HEAD + 100],
    ['sum', 3 * HEAD + 900],
  ] as const)('%s', async (rule, bytes) => {
    const asked = all({ early: [early()], more: [more()] }, rule)
    const [row, ...others] = await flowsOf(asked)
    expect(others).toEqual([])
    expect(row).toMatchObject({ bytes, interfaces: ['early', 'more'] })
    for (const entity of ['apps', 'l4', 'vlans', 'ports', 'talkers'] as const)
      expect(await rowsOf(asked, entity), entity).toMatchObject([{ bytes, flows: 1 }])
    expect(await rowsOf(asked, 'hosts')).toMatchObject([
      { bytes, flows: 1 },
      { bytes, flows: 1 },
    ])
    if (rule !== 'sum') expect(await asked.ask('totals', {})).toMatchObject({ bytes, flows: 1, flowsTotal: 1, hosts: 2 })
    const detail = await asked.ask('flow', { id: row!.id })
    expect(detail).toMatchObject({ bytes, interfaces: ['early', 'more'] })
    // By the id that either has.
    for (const id of ['64-0-1', '128-0-1']) expect((await asked.ask('flow', { id }))?.bytes, id).toBe(bytes)
    expect(await asked.ask('flow', { id: '192-0-1' })).toBeNull()
  })

  test('a few packets more are not most of it', async () => {
    const a = seen(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((ms) => says(ms, 100)),
      () => true,
    )
    const b = seen(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].map((ms) => says(ms, 100)),
      () => true,
      2,
    )
    const [row] = await flowsOf(all({ a: [a], b: [b] }))
    expect(row).toMatchObject({ packets: 20, id: expect.stringMatching(/^64-/) })
  })

  test('halves on two workers of one interface are more than a part on another', async () => {
    const asked = all({
      halves: [seen([says(0, 200)], () => true), seen([says(1, 200)], () => true, 2)],
      other: [seen([says(0, 300)], () => true, 3)],
    })
    expect(await flowsOf(asked)).toMatchObject([{ bytes: 2 * (HEAD + 200), interfaces: ['halves', 'other'] }])
    expect(await rowsOf(asked, 'apps')).toMatchObject([{ bytes: 2 * (HEAD + 200), flows: 1 }])
    expect((await asked.ask('totals', {})).flows).toBe(1)
  })

  test('frames without IP count once', async () => {
    const arp = () => seen([{ ms: START_MS, frame: arpFrame('10.0.0.1', '10.0.0.2') }], () => true)
    const single = one(arp())
    const asked = all({ a: [arp()], b: [arp()], c: [arp()] })
    for (const entity of ['nonip', 'macs', 'hosts'] as const)
      expect(sure(await rowsOf(asked, entity)), entity).toEqual(sure(await rowsOf(single, entity)))
    const { packets, bytes, nonIpPackets, nonIpBytes } = await single.ask('totals', {})
    expect(await asked.ask('totals', {})).toMatchObject({ packets, bytes, nonIpPackets, nonIpBytes })
  })

  test('interfaces are a field of flows: filter, facet and order', async () => {
    const alone = { ms: START_MS, frame: udpFrame({ from: '10.0.0.3', to: '10.0.0.4' }) }
    const asked = all({ early: [early()], more: [seen([says(500, 400), alone], () => true, 2)] })
    const found = async (filter: string) => (await asked.ask('list', { entity: 'flows', filter, limit: 9 })).items.length
    expect([await found('interface = early'), await found('interface = more'), await found('not interface = early')]).toEqual([1, 2, 1])
    const [facet] = await asked.ask('facets', { entity: 'flows', fields: ['interfaces'], limit: 9 })
    expect(facet!.values.map(({ value, rows }) => [value, rows]).toSorted()).toEqual([
      ['early', 1],
      ['more', 2],
    ])
    const { items } = await asked.ask('list', { entity: 'flows', sort: 'interfaces', order: 'asc', limit: 9 })
    expect((items as FlowItem[]).map(({ interfaces }) => interfaces)).toEqual([['early', 'more'], ['more']])
    // One interface does not say that it is itself.
    const own = one(early())
    expect((await own.ask('list', { entity: 'flows', limit: 9 })).items[0]).not.toHaveProperty('interfaces')
    expect(await own.ask('facets', { entity: 'flows', fields: ['interfaces'], limit: 9 })).toEqual([{ field: 'interfaces', values: [] }])
  })

  test('what has left its row counts as what is there', async () => {
    const idle = { flowMs: 2000, closedFlowMs: 2000, localHostMs: 60_000, remoteHostMs: 60_000 }
    const bridge = (seed: number) => {
      const t = testTables({ seed, idle })
      feed(t, [udpFrame({ ...flow, srcPort: 1 }), udpFrame({ ...flow, srcPort: 2 })], START_MS)
      t.passClock(START_MS + 10_000)
      feed(t, [udpFrame({ ...flow, srcPort: 3 })], START_MS + 10_000)
      t.passClock(START_MS + 11_000)
      return t
    }
    const single = one(bridge(1))
    const asked = all({ br0: [bridge(1)], a: [bridge(2)], b: [bridge(3)] })
    expect((await rowsOf(asked, 'flows')).length).toBe(1)
    const { packets, bytes, flowsTotal } = await single.ask('totals', {})
    expect(packets).toBe(3)
    expect(await asked.ask('totals', {})).toMatchObject({ packets, bytes, flowsTotal })
    for (const entity of ['hosts', 'apps', 'l4', 'macs', 'ports'] as const)
      expect(inOrder(sure(await rowsOf(asked, entity)) as Item[]), entity).toEqual(inOrder(sure(await rowsOf(single, entity)) as Item[]))
    for (const of of SERIES_NAMES)
      expect(await asked.ask('series', { of, seconds: 60 }), of).toEqual(await single.ask('series', { of, seconds: 60 }))
    expect(await asked.ask('sizes', {})).toEqual(await single.ask('sizes', {}))
  })

  test('a member with a little of its own beside what the bridge has seen', async () => {
    const large = { ms: START_MS, frame: udpFrame({ ...flow, payload: 'x'.repeat(1400) }) }
    const shared = Array.from({ length: 10 }, () => large)
    const own = { ms: START_MS, frame: tcpFrame({ from: '10.0.0.3', to: '10.0.0.1', srcPort: 7000, dstPort: 22, flags: 2 }) }
    const single = one(seen([...shared, own], () => true))
    const asked = all({ br0: [seen(shared, () => true)], m0: [seen([...shared, own], () => true, 2)] })
    const unsure = UNSURE.filter((name) => !name.startsWith('bps'))
    for (const entity of ['flows', 'hosts', 'l4', 'vlans', 'ports', 'macs', 'talkers'] as const)
      expect(inOrder(sure(await rowsOf(asked, entity), unsure) as Item[]), entity).toEqual(
        inOrder(sure(await rowsOf(single, entity), unsure) as Item[]),
      )
    const limits = ['flowsLimit', 'hostsLimit']
    expect(sure(await asked.ask('totals', {}), limits)).toEqual(sure(await single.ask('totals', {}), limits))
  })

  test('a host that is watched: a bridge beside its members', async () => {
    const tables = [1, 2, 3].map((seed) => testTables({ flowLimit: LIMIT, hostLimit: LIMIT, seed }))
    const [single, br0, m0] = tables as [LiveTables, LiveTables, LiveTables]
    const say = (s: number, length: number) => {
      const frame = udpFrame({ ...flow, payload: 'x'.repeat(length) })
      for (const t of tables) feed(t, [frame], START_MS + 1000 * s)
    }
    const asked = { single: one(single), merged: all({ br0: [br0], m0: [m0] }) }
    const ask = (of: Asked) => of.ask('hostSeries', { address: flow.from, seconds: 60, points: 60 })
    say(0, 10)
    expect((await ask(asked.merged))!.times).toEqual([])
    await ask(asked.single)
    for (const [s, length] of [
      [0.5, 200],
      [2.2, 1000],
      [2.4, 1000],
    ] as const)
      say(s, length)
    for (const t of tables) t.passClock(START_MS + 4000)
    const expected = (await ask(asked.single))!
    expect(expected.columns[0]!.values.some((bps) => bps > 0)).toBe(true)
    expect(await ask(asked.merged)).toEqual(expected)
    expect(await asked.merged.ask('hostSeries', { address: '10.9.9.9', seconds: 60, points: 60 })).toBeNull()
  })

  test('an interface whose input has ended has no rate of now', async () => {
    const parts = (['ended', 'running'] as const).map((interfaceName, i) => ({
      ...workerOf(answersOf(seen([{ ms: START_MS, frame: udpFrame({ ...flow, srcPort: i + 1 }) }], () => true, i + 1)), 64 * (i + 1)),
      interfaceId: i + 1,
      interfaceName,
      isAtRest: interfaceName === 'ended',
    }))
    const merged = new MergedInterfaces({ name: 'all', rule: 'max', salt: 1 })
    const { bps, packets } = await merged.answer(parts, LIMITS, 'totals', {})
    expect([bps, packets]).toEqual([(HEAD + 1) * 8, 2])
    const { items } = await merged.answer(parts, LIMITS, 'list', { entity: 'flows', sort: 'clientPort', order: 'asc', limit: 9 })
    expect((items as FlowItem[]).map((row) => row.bps)).toEqual([0, (HEAD + 1) * 8])
  })
})
