import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNetwork } from '../wire/address.ts'
import { LocalNetworks } from '../wire/address-class.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import type { LiveTables } from './live-tables.ts'
import { arpFrame, catalogue, feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { hostView } from './views/host-view.ts'
import { macView, nonIpView } from './views/mac-view.ts'
import { appView, l4View, portView, vlanView } from './views/roll-up-view.ts'
import { itemOf, type View } from './views/view.ts'

const all = <E extends View>(view: E) =>
  Array.from({ length: view.used() }, (_, row) => row)
    .filter((row) => view.isLive(row))
    .map((row) => itemOf(view, row) as Record<string, unknown>)
const sum = (items: readonly Record<string, unknown>[], field: string) => items.reduce((total, item) => total + (item[field] as number), 0)
const host = (t: LiveTables, address: string) => all(hostView(t)).find((h) => h['address'] === address)

describe('flows', () => {
  test('both directions are one flow; the first sender is the client', () => {
    const t = testTables()
    feed(t, [udpFrame({}), udpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 9, dstPort: 40_000, payload: 'answer' })])
    t.settle()
    expect(all(flowView(t))).toMatchObject([
      { client: '10.0.0.1', serverPort: 9, packetsC2s: 1, packetsS2c: 1, bytesC2s: 43, bytesS2c: 48 },
    ])
  })

  test('a well-known port of the first sender makes it the server', () => {
    const t = testTables()
    feed(t, [udpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 53, dstPort: 40_000 })])
    t.settle()
    expect(all(flowView(t))).toMatchObject([{ client: '10.0.0.1', server: '10.0.0.2', serverPort: 53, packetsS2c: 1 }])
  })

  test.each([
    ['another port', udpFrame({ srcPort: 40_001 })],
    ['another protocol', tcpFrame({})],
    ['another VLAN', udpFrame({ vlan: 7 })],
    ['another address', udpFrame({ from: '10.0.0.3' })],
  ])('%s makes another flow', (_name, frame) => {
    const t = testTables()
    feed(t, [udpFrame({}), frame])
    expect(t.flows.rows.live).toBe(2)
  })
})

describe('roll-ups', () => {
  const ends = fc.record({
    from: fc.constantFrom('10.0.0.1', '10.0.0.2', '8.8.8.8'),
    to: fc.constantFrom('10.0.0.3', '9.9.9.9'),
    srcPort: fc.constantFrom(40_000, 40_001),
    dstPort: fc.constantFrom(53, 80, 7777),
    payload: fc.constantFrom('x', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n', 'some text'),
    vlan: fc.constantFrom(undefined, 5),
    tcp: fc.boolean(),
  })

  test('every table adds up to the interface, whatever came and however it was named', () => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 1, maxLength: 60 }), fc.boolean(), (packets, recognise) => {
        const t = testTables({ recognise })
        const frames = packets.map(({ tcp, vlan, ...p }) => (tcp ? tcpFrame : udpFrame)({ ...p, ...(vlan === undefined ? {} : { vlan }) }))
        feed(t, frames, START_MS, 300)
        t.finish()
        for (const view of [appView(t), l4View(t), vlanView(t), portView(t), flowView(t)] as View[]) {
          expect(sum(all(view), 'bytes')).toBe(t.bytes)
          expect(sum(all(view), 'packets')).toBe(t.packets)
        }
        expect(sum(all(hostView(t)), 'bytes')).toBe(2 * t.bytes)
        expect(sum(all(macView(t)), 'bytes')).toBe(2 * t.bytes)
        expect(sum(all(appView(t)), 'activeFlows')).toBe(t.flows.rows.live)
        expect(sum(all(hostView(t)), 'flows')).toBe(2 * t.flows.rows.live)
      }),
      { seed: 11, numRuns: 80 },
    )
  })

  test('a flow that gets its name late takes its earlier traffic with it', () => {
    const t = testTables()
    feed(t, [tcpFrame({ seq: 1, flags: 2, dstPort: 7777 })])
    t.settle()
    expect(all(appView(t))).toMatchObject([{ app: 'Unknown', packets: 1 }])
    feed(t, [tcpFrame({ seq: 2, dstPort: 7777, payload: 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n' })], START_MS + 5)
    t.settle()
    expect(all(appView(t))).toMatchObject([{ app: 'HTTP', packets: 2, flows: 1, activeFlows: 1 }])
    const share = t.hosts.apps.go(t.hosts.rows.go(0).firstApp)
    expect([share.app >>> 16, share.packetsSent, share.flows]).toEqual([catalogue.idOf('HTTP'), 2, 1])
  })

  test('sent and received of the interface are between local and remote hosts', () => {
    const t = testTables()
    feed(t, [
      udpFrame({ to: '8.8.8.8' }),
      udpFrame({ from: '8.8.8.8', to: '10.0.0.1', srcPort: 9, dstPort: 40_000 }),
      udpFrame({ from: '10.0.0.1', to: '10.0.0.2' }),
    ])
    t.settle()
    expect([t.booking.bytesSent, t.booking.bytesRcvd, t.bytes]).toEqual([43, 43, 129])
  })

  test('hosts follow when other networks are local; what has been counted stays', () => {
    const t = testTables()
    const out = udpFrame({ to: '8.8.8.8' })
    feed(t, [out])
    t.setLocal(LocalNetworks.of([parseNetwork('8.8.8.0/24')!]))
    expect([host(t, '8.8.8.8')?.['local'], host(t, '10.0.0.1')?.['local'], t.localHosts]).toEqual([true, false, 1])
    feed(t, [out, out])
    t.settle()
    expect([t.booking.bytesSent, t.booking.bytesRcvd]).toEqual([43, 86])
  })

  test('packet sizes of a host are counted each way', () => {
    const t = testTables()
    feed(t, [udpFrame({ payload: 'x'.repeat(400) }), udpFrame({ payload: 'x'.repeat(400) }), udpFrame({ payload: 'x' })])
    t.settle()
    const sender = t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000001, 0))
    expect([sender.sizesSent(0), sender.sizesSent(3), sender.sizesRcvd(3)]).toEqual([1, 2, 0])
    const receiver = t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000002, 0))
    expect([receiver.sizesSent(3), receiver.sizesRcvd(3)]).toEqual([0, 2])
    feed(t, [udpFrame({ payload: 'x' })], START_MS + 10)
    t.settle()
    const again = t.hosts.rows.go(t.hosts.find(0, 0, 0xffff, 0x0a000001, 0))
    expect([again.sizesSent(0), again.sizesSent(3)]).toEqual([2, 2])
  })

  test('more packets of one flow in one tick than its pending counters hold are all counted', () => {
    const t = testTables({ recognise: false })
    const frames = Array.from({ length: 10_000 }, () => udpFrame({}))
    for (let i = 0; i < 14; i++) feed(t, frames, START_MS, 0)
    t.settle()
    expect(all(flowView(t))).toMatchObject([{ packets: 140_000, bytes: t.bytes }])
    expect(host(t, '10.0.0.1')).toMatchObject({ packetsSent: 140_000 })
    expect(t.hosts.rows.go(0).sizesSent(0)).toBe(140_000)
  })
})

describe('frames without IP', () => {
  test('ARP counts for the hosts that it names', () => {
    const t = testTables()
    feed(t, [arpFrame('10.0.0.1', '10.0.0.2')])
    t.settle()
    expect(t.nonIpPackets).toBe(1)
    expect(all(nonIpView(t))).toMatchObject([{ ethertype: 'ARP', packets: 1, bytes: 42 }])
    expect(host(t, '10.0.0.1')).toMatchObject({ bytesSent: 42, nonIpBytes: 42, mac: '02:00:00:00:00:55' })
    expect(host(t, '10.0.0.2')).toBeUndefined()
  })

  test('other frames belong to the one host of their MAC, and to nobody when there are several', () => {
    const spanningTree = [1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 0x55, 0, 38, 0x42, 0x42, 3, ...new Array<number>(35).fill(0)]
    const t = testTables()
    feed(t, [udpFrame({}), spanningTree])
    t.settle()
    expect(host(t, '10.0.0.1')).toMatchObject({ nonIpBytes: spanningTree.length })
    feed(t, [udpFrame({ from: '10.0.0.7' }), spanningTree], START_MS + 5)
    t.settle()
    expect(host(t, '10.0.0.1')).toMatchObject({ nonIpBytes: spanningTree.length })
    expect(host(t, '10.0.0.7')).toMatchObject({ nonIpBytes: 0 })
  })

  test('a host’s totals hold its IP traffic and its ARP', () => {
    const t = testTables()
    feed(t, [udpFrame({}), arpFrame('10.0.0.1', '10.0.0.2')])
    t.settle()
    expect(host(t, '10.0.0.1')).toMatchObject({ bytesSent: 43 + 42, nonIpBytes: 42 })
  })
})

describe('limits', () => {
  const flood = (n: number) => Array.from({ length: n }, (_, i) => udpFrame({ srcPort: 1000 + i, dstPort: 53 }))

  test('flows beyond the limit get no row, and count for hosts and the application of their port', () => {
    const t = testTables({ flowLimit: 16 })
    feed(t, flood(50))
    t.settle()
    expect(t.flows.rows.live).toBe(16)
    expect(t.packetsWithoutFlow).toBe(34)
    expect(host(t, '10.0.0.1')).toMatchObject({ bytesSent: t.bytes, packetsSent: 50 })
    expect(sum(all(appView(t)), 'bytes')).toBe(t.bytes)
    expect(sum(all(l4View(t)), 'packets')).toBe(50)
    expect(all(appView(t)).find((a) => a['app'] === 'DNS')).toMatchObject({ packets: 34 })
  })

  test('hosts beyond the limit are refused and counted; the interface misses nothing', () => {
    const t = testTables({ hostLimit: 16 })
    feed(
      t,
      Array.from({ length: 40 }, (_, i) => udpFrame({ from: `10.1.0.${i + 1}` })),
    )
    t.settle()
    expect(t.hosts.rows.live).toBe(16)
    expect(t.hostsRefused).toBe(25)
    expect(t.packets).toBe(40)
    expect(sum(all(appView(t)), 'bytes')).toBe(t.bytes)
  })

  test('without limits the tables grow and lose nothing', () => {
    const t = testTables({ flowLimit: 16, hostLimit: 16 })
    const free = testTables({ flowLimit: 100_000, hostLimit: 100_000 })
    feed(t, flood(3000))
    feed(free, flood(3000))
    expect([t.flows.rows.live, free.flows.rows.live]).toEqual([16, 3000])
  })
})

describe('time', () => {
  const idle = DEFAULT_IDLE

  test('a flow leaves 60 s after its last packet, its remote host with it, its local host later', () => {
    const t = testTables({ idle })
    feed(t, [udpFrame({ to: '8.8.8.8' })])
    t.tickTo(START_MS + 59_000)
    expect(t.flows.rows.live).toBe(1)
    t.tickTo(START_MS + 62_000)
    expect([t.flows.rows.live, t.hosts.rows.live]).toEqual([0, 1])
    expect(host(t, '10.0.0.1')).toMatchObject({ flows: 0 })
    t.tickTo(START_MS + 302_000)
    expect(t.hosts.rows.live).toBe(0)
    expect(t.localHosts).toBe(0)
  })

  test('a clock that goes on without packets ends ticks, and begins what has no packet yet', () => {
    const t = testTables({ idle })
    t.passClock(START_MS - 2_500)
    expect([t.nowMs, t.firstSeenMs]).toEqual([START_MS - 2_500, START_MS - 2_500])
    feed(t, [udpFrame({ to: '8.8.8.8' })])
    t.passClock(START_MS + 30_000)
    t.passClock(START_MS + 62_000)
    expect([t.flows.rows.live, t.clockGaps, t.clockSteps]).toEqual([0, 0, 0])
  })

  test('a closed connection leaves after 3 s', () => {
    const t = testTables({ idle })
    feed(t, [tcpFrame({ flags: 2 }), tcpFrame({ flags: 4, seq: 2 })])
    t.tickTo(START_MS + 2000)
    expect(t.flows.rows.live).toBe(1)
    t.tickTo(START_MS + 5000)
    expect(t.flows.rows.live).toBe(0)
  })

  test('when the table is nearly full, unanswered flows of one packet leave after 3 s', () => {
    const t = testTables({ idle, flowLimit: 20 })
    feed(
      t,
      Array.from({ length: 19 }, (_, i) => udpFrame({ srcPort: 1000 + i })),
    )
    feed(t, [udpFrame({ srcPort: 1000 })], START_MS + 100)
    t.tickTo(START_MS + 5000)
    expect(t.flows.rows.live).toBe(1)
  })

  test('a host that left leaves nothing to the one that takes its row', () => {
    const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'
    const t = testTables({ idle })
    feed(t, [tcpFrame({ from: '8.8.8.8', to: '9.9.9.9', dstPort: 80, flags: 24, payload: get })])
    t.settle()
    const counters = (row: number) => {
      let n = 0
      t.tallies.each(row, () => n++)
      return n
    }
    expect([counters(0), all(macView(t))[0]!['hosts']]).toEqual([1, 1])
    t.tickTo(START_MS + 200_000)
    expect([t.hosts.rows.live, t.tallies.rows.live, all(macView(t))[0]!['hosts']]).toEqual([0, 0, 0])
    feed(t, [udpFrame({ from: '7.7.7.7', to: '6.6.6.6' })], START_MS + 201_000)
    t.settle()
    expect([counters(0), counters(1)]).toEqual([0, 0])
    expect(host(t, '7.7.7.7')).toMatchObject({ flowsAsClient: 1, bytesSent: 43 })
  })

  test('rows of flows that left are used again under another id', () => {
    const t = testTables({ idle })
    feed(t, [udpFrame({})])
    t.settle()
    const first = all(flowView(t))[0]!['id']
    t.tickTo(START_MS + 70_000)
    feed(t, [udpFrame({ srcPort: 5 })], START_MS + 71_000)
    t.settle()
    expect(all(flowView(t))[0]!['id']).not.toBe(first)
    expect(t.flows.rows.used).toBe(1)
  })

  test('many rows leave a part at the tick and the rest between the batches after it; what has gained meanwhile stays', () => {
    const t = testTables({ idle, flowLimit: 8192 })
    const frames = Array.from({ length: 5000 }, (_, i) => udpFrame({ srcPort: 1000 + i }))
    feed(t, frames, START_MS, 0)
    t.tickTo(START_MS + 62_000)
    const left = t.flows.rows.live
    expect(left).toBeGreaterThan(3000)
    expect(left).toBeLessThan(5000)
    // Of those that are still there one speaks again before its turn comes.
    feed(t, [frames[4999]!], START_MS + 62_001)
    t.goOn()
    expect(t.flows.rows.live).toBeLessThan(left)
    for (let i = 0; i < 10; i++) t.goOn()
    expect(t.flows.rows.live).toBe(1)
    t.settle()
    expect(all(flowView(t))[0]).toMatchObject({ clientPort: 5999, packets: 2 })
    expect(host(t, '10.0.0.1')).toMatchObject({ flows: 1, packetsSent: 5001 })
  })

  test('where no batch comes the next tick finishes what the one before has begun', () => {
    const t = testTables({ idle, flowLimit: 8192 })
    const frames = Array.from({ length: 5000 }, (_, i) => udpFrame({ srcPort: 1000 + i }))
    feed(t, frames, START_MS, 0)
    t.tickTo(START_MS + 62_000)
    expect(t.flows.rows.live).toBeGreaterThan(0)
    t.tickTo(START_MS + 63_000)
    expect(t.flows.rows.live).toBe(0)
  })

  test('flows are booked before the tick when very many have gained', () => {
    const t = testTables({ idle, flowLimit: 8192 })
    const frames = Array.from({ length: 5000 }, (_, i) => udpFrame({ srcPort: 1000 + i }))
    feed(t, frames, START_MS, 0)
    t.goOn()
    const { l4 } = t.booking
    const row = l4.upsert(17)
    expect(l4.packetsC2s[row]! + l4.packetsS2c[row]!).toBe(5000)
  })

  test('a capture file keeps all', () => {
    const t = testTables()
    feed(t, [udpFrame({})])
    t.tickTo(START_MS + 3_600_000)
    expect(t.flows.rows.live).toBe(1)
  })

  test('a jump forward is one gap, a step back is counted and clamped', () => {
    const t = testTables()
    feed(t, [udpFrame({})], START_MS)
    feed(t, [udpFrame({})], START_MS + 3_600_000)
    expect(t.clockGaps).toBe(1)
    const now = t.nowMs
    feed(t, [udpFrame({})], START_MS)
    expect([t.nowMs, t.clockSteps]).toEqual([now, 1])
  })

  test('seconds of the series hold what passed in them; throughput is that of the last whole second', () => {
    const t = testTables()
    feed(t, [udpFrame({ to: '8.8.8.8' })], START_MS + 100)
    feed(t, [udpFrame({ to: '8.8.8.8' }), udpFrame({ to: '8.8.8.8' })], START_MS + 1100)
    feed(t, [udpFrame({ to: '8.8.8.8' })], START_MS + 4100)
    t.settle()
    expect([...t.booking.series.last('sent', 4)]).toEqual([43 * 8, 2 * 43 * 8, 0, 0])
    expect([...t.booking.series.last('flows', 4)]).toEqual([1, 1, 1, 1])
    expect(t.booking.bps).toBe(0)
    t.tickTo(START_MS + 5000)
    expect(t.booking.bps).toBe(43 * 8)
    expect(all(flowView(t))[0]).toMatchObject({ bps: 43 * 8, trend: 'up' })
    expect(host(t, '10.0.0.1')).toMatchObject({ bpsSent: 43 * 8, bpsRcvd: 0, pps: 1 })
    t.tickTo(START_MS + 7000)
    expect(all(flowView(t))[0]).toMatchObject({ bps: 0 })
  })
})
