import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RepeatRule } from '../lib/exporters.ts'
import {
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FlowBatch,
  type FlowExtras,
} from '../lib/flow-batch.ts'
import { parseAddress } from '../wire/address.ts'
import { PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import type { LiveTables } from './live-tables.ts'
import { feed, START_MS, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { hostView } from './views/host-view.ts'
import { macView } from './views/mac-view.ts'
import { appView, l4View, portView, vlanView } from './views/roll-up-view.ts'
import { itemOf, type View } from './views/view.ts'

interface Told {
  readonly from?: string
  readonly to?: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly proto?: number
  readonly bytes?: number
  readonly packets?: number
  readonly back?: number
  readonly exporter?: number
  readonly flags?: number
  readonly tcpFlags?: number
  readonly firstMs?: number
  readonly lastMs?: number
  readonly mac?: number
  readonly as?: readonly [number, number]
  readonly extras?: FlowExtras
}

function batchOf(records: readonly Told[], nowMs = START_MS): FlowBatch {
  const batch = new FlowBatch(Math.max(1, records.length))
  for (const told of records) {
    const i = batch.begin(told.exporter ?? 0)
    batch.src.set(parseAddress(told.from ?? '10.0.0.1')!, 4 * i)
    batch.dst.set(parseAddress(told.to ?? '8.8.8.8')!, 4 * i)
    batch.srcPort[i] = told.srcPort ?? 40_000
    batch.dstPort[i] = told.dstPort ?? 443
    batch.proto[i] = told.proto ?? PROTO_TCP
    batch.bytes[2 * i] = told.bytes ?? 1000
    batch.packets[2 * i] = told.packets ?? 10
    batch.bytes[2 * i + 1] = told.back ?? 0
    batch.packets[2 * i + 1] = told.back === undefined ? 0 : 5
    batch.flags[i] = told.flags ?? FLOW_RECORD_ENDED
    batch.tcpFlags[2 * i] = told.tcpFlags ?? 0
    batch.firstMs[i] = told.firstMs ?? nowMs
    batch.lastMs[i] = told.lastMs ?? nowMs
    batch.srcMac[i] = told.mac ?? -1
    batch.srcAs[i] = told.as?.[0] ?? 0
    batch.dstAs[i] = told.as?.[1] ?? 0
    batch.extras[i] = told.extras
  }
  return batch
}
const collect = (t: LiveTables, records: readonly Told[], nowMs = START_MS) => t.collect(batchOf(records, nowMs), nowMs)

const all = (view: View) =>
  Array.from({ length: view.used() }, (_, row) => row).flatMap((row) => (view.isLive(row) ? [itemOf(view, row)] : []))
const sum = (items: readonly object[], field: string) => items.reduce((n, item) => n + ((item as Record<string, number>)[field] ?? 0), 0)
const flows = (t: LiveTables) => all(flowView(t) as View)
const idle = { idle: DEFAULT_IDLE }

describe('a record', () => {
  test('tells in which seconds its host was active; of many at once the one that goes furthest back', () => {
    const t = testTables({ ...idle, observe: { contactsOf: 'local', aggregations: 0 } })
    const nowMs = START_MS + 100_000
    const lasting = (seconds: number, srcPort: number) => ({ srcPort, firstMs: nowMs - seconds * 1000, lastMs: nowMs })
    collect(t, [lasting(2, 1), lasting(5, 2), lasting(1, 3), lasting(4, 4)], nowMs)
    collect(t, [lasting(3, 5)], nowMs + 60_000)
    const { days } = t.observation!
    const hour = Math.floor(nowMs / 3_600_000)
    const seen: number[] = []
    days.activity.each(days.find(...parseAddress('10.0.0.1')!, 0), hour, (second) => seen.push(hour * 3600 + second - nowMs / 1000))
    expect(seen).toEqual([-4, -3, -2, -1, 0, 58, 59, 60])
  })
  test('counts at once for its flow, its hosts, its application and its server', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 1500, packets: 3, firstMs: START_MS - 2500, lastMs: START_MS - 500 }])
    expect(flows(t)).toMatchObject([
      {
        client: '10.0.0.1',
        server: '8.8.8.8',
        serverPort: 443,
        app: 'TLS',
        confidence: 'port',
        bytesC2s: 1500,
        packetsC2s: 3,
        duration: 2000,
      },
    ])
    expect(all(appView(t) as View)).toMatchObject([{ app: 'TLS', bytes: 1500, flows: 1, activeFlows: 1 }])
    expect(all(hostView(t) as View)).toMatchObject([
      { address: '10.0.0.1', bytesSent: 1500, flowsAsClient: 1 },
      { address: '8.8.8.8', bytesRcvd: 1500, flowsAsServer: 1 },
    ])
    expect([t.bytes, t.packets, t.booking.bytesSent]).toEqual([1500, 3, 1500])
  })

  test('of the way back is of the same flow, and its client is who opened it', () => {
    const t = testTables(idle)
    collect(t, [{ from: '8.8.8.8', to: '10.0.0.1', srcPort: 443, dstPort: 40_000, bytes: 9000 }, { bytes: 700 }])
    expect(flows(t)).toMatchObject([{ client: '10.0.0.1', bytesC2s: 700, bytesS2c: 9000 }])
  })

  test('of both directions counts both', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 700, back: 9000 }])
    expect(flows(t)).toMatchObject([{ bytesC2s: 700, bytesS2c: 9000, packetsC2s: 10, packetsS2c: 5 }])
  })

  test.each([
    [FLOW_RECORD_CLIENT_IS_DST, '8.8.8.8'],
    [FLOW_RECORD_CLIENT_IS_SRC, '10.0.0.1'],
  ])('tells who is the client where the exporter knows it (%i)', (flags, client) => {
    const t = testTables(idle)
    collect(t, [{ srcPort: 40_000, dstPort: 40_001, flags }])
    expect(flows(t)).toMatchObject([{ client }])
  })

  test('of TCP shows where the connection stands', () => {
    const t = testTables(idle)
    collect(t, [
      { tcpFlags: 0x1b },
      { from: '8.8.8.8', to: '10.0.0.1', srcPort: 443, dstPort: 40_000, tcpFlags: 0x1b },
      { dstPort: 80, tcpFlags: 0x06 },
    ])
    expect(flows(t)).toMatchObject([{ tcpState: 'closed', tcpFlagsC2s: 'FSPA' }, { tcpState: 'reset' }])
  })

  test('of more than four gigabytes is counted whole', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 2 ** 40, packets: 2 ** 30 }])
    expect(flows(t)).toMatchObject([{ bytes: 2 ** 40, packets: 2 ** 30 }])
  })

  test('names the application that the exporter names, however it spells it, and its server', () => {
    const t = testTables(idle)
    collect(t, [
      { extras: { app: 'tls.google', serverName: 'www.google.com' } },
      { dstPort: 5000, extras: { app: 'nothing that we know', serverName: 'www.google.com' } },
      { dstPort: 5001, extras: { app: 'DNS' } },
    ])
    expect(flows(t)).toMatchObject([
      { app: 'TLS.Google', confidence: 'exporter', serverName: 'www.google.com' },
      { serverName: 'www.google.com', confidence: 'server-name' },
      { app: 'DNS', confidence: 'exporter' },
    ])
  })

  test('from a machine without a clock belongs to now', () => {
    const t = testTables(idle)
    collect(t, [{ firstMs: 0, lastMs: 4e12 }])
    expect(flows(t)).toMatchObject([{ lastSeen: START_MS, firstSeen: 0 }])
  })

  test('joins the flow that was captured here', () => {
    const t = testTables(idle)
    feed(t, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 53 })])
    collect(t, [{ proto: PROTO_UDP, dstPort: 53, bytes: 100 }], START_MS + 10)
    t.settle()
    expect(flows(t)).toMatchObject([{ bytes: 143 }])
  })
})

test('what exporters say beside counters is kept with the flow, each end with its own', () => {
  const t = testTables(idle)
  const extras: FlowExtras = { fields: { ingressVRFID: 7 }, srcProcess: { name: 'curl', pid: 42, user: 'ann' } }
  collect(t, [
    { from: '8.8.8.8', to: '10.0.0.1', srcPort: 443, dstPort: 40_000 },
    { as: [64_512, 15_169], extras },
  ])
  const [flow] = flows(t) as { id: string; client: string; clientProgram: string; clientUser: string }[]
  expect(flow).toMatchObject({ client: '10.0.0.1', clientProgram: 'curl', clientUser: 'ann' })
  const { origins } = t.collected!
  // The server sent the first record, so the client is b.
  expect([origins.as[0], origins.as[1]]).toEqual([15_169, 64_512])
  expect(t.collected!.fields(0)).toEqual({ ingressVRFID: 7 })
})

test('elements without a column are bounded a flow', () => {
  const t = testTables(idle)
  for (let n = 0; n < 200; n++) collect(t, [{ extras: { fields: { [`element${n}`]: n } } }])
  expect(Object.keys(t.collected!.fields(0)!)).toHaveLength(64)
})

test('flags tell no latency: they do not say when each came', () => {
  const t = testTables(idle)
  collect(t, [{ tcpFlags: 0x02 }, { from: '8.8.8.8', to: '10.0.0.1', srcPort: 443, dstPort: 40_000, tcpFlags: 0x12 }, { tcpFlags: 0x10 }])
  const [flow] = flows(t)
  expect(flow).toMatchObject({ tcpState: 'established' })
  expect(flow).not.toHaveProperty('serverLatency')
  expect(flow).not.toHaveProperty('clientLatency')
})

test('a flow that is captured too stays while packets come', () => {
  const t = testTables(idle)
  collect(t, [{ proto: PROTO_UDP, dstPort: 53 }])
  feed(t, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 53 })], START_MS + 50_000)
  t.tickTo(START_MS + 70_000)
  expect(flows(t)).toHaveLength(1)
})

describe('what is told several times', () => {
  const twice: Told[] = [{ exporter: 0 }, { exporter: 1 }, { exporter: 0, flags: FLOW_RECORD_ENDED | FLOW_RECORD_EGRESS }]
  test.each<[RepeatRule, number, number]>([
    ['first', 1000, 2],
    ['ingress', 2000, 1],
    ['all', 3000, 0],
  ])('is counted by the rule %s', (rule, bytes, repeats) => {
    const t = testTables(idle)
    t.repeatRule = rule
    collect(t, twice)
    expect(t.bytes).toBe(bytes)
    expect(t.collected!.repeats).toBe(repeats)
  })

  test('is told by another when the first is silent', () => {
    const t = testTables(idle)
    collect(t, [{ exporter: 0 }, { exporter: 1 }])
    collect(t, [{ exporter: 1 }], START_MS + 30_000)
    expect(t.bytes).toBe(1000)
    collect(t, [{ exporter: 1 }], START_MS + 61_000)
    expect(t.bytes).toBe(2000)
  })

  test('is not the way back, which another router may tell', () => {
    const t = testTables(idle)
    collect(t, [{ exporter: 0 }, { exporter: 1, from: '8.8.8.8', to: '10.0.0.1', srcPort: 443, dstPort: 40_000 }])
    expect([t.bytes, t.collected!.repeats]).toEqual([2000, 0])
  })
})

describe('rates', () => {
  const bpsOf = (t: LiveTables, seconds: number) => [...t.booking.series.last('sent', seconds)]
  test('are those of the time that a record lasted, and no bit is lost', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 10_000, firstMs: START_MS - 4000, lastMs: START_MS }])
    for (let s = 1; s <= 6; s++) t.tickTo(START_MS + s * 1000)
    expect(bpsOf(t, 6)).toEqual([20_000, 20_000, 20_000, 20_000, 0, 0])
    const app = t.booking.apps.upsert((t.options.catalogue.idOf('TLS') << 16) >>> 0)
    expect([...t.booking.series.last(app, 6)]).toEqual([20_000, 20_000, 20_000, 20_000, 0, 0])
  })
  test('of a record that lasted longer than is spread are still whole', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 3_000_000, firstMs: START_MS - 3_600_000, lastMs: START_MS }])
    for (let s = 1; s <= 400; s++) t.tickTo(START_MS + s * 1000)
    expect(bpsOf(t, 400).reduce((a, b) => a + b, 0)).toBeCloseTo(24_000_000, -2)
  })
  test('go on over a jump of the clock', () => {
    const t = testTables(idle)
    collect(t, [{ bytes: 10_000, firstMs: START_MS - 4000, lastMs: START_MS }])
    t.tickTo(START_MS + 100_000)
    collect(t, [{ bytes: 1000 }], START_MS + 100_500)
    t.tickTo(START_MS + 101_500)
    expect(bpsOf(t, 1)).toEqual([8000])
  })
})

describe('rows', () => {
  test('of flows that go on stay as long as their exporter may wait', () => {
    const t = testTables(idle)
    collect(t, [{ flags: 0, firstMs: START_MS - 120_000, lastMs: START_MS }])
    t.tickTo(START_MS + 170_000)
    expect(flows(t)).toHaveLength(1)
    t.tickTo(START_MS + 182_000)
    expect(flows(t)).toHaveLength(0)
  })

  test('of flows that are over make room, the oldest first', () => {
    const t = testTables({ ...idle, flowLimit: 100 })
    collect(
      t,
      Array.from({ length: 150 }, (_, n) => ({ srcPort: 10_000 + n })),
    )
    const ports = flows(t).map((flow) => (flow as { clientPort: number }).clientPort)
    expect(ports).toHaveLength(91)
    expect(Math.min(...ports)).toBe(10_059)
    expect([t.bytes, t.packetsWithoutFlow]).toEqual([150_000, 0])
  })

  test('of flows that have left are forgotten: hours of them take no more room', () => {
    const t = testTables({ ...idle, flowLimit: 20_000 })
    const bytesAfter = (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        const nowMs = t.nowMs + 100_000
        t.tickTo(nowMs)
        collect(
          t,
          Array.from({ length: 1000 }, (_, n) => ({ srcPort: 10_000 + n })),
          nowMs,
        )
      }
      return t.collected!.bytesInUse
    }
    collect(t, [{}])
    const before = bytesAfter(3)
    expect(bytesAfter(30)).toBe(before)
  })

  test('that flows which go on do not find are counted as missing', () => {
    const t = testTables({ ...idle, flowLimit: 50 })
    collect(
      t,
      Array.from({ length: 60 }, (_, n) => ({ srcPort: 10_000 + n, flags: 0 })),
    )
    expect([t.packetsWithoutFlow, t.bytesWithoutFlow, t.bytes]).toEqual([100, 10_000, 60_000])
  })

  const ends = fc.record({
    from: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1'),
    to: fc.constantFrom('8.8.8.8', '10.0.0.3'),
    srcPort: fc.integer({ min: 1024, max: 1030 }),
    dstPort: fc.constantFrom(53, 443, 9999),
    proto: fc.constantFrom(PROTO_TCP, PROTO_UDP, 1, 47),
    bytes: fc.integer({ min: 0, max: 1e9 }),
    back: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
    flags: fc.constantFrom(0, FLOW_RECORD_ENDED, FLOW_RECORD_CLIENT_IS_DST),
    mac: fc.constantFrom(undefined, 0x0200_0000_0001),
  })
  test.each([
    ['few records', 200],
    ['more than get a row', 12_000],
  ])('of %s: every table adds up to the interface', (_, least) => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 1, maxLength: 60 }), (some) => {
        const t = testTables({ ...idle, flowLimit: 200 })
        const records: Told[] = Array.from({ length: Math.ceil(least / some.length) }, (_, n) =>
          some.map((told) => ({ ...told, srcPort: told.srcPort + 7 * n, mac: told.mac ?? -1 }) as Told),
        ).flat()
        for (let at = 0; at < records.length; at += 1000) collect(t, records.slice(at, at + 1000))
        t.tickTo(START_MS + 400_000)
        for (const view of [appView(t), l4View(t), vlanView(t)] as View[]) {
          expect(sum(all(view), 'bytes')).toBe(t.bytes)
          expect(sum(all(view), 'packets')).toBe(t.packets)
          expect(sum(all(view), 'flows')).toBe(t.flowsTotal)
        }
        expect(sum(all(portView(t) as View), 'bytes')).toBeLessThanOrEqual(t.bytes)
        expect(t.flows.rows.live).toBe(0)
        expect(t.bytes).toBe(records.reduce((n, { bytes = 0, back = 0 }) => n + bytes + back, 0))
      }),
      { seed: 5, numRuns: 6 },
    )
  })

  test('link addresses of records are counted', () => {
    const t = testTables(idle)
    collect(t, [{ mac: 0x0a1b_2c3d_4e5f, bytes: 500 }])
    expect(all(macView(t) as View)).toMatchObject([{ mac: '0a:1b:2c:3d:4e:5f', bytesSent: 500 }])
  })
})
