import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IpfixStream } from './ipfix-stream.ts'
import { decoding, EXPORTER, ipfix, NOW_MS, set, template, USUAL, usual } from './netflow-testing.ts'

const T = 256
const messages = [
  ipfix({}, set(2, template(T, ...USUAL))),
  ipfix({}, set(T, usual())),
  ipfix({ sequence: 1 }, set(T, usual('10.0.0.2'), usual('10.0.0.3'))),
]
const whole = Uint8Array.from(messages.flatMap((message) => [...message]))

test('messages are read however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }), (cuts) => {
      const d = decoding()
      const stream = new IpfixStream(d.decoder, EXPORTER, 1)
      let at = 0
      for (let n = 0; at < whole.length; n++) {
        const next = Math.min(whole.length, at + cuts[n % cuts.length]!)
        expect(stream.take(whole.subarray(at, next), NOW_MS)).toBe(true)
        at = next
      }
      d.flows.flush()
      expect(d.told.map(({ src }) => src)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      expect(d.info()).toMatchObject({ missed: 0, faults: {} })
    }),
    { seed: 6, numRuns: 200 },
  )
})

test.each([
  ['another protocol', [0x47, 0x45, 0x54, 0x20, 0x2f]],
  ['a length below that of a header', [0, 10, 0, 3, 0]],
])('a stream of %s ends', (_, bytes) => {
  const d = decoding()
  const stream = new IpfixStream(d.decoder, EXPORTER, 1)
  expect(stream.take(Uint8Array.from([...whole, ...bytes]), NOW_MS)).toBe(false)
  expect(stream.take(whole, NOW_MS)).toBe(false)
  d.flows.flush()
  expect(d.told).toHaveLength(3)
  expect(d.info().faults).toEqual({ 'no message of IPFIX in the stream': 1 })
})
