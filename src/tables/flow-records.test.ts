import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  FLOW_RECORD_GOES_ON,
  FlowBatch,
  FlowWriter,
} from '../lib/flow-batch.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import { FlowRecords } from './flow-records.ts'
import type { LiveTables } from './live-tables.ts'
import { feed, type Segment, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'

interface Told {
  readonly client: string
  readonly clientPort: number
  readonly bytes: readonly number[]
  readonly packets: readonly number[]
  readonly flags: number
  readonly firstMs: number
  readonly lastMs: number
  readonly app?: string
}

/** Tables, and the records that they make. */
function recorded(everyS = 60, options = {}): { t: LiveTables; told: Told[]; batches: FlowBatch } {
  const t = testTables({ idle: DEFAULT_IDLE, ...options })
  const told: Told[] = []
  const writer = new FlowWriter(16, (b) => {
    for (let i = 0; i < b.count; i++)
      told.push({
        client: formatAddress(b.src[4 * i]!, b.src[4 * i + 1]!, b.src[4 * i + 2]!, b.src[4 * i + 3]!),
        clientPort: b.srcPort[i]!,
        bytes: [b.bytes[2 * i]!, b.bytes[2 * i + 1]!],
        packets: [b.packets[2 * i]!, b.packets[2 * i + 1]!],
        flags: b.flags[i]!,
        firstMs: b.firstMs[i]!,
        lastMs: b.lastMs[i]!,
        ...(b.extras[i]?.app !== undefined && { app: b.extras[i]!.app! }),
      })
  })
  t.records = [new FlowRecords(t, writer, { everySeconds: everyS, instance: 'here', isLookedAt: true })]
  return { t, told, batches: writer.batch }
}
const SYN = 2
const pass = (t: LiveTables, toMs: number) => {
  for (let ms = t.nowMs + 1000; ms <= toMs; ms += 1000) t.passClock(ms)
}

test('a flow that ends is told once, whole, from its client', () => {
  const { t, told } = recorded()
  feed(t, [
    tcpFrame({ flags: SYN, dstPort: 443 }),
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 443, dstPort: 40_000, payload: 'xyz' }),
  ])
  pass(t, START_MS + 50_000)
  expect(told).toEqual([])
  pass(t, START_MS + 70_000)
  expect(told).toMatchObject([
    { client: '10.0.0.1', clientPort: 40_000, bytes: [54, 57], packets: [1, 1], firstMs: START_MS, lastMs: START_MS + 1 },
  ])
  expect(told[0]!.flags & (FLOW_RECORD_ENDED | FLOW_RECORD_CLIENT_IS_SRC | FLOW_RECORD_FRAME_BYTES)).toBe(
    FLOW_RECORD_ENDED | FLOW_RECORD_CLIENT_IS_SRC | FLOW_RECORD_FRAME_BYTES,
  )
})

test('a flow that lasts is told in parts, each of what it gained since the one before', () => {
  const { t, told } = recorded(10)
  for (let s = 0; s < 35; s++) feed(t, [udpFrame({ payload: 'x'.repeat(58) })], START_MS + s * 1000)
  t.finish()
  expect(told.length).toBeGreaterThanOrEqual(4)
  expect(told.slice(0, -1).every(({ flags }) => (flags & FLOW_RECORD_ENDED) === 0)).toBe(true)
  expect(told.reduce((n, { packets }) => n + packets[0]!, 0)).toBe(35)
  for (let i = 1; i < told.length; i++) expect(told[i]!.firstMs).toBe(told[i - 1]!.lastMs)
})

test('a name that comes after all packets is told once more, of none', () => {
  const { t, told } = recorded(1)
  feed(t, [udpFrame({ to: '8.8.8.8', dstPort: 4711 })])
  pass(t, START_MS + 4000)
  expect(told).toMatchObject([{ packets: [1, 0] }])
  const ends = { src: '10.0.0.1', dst: '8.8.8.8', srcPort: 40_000, dstPort: 4711, proto: 17 }
  t.event({ atMs: START_MS, sender: 'ids', kind: 'tls', title: 'x', app: 'QUIC', fields: {}, ...ends }, t.nowMs)
  pass(t, START_MS + 90_000)
  expect(told.slice(1)).toMatchObject([{ packets: [0, 0], bytes: [0, 0], app: 'QUIC' }])
  expect(told[1]!.flags & FLOW_RECORD_ENDED).toBe(FLOW_RECORD_ENDED)
})

test('when somebody looks, flows that last are told up to now, but for new ones that may get a name', () => {
  const { t, told } = recorded(60, { recognise: true })
  feed(t, [udpFrame({ srcPort: 40_001, dstPort: 4711, payload: 'xx' })])
  t.records[0]!.bringUp()
  expect(told).toEqual([])
  pass(t, START_MS + 6000)
  feed(t, [udpFrame({ srcPort: 40_001, dstPort: 4711, payload: 'xxxx' })], START_MS + 6000)
  t.records[0]!.bringUp()
  t.records[0]!.bringUp()
  expect(told).toMatchObject([{ clientPort: 40_001, packets: [2, 0], firstMs: START_MS, lastMs: START_MS + 6000 }])
  expect(told[0]!.flags & (FLOW_RECORD_ENDED | FLOW_RECORD_GOES_ON)).toBe(0)
  feed(t, [udpFrame({ srcPort: 40_001, dstPort: 4711 })], START_MS + 6500)
  t.finish()
  expect(told.slice(1)).toMatchObject([{ packets: [1, 0], firstMs: START_MS + 6000 }])
  expect(told[1]!.flags & FLOW_RECORD_GOES_ON).toBe(FLOW_RECORD_GOES_ON)
})

test('many flows are told up to now over some ticks, none twice', () => {
  const { t, told } = recorded(600, { flowLimit: 20_000 })
  const FLOWS = 10_000
  for (let n = 0; n < FLOWS; n++) feed(t, [udpFrame({ srcPort: 20_000 + n, dstPort: 4711 })], START_MS)
  pass(t, START_MS + 6000)
  t.records[0]!.bringUp()
  const atOnce = told.length
  expect(atOnce).toBeGreaterThan(1000)
  expect(atOnce).toBeLessThan(FLOWS)
  pass(t, START_MS + 10_000)
  expect(told).toHaveLength(FLOWS)
  expect(told.every(({ packets }) => packets[0]! + packets[1]! === 1)).toBe(true)
})

test('a row that another flow takes over begins anew', () => {
  const { t, told } = recorded(5)
  feed(t, [udpFrame({ srcPort: 1 })])
  pass(t, START_MS + 90_000)
  feed(t, [udpFrame({ srcPort: 2 })], START_MS + 91_000)
  t.finish()
  expect(told.map(({ clientPort, packets }) => [clientPort, packets[0]])).toEqual([
    [1, 1],
    [2, 1],
  ])
})

test('what was told as over and had no row goes on as it came', () => {
  const { t, told } = recorded()
  const batch = new FlowBatch(20_000)
  for (let n = 0; n < 20_000; n++) {
    const i = batch.begin(0)
    batch.src.set(parseAddress('10.0.0.1')!, 4 * i)
    batch.dst.set(parseAddress('8.8.8.8')!, 4 * i)
    batch.srcPort[i] = 1000 + n
    batch.dstPort[i] = 443
    batch.proto[i] = 6
    batch.bytes[2 * i] = 100
    batch.packets[2 * i] = 1
    batch.flags[i] = FLOW_RECORD_ENDED
    batch.firstMs[i] = batch.lastMs[i] = START_MS
  }
  t.collect(batch, START_MS)
  t.recordAll()
  expect(told).toHaveLength(20_000)
  expect(told.reduce((n, { bytes }) => n + bytes[0]! + bytes[1]!, 0)).toBe(t.bytes)
})

test('records add up to what was counted, whatever passes', () => {
  const segment = fc.record({
    from: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
    to: fc.constantFrom('8.8.8.8', '9.9.9.9'),
    srcPort: fc.integer({ min: 1, max: 4 }),
    flags: fc.constantFrom(2, 16, 17, 4),
    payload: fc.string({ maxLength: 20, unit: 'binary-ascii' }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(segment, fc.integer({ min: 0, max: 20_000 })), { maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (packets, everyS) => {
        const { t, told } = recorded(everyS)
        let ms = START_MS
        for (const [given, stepMs] of packets) {
          feed(t, [tcpFrame(given as Segment)], ms)
          ms += stepMs
        }
        t.finish()
        const sum = (of: 'bytes' | 'packets') => told.reduce((n, r) => n + r[of][0]! + r[of][1]!, 0)
        expect([sum('bytes'), sum('packets')]).toEqual([t.bytes, t.packets])
        expect(told.every((r) => r.bytes.every((n) => n >= 0) && r.lastMs >= r.firstMs)).toBe(true)
      },
    ),
    { seed: 5, numRuns: 60 },
  )
})
