import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_STREAM } from './dissector.ts'
import { Stream } from './stream.ts'

const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) & 255)

function begun(base: number): Stream {
  const stream = new Stream()
  stream.begin(base)
  return stream
}

test('any order of overlapping segments gives the bytes in order', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(cuts, fc.integer(), fc.integer({ min: 0, max: 40 }), fc.infiniteStream(fc.nat()), (at, base, overlap, choose) => {
      const edges = [0, ...at.sort((a, b) => a - b), bytes.length]
      const segments = edges.slice(1).map((end, i) => ({ from: Math.max(0, edges[i]! - overlap), to: end }))
      const stream = begun(base | 0)
      while (segments.length > 0) {
        const [segment] = segments.splice(choose.next().value % segments.length, 1)
        stream.add(((base | 0) + segment!.from) | 0, bytes, segment!.from, segment!.to)
      }
      expect(stream.length).toBe(bytes.length)
      expect(stream.buffer.subarray(0, stream.length)).toEqual(bytes)
    }),
    { seed: 3, numRuns: 300 },
  )
})

test('takes no more than its bound, and says so', () => {
  const stream = begun(0)
  const much = new Uint8Array(MAX_STREAM + 5000).fill(9)
  expect(stream.add(0, much, 0, much.length)).toBe(true)
  expect(stream.length).toBe(MAX_STREAM)
  expect(stream.full).toBe(true)
  expect(stream.add(MAX_STREAM, much, 0, 10)).toBe(false)
})

test('what was seen already, and what lies before the beginning, adds nothing', () => {
  const stream = begun(100)
  stream.add(100, bytes, 0, 50)
  expect(stream.add(100, bytes, 0, 50)).toBe(false)
  expect(stream.add(40, bytes, 0, 50)).toBe(false)
  expect(stream.length).toBe(50)
})

test('a stream that is begun again remembers nothing', () => {
  const stream = begun(0)
  stream.add(10, bytes, 10, 20)
  stream.begin(500)
  stream.add(500, bytes, 0, 10)
  expect(stream.length).toBe(10)
  expect(stream.isDone).toBe(false)
  stream.from = 10
  expect(stream.isDone).toBe(true)
})
