import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entity, ItemOf } from '../lib/fields.ts'
import { BadQuestion, type ListAnswer, type ListQuery } from '../lib/live.ts'
import { newSourceStats } from '../lib/source.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { arpFrame, feed, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { Answers } from './answers.ts'

const answersOf = (t: LiveTables) => new Answers(t, newSourceStats, 'test')
const GET = 'GET /index.html HTTP/1.1\r\nHost: www.wikipedia.org\r\nUser-Agent: Test (Linux; Android 14; Pixel 8)\r\n\r\n'

/** Forty UDP flows of growing size, one HTTP connection, one ARP. */
function office(): Answers {
  const t = testTables()
  feed(
    t,
    Array.from({ length: 40 }, (_, i) =>
      udpFrame({ from: `10.0.0.${i + 10}`, to: '8.8.8.8', srcPort: 2000 + i, dstPort: 4444, payload: 'x'.repeat(i + 1) }),
    ),
  )
  feed(
    t,
    [tcpFrame({ flags: 2, dstPort: 80, to: '91.198.174.192' }), tcpFrame({ seq: 2, dstPort: 80, to: '91.198.174.192', payload: GET })],
    START_MS + 100,
  )
  feed(t, [arpFrame('10.0.0.1', '10.0.0.2')], START_MS + 200)
  return answersOf(t)
}
const list = <E extends Entity>(a: Answers, entity: E, query: Partial<ListQuery> = {}) =>
  a.answer('list', { entity, limit: 10, ...query }) as unknown as ListAnswer<E>

describe('lists', () => {
  test('are sorted, cut, and say how many there are', () => {
    const answer = list(office(), 'flows', { sort: 'bytes', filter: 'proto = udp', limit: 3 })
    expect(answer.items.map((f) => f.bytes)).toEqual([82, 81, 80])
    expect([answer.matching, answer.total]).toEqual([40, 41])
  })

  test.each(['bytes', 'client', 'clientPort', 'app', 'firstSeen', 'id', 'clientMac'] as const)(
    'all pages by %s hold every row once, in order',
    (sort) => {
      const a = office()
      for (const order of ['asc', 'desc'] as const) {
        const whole = list(a, 'flows', { sort, order, limit: 1000 }).items.map((f) => f.id)
        const pages: string[] = []
        let cursor: string | undefined
        do {
          const answer = list(a, 'flows', { sort, order, limit: 7, ...(cursor === undefined ? {} : { cursor }) })
          pages.push(...answer.items.map((f) => f.id))
          cursor = answer.cursor
        } while (cursor !== undefined)
        expect(pages).toEqual(whole)
        expect(new Set(pages).size).toBe(41)
      }
    },
  )

  test('any limit gives the beginning of the whole', () => {
    const a = office()
    const whole = list(a, 'hosts', { sort: 'bytes', limit: 1000 }).items.map((h) => h.address)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (limit) => {
        expect(list(a, 'hosts', { sort: 'bytes', limit }).items.map((h) => h.address)).toEqual(whole.slice(0, limit))
      }),
      { seed: 2, numRuns: 40 },
    )
  })

  test('addresses sort as numbers, not as text', () => {
    const addresses = list(office(), 'hosts', { sort: 'address', order: 'asc', limit: 100, filter: 'address in 10.0.0.0/24' }).items.map(
      (h) => h.address,
    )
    expect(addresses.slice(0, 3)).toEqual(['10.0.0.1', '10.0.0.10', '10.0.0.11'])
  })

  test('every table answers, and every item has the fields of the glossary that are not optional', () => {
    const a = office()
    const firsts: Partial<Record<Entity, unknown>> = {}
    for (const entity of ['flows', 'hosts', 'macs', 'apps', 'categories', 'l4', 'ports', 'vlans', 'nonip', 'talkers'] as const)
      firsts[entity] = list(a, entity).items[0]
    expect(firsts.apps).toMatchObject({ category: expect.any(String), flows: expect.any(Number), trend: expect.any(String) })
    expect(firsts.nonip).toMatchObject({ ethertype: 'ARP', packets: 1 })
    expect(firsts.talkers).toMatchObject({ flows: 1, client: expect.any(String) })
    expect(firsts.vlans).toMatchObject({ vlan: 0 })
    expect((firsts.categories as ItemOf<'categories'>).bytes).toBeGreaterThan(0)
  })

  test.each([
    ['a filter with a fault', { filter: 'bytes >' }, 'filter'],
    ['an unknown field in the filter', { filter: 'colour = red' }, 'filter'],
    ['an unknown field to sort by', { sort: 'colour' }, 'sort'],
    ['a word that stands for several fields, to sort by', { sort: 'host' }, 'sort'],
    ['a cursor that nobody gave', { cursor: '{}' }, 'cursor'],
    ['a cursor that is not even JSON', { cursor: 'x' }, 'cursor'],
  ] as const)('%s is refused by name', (_name, query, field) => {
    try {
      list(office(), 'flows', query)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(BadQuestion)
      expect((error as BadQuestion).field).toBe(field)
      if (field === 'filter') expect((error as BadQuestion).offset).toBeTypeOf('number')
    }
  })
})

describe('details', () => {
  test('a flow says why it has its name and what was read of it', () => {
    const a = office()
    const id = list(a, 'flows', { filter: 'app = HTTP' }).items[0]!.id
    const flow = a.answer('flow', { id })!
    expect(flow).toMatchObject({ app: 'HTTP.Wikipedia', master: 'HTTP', serverName: 'www.wikipedia.org', confidence: 'server-name' })
    expect(flow.reason).toContain('www.wikipedia.org')
    expect(flow.communityId).toMatch(/^1:[A-Za-z0-9+/]{27}=$/)
    expect(flow.fields.find((f) => f.name === 'method')).toMatchObject({ protocol: 'HTTP', value: 'GET' })
    expect(flow.fields.find((f) => f.name === 'system')).toMatchObject({ protocol: 'HTTP', value: 'Android 14' })
    expect(flow.fields.find((f) => f.name === 'device')).toMatchObject({ protocol: 'HTTP', value: 'Pixel 8' })
    expect(flow.tcpC2s).toMatchObject({ retransmissions: 0 })
  })

  test.each(['', 'zz-zz', '0-zzzz', '../etc', '9999-1'])('there is no flow %s', (id) => {
    expect(office().answer('flow', { id })).toBeNull()
  })

  test('a host has its applications, ports, peers and frames without IP', () => {
    const host = office().answer('host', { address: '10.0.0.1' })!
    expect(host.apps.map((a) => a.name)).toContain('HTTP.Wikipedia')
    expect(host.clientPorts).toMatchObject([{ port: 80, proto: 'tcp', service: 'http', flows: 1 }])
    expect(host.topPeers).toMatchObject([{ address: '91.198.174.192', flows: 1 }])
    expect(host.nonIp).toMatchObject([{ ethertype: 'ARP' }])
    expect(host.l4.map((l) => l.name)).toEqual(['TCP', 'Non-IP'])
    expect(host.counters.find((c) => c.protocol === 'HTTP')).toMatchObject({ sent: 1, rcvd: 0 })
    const parts = host.apps.reduce((total, a) => total + a.bytesSent + a.bytesRcvd, 0)
    expect(parts).toBe(host.bytes)
  })

  test('a host’s series holds what its flows carried', () => {
    const host = office().answer('host', { address: '10.0.0.1' })!
    const bits = (name: string) => host.series.columns.find((c) => c.name === name)!.values.reduce((a, b) => a + b, 0)
    expect(host.series.times.length).toBe(1)
    expect([bits('sent'), bits('rcvd')]).toEqual([8 * (host.bytesSent - host.nonIpBytes), 0])
  })

  test('an address that is none is refused, one that is not there is null', () => {
    const a = office()
    expect(() => a.answer('host', { address: 'nobody' })).toThrow(BadQuestion)
    expect(a.answer('host', { address: '10.9.9.9' })).toBeNull()
    expect(a.answer('host', { address: '10.0.0.1', vlan: 5 })).toBeNull()
  })
})

describe('the rest', () => {
  test('facets weigh values by bytes, under the filter', () => {
    const [proto, port] = office().answer('facets', { entity: 'flows', fields: ['proto', 'port'], filter: 'proto = tcp', limit: 5 })
    expect(proto!.values).toMatchObject([{ value: 'tcp', rows: 1 }])
    expect(port!.values.map((v) => v.value)).toEqual(['40000', '80'])
  })

  test('search finds hosts, applications, ports, link addresses and server names', () => {
    const a = office()
    const kinds = (text: string) => a.answer('search', { text, limit: 10 }).map((hit) => `${hit.kind} ${hit.value}`)
    expect(kinds('wiki')).toEqual(expect.arrayContaining(['app HTTP.Wikipedia', 'server-name www.wikipedia.org']))
    expect(kinds('10.0.0.1')[0]).toMatch(/^host 10\.0\.0\.1/)
    expect(kinds('80')).toContain('port 80')
    expect(kinds('02:00:00:00:00:55')).toContain('mac 02:00:00:00:00:55')
    expect(kinds('   ')).toEqual([])
  })

  test('series of applications add up to the traffic', () => {
    const t = testTables()
    feed(t, [udpFrame({ dstPort: 4444 }), tcpFrame({ flags: 24, dstPort: 80, payload: GET })])
    t.tickTo(START_MS + 3000)
    const a = answersOf(t)
    const total = (of: 'traffic' | 'apps', skip: readonly string[]) =>
      a
        .answer('series', { of, seconds: 10, top: 1 })
        .columns.filter((c) => !skip.includes(c.name))
        .reduce((sum, c) => sum + c.values.reduce((x, y) => x + y, 0), 0)
    expect(total('apps', [])).toBe(total('traffic', ['packets']))
    expect(a.answer('series', { of: 'apps', seconds: 10, top: 1 }).columns.map((c) => c.name)).toContain('Other')
  })

  test('losses stand in the second in which they were counted', () => {
    const t = testTables({ flowLimit: 2, hostLimit: 3 })
    let dropped = 5
    t.countDropped = () => dropped
    const from = (i: number) => udpFrame({ from: `10.0.0.${i}`, srcPort: 1000 + i, dstPort: 4444 })
    feed(t, [from(1), from(3)])
    feed(t, [from(1)], START_MS + 1000)
    // A second passes within a batch: nobody has said so to the tables beforehand.
    dropped = 12
    feed(t, [from(4), from(5), from(1)], START_MS + 2000)
    feed(t, [from(1)], START_MS + 500)
    t.tickTo(START_MS + 4000)
    const { columns } = answersOf(t).answer('series', { of: 'losses', seconds: 10 })
    expect(Object.fromEntries(columns.map(({ name, values }) => [name, values]))).toEqual({
      dropped: [5, 7, 0, 0],
      packetsWithoutFlow: [0, 0, 2, 0],
      hostsRefused: [0, 0, 2, 0],
      clockSteps: [0, 0, 1, 0],
    })
  })

  test('time passes on an interface where nothing does', () => {
    const t = testTables()
    t.begin(START_MS)
    t.tickTo(START_MS + 3500)
    const a = answersOf(t)
    const { times, columns } = a.answer('series', { of: 'traffic', seconds: 10 })
    expect(times).toEqual([1, 2, 3].map((s) => START_MS + s * 1000))
    expect(columns.map(({ values }) => values)).toEqual(columns.map(() => [0, 0, 0]))
    expect(a.totals()).toMatchObject({ firstSeenMs: START_MS, nowMs: START_MS + 3000, packets: 0, clockGaps: 0 })
    // The first packet does not begin the clock anew.
    feed(t, [udpFrame({})], START_MS + 3600)
    expect(a.totals()).toMatchObject({ firstSeenMs: START_MS, packets: 1, clockSteps: 0 })
  })

  test('a dump holds one host with its flows, or everything', () => {
    const a = office()
    const one = a.answer('dump', { address: '10.0.0.1' })
    expect([one.hosts.length, one.flows.length]).toEqual([1, 1])
    const whole = a.answer('dump', {})
    expect([whole.hosts.length, whole.flows.length]).toEqual([43, 41])
    expect(whole.hosts.find((h) => h.address === '10.0.0.1')).toEqual(one.hosts[0])
  })
})
