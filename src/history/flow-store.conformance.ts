/** What every store of flows must do. A case that one cannot pass says why. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import type { FlowAnswer, FlowQuery, FlowStore, GroupQuery, RecordQuery } from '../lib/history.ts'
import { batchOf, flowOf, SERVERS, T0 } from './flows-testing.ts'

const hour = { fromMs: T0, toMs: T0 + 3_600_000 }
const groups = (rest: Partial<GroupQuery>): GroupQuery => ({ kind: 'groups', by: [], measures: ['bytes'], limit: 10, ...hour, ...rest })
const records = (rest: Partial<RecordQuery>): RecordQuery => ({
  kind: 'records',
  sort: 'lastSeen',
  descending: true,
  limit: 10,
  offset: 0,
  ...hour,
  ...rest,
})

/** The same sums by hand. */
function summed(numbers: readonly number[], keyOf: (f: ReturnType<typeof flowOf>) => string): [string, number][] {
  const sums = new Map<string, number>()
  for (const n of numbers) {
    const f = flowOf(n)
    sums.set(keyOf(f), (sums.get(keyOf(f)) ?? 0) + f.bytes[0] + f.bytes[1])
  }
  return [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}
const all = (count: number) => Array.from({ length: count }, (_, n) => n)
const COUNT = 900

export interface OpenStore {
  readonly store: FlowStore
  close(): Promise<void>
}

export function flowStoreConforms(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps flows`, () => {
    let opened: OpenStore
    const ask = (query: FlowQuery): Promise<FlowAnswer> => opened.store.ask(query, new AbortController().signal)
    beforeAll(async () => {
      opened = await open()
      // One after the other, without waiting: a store may gather them.
      const writes = Array.from({ length: COUNT / 100 }, (_, n) =>
        opened.store.write({
          interfaceKey: n < 6 ? 'key0' : 'key1',
          interfaceName: n < 6 ? 'eth0' : 'eth1',
          records: packFlows(batchOf(100 * n, 100)),
        }),
      )
      await Promise.all(writes)
    })
    afterAll(() => opened.close())

    it('adds up', async () => {
      const answer = await ask(groups({ measures: ['bytes', 'packets', 'flows', 'bytesC2s', 'clients', 'servers'] }))
      const sum = (of: (f: ReturnType<typeof flowOf>) => number) => all(COUNT).reduce((total, n) => total + of(flowOf(n)), 0)
      expect(answer.rows).toEqual([
        [
          sum((f) => f.bytes[0] + f.bytes[1]),
          sum((f) => f.packets[0] + f.packets[1]),
          sum((f) => (f.goesOn ? 0 : 1)),
          sum((f) => f.bytes[0]),
          new Set(all(COUNT).map((n) => flowOf(n).client)).size,
          SERVERS.length,
        ],
      ])
    })

    it.each([
      ['app', (f: ReturnType<typeof flowOf>) => f.app],
      ['client', (f: ReturnType<typeof flowOf>) => f.client],
      ['serverPort', (f: ReturnType<typeof flowOf>) => String(f.serverPort)],
      ['vlan', (f: ReturnType<typeof flowOf>) => String(f.vlan)],
      ['proto', (f: ReturnType<typeof flowOf>) => (f.proto === 6 ? 'tcp' : 'udp')],
    ] as const)('groups by %s', async (by, keyOf) => {
      const expected = summed(all(COUNT), keyOf)
      const answer = await ask(groups({ by: [by], limit: 2 }))
      expect(answer.rows.map(([key, bytes]) => [String(key), bytes])).toEqual(expected.slice(0, 2))
      expect(answer.groups).toBe(expected.length)
      const total = expected.reduce((sum, [, bytes]) => sum + bytes, 0)
      expect(answer.total).toEqual([total])
      expect(answer.other).toEqual([expected.slice(2).reduce((sum, [, bytes]) => sum + bytes, 0)])
    })

    it('groups by several things at once', async () => {
      const expected = summed(all(COUNT), (f) => `${f.app} ${f.client} ${f.vlan}`)
      const answer = await ask(groups({ by: ['app', 'client', 'vlan'], limit: 100 }))
      expect(answer.rows.map(([app, client, vlan, bytes]) => [`${app} ${client} ${vlan}`, bytes])).toEqual(expected)
    })

    it('counts a host at both ends, sent and received', async () => {
      const answer = await ask(groups({ by: ['host'], measures: ['bytes', 'bytesC2s', 'bytesS2c'], filter: 'host = 8.8.8.8', limit: 1 }))
      const mine = all(COUNT)
        .map(flowOf)
        .filter((f) => f.server === SERVERS[0])
      const sum = (way: 0 | 1) => mine.reduce((total, f) => total + f.bytes[way], 0)
      expect(answer.rows).toEqual([['8.8.8.8', sum(0) + sum(1), sum(1), sum(0)]])
    })

    it.each([
      ['app = DNS', (f: ReturnType<typeof flowOf>) => f.app === 'DNS'],
      [
        'host in 10.0.1.0/24 and bytes > 5k',
        (f: ReturnType<typeof flowOf>) => f.client.startsWith('10.0.1.') && f.bytes[0] + f.bytes[1] > 5000,
      ],
      ['serverName contains host3 or vlan = 100', (f: ReturnType<typeof flowOf>) => f.serverName === 'host3.example.org' || f.vlan === 100],
      ['host3.example', (f: ReturnType<typeof flowOf>) => f.serverName === 'host3.example.org'],
      ['risk = "XSS Attack"', (f: ReturnType<typeof flowOf>) => f.app === 'HTTP'],
      ['not client = 10.0.0.0', (f: ReturnType<typeof flowOf>) => f.client !== '10.0.0.0'],
      ['host = 8.8.8.8', (f: ReturnType<typeof flowOf>) => f.server === SERVERS[0]],
      // Both ends of some are among them.
      ['host in (8.8.8.8, 10.0.1.1, 10.0.0.3)', (f: ReturnType<typeof flowOf>) => f.server === SERVERS[0] || f.client === '10.0.1.1'],
      ['client = 10.0.0.0 and vlan = 100', (f: ReturnType<typeof flowOf>) => f.client === '10.0.0.0' && f.vlan === 100],
      ['server in (8.8.8.8, 1.1.1.1) and not app = DNS', (f: ReturnType<typeof flowOf>) => f.server === SERVERS[1] && f.app !== 'DNS'],
      ['host = 10.0.0.0 or app = HTTP', (f: ReturnType<typeof flowOf>) => f.client === '10.0.0.0' || f.app === 'HTTP'],
    ] as const)('lets through what is wanted: %s', async (filter, wanted) => {
      const expected = all(COUNT).filter((n) => wanted(flowOf(n)))
      const answer = await ask(groups({ filter }))
      expect(answer.rows[0]![0] ?? 0).toBe(summed(expected, () => '')[0]?.[1] ?? 0)
    })

    it('knows one interface from another', async () => {
      const answer = await ask(groups({ by: ['interface'], interfaceKey: 'key1' }))
      expect(answer.rows).toEqual([['eth1', summed(all(COUNT).slice(600), () => '')[0]![1]]])
    })

    it('makes series, with all others as one', async () => {
      const stepMs = 300_000
      const answer = await ask(groups({ by: ['app'], stepMs, limit: 1 }))
      expect(answer.columns).toEqual(['time', 'app', 'bytes'])
      const [top] = summed(all(COUNT), (f) => f.app)
      const expected = [0, 1, 2].flatMap((step) => {
        const inStep = all(COUNT).filter((n) => Math.floor((flowOf(n).lastMs - T0) / stepMs) === step)
        const of = (isTop: boolean) =>
          summed(
            inStep.filter((n) => (flowOf(n).app === top![0]) === isTop),
            () => '',
          )[0]![1]
        return [
          [T0 + step * stepMs, top![0], of(true)],
          [T0 + step * stepMs, null, of(false)],
        ]
      })
      expect(answer.rows).toEqual(expected)
    })

    it('takes a range by when records were last seen', async () => {
      const answer = await ask(groups({ fromMs: T0 + 10_000, toMs: T0 + 20_000, measures: ['packets'] }))
      const expected = all(COUNT)
        .slice(10, 20)
        .reduce((sum, n) => sum + flowOf(n).packets[0] + flowOf(n).packets[1], 0)
      expect(answer.rows).toEqual([[expected]])
    })

    describe('by the part of their time that lies there', () => {
      /** What lies of a record of half a second within a time, of 501. */
      const share = (n: number, fromMs: number, toMs: number) => {
        const { lastMs } = flowOf(n)
        return Math.max(0, Math.min(lastMs, toMs - 1) - Math.max(lastMs - 500, fromMs) + 1) / 501
      }
      const bytesIn = (fromMs: number, toMs: number, of = (_: number) => true) =>
        all(COUNT).reduce((sum, n) => sum + (of(n) ? share(n, fromMs, toMs) * (flowOf(n).bytes[0] + flowOf(n).bytes[1]) : 0), 0)
      // Neither at a whole second, so that records are cut at both.
      const [fromMs, toMs] = [T0 + 9_800, T0 + 19_750]

      it('adds up, and flows count where they began', async () => {
        const answer = await ask(groups({ fromMs, toMs, isSpread: true, measures: ['bytes', 'flows', 'clients'] }))
        const begun = all(COUNT).filter((n) => {
          const at = flowOf(n).lastMs - 500
          return !flowOf(n).goesOn && at >= fromMs && at < toMs
        })
        const there = all(COUNT).filter((n) => share(n, fromMs, toMs) > 0)
        expect(answer.rows[0]![0]).toBeCloseTo(bytesIn(fromMs, toMs), 2)
        expect(answer.rows[0]!.slice(1)).toEqual([begun.length, new Set(there.map((n) => flowOf(n).client)).size])
      })

      it('makes series, also of steps that are shorter than a record', async () => {
        const stepMs = 300
        const answer = await ask(groups({ fromMs, toMs, isSpread: true, by: ['app'], stepMs, limit: 2 }))
        const tops = ['TLS.Google', 'HTTP']
        const expected: [number, string | null, number][] = []
        for (let step = Math.floor(fromMs / stepMs) * stepMs; step < toMs; step += stepMs)
          for (const app of [...tops.toSorted(), null]) {
            const of = (n: number) => (app === null ? !tops.includes(flowOf(n).app) : flowOf(n).app === app)
            const bytes = bytesIn(Math.max(step, fromMs), Math.min(step + stepMs, toMs), of)
            if (bytes > 0) expected.push([step, app, bytes])
          }
        expect(answer.rows.map(([step, app]) => [step, app])).toEqual(expected.map(([step, app]) => [step, app]))
        for (const [i, [, , bytes]] of expected.entries()) expect(answer.rows[i]![2]).toBeCloseTo(bytes, 2)
      })

      it('gives records that reach into it', async () => {
        const there = all(COUNT).filter((n) => share(n, fromMs, toMs) > 0)
        const answer = await ask(records({ fromMs, toMs, isSpread: true, limit: 100, descending: false }))
        const at = answer.columns.indexOf('lastSeen')
        expect(answer.rows.map((row) => row[at])).toEqual(there.map((n) => flowOf(n).lastMs))
        expect(there.map((n) => flowOf(n).lastMs >= toMs)).toContain(true)
      })

      it('counts a host at both ends, and answers of times without traffic', async () => {
        const query = { isSpread: true, by: ['host'], measures: ['bytesC2s', 'flows'], limit: 1, stepMs: 3_600_000 } as const
        const answer = await ask(groups({ ...query, filter: 'host = 8.8.8.8' }))
        const mine = all(COUNT).filter((n) => flowOf(n).server === SERVERS[0])
        const sent = mine.reduce((sum, n) => sum + flowOf(n).bytes[1] * share(n, T0, T0 + 3_600_000), 0)
        expect(answer.rows[0]!.slice(0, 2)).toEqual([T0, '8.8.8.8'])
        expect(answer.rows[0]![2]).toBeCloseTo(sent, 2)
        // The first of them began before.
        expect(answer.rows[0]![3]).toBe(mine.filter((n) => n > 0 && !flowOf(n).goesOn).length)
        expect((await ask(groups({ ...query, fromMs: T0 - 86_400_000, toMs: T0 - 3_600_000 }))).rows).toEqual([])
      })
    })

    it('gives the records themselves', async () => {
      const answer = await ask(records({ filter: 'app = HTTP', limit: 1, sort: 'bytes' }))
      const row = Object.fromEntries(answer.columns.map((column, i) => [column, answer.rows[0]![i]]))
      const n = all(COUNT)
        .filter((k) => k % 3 === 2)
        .at(-1)!
      const f = flowOf(n)
      expect(row).toMatchObject({
        client: f.client,
        server: '93.184.216.34',
        clientPort: f.clientPort,
        serverPort: 80,
        proto: 'tcp',
        app: 'HTTP',
        category: 'Web',
        bytesC2s: f.bytes[0],
        bytesS2c: f.bytes[1],
        firstSeen: f.lastMs - 500,
        lastSeen: f.lastMs,
        tcpFlagsC2s: 'FSPA',
        interface: 'eth1',
        risks: 'XSS Attack\nHTTP Obsolete Server',
        fields: { 'HTTP.url': `/page/${n}`, 'HTTP.status': '200' },
      })
      expect(row['serverLatency']).toBeCloseTo(20.3, 3)
    })

    it('pages through records', async () => {
      const page = (offset: number) => ask(records({ limit: 5, offset, descending: false }))
      const [first, second] = [await page(0), await page(5)]
      const at = first.columns.indexOf('lastSeen')
      expect([...first.rows, ...second.rows].map((row) => row[at])).toEqual(all(10).map((n) => T0 + 1000 * n))
    })

    it('refuses in one line what it cannot know', async () => {
      await expect(ask(groups({ filter: 'tcpState = syn' }))).rejects.toThrow(/^tcpState is not kept in history$/)
      await expect(ask(groups({ filter: 'bytes >' }))).rejects.toThrow(/./)
      await expect(ask(records({ sort: 'bps' }))).rejects.toThrow(/bps/)
    })

    it('answers of times without traffic', async () => {
      const answer = await ask(groups({ by: ['app'], fromMs: T0 - 86_400_000, toMs: T0 - 3_600_000 }))
      expect(answer.rows).toEqual([])
    })

    it('can be told to stop', async () => {
      const stop = new AbortController()
      stop.abort()
      await expect(opened.store.ask(groups({}), stop.signal)).rejects.toThrow()
    })
  })
}
