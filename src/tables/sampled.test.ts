import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FLOW_DECIDED, FLOW_MORE } from '../dissectors/recognised-flow.ts'
import type { RepeatRule } from '../lib/exporters.ts'
import { FlowBatch, type FlowExtras } from '../lib/flow-batch.ts'
import { SAMPLE_EGRESS, type SampleBatch, SampleWriter } from '../lib/sample-batch.ts'
import { parseAddress } from '../wire/address.ts'
import { ascii, type Bytes, be16, DST_MAC, eth, hexBytes, SRC_MAC } from '../wire/testing.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import type { LiveTables } from './live-tables.ts'
import { arpFrame, feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { hostView } from './views/host-view.ts'
import { macView } from './views/mac-view.ts'
import { appView, l4View, portView, vlanView } from './views/roll-up-view.ts'
import { itemOf, type View } from './views/view.ts'

interface Told {
  readonly frame: Bytes
  readonly weight?: number
  readonly wireLen?: number
  readonly exporter?: number
  readonly egress?: boolean
  readonly vlan?: number
  readonly inIf?: number
  readonly as?: readonly [number, number]
  readonly extras?: FlowExtras
  readonly linkType?: number
}

function sample(t: LiveTables, told: readonly Told[], nowMs = START_MS): void {
  const writer = new SampleWriter(100, (batch: SampleBatch) => t.sampled(batch, nowMs))
  for (const s of told) {
    const b = Uint8Array.from(s.frame)
    const i = writer.begin(s.exporter ?? 0, b, 0, b.length, s.wireLen ?? b.length, s.linkType ?? 1, nowMs)
    writer.batch.weight[i] = s.weight ?? 100
    writer.batch.flags[i] = s.egress ? SAMPLE_EGRESS : 0
    writer.batch.vlan[i] = s.vlan ?? 0
    writer.batch.inIf[i] = s.inIf ?? 0
    writer.batch.srcAs[i] = s.as?.[0] ?? 0
    writer.batch.dstAs[i] = s.as?.[1] ?? 0
    writer.batch.extras[i] = s.extras
  }
  writer.flush()
}

const all = (view: View) =>
  Array.from({ length: view.used() }, (_, row) => row).flatMap((row) => (view.isLive(row) ? [itemOf(view, row)] : []))
const sum = (items: readonly object[], field: string) => items.reduce((n, item) => n + ((item as Record<string, number>)[field] ?? 0), 0)
const flows = (t: LiveTables) => {
  t.settle()
  return all(flowView(t) as View)
}
const idle = { idle: DEFAULT_IDLE }
const http = { from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 80 }
const back = { from: '8.8.8.8', to: '10.0.0.1', srcPort: 80, dstPort: 40_000 }

describe('a sample', () => {
  test('counts as many packets as it stands for, of the frame as it was on the wire', () => {
    const t = testTables(idle)
    sample(t, [{ frame: udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53 }), weight: 1000, wireLen: 500 }])
    expect(flows(t)).toMatchObject([{ client: '10.0.0.1', server: '8.8.8.8', bytesC2s: 500_000, packetsC2s: 1000, packetsS2c: 0 }])
    expect(all(hostView(t) as View)).toMatchObject([{ address: '10.0.0.1', bytesSent: 500_000, packetsSent: 1000 }, { bytesRcvd: 500_000 }])
    expect(all(macView(t) as View)).toMatchObject([{ bytesSent: 500_000 }, { bytesRcvd: 500_000 }])
    expect([t.bytes, t.packets, t.wireBytes, t.booking.bytesSent]).toEqual([500_000, 1000, 500_000, 500_000])
    const [host] = [t.hosts.rows.go(0)]
    // 257 to 512 bytes.
    const size = [...t.sizePackets].indexOf(1000)
    expect([size, t.sizeBytes[size], host.sizesSent(size)]).toEqual([expect.any(Number), 500_000, 1000])
    expect(size).toBeGreaterThan(0)
  })

  test('of a large rate is counted exactly', () => {
    const t = testTables(idle)
    const weight = 2 ** 31 - 1
    sample(t, [{ frame: tcpFrame(http), weight, wireLen: 1514 }])
    expect(flows(t)).toMatchObject([{ bytes: 1514 * weight, packets: weight }])
    expect(t.bytes).toBe(1514 * weight)
  })

  test('counts exactly, whatever its row can hold until it is booked, which it is once', () => {
    const t = testTables(idle)
    const writer = new SampleWriter(1000, (batch) => t.sampled(batch, START_MS))
    const b = Uint8Array.from(tcpFrame(http))
    let [bytes, packets] = [0, 0]
    for (let n = 0; n < 1000; n++) {
      const i = writer.begin(0, b, 0, b.length, n % 5 < 2 ? 200_000 : 1500, 1, START_MS)
      const weight = [20_000, 20_000, 65_535, 65_536, 1][n % 5]!
      writer.batch.weight[i] = weight
      bytes += weight * writer.batch.wireLen[i]!
      packets += weight
    }
    writer.flush()
    expect((t as unknown as { dirtyCount: number }).dirtyCount).toBe(1)
    expect([t.bytes, t.packets]).toEqual([bytes, packets])
    expect(flows(t)).toMatchObject([{ bytes, packets }])
    expect(all(hostView(t) as View)).toMatchObject([{ bytesSent: bytes }, { bytesRcvd: bytes }])
    const host = t.hosts.rows.go(0)
    expect(Array.from(t.sizePackets, (_, size) => host.sizesSent(size))).toEqual([...t.sizePackets])
  })

  test('of the way back is of the same flow, and the server is who has the known port', () => {
    const t = testTables(idle)
    sample(t, [
      { frame: tcpFrame(back), weight: 10 },
      { frame: tcpFrame(http), weight: 20 },
    ])
    expect(flows(t)).toMatchObject([{ client: '10.0.0.1', packetsC2s: 20, packetsS2c: 10 }])
  })

  test('shows where a TCP connection stands, and nothing lost, repeated or late', () => {
    const t = testTables(idle)
    const seqs = [1000, 1000, 500_000, 2, 900]
    sample(t, [
      { frame: tcpFrame({ ...http, flags: 2 }) },
      ...seqs.map((seq) => ({ frame: tcpFrame({ ...http, seq, flags: 0x18, window: 0, payload: 'x'.repeat(20) }) })),
    ])
    expect(flows(t)).toMatchObject([{ tcpState: 'established', tcpFlagsC2s: 'SPA' }])
    expect([t.retransmissions, t.outOfOrder, t.lost, t.zeroWindow]).toEqual([0, 0, 0, 0])
    sample(t, [{ frame: tcpFrame({ ...http, flags: 0x11 }) }, { frame: tcpFrame({ ...back, flags: 0x11 }) }])
    expect(flows(t)).toMatchObject([{ tcpState: 'closed' }])
  })

  test('has the VLAN of its tag, else the one that its exporter tells', () => {
    const t = testTables(idle)
    sample(t, [{ frame: udpFrame({ vlan: 7 }), vlan: 9 }, { frame: udpFrame({}), vlan: 9 }, { frame: udpFrame({}) }])
    t.settle()
    expect(all(vlanView(t) as View).map((v) => (v as { vlan: number }).vlan)).toEqual([7, 9, 0])
  })

  test('without IP counts for its link addresses and its hosts', () => {
    const t = testTables(idle)
    sample(t, [{ frame: arpFrame('10.0.0.1', '10.0.0.2'), weight: 50 }])
    expect([t.nonIpPackets, t.nonIpBytes, t.packets]).toEqual([50, 50 * 42, 50])
    expect(all(macView(t) as View)).toMatchObject([{ bytesSent: 2100, packetsSent: 50 }, { bytesRcvd: 2100 }])
    expect(all(hostView(t) as View)).toMatchObject([{ address: '10.0.0.1', bytesSent: 2100, packetsSent: 50 }])
  })

  test('that is damaged is counted by its damage, once, and in the totals as often as it stands for', () => {
    const t = testTables(idle)
    sample(t, [
      { frame: [...DST_MAC, ...SRC_MAC, ...be16(0x0800), 0x45], weight: 10 },
      { frame: ascii('??'), linkType: 0xffff, weight: 5 },
    ])
    expect([t.malformedPackets, t.packets, flows(t).length]).toEqual([2, 15, 0])
    expect(t.decoder.malformed.reduce((a, b) => a + b)).toBe(2)
  })

  test('whose flow finds no row counts for its hosts', () => {
    const t = testTables({ ...idle, flowLimit: 10 })
    sample(
      t,
      Array.from({ length: 20 }, (_, n) => ({ frame: tcpFrame({ ...http, srcPort: 50_000 + n }), weight: 3 })),
    )
    expect(t.packetsWithoutFlow).toBe(30)
    t.settle()
    expect(sum(all(appView(t) as View), 'packets')).toBe(60)
  })

  test('makes room as records do: what an exporter told was over goes first', () => {
    const t = testTables({ ...idle, flowLimit: 100 })
    const records = new FlowBatch(90)
    for (let n = 0; n < 90; n++) {
      const i = records.begin(0)
      records.src.set(parseAddress('10.0.0.1')!, 4 * i)
      records.dst.set(parseAddress('10.0.0.2')!, 4 * i)
      records.proto[i] = 17
      records.srcPort[i] = 1000 + n
      records.flags[i] = 1
      records.firstMs[i] = records.lastMs[i] = START_MS
    }
    t.collect(records, START_MS)
    sample(
      t,
      Array.from({ length: 50 }, (_, n) => ({ frame: tcpFrame({ ...http, srcPort: 50_000 + n }), weight: 3 })),
    )
    expect(t.packetsWithoutFlow).toBe(0)
  })

  test('stays as long as a captured flow', () => {
    const t = testTables(idle)
    sample(t, [{ frame: tcpFrame(http) }])
    t.tickTo(START_MS + 59_000)
    expect(flows(t)).toHaveLength(1)
    t.tickTo(START_MS + 62_000)
    expect([flows(t).length, t.flows.rows.live]).toEqual([0, 0])
  })

  test('joins the flow that was captured here', () => {
    const t = testTables(idle)
    feed(t, [udpFrame({ dstPort: 53 })])
    sample(t, [{ frame: udpFrame({ dstPort: 53 }), weight: 10 }], START_MS + 10)
    t.settle()
    expect(flows(t)).toMatchObject([{ packets: 11 }])
  })
})

test('what exporters say of a sample is kept with its flow', () => {
  const t = testTables(idle)
  const extras: FlowExtras = { fields: { asPath: '1 2' }, serverName: 'www.example.org', info: '/a' }
  sample(t, [{ frame: tcpFrame(http), as: [64_512, 15_169], inIf: 3, weight: 256, extras, exporter: 4 }])
  sample(t, [{ frame: tcpFrame(http), as: [64_512, 15_169], inIf: 3, weight: 512, extras, exporter: 4 }])
  const { origins } = t.collected!
  expect([origins.as[0], origins.as[1], origins.inIf[0], origins.sampling[0], origins.who[0]]).toEqual([64_512, 15_169, 3, 512, 10])
  expect(t.collected!.fields(0)).toEqual({ asPath: '1 2' })
  expect(flows(t)).toMatchObject([{ serverName: 'www.example.org', info: '/a' }])
  // The next flow of its row is told anew.
  t.tickTo(START_MS + 100_000)
  expect(t.collected!.fields(0)).toBeUndefined()
  sample(t, [{ frame: tcpFrame(http), extras }], START_MS + 100_000)
  expect(t.collected!.fields(0)).toEqual({ asPath: '1 2' })
})

describe('recognition', () => {
  const get = 'GET /index.html HTTP/1.1\r\nHost: www.example.org\r\n\r\n'
  test('gives the name of the port until a payload says more', () => {
    const t = testTables(idle)
    sample(t, [{ frame: tcpFrame({ ...http, dstPort: 443 }) }])
    expect(flows(t)).toMatchObject([{ app: 'TLS', confidence: 'port' }])
    sample(t, [{ frame: tcpFrame({ ...http, dstPort: 443, payload: get, flags: 0x18 }) }])
    expect(flows(t)).toMatchObject([{ app: 'HTTP', confidence: 'payload', packets: 200 }])
    // What it had gained moved with its name.
    const apps = all(appView(t) as View).filter((a) => (a as { bytes: number }).bytes > 0)
    expect(apps).toMatchObject([{ app: 'HTTP', bytes: t.bytes }])
  })
  test('knows a name by one packet', () => {
    const query = hexBytes('1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 036f7267 00 0001 0001')
    const t = testTables(idle)
    const frame = udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53, payload: String.fromCharCode(...query) })
    sample(t, [{ frame }])
    expect(flows(t)).toMatchObject([{ app: 'DNS', confidence: 'payload', info: expect.stringContaining('www.example.org') as string }])
  })
  test.each([
    // The beginning of a hello is enough to know it, and then it wants the rest; that of a record is not.
    ['a TLS hello', [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3], 1],
    ['a record of TLS', [23, 3, 3, 5, 0, ...new Array<number>(60).fill(0xa5)], 8],
  ])('keeps no bytes of what was cut, whatever it waits for, and waits for so many: %s', (_, bytes, tried) => {
    const t = testTables(idle)
    const recogniser = t.recogniser as unknown as { streamBytes: number; oldest: unknown }
    const payload = String.fromCharCode(...bytes)
    const flags = () => t.flows.rows.go(0).flags & (FLOW_DECIDED | FLOW_MORE)
    for (let n = 1; n <= 30; n++) {
      sample(t, [{ frame: tcpFrame({ ...http, dstPort: 5000, seq: 7919 * n, payload, flags: 0x18 }), wireLen: 1514 }])
      expect([recogniser.streamBytes, recogniser.oldest]).toEqual([0, undefined])
      expect((flags() & FLOW_DECIDED) !== 0).toBe(n >= tried)
    }
    expect(flags()).toBe(FLOW_DECIDED)
    expect(t.flows.rows.go(0).recognition).toBe(-1)
  })
  test('does not take what was not sampled for missing', () => {
    const t = testTables(idle)
    for (let n = 0; n < 60; n++)
      sample(t, [{ frame: tcpFrame({ ...http, to: `198.51.100.${n}`, srcPort: 50_000 + n, flags: 2 }) }], START_MS + 100 * n)
    sample(t, [{ frame: udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 5000 }) }])
    t.tickTo(START_MS + 20_000)
    t.finish()
    expect(flows(t).flatMap((flow) => (flow as { risks?: string[] }).risks ?? [])).toEqual([])
  })
})

describe('what is sampled several times', () => {
  const frame = tcpFrame(http)
  const thrice: Told[] = [
    { frame, exporter: 0 },
    { frame, exporter: 1 },
    { frame, exporter: 0, egress: true },
  ]
  test.each<[RepeatRule, number, number]>([
    ['first', 100, 2],
    ['ingress', 200, 1],
    ['all', 300, 0],
  ])('is counted by the rule %s', (rule, packets, repeats) => {
    const t = testTables(idle)
    t.repeatRule = rule
    sample(t, thrice)
    expect([t.packets, t.collected!.repeats, sum(flows(t), 'packets')]).toEqual([packets, repeats, packets])
    expect(t.collected!.repeatedBytes).toBe(repeats * 100 * frame.length)
  })
  test('on the way in by one switch and on the way out by another counts once', () => {
    const t = testTables(idle)
    sample(t, [
      { frame, exporter: 0 },
      { frame, exporter: 1, egress: true },
    ])
    sample(
      t,
      [
        { frame, exporter: 1, egress: true },
        { frame, exporter: 0 },
      ],
      START_MS + 1000,
    )
    expect([t.packets, t.collected!.repeats]).toEqual([200, 2])
  })
  test('is not the way back', () => {
    const t = testTables(idle)
    sample(t, [
      { frame, exporter: 0 },
      { frame: tcpFrame(back), exporter: 1 },
    ])
    expect([t.packets, t.collected!.repeats]).toEqual([200, 0])
  })
  test('is told by another when the first is silent', () => {
    const t = testTables(idle)
    sample(t, [
      { frame, exporter: 0 },
      { frame, exporter: 1 },
    ])
    sample(t, [{ frame, exporter: 1 }], START_MS + 61_000)
    expect(t.packets).toBe(200)
  })
  test('counts where a record of it has been told already', () => {
    const t = testTables(idle)
    const records = new FlowBatch(1)
    const i = records.begin(3)
    records.src.set(parseAddress('10.0.0.1')!, 4 * i)
    records.dst.set(parseAddress('8.8.8.8')!, 4 * i)
    records.proto[i] = 6
    records.srcPort[i] = 40_000
    records.dstPort[i] = 80
    records.packets[0] = 5
    records.firstMs[i] = records.lastMs[i] = START_MS
    t.collect(records, START_MS)
    sample(t, [{ frame, exporter: 0 }])
    expect([t.packets, t.collected!.repeats]).toEqual([5, 1])
  })
  test('without IP counts by the rule ingress alone', () => {
    const t = testTables(idle)
    t.repeatRule = 'ingress'
    const arp = arpFrame('10.0.0.1', '10.0.0.2')
    sample(t, [{ frame }, { frame: arp }, { frame: arp, egress: true }])
    expect([t.packets, t.collected!.repeats, t.collected!.origins.repeats[0]]).toEqual([200, 1, 0])
  })
})

test('every table adds up to the interface, after weights', () => {
  const packet = fc.record({
    kind: fc.constantFrom('tcp', 'tcp', 'udp', 'arp', 'other', 'cut'),
    from: fc.constantFrom('10.0.0.1', '10.0.0.2', '8.8.8.8'),
    to: fc.constantFrom('10.0.0.3', '198.51.100.1'),
    srcPort: fc.integer({ min: 1024, max: 1030 }),
    dstPort: fc.constantFrom(53, 80, 443, 9999),
    flags: fc.constantFrom(0x02, 0x10, 0x18, 0x11, 0x04),
    tag: fc.constantFrom({}, { vlan: 5 }, { vlan: 6 }),
    payload: fc.constantFrom('', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n', 'SSH-2.0-OpenSSH_9\r\n', 'xxxxxxxx'),
    weight: fc.integer({ min: 1, max: 100_000 }),
    longer: fc.integer({ min: 0, max: 8000 }),
    exporter: fc.integer({ min: 0, max: 2 }),
    egress: fc.boolean(),
    told: fc.constantFrom(0, 5, 9),
  })
  fc.assert(
    fc.property(
      fc.array(packet, { minLength: 1, maxLength: 300 }),
      fc.constantFrom<RepeatRule>('first', 'ingress', 'all'),
      (packets, rule) => {
        const t = testTables({ ...idle, flowLimit: 1024 })
        t.repeatRule = rule
        let allBytes = 0
        packets.forEach(({ kind, weight, longer, exporter, egress, told, tag, ...rest }, n) => {
          const s = { ...rest, ...tag }
          const whole =
            kind === 'arp'
              ? arpFrame(s.from, s.to)
              : kind === 'other'
                ? eth(0x88cc, ascii('lldp'))
                : kind === 'udp'
                  ? udpFrame(s)
                  : tcpFrame(s)
          const frame = kind === 'cut' ? whole.slice(0, 20) : whole
          allBytes += (frame.length + longer) * weight
          sample(t, [{ frame, weight, wireLen: frame.length + longer, exporter, egress, vlan: told }], START_MS + 300 * n)
        })
        const collected = t.collected!
        expect(t.bytes + collected.repeatedBytes).toBe(allBytes)
        expect(t.sizeBytes.reduce((a, b) => a + b)).toBe(t.bytes)
        expect(t.sizePackets.reduce((a, b) => a + b)).toBe(t.packets)
        const [flowBytes, flowPackets] = [sum(flows(t), 'bytes'), sum(flows(t), 'packets')]
        t.tickTo(START_MS + 600_000)
        expect(t.flows.rows.live).toBe(0)
        const ip = sum(all(l4View(t) as View), 'bytes')
        for (const view of [appView(t), l4View(t), vlanView(t), portView(t)] as View[]) {
          expect(sum(all(view), 'bytes')).toBe(ip)
          expect(sum(all(view), 'flows')).toBe(t.flowsTotal)
        }
        // All flows had a port, and none had left before the last sample but those that were over.
        expect(flowBytes).toBeLessThanOrEqual(ip)
        expect(flowPackets).toBeLessThanOrEqual(t.packets)
        const damaged = packets.some(({ kind }) => kind === 'cut')
        if (damaged) expect(ip + t.nonIpBytes).toBeLessThanOrEqual(t.bytes)
        else expect(ip + t.nonIpBytes).toBe(t.bytes)
      },
    ),
    { seed: 9, numRuns: 60 },
  )
})

test('hosts have sent and received what the interface has', () => {
  const t = testTables({ hostLimit: 4096 })
  const frames = Array.from({ length: 500 }, (_, n) => ({
    frame: udpFrame({ from: `10.0.${n % 7}.1`, to: `10.1.${n % 11}.1`, srcPort: 1000 + (n % 13), dstPort: 2000 }),
    weight: 1 + n,
    wireLen: 60 + n,
  }))
  sample(t, frames)
  t.settle()
  const hosts = all(hostView(t) as View)
  expect([sum(hosts, 'bytesSent'), sum(hosts, 'bytesRcvd'), sum(flows(t), 'bytes')]).toEqual([t.bytes, t.bytes, t.bytes])
  expect(sum(all(macView(t) as View), 'bytesSent')).toBe(t.bytes)
})
