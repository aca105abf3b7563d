import { beforeEach, describe, expect, test } from 'vitest'
import { type ChunkMessage, DEFAULT_BOUNDS, type PacketChoice, type RecordingAsk } from '../lib/recording.ts'
import { PacketBatch } from '../lib/source.ts'
import { DEFAULT_IDLE } from '../tables/expiry.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { arpFrame, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { flowView } from '../tables/views/flow-view.ts'
import type { Bytes } from '../wire/testing.ts'
import { CHUNK_BYTES, CHUNKS_UNDER_WAY } from './packet-output.ts'
import { MIN_RING_BYTES, PacketRing } from './packet-ring.ts'
import { Recorder } from './packet-tap.ts'

const ETHERNET = 1
let tables: LiveTables
let recorder: Recorder
let messages: ChunkMessage[]
let ring: PacketRing

function begin(tableOptions: Parameters<typeof testTables>[0] = {}): void {
  tables = testTables(tableOptions)
  messages = []
  ring = new PacketRing(MIN_RING_BYTES)
  recorder = new Recorder(tables, 'test', ring, (message, transfer) => {
    messages.push(structuredClone(message, { transfer }))
  })
}
beforeEach(() => begin())

interface Timed {
  readonly frame: Bytes
  readonly atMs: number
}
/** One batch. */
function pass(...packets: Timed[]): void {
  const batch = new PacketBatch(packets.length)
  batch.buf = Uint8Array.from(packets.flatMap(({ frame }) => frame))
  batch.count = packets.length
  let at = 0
  for (const [i, { frame, atMs }] of packets.entries()) {
    batch.start[i] = at
    batch.capLen[i] = frame.length
    batch.wireLen[i] = frame.length
    batch.tsMs[i] = START_MS + atMs
    batch.linkType[i] = ETHERNET
    at += frame.length
  }
  tables.take(batch)
  void recorder.take(batch, batch.count)
}

function start(choice: PacketChoice, more: Partial<RecordingAsk> = {}, stream = 1): void {
  recorder.do('startRecording', { ...DEFAULT_BOUNDS, format: 'pcap', ...choice, ...more, stream })
}
/** Ends it; the offsets in ms of the packets that were recorded. */
function recorded(stream = 1): number[] {
  recorder.do('stopRecording', { stream })
  return timesOf(stream)
}
function timesOf(stream: number): number[] {
  const parts = messages.filter((m) => m.stream === stream && m.memory !== undefined).map((m) => new Uint8Array(m.memory!, 0, m.length))
  const file = Buffer.concat(parts)
  const times: number[] = []
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8))
    times.push(file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / 1000 - START_MS)
  return times
}
const endOf = (stream = 1) => messages.filter((m) => m.stream === stream).at(-1)?.progress.end
const flowIdOf = (row: number) => flowView(tables).read.id(row)

const dns = { srcPort: 5353, dstPort: 53 }
const HELLO = 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'

describe('which packets are recorded', () => {
  test('those of one flow, both ways', () => {
    pass({ frame: udpFrame(dns), atMs: 0 })
    start({ flow: flowIdOf(0) })
    pass(
      { frame: udpFrame(dns), atMs: 1 },
      { frame: udpFrame({ ...dns, srcPort: 5354 }), atMs: 2 },
      { frame: udpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 53, dstPort: 5353 }), atMs: 3 },
    )
    expect(recorded()).toEqual([1, 3])
  })

  test('those of a host: of its flows, ARP that names it, and packets that got no flow row', () => {
    begin({ flowLimit: 1 })
    start({ host: { address: '10.0.0.7' } })
    pass(
      { frame: udpFrame({ from: '10.0.0.7' }), atMs: 1 },
      { frame: arpFrame('10.0.0.7', '10.0.0.9'), atMs: 2 },
      { frame: arpFrame('10.0.0.9', '10.0.0.7'), atMs: 3 },
      { frame: arpFrame('10.0.0.9', '10.0.0.8'), atMs: 4 },
      { frame: udpFrame({ to: '10.0.0.7', from: '10.0.0.3' }), atMs: 5 },
      { frame: udpFrame({ from: '10.0.0.3' }), atMs: 6 },
    )
    expect(tables.packetsWithoutFlow).toBe(2)
    expect(recorded()).toEqual([1, 2, 3, 5])
  })

  test('those of a host in one VLAN', () => {
    start({ host: { address: '10.0.0.1', vlan: 5 } })
    pass({ frame: udpFrame({ vlan: 5 }), atMs: 1 }, { frame: udpFrame({}), atMs: 2 }, { frame: udpFrame({ vlan: 6 }), atMs: 3 })
    expect(recorded()).toEqual([1])
  })

  test('those of a filter; all of the batch in which the flow gets its name', () => {
    start({ filter: 'app = HTTP' })
    const http = { dstPort: 8123, srcPort: 4000 }
    pass({ frame: tcpFrame({ ...http, flags: 2 }), atMs: 1 })
    pass({ frame: tcpFrame({ ...http, seq: 2, payload: HELLO }), atMs: 2 }, { frame: tcpFrame({ ...http, seq: 38 }), atMs: 3 })
    pass({ frame: udpFrame(dns), atMs: 4 }, { frame: tcpFrame({ ...http, seq: 38 }), atMs: 5 })
    expect(recorded()).toEqual([2, 3, 5])
  })

  test('a filter over counters is asked again once a second', () => {
    start({ filter: 'packets > 3' })
    for (const atMs of [0, 1, 2, 3, 4, 1001, 1002]) pass({ frame: udpFrame(dns), atMs })
    expect(recorded()).toEqual([1001, 1002])
  })

  test('all of them', () => {
    start({})
    pass({ frame: udpFrame(dns), atMs: 1 }, { frame: arpFrame('10.0.0.7', '10.0.0.9'), atMs: 2 }, { frame: [1, 2, 3], atMs: 3 })
    expect(recorded()).toEqual([1, 2, 3])
  })
})

describe('a row that another flow takes', () => {
  const idle = { ...DEFAULT_IDLE, flowMs: 3000 }
  const other = { srcPort: 9000, dstPort: 9001 }

  test('ends the recording of its flow, whose last packets in that batch are recorded', () => {
    begin({ idle, flowLimit: 1 })
    pass({ frame: udpFrame(dns), atMs: 0 })
    start({ flow: flowIdOf(0) })
    // One batch: the flow leaves at the tick within it, and its row is taken again.
    pass({ frame: udpFrame(dns), atMs: 500 }, { frame: udpFrame(other), atMs: 9000 }, { frame: udpFrame(other), atMs: 9001 })
    expect(tables.flowsTotal).toBe(2)
    expect(timesOf(1)).toEqual([500])
    expect(endOf()).toBe('flow-ended')
  })

  test('does not bring its packets to a filter that the flow before passed', () => {
    begin({ idle, flowLimit: 1 })
    start({ filter: 'port = 53' })
    pass({ frame: udpFrame(dns), atMs: 0 })
    pass({ frame: udpFrame(dns), atMs: 500 }, { frame: udpFrame(other), atMs: 9000 }, { frame: udpFrame(other), atMs: 9001 })
    expect(recorded()).toEqual([0, 500])
  })

  test('leaves the packets of the flow before it in the ring, under its id', async () => {
    begin({ idle, flowLimit: 1 })
    pass({ frame: udpFrame(dns), atMs: 0 })
    const before = flowIdOf(0)
    pass({ frame: udpFrame(dns), atMs: 500 }, { frame: udpFrame(other), atMs: 9000 }, { frame: udpFrame(other), atMs: 9001 })
    const now = flowIdOf(0)
    expect(now).not.toBe(before)
    expect(await recorder.do('ringPackets', { flow: before, format: 'pcap', stream: 2 })).toBe(`flow ${before}`)
    expect(await recorder.do('ringPackets', { flow: now, format: 'pcap', stream: 3 })).toBe('Unknown 10.0.0.1:9000 → 10.0.0.2:9001')
    expect(await recorder.do('ringPackets', { filter: 'port = 53', format: 'pcap', stream: 4 })).toBeNull()
    // By a filter only those of the flow that has the row now.
    expect(await recorder.do('ringPackets', { filter: 'port = 9001', format: 'pcap', stream: 5 })).toBe('flows with port = 9001')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([timesOf(2), timesOf(3), timesOf(5)]).toEqual([
      [0, 500],
      [9000, 9001],
      [9000, 9001],
    ])
  })
})

describe('bounds and the receiver', () => {
  const large = udpFrame({ payload: 'x'.repeat(60_000) })

  test('no more chunks are under way than may be; the rest is left out, and goes on when one is given back', () => {
    start({})
    for (let i = 0; i < 40; i++) pass({ frame: large, atMs: i })
    expect(messages).toHaveLength(CHUNKS_UNDER_WAY)
    recorder.do('chunkTaken', { stream: 1, memory: new ArrayBuffer(CHUNK_BYTES) })
    pass({ frame: large, atMs: 100 })
    recorder.do('stopRecording', { stream: 1 })
    const { progress } = messages.at(-1)!
    expect(progress.packets + progress.leftOut).toBe(41)
    expect(progress).toMatchObject({ packets: CHUNKS_UNDER_WAY * 5 + 1, end: 'stopped' })
  })

  test('a recording that has ended takes nothing, whatever comes for it', () => {
    start({}, { maxPackets: 1 })
    pass({ frame: udpFrame(dns), atMs: 1 }, { frame: udpFrame(dns), atMs: 2 })
    pass({ frame: udpFrame(dns), atMs: 3 })
    recorder.do('chunkTaken', { stream: 1, memory: new ArrayBuffer(8) })
    recorder.do('stopRecording', { stream: 1 })
    expect(timesOf(1)).toEqual([1])
    expect(messages.filter(({ progress }) => progress.end !== undefined)).toHaveLength(1)
  })

  test('several at once do not disturb each other', () => {
    start({}, { maxPackets: 2 }, 1)
    start({ filter: 'port = 53' }, {}, 2)
    start({ host: { address: '10.0.0.9' } }, {}, 3)
    pass({ frame: udpFrame(dns), atMs: 1 }, { frame: udpFrame({ from: '10.0.0.9' }), atMs: 2 }, { frame: udpFrame(dns), atMs: 3 })
    expect([timesOf(1), recorded(2), recorded(3)]).toEqual([[1, 2], [1, 3], [2]])
  })

  test('a bad filter or address is refused', () => {
    expect(() => start({ filter: 'nonsense = 1' })).toThrow(expect.objectContaining({ name: 'BadQuestion', field: 'filter' }))
    expect(() => start({ host: { address: 'nobody' } })).toThrow(expect.objectContaining({ field: 'host' }))
    expect(() => start({ flow: '0-1' })).toThrow(expect.objectContaining({ field: 'flow' }))
  })
})
