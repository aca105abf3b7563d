import { describe, expect, test } from 'vitest'
import { Expectations } from './expectations.ts'
import { feed, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { itemOf } from './views/view.ts'

const RTP = 7
const rtp = { w0: 0, w1: 0, w2: 0xffff, w3: 0x0a000001, port: 16_384, proto: 17, app: RTP, sinceMs: 0, untilMs: 1000 }

test('finds what was announced for this end, until it is forgotten', () => {
  const expectations = new Expectations()
  expect(expectations.isEmpty).toBe(true)
  expectations.add(rtp)
  expect(expectations.find(0, 0, 0xffff, 0x0a000001, 16_384, 17, 1000)).toBe(RTP)
  expect(expectations.find(0, 0, 0xffff, 0x0a000001, 16_384, 17, 1001)).toBe(0)
})

test.each([
  ['another port', 0, 0x0a000001, 16_386, 17],
  ['another protocol', 0, 0x0a000001, 16_384, 6],
  ['another address', 0, 0x0a000002, 16_384, 17],
  ['an IPv6 address with the same end', 5, 0x0a000001, 16_384, 17],
])('%s was not announced', (_name, w0, w3, port, proto) => {
  const expectations = new Expectations()
  expectations.add(rtp)
  expect(expectations.find(w0, 0, 0xffff, w3, port, proto, 0)).toBe(0)
})

test('is bounded: older ones make room', () => {
  const expectations = new Expectations()
  for (let i = 0; i < 40_000; i++) expectations.add({ ...rtp, w3: i })
  expect(expectations.replaced).toBeGreaterThanOrEqual(40_000 - 16_384)
  expect(expectations.find(0, 0, 0xffff, 0, 16_384, 17, 0)).toBe(0)
  expect(expectations.find(0, 0, 0xffff, 39_999, 16_384, 17, 0)).toBe(RTP)
})

describe('a flow that is under way asks what others have announced of its ends', () => {
  const binding = '\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl'
  const realm = `\x00\x03\x00\x10\x21\x12\xa4\x42abcdefghijkl\x00\x14\x00\x0asignal.org\x00\x00`
  const stun = (to: string, dstPort: number, payload: string) => udpFrame({ from: '10.0.0.1', srcPort: 40_001, to, dstPort, payload })
  const names = (frames: ReturnType<typeof udpFrame>[]) => {
    const t = testTables()
    feed(t, frames)
    t.finish()
    const view = flowView(t)
    return Array.from({ length: view.used() }, (_, row) => itemOf(view, row)).map(({ app }) => app)
  }
  test('STUN to a public server belongs to the call whose socket it is, before and after that was known', () => {
    const frames = [
      stun('192.0.2.1', 19_302, binding),
      stun('192.0.2.2', 3478, realm),
      stun('192.0.2.1', 19_302, binding),
      stun('192.0.2.3', 443, binding),
    ]
    expect(names(frames)).toEqual(['STUN.SignalVoip', 'STUN.SignalVoip', 'STUN.SignalVoip'])
  })
  test('another socket of the same host does not', () => {
    const other = udpFrame({ from: '10.0.0.1', srcPort: 40_002, to: '192.0.2.1', dstPort: 19_302, payload: binding })
    expect(names([stun('192.0.2.2', 3478, realm), other])).toEqual(['STUN.SignalVoip', 'STUN'])
  })
})
