import { describe, expect, test } from 'vitest'
import { MAX_WIRE_LEN, PacketBatch } from '../lib/source.ts'
import * as tp from './native/if-packet.ts'
import { RingBlocks } from './ring-blocks.ts'
import { CollectingSink, payload, type SeenPacket } from './testing.ts'
import { RingBuilder, type RingPacket } from './testing-ring.ts'

const BLOCK_BYTES = 4096

function build(...blocks: readonly RingPacket[][]): RingBuilder {
  const ring = new RingBuilder(blocks.length, BLOCK_BYTES)
  for (const packets of blocks) {
    ring.open()
    for (const packet of packets) if (ring.add(packet) < 0) throw new Error('the block is full')
  }
  return ring
}

function read(ring: RingBuilder, capacity = 64): { seen: SeenPacket[]; reader: RingBlocks } {
  const reader = new RingBlocks(ring.buffer, ring.blockBytes)
  const sink = new CollectingSink()
  const batch = new PacketBatch(capacity)
  for (let block = 0; block < ring.blocks; block++) {
    reader.open(block)
    while (reader.more) {
      reader.fill(batch)
      sink.packets(batch)
    }
  }
  return { seen: sink.seen, reader }
}

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const frame = payload(60)

describe('a block', () => {
  test('gives its packets with times, lengths and link type', () => {
    const ring = build([
      { data: frame, sec: 1_700_000_000, nsec: 123_456_789 },
      { data: payload(61, 5), wireLen: 1500, sec: 4_000_000_000, nsec: 500_000_000 },
    ])
    expect(read(ring).seen).toEqual([
      { tsMs: 1_700_000_000_123.4568, data: hex(frame), wireLen: 60, linkType: 1 },
      { tsMs: 4_000_000_000_500, data: hex(payload(61, 5)), wireLen: 1500, linkType: 1 },
    ])
  })

  test('with more packets than a batch holds becomes several batches', () => {
    const ring = build(Array.from({ length: 11 }, (_, i) => ({ data: payload(40 + i, i) })))
    const { seen, reader } = read(ring, 4)
    expect(seen.map(({ data }) => data)).toEqual(Array.from({ length: 11 }, (_, i) => hex(payload(40 + i, i))))
    expect(reader.announced).toBe(11)
  })

  test('without packets gives none and is no damage', () => {
    const { seen, reader } = read(build([], [{ data: frame }], []))
    expect(seen).toHaveLength(1)
    expect(reader.damaged).toBe(0)
  })

  test('cuts a wire length that no capture knows', () => {
    expect(read(build([{ data: frame, wireLen: 0xffff_ffff }])).seen[0]!.wireLen).toBe(MAX_WIRE_LEN)
  })
})

describe('a VLAN tag that the kernel took out', () => {
  const vlan = tp.TP_STATUS_USER | tp.TP_STATUS_VLAN_VALID
  const tagged = (tag: string) => hex(frame.subarray(0, 12)) + tag + hex(frame.subarray(12))

  test('is put back in front of the ethertype', () => {
    const { seen } = read(build([{ data: frame, status: vlan, vlanTci: 0x6064, wireLen: 100 }]))
    expect(seen[0]).toMatchObject({ data: tagged('81006064'), wireLen: 104 })
  })
  test('keeps its own ethertype where the kernel tells it', () => {
    const status = vlan | tp.TP_STATUS_VLAN_TPID_VALID
    expect(read(build([{ data: frame, status, vlanTci: 7, vlanTpid: 0x88a8 }])).seen[0]!.data).toBe(tagged('88a80007'))
  })
  test('of number 0 is a tag too', () => {
    expect(read(build([{ data: frame, status: vlan, vlanTci: 0 }])).seen[0]!.data).toBe(tagged('81000000'))
  })
  test('does not touch the packets before and after', () => {
    const ring = build([{ data: payload(70, 1) }, { data: frame, status: vlan, vlanTci: 1 }, { data: payload(71, 2) }])
    expect(read(ring).seen.map(({ data }) => data)).toEqual([hex(payload(70, 1)), tagged('81000001'), hex(payload(71, 2))])
  })
  test('is left out where there are no addresses, no Ethernet, or no room', () => {
    const short = payload(11)
    const ring = build([
      { data: short, status: vlan, vlanTci: 1 },
      { data: frame, hatype: 0xfffe, status: vlan, vlanTci: 1 },
    ])
    expect(read(ring).seen.map(({ data }) => data)).toEqual([hex(short), hex(frame)])
    const tight = build([{ data: frame, status: vlan, vlanTci: 1 }])
    tight.view.setUint16(tp.TPACKET_BLOCK_DESC_BYTES + tp.TP_MAC_AT, tp.TPACKET3_HDRLEN + 3, true)
    expect(read(tight).seen[0]).toMatchObject({ wireLen: 60 })
  })
})

describe('kinds of links', () => {
  test.each([
    ['loopback', 772, 1],
    ['tun', 0xfffe, 101],
    ['PPP', 512, 101],
    ['GRE', 778, 101],
    ['802.11', 801, 105],
    ['radiotap', 803, 127],
  ])('%s', (_, hatype, linkType) => {
    expect(read(build([{ data: frame, hatype }])).seen[0]!.linkType).toBe(linkType)
  })

  test('one that cannot be read is counted and not handed over, and others around it are', () => {
    const { seen, reader } = read(build([{ data: frame }, { data: frame, hatype: 280 }, { data: frame, hatype: 280 }, { data: frame }]))
    expect(seen.map(({ linkType }) => linkType)).toEqual([1, 1])
    expect(reader).toMatchObject({ unreadable: 2, unreadableHatype: 280, announced: 4, damaged: 0 })
  })

  test('what loopback sends is left out, because it comes again as received', () => {
    const ring = build([
      { data: frame, hatype: 772, pkttype: tp.PACKET_OUTGOING },
      { data: frame, hatype: 772 },
      { data: frame, pkttype: tp.PACKET_OUTGOING },
    ])
    const { seen, reader } = read(ring)
    expect(seen).toHaveLength(2)
    expect(reader.announced).toBe(3)
  })
})

describe('a header that lies ends its block, is counted, and the next block is read', () => {
  const BASE = 0
  const FIRST = tp.TPACKET_BLOCK_DESC_BYTES
  const three = [{ data: frame }, { data: frame }, { data: frame }]
  const CASES: readonly [string, number, (ring: RingBuilder, second: number) => void][] = [
    ['more packets than there are', 2, ({ view }) => view.setUint32(BASE + tp.NUM_PKTS_AT, 4, true)],
    ['4 billion packets', 2, ({ view }) => view.setUint32(BASE + tp.NUM_PKTS_AT, 0xffff_ffff, true)],
    ['a first packet behind the block', 0, ({ view }) => view.setUint32(BASE + tp.OFFSET_TO_FIRST_PKT_AT, BLOCK_BYTES, true)],
    ['a first packet inside the block header', 0, ({ view }) => view.setUint32(BASE + tp.OFFSET_TO_FIRST_PKT_AT, 8, true)],
    ['a first packet at an odd place', 0, ({ view }) => view.setUint32(BASE + tp.OFFSET_TO_FIRST_PKT_AT, FIRST + 2, true)],
    ['a block longer than it is', 0, ({ view }) => view.setUint32(BASE + tp.BLK_LEN_AT, BLOCK_BYTES + 8, true)],
    ['a block shorter than its packets', 0, ({ view }) => view.setUint32(BASE + tp.BLK_LEN_AT, FIRST + 100, true)],
    ['a next packet that is this one', 1, ({ view }, second) => view.setUint32(second + tp.TP_NEXT_OFFSET_AT, 0, true)],
    ['a next packet inside this one', 1, ({ view }, second) => view.setUint32(second + tp.TP_NEXT_OFFSET_AT, 64, true)],
    ['a next packet at an odd place', 1, ({ view }, second) => view.setUint32(second + tp.TP_NEXT_OFFSET_AT, 161, true)],
    ['a next packet behind the block', 2, ({ view }, second) => view.setUint32(second + tp.TP_NEXT_OFFSET_AT, 0xffff_fff8, true)],
    ['a packet that reaches out of the block', 1, ({ view }, second) => view.setUint32(second + tp.TP_SNAPLEN_AT, BLOCK_BYTES, true)],
    ['a packet of 4 GiB', 1, ({ view }, second) => view.setUint32(second + tp.TP_SNAPLEN_AT, 0xffff_ffff, true)],
    ['a packet that begins in its header', 1, ({ view }, second) => view.setUint16(second + tp.TP_MAC_AT, 20, true)],
    ['a packet that begins behind the block', 1, ({ view }, second) => view.setUint16(second + tp.TP_MAC_AT, 0xffff, true)],
  ]
  test.each(CASES)('%s', (_, readable, lie) => {
    const ring = new RingBuilder(2, BLOCK_BYTES)
    ring.open()
    const headers = three.map((packet) => ring.add(packet))
    ring.open()
    ring.add({ data: payload(80, 9) })
    lie(ring, headers[1]!)
    const { seen, reader } = read(ring)
    expect(seen).toHaveLength(readable + 1)
    expect(seen.at(-1)!.data).toBe(hex(payload(80, 9)))
    expect(reader.damaged).toBe(1)
  })

  test('any bytes changed: every packet lies inside its block, and reading ends', () => {
    let seed = 12345
    const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff) % below
    let damaged = 0
    for (let round = 0; round < 3000; round++) {
      const ring = build(three, three)
      const bytes = new Uint8Array(ring.buffer)
      for (let changes = 1 + random(6); changes > 0; changes--) bytes[random(640)] = random(256)
      const reader = new RingBlocks(ring.buffer, BLOCK_BYTES)
      const batch = new PacketBatch(2)
      for (let block = 0; block < 2; block++) {
        reader.open(block)
        for (let fills = 0; reader.more; fills++) {
          expect(fills).toBeLessThan(64)
          reader.fill(batch)
          for (let i = 0; i < batch.count; i++) {
            const start = batch.start[i]!
            expect(start).toBeGreaterThanOrEqual(block * BLOCK_BYTES + tp.TPACKET_BLOCK_DESC_BYTES)
            expect(start + batch.capLen[i]!).toBeLessThanOrEqual((block + 1) * BLOCK_BYTES)
            expect(batch.wireLen[i]!).toBeGreaterThanOrEqual(batch.capLen[i]!)
          }
        }
      }
      damaged += reader.damaged
    }
    expect(damaged).toBeGreaterThan(500)
  })
})
