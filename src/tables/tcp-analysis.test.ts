import { describe, expect, test } from 'vitest'
import { feed, type Segment, START_MS, tcpFrame, testTables } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { itemOf } from './views/view.ts'

const SYN = 2
const ACK = 16
const FIN = 1
const RST = 4
const data = (seq: number, length = 100, more: Segment = {}): Segment => ({ seq, flags: ACK, payload: 'a'.repeat(length), ...more })
const back = (s: Segment): Segment => ({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 9, dstPort: 40_000, ...s })

const cases: readonly (readonly [string, readonly Segment[], Record<string, unknown>])[] = [
  ['in order', [data(1), data(101), data(201)], { retransmissions: 0, outOfOrder: 0, lost: 0 }],
  ['the same segment again', [data(1), data(101), data(101)], { retransmissions: 1, outOfOrder: 0, lost: 0 }],
  ['a segment that comes late is not lost', [data(1), data(201), data(101)], { retransmissions: 0, outOfOrder: 1, lost: 0 }],
  ['a segment that never comes', [data(1), data(201), data(301)], { retransmissions: 0, outOfOrder: 0, lost: 1 }],
  ['a gap of three full segments', [data(1), data(101 + 3 * 1460)], { lost: 3 }],
  ['a keep-alive is no retransmission', [data(1), data(100, 1)], { retransmissions: 0 }],
  ['sequence numbers wrap', [data(0xffffff9c), data(0), data(100)], { retransmissions: 0, outOfOrder: 0, lost: 0 }],
  ['a jump wider than any window is another connection', [data(1), data(0x40000000)], { lost: 0, outOfOrder: 0 }],
  ['a closed window', [data(1), { seq: 101, flags: ACK, window: 0 }], { zeroWindow: 1 }],
  ['a reset closes no window', [data(1), { seq: 101, flags: RST, window: 0 }], { zeroWindow: 0, tcpState: 'reset' }],
  ['only a SYN', [{ seq: 1, flags: SYN }], { tcpState: 'syn' }],
  ['a SYN-ACK alone names the client', [back({ seq: 9, flags: SYN | ACK })], { tcpState: 'syn-ack', client: '10.0.0.1' }],
  ['one FIN', [data(1), { seq: 101, flags: FIN | ACK }], { tcpState: 'closing' }],
  ['both FINs', [data(1), { seq: 101, flags: FIN | ACK }, back({ seq: 5, flags: FIN | ACK })], { tcpState: 'closed' }],
]

describe('TCP analysis', () => {
  test.each(cases)('%s', (_name, segments, expected) => {
    const tables = testTables()
    feed(tables, segments.map(tcpFrame))
    tables.settle()
    expect(tables.flows.rows.live).toBe(1)
    expect(itemOf(flowView(tables), 0)).toMatchObject(expected)
  })

  test('the handshake gives both latencies, from the last SYN on', () => {
    const tables = testTables()
    feed(tables, [tcpFrame({ seq: 1, flags: SYN })], START_MS)
    feed(tables, [tcpFrame({ seq: 1, flags: SYN })], START_MS + 1000)
    feed(tables, [tcpFrame(back({ seq: 7, ack: 2, flags: SYN | ACK }))], START_MS + 1020)
    feed(tables, [tcpFrame({ seq: 2, ack: 8, flags: ACK })], START_MS + 1025)
    tables.settle()
    expect(itemOf(flowView(tables), 0)).toMatchObject({ serverLatency: 20, clientLatency: 5, tcpState: 'established' })
  })

  test('what a segment shows is counted for its sender and the interface', () => {
    const tables = testTables()
    feed(tables, [data(1), data(101), data(101), back(data(1))].map(tcpFrame))
    tables.settle()
    expect(tables.retransmissions).toBe(1)
    const sender = tables.hosts.find(0, 0, 0xffff, 0x0a000001, 0)
    expect(tables.hosts.rows.go(sender).retransmissions).toBe(1)
  })
})
