import { expect, test } from 'vitest'
import { Expectations } from './expectations.ts'

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

test('is bounded: the oldest makes room', () => {
  const expectations = new Expectations()
  for (let i = 0; i < 20_000; i++) expectations.add({ ...rtp, w3: i })
  expect(expectations.replaced).toBe(20_000 - 16_384)
  expect(expectations.find(0, 0, 0xffff, 0, 16_384, 17, 0)).toBe(0)
  expect(expectations.find(0, 0, 0xffff, 19_999, 16_384, 17, 0)).toBe(RTP)
})
