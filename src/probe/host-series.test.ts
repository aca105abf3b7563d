import { describe, expect, test } from 'vitest'
import type { KeptHosts } from '../lib/kept-hosts.ts'
import { newSourceStats } from '../lib/source.ts'
import { DEFAULT_IDLE } from '../tables/expiry.ts'
import { HostKeeping } from '../tables/host-keeping.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { feed, START_MS, testTables, udpFrame } from '../tables/testing.ts'
import { MAX_WATCHED_HOSTS } from '../tables/watched-hosts.ts'
import { Answers } from './answers.ts'

const ask = (t: LiveTables, address: string, points = 3600) =>
  new Answers(t, newSourceStats, 'test').answer('hostSeries', { address, seconds: 3600, points })
const column = (t: LiveTables, name: string, address = '10.0.0.1') => ask(t, address)?.columns.find((one) => one.name === name)?.values
const say = (t: LiveTables, atMs: number, payload = 'x', from = '10.0.0.1', to = '10.0.0.2') =>
  feed(t, [udpFrame({ from, to, payload })], atMs)
const FRAME = 14 + 20 + 8

describe('a host that is watched', () => {
  test('has its bits, packets and flows of each second from the first look on', () => {
    const t = testTables()
    say(t, START_MS)
    expect(ask(t, '10.0.0.1')).toMatchObject({ times: [], sinceMs: 0, watched: { hosts: 1, gaveWay: 0 } })
    // Of a second that had begun before the first look only a part would be known.
    say(t, START_MS + 100, 'x'.repeat(5))
    say(t, START_MS + 1100, 'x'.repeat(8))
    say(t, START_MS + 3100, 'x'.repeat(58))
    t.tickTo(START_MS + 5000)
    expect(column(t, 'sent')).toEqual([8 * (FRAME + 8), 0, 8 * (FRAME + 58), 0])
    expect(column(t, 'packetsSent')).toEqual([1, 0, 1, 0])
    expect(column(t, 'rcvd')).toEqual([0, 0, 0, 0])
    expect(column(t, 'flows')).toEqual([1, 1, 1, 1])
    expect(ask(t, '10.0.0.1')).toMatchObject({ sinceMs: START_MS + 1000, times: [2, 3, 4, 5].map((s) => START_MS + 1000 * s) })
    // The other end is watched only now.
    expect(ask(t, '10.0.0.2')!.times).toEqual([])
  })

  test('keeps its course while it has no row, and begins at nought in the next one', () => {
    const t = testTables({ idle: { ...DEFAULT_IDLE, flowMs: 2000, localHostMs: 3000 } })
    say(t, START_MS)
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 10_000)
    expect(t.hosts.rows.live).toBe(0)
    say(t, START_MS + 10_500)
    t.tickTo(START_MS + 12_000)
    expect(column(t, 'packetsSent')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
  })

  test('is forgotten an hour after the last look, not after the first', () => {
    const t = testTables()
    say(t, START_MS)
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 3_000_000)
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 6_000_000)
    expect(t.watched.count).toBe(1)
    t.tickTo(START_MS + 6_700_000)
    expect(t.watched.count).toBe(0)
  })

  test('makes room where too many are watched: who was looked at longest ago, which is counted', () => {
    const t = testTables()
    const hosts = Array.from({ length: MAX_WATCHED_HOSTS + 1 }, (_, i) => `10.0.1.${i}`)
    for (const host of hosts) say(t, START_MS, 'x', host)
    for (const host of hosts.slice(0, -1)) ask(t, host)
    ask(t, hosts[0]!)
    t.tickTo(START_MS + 2000)
    expect(ask(t, hosts.at(-1)!)!.watched).toEqual({ hosts: MAX_WATCHED_HOSTS, limit: MAX_WATCHED_HOSTS, gaveWay: 1 })
    expect(ask(t, hosts[0]!)!.times).toHaveLength(1)
    expect(ask(t, hosts[1]!)!.times).toEqual([])
  })

  test('gains nothing by counters of before that are put back', () => {
    const t = testTables()
    say(t, START_MS)
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 2000)
    t.watched.hostsReturn(() => {
      t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)).bytesSent += 1e9
    })
    t.tickTo(START_MS + 3000)
    expect(column(t, 'sent')).toEqual([0, 0])
    // The guard itself would be seen.
    t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)).bytesSent += 1000
    t.tickTo(START_MS + 4000)
    expect(column(t, 'sent')).toEqual([0, 0, 8000])
  })

  test('that comes back as it was when it left has gained what came since, and no more', () => {
    const t = testTables({ idle: { ...DEFAULT_IDLE, flowMs: 2000, localHostMs: 3000 } })
    const left: KeptHosts[] = []
    t.keeping = new HostKeeping(t, { give: (hosts) => left.push(hosts), ask: () => undefined })
    say(t, START_MS, 'x'.repeat(500))
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 10_000)
    expect(left.reduce((sum, { count }) => sum + count, 0)).toBe(2)
    say(t, START_MS + 10_100)
    t.tickTo(START_MS + 11_000)
    for (const hosts of left) t.keeping.restore(hosts)
    expect(t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)).packetsSent).toBe(2)
    t.tickTo(START_MS + 12_000)
    expect(column(t, 'packetsSent')!.slice(-3)).toEqual([0, 1, 0])
  })

  test('has what an exporter tells of a minute spread over as long', () => {
    const t = testTables()
    say(t, START_MS)
    ask(t, '10.0.0.1')
    t.tickTo(START_MS + 1000)
    const row = t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)
    t.hosts.rows.go(row).bytesSent += 600
    t.watched.spread(row, [600, 0, 6, 0], 60)
    for (let s = 2; s <= 62; s++) t.tickTo(START_MS + 1000 * s)
    const sent = column(t, 'sent')!
    expect(sent.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => expect.closeTo(80, 3)))
    expect(sent[60]).toBeCloseTo(0, 3)
  })
})

test('a host that is neither there nor watched is none', () => {
  const t = testTables()
  say(t, START_MS)
  expect(ask(t, '10.9.9.9')).toBeNull()
  expect(t.watched.count).toBe(0)
})
