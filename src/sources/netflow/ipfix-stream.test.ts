import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IpfixStream } from './ipfix-stream.ts'
import { type Bytes, decoding, EXPORTER, type Field, ipfix, NOW_MS, set, template, USUAL, usual } from './netflow-testing.ts'

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

/** With the ports exchanged. */
const TURNED = USUAL.map(([element, length]): Field => [element === 7 ? 11 : element === 11 ? 7 : element, length])
/** Connections of one exporter, each with its port. */
function connections() {
  const d = decoding({ isByConnection: true })
  const open = (port: number) => {
    const stream = new IpfixStream(d.decoder, EXPORTER, port)
    const say = (...sets: readonly Bytes[]) => {
      stream.take(ipfix({}, ...sets), NOW_MS)
      d.flows.flush()
    }
    return { stream, say, end: () => stream.end() }
  }
  return { ...d, open }
}

test('templates are those of a connection, and hold as long as it is open', () => {
  const { open, told, decoder, info } = connections()
  const all = Array.from({ length: 20 }, (_, port) => open(port))
  for (const [n, { say }] of all.entries()) say(set(2, template(T, ...(n % 2 === 0 ? USUAL : TURNED))))
  decoder.tick(NOW_MS + 24 * 3_600_000)
  for (const { say } of all) say(set(T, usual()))
  expect(told.map(({ ports }) => ports[1])).toEqual(all.map((_, n) => (n % 2 === 0 ? 443 : 40_000)))
  for (const { end } of all) end()
  expect(info()).toMatchObject({ templates: 0, setsWaiting: 0 })
  open(99).say(set(T, usual()))
  expect(info()).toMatchObject({ setsWaiting: 1, records: 20 })
})

test('a connection that is cut within a message is told, one that ends behind it is none', () => {
  const { open, info } = connections()
  const [first, second] = [open(1), open(2)]
  first.say(set(2, template(T, ...USUAL)))
  first.end()
  expect(info().faults).toEqual({})
  second.stream.take(whole.subarray(0, whole.length - 1), NOW_MS)
  second.end()
  expect(info()).toMatchObject({ faults: { 'connection cut within a message': 1 }, records: 1 })
})
