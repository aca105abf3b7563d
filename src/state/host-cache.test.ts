import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SeriesPoints } from '../lib/series-points.ts'
import { metricsOf } from '../lib/series-points.ts'
import { DEFAULT_IDLE } from '../tables/expiry.ts'
import { HostKeeping } from '../tables/host-keeping.ts'
import { HostPacker } from '../tables/host-packer.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { MinutePoints } from '../tables/minute-points.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { hostView } from '../tables/views/host-view.ts'
import { parseAddress } from '../wire/address.ts'
import { HostCache } from './host-cache.ts'
import { HostReader } from './kept-host-json.ts'
import { MemoryStore } from './memory-store.ts'

const SYN = 2
const PLACE = 'eth0'

/** Tables whose hosts are kept in a store, and what passes on the way. */
class Kept {
  readonly t: LiveTables
  readonly told: SeriesPoints[] = []
  private asked: Promise<void> = Promise.resolve()
  constructor(store: MemoryStore, cache = new HostCache(store, 'here')) {
    this.t = testTables({ idle: DEFAULT_IDLE })
    this.t.points = new MinutePoints(this.t, (points) => this.told.push(points))
    this.t.keeping = new HostKeeping(this.t, {
      give: (hosts) => void cache.save(PLACE, hosts),
      ask: (wanted) => {
        this.asked = this.asked.then(async () => this.t.keeping!.restore(await cache.recall(PLACE, wanted)))
      },
    })
  }
  async pass(toMs: number): Promise<void> {
    for (let ms = this.t.nowMs + 1000; ms <= toMs; ms += 1000) {
      this.t.passClock(ms)
      await this.asked
    }
  }
}
const rowOf = (t: LiveTables, address: string) => {
  const [a, b, c, d] = parseAddress(address)!
  return t.hosts.find(a, b, c, d, 0)
}
function factsOf(t: LiveTables, address: string) {
  t.settle()
  const row = rowOf(t, address)
  if (row < 0) return undefined
  const { read } = hostView(t)
  const apps: Record<string, number[]> = {}
  for (let share = t.hosts.rows.go(row).firstApp; share >= 0; share = t.hosts.apps.next) {
    const { app, bytesSent, bytesRcvd } = t.hosts.apps.go(share)
    apps[t.options.catalogue.pairName(app >>> 16, app & 0xffff)] = [bytesSent, bytesRcvd]
  }
  const r = t.hosts.rows.go(row)
  const sizes = Array.from({ length: 10 }, (_, i) => [r.sizesSent(i), r.sizesRcvd(i)])
  const l4 = Array.from({ length: 8 }, (_, i) => [r.l4Bytes(i), r.l4Packets(i)])
  const tallies: Record<string, number[]> = {}
  t.tallies.each(row, (counter, sent, rcvd) => {
    tallies[t.naming.counters[counter]!.name] = [sent, rcvd]
  })
  const sums = { bytesSent: r.bytesSent, bytesRcvd: r.bytesRcvd, packetsSent: r.packetsSent, packetsRcvd: r.packetsRcvd }
  const texts = { name: read.name!(row), system: read.system!(row), tcpFingerprint: read.tcpFingerprint!(row) }
  return { ...texts, firstSeen: t.hosts.rows.go(row).firstSeenMs, sums, apps, sizes, l4, tallies }
}

const HTTP =
  'GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0\r\n\r\n'

describe('hosts that leave and come back', () => {
  it('are what they were, in a program that was begun anew, and across any store', async () => {
    const store = new MemoryStore()
    const before = new Kept(store)
    feed(before.t, [
      tcpFrame({ from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 80, seq: 1000, flags: SYN }),
      tcpFrame({ from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 80, seq: 1001, payload: HTTP }),
    ])
    const [a, b, c, d] = parseAddress('10.0.0.1')!
    before.t.hostNames.set(a, b, c, d, 'mine.example', 'dhcp')
    const facts = factsOf(before.t, '10.0.0.1')!
    expect(facts).toMatchObject({ name: 'mine.example', apps: { HTTP: [expect.any(Number), 0] } })
    before.t.finish()
    await new Promise((resolve) => setImmediate(resolve))

    const after = new Kept(store)
    const later = START_MS + 600_000
    feed(after.t, [udpFrame({ from: '10.0.0.1', to: '9.9.9.9', srcPort: 5000, dstPort: 9999 })], later)
    const gain = factsOf(after.t, '10.0.0.1')!
    await after.pass(later + 2000)
    const sum = factsOf(after.t, '10.0.0.1')!
    expect(sum).toMatchObject({
      name: 'mine.example',
      system: facts.system,
      tcpFingerprint: facts.tcpFingerprint,
      firstSeen: START_MS,
      tallies: facts.tallies,
    })
    expect(sum.apps['HTTP']).toEqual(facts.apps['HTTP'])
    for (const key of ['bytesSent', 'bytesRcvd', 'packetsSent', 'packetsRcvd'] as const)
      expect(sum.sums[key]).toBe(facts.sums[key] + gain.sums[key])
    expect(facts.tcpFingerprint).toBeDefined()
  })

  it('are written as ntopng 1.2 does', async () => {
    const store = new MemoryStore()
    const kept = new Kept(store)
    feed(kept.t, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53 })])
    kept.t.finish()
    await new Promise((resolve) => setImmediate(resolve))
    const json = JSON.parse((await store.get('10.0.0.1.0.json@here/eth0'))!)
    const bytes = kept.t.bytes
    expect(json).toMatchObject({
      ip: { ipVersion: 4, ip: '10.0.0.1', localHost: true },
      localHost: true,
      sent: { packets: 1, bytes },
      rcvd: { packets: 0, bytes: 0 },
      udp_sent: { packets: 1, bytes },
      'pktStats.sent': { upTo64: 1 },
      'flows.as_client': 1,
    })
  })

  it('in any order, as often as they like, have in the end what ones that never leave have, and series tell each byte once', async () => {
    const packet = fc.record({
      from: fc.constantFrom('10.0.0.1', '10.0.0.2', '9.9.9.9'),
      to: fc.constantFrom('10.0.0.3', '8.8.8.8'),
      dstPort: fc.constantFrom(53, 80, 9999),
      payload: fc.string({ maxLength: 300 }),
      isTcp: fc.boolean(),
      waitS: fc.oneof({ weight: 3, arbitrary: fc.nat(20) }, { weight: 2, arbitrary: fc.integer({ min: 60, max: 900 }) }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 25 }), async (packets) => {
        const kept = new Kept(new MemoryStore())
        const stays = testTables()
        let ms = START_MS
        let localSent = 0
        for (const { waitS, isTcp, ...segment } of packets) {
          await kept.pass(kept.t.packets === 0 ? 0 : ms + waitS * 1000)
          ms = Math.max(kept.t.nowMs, ms + waitS * 1000)
          const frame = (isTcp ? tcpFrame : udpFrame)(segment)
          if (segment.from !== '9.9.9.9') localSent += frame.length
          feed(kept.t, [frame], ms)
          feed(stays, [frame], ms)
          await kept.pass(ms + 2000)
        }
        for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '8.8.8.8', '9.9.9.9']) {
          const seen = factsOf(kept.t, address)
          if (seen === undefined) continue
          const { firstSeen, sums, sizes, l4 } = factsOf(stays, address)!
          expect(seen).toMatchObject({ firstSeen, sums, sizes, l4 })
        }
        kept.t.finish()
        kept.t.points!.finish()
        const sent = metricsOf('host').findIndex(({ name }) => name === 'bytesSent')
        const wide = metricsOf('host').length
        let told = 0
        for (const { tables } of kept.told)
          for (const { kind, count, values } of tables)
            if (kind === 'host') for (let n = 0; n < count; n++) told += values[n * wide + sent]!
        expect(told).toBe(localSent)
      }),
      { numRuns: 20, seed: 21 },
    )
  }, 60_000)

  it('make room when there are too many', async () => {
    const store = new MemoryStore()
    const kept = new Kept(store, new HostCache(store, 'here', 3))
    for (let n = 1; n <= 9; n++) feed(kept.t, [udpFrame({ from: `10.0.0.${n}`, to: '10.0.0.1', dstPort: 9999 })])
    kept.t.finish()
    await new Promise((resolve) => setImmediate(resolve))
    expect((await store.scan('10.', 100)).keys.length).toBe(3)
  })
})

describe('what was put there by somebody else', () => {
  const words = [0, 0, 0xffff, 0x0a000001, 0]
  it.each(['', 'null', '[]', '{', '7', '"x"'])('%j is left out', (text) => {
    const packer = new HostPacker()
    new HostReader(packer).add(words, text)
    expect(packer.count).toBe(0)
  })
  it('counts as far as it makes sense', () => {
    const packer = new HostPacker()
    const hostile = {
      sent: { bytes: -5, packets: 'x' },
      rcvd: { bytes: 1e300, packets: 7.5 },
      symbolic_name: 'x'.repeat(300),
      name_source: 7,
      os: {},
      ndpiStats: { __proto__: 1, TLS: { bytes: null, packets: { sent: 1e20 } }, DNS: 5 },
      counters: [1, 2],
      'flows.as_client': Number.MAX_SAFE_INTEGER,
    }
    new HostReader(packer).add(words, JSON.stringify(hostile))
    const r = packer.hosts.go(0)
    expect([r.bytesSent, r.packetsSent, r.bytesRcvd, r.packetsRcvd, r.flowsAsClient]).toEqual([0, 0, 0, 7.5, 0xffff_ffff])
    const { names, systems } = packer.take()
    expect([names.length, systems.size]).toEqual([0, 0])
  })
  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), (text) => new HostReader(new HostPacker()).add(words, text)),
      { numRuns: 500, seed: 4 },
    )
  })
})
